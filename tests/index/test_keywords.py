"""Codes, numbers and names as people type them; words that say nothing; queries that are none."""

from __future__ import annotations

import time

import numpy as np
import pytest

from index.analysis import analyse
from index.document import Audience
from index.entry import IndexEntry
from index.keywords import FEW, KeywordIndex
from index.skeleton import consonants


def index_of(*texts: tuple[str, str]) -> KeywordIndex:
    index = KeywordIndex.in_memory()
    vector = np.zeros(1, dtype=np.float32)
    index.add(IndexEntry(n, Audience.PUBLIC, language, text, vector) for n, (language, text) in enumerate(texts))
    return index


CODES = [
    ("FAMI/15.03.02", "fami/15.03.02"),
    ("FAMI/15.03.02", "FAMI-15.03.02"),
    ("ADMin4ALL", "admin4all"),
    ("INTEGRARE+", "integrare+"),
    ("COVID-19", "Covid19"),
    ("COVID-19", "COVID 19"),
    ("D.Lgs. 286/1998", "d.lgs 286/1998"),
    ("art. 29 bis", "Art. 29-bis"),
    ("info-bureau@iom.int", "INFO-BUREAU@IOM.INT"),
    ("+39 06 1234567", "0039 06 123 45 67"),
    ("+39 06 1234567", "06/1234567"),
    ("https://www.oim.md/ro/acces?x=1", "www.oim.md/ro/acces"),
    ("1.500", "1500"),
    ("1 500", "1.500"),
    ("1\u202f500", "1,500"),
    ("1.469.247,47", "1,469,247.47"),
    ("١٥٠٠", "1.500"),
    ("15.03.2002", "15/03/2002"),
]
NEAR = (
    "FAMI FAMI FAMI 15 15 03 02 FAMI/99.01.01; ADMin ALL 4; INTEGRARE; COVID 20, 19 COVID-21; D.Lgs. 99/1998 286; art. "
    "29 art. 30 bis; info@iom.int bureau@iom.int; +39 06 7654321 1234; https://www.oim.md/fr/; 1 000 500 1.501; "
    "1.469.247,48; 15.04.2002 03 15/05/2003"
)


@pytest.mark.parametrize(("written", "asked"), CODES)
@pytest.mark.parametrize("asks", [("it", "it"), ("so", "ro")])
def test_codes_are_found_in_other_spelling_and_before_what_is_near(
    written: str, asked: str, asks: tuple[str, str]
) -> None:
    question, passage = asks
    index = index_of(
        (passage, NEAR), (passage, f"Il documento {written} del comune e altre cose"), (passage, NEAR[::-1])
    )
    assert index.search(asked, question, 5)[0][0] == 1


@pytest.mark.parametrize(
    ("asked", "asks", "written", "language"),
    [
        ("ufficio", "it", "l’ufficio", "it"),
        ("dell'ufficio", "it", "ufficio", "it"),
        ("accueil", "fr", "d'accueil", "fr"),
        ("п'ять", "uk", "п’ять", "uk"),
        ("go'aan", "so", "go’aanka", "so"),
        ("Tränen", "de", "Tränen".replace("ä", "a\u0308"), "de"),
        ("Aufenthalt", "de", "Auf\u00adent\u00adhalt", "de"),
        ("Aufenthalt", "de", "Aufenthaltserlaubnis", "de"),
        ("محمد", "ar", "مُحَمَّد", "ar"),
        ("والبلديات", "ar", "بلدية", "ar"),
        ("Țărani", "ro", "ţărani", "ro"),
        ("ЮНІСЕФ", "uk", "UNICEF", "en"),
        ("UNICEF", "en", "يونيسف", "ar"),
        ("لامبيدوزا", "ar", "Lampedusa", "it"),
        ("Чернівці", "uk", "Chernivtsi", "en"),
        ("integration", "fr", "integracion", "es"),
    ],
)
def test_one_word_in_two_spellings(asked: str, asks: str, written: str, language: str) -> None:
    index = index_of((language, "0"), (language, written), (language, "Xyz"))
    assert [number for number, _ in index.search(asked, asks, 5)] == [1]


def test_an_article_leaves_nothing_unmatched() -> None:
    index = index_of(("it", "L'ufficio del comune"), ("it", "altro"))
    assert index.search("l’ufficio", "it", 5)[0][1] == index.search("l'ufficio", "it", 5)[0][1]
    assert [word.exact for word in analyse("l'ufficio", "it")] == ["=l", "=ufficio"]


def test_words_of_nearly_every_passage_do_not_count() -> None:
    texts = [("en", f"what is the number of room{n}") for n in range(FEW)]
    index = index_of(*texts, ("en", "Courses are free."))
    (best, score), *_ = index.search("what is the number of courses", "en", 5)
    assert best == FEW
    assert score > 0.5
    assert index.search("what is the", "en", 5), "with nothing else they do"


def test_a_small_language_has_frequent_words_too() -> None:
    """Each "waa" looks rare in a library that is mostly English."""
    others = [("en", f"Office {n} opens at nine") for n in range(10 * FEW)]
    somali = [("so", f"waa maxay xafiiska{n}") for n in range(FEW)]
    index = index_of(*others, *somali, ("so", "koorsada dhammaan"))
    assert index.search("waa maxay koorsada", "so", 5)[0][0] == len(others) + len(somali)


def test_a_name_of_another_language_keeps_its_weight() -> None:
    index = index_of(*[("ro", f"biroul {n} din localitate") for n in range(FEW)], ("it", "progetto Cinquecolonne"))
    assert index.search("biroul Cinquecolonne", "ro", 5)[0][0] == FEW


def test_consonants_of_a_name_agree_across_scripts() -> None:
    assert consonants("UNICEF") == consonants("ЮНІСЕФ") == consonants("يونيسف")
    assert consonants("Lampedusa") != consonants("Constanța")


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "a", "ж", "?", "?!… —", "\x00", "12", "٣", "https://example.org/a?b=c#d", "+", "''''", "((((((",
        "AND OR NOT terms:x*", "Where је المكتب in Київ 东京?", "\u202e\u200f", "🙂", "\ud800",
        "x" * 10_000, "what is " * 1_250, "1 " * 5_000, "+0" * 5_000, "'a" * 5_000,
    ],
)  # fmt: skip
def test_whatever_is_asked_returns_at_once(query: str) -> None:
    index = index_of(*[("en", f"The office {n} opens at nine, what is it?") for n in range(100)], ("uk", "Київ"))
    started = time.process_time()
    for language in ("en", "uk", "und", ""):
        found = index.search(query, language, 5)
        assert all(0 < score <= 1 for _, score in found)
    assert time.process_time() - started < 1
