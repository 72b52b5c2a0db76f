from __future__ import annotations

import pytest

from assistant.expectation import Expectation, expectations_of, meets
from assistant.names import found_share, maybe_found, mentions_of, numbers_of, skeleton


@pytest.mark.parametrize(
    ("question", "language", "text", "share"),
    [
        ("What is the capital of Peru?", "en", "IOM works in Somalia.", 0.0),
        ("Con chi lavora l'OIM a Lampedusa?", "it", "IOM works in Lampedusa.", 1.0),
        ("Ce localități din Moldova au primit sprijin?", "ro", "authorities of the Moldovan diaspora in Moldova", 1.0),
        ("Хто працює в Лампедузі?", "uk", "UNHCR works in Lampedusa", 1.0),
        ("How many municipalities has ADMin4ALL supported?", "en", "progetto ADMin4ALL", 1.0),
        ("What happened in 2016 in Tulcea?", "en", "a meeting in 2016", 0.5),
        ("Was kostet der Kurs?", "de", "Il corso è gratuito.", None),
        ("What does IOM do?", "en", "L'OIM lavora", None),
    ],
)
def test_share_of_names_and_numbers_found(question: str, language: str, text: str, share: float | None) -> None:
    assert found_share(mentions_of(question, language), text) == share


def test_names_are_found_across_scripts() -> None:
    assert maybe_found(mentions_of("مع من تعمل المنظمة في لامبيدوزا؟", "ar"), "centres in Lampedusa and Sicily") == 1
    assert skeleton("Lampedusa") == skeleton("Лампедуза")


@pytest.mark.parametrize("written", ["1.469.247,47", "1,469,247.47", "١٬٤٦٩٬٢٤٧٫٤٧", "1 469 247,47"])
def test_numbers_are_equal_in_every_notation(written: str) -> None:
    assert numbers_of(f"total {written} lei") == {"146924747"}


def test_digits_inside_names_are_not_numbers() -> None:
    assert numbers_of("ADMin4ALL in 7 paesi") == {"7"}


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        ("How many people were reached?", "en", Expectation.NUMBER),
        ("Quanti comuni?", "it", Expectation.NUMBER),
        ("cat dureaza proiectul", "ro", Expectation.NUMBER),
        ("متى بدأ المشروع؟", "ar", Expectation.DATE),
        ("Хто дав гроші?", "uk", Expectation.PERSON),
        ("Xaggee ayuu ku yaal xafiisku?", "so", Expectation.PLACE),
        ("¿Cuál es el teléfono de la oficina?", "es", Expectation.CONTACT),
    ],
)
def test_expected_kind_of_answer(question: str, language: str, expected: Expectation) -> None:
    assert expected in expectations_of(question, language)


@pytest.mark.parametrize(
    ("expectation", "holds", "lacks"),
    [
        (Expectation.NUMBER, "Sixteen local authorities were chosen.", "Several authorities were chosen."),
        (Expectation.DATE, "a avut loc miercuri, 7 decembrie", "a avut loc la prefectură"),
        (Expectation.CONTACT, "tel. 0766.304.610", "la birou"),
        (Expectation.PERSON, "contact Riccardo Severi", "contact the office"),
        (Expectation.PLACE, "the centres in Lampedusa", "the centres are open"),
    ],
)
def test_whether_a_sentence_holds_the_kind(expectation: Expectation, holds: str, lacks: str) -> None:
    assert meets(expectation, holds)
    assert not meets(expectation, lacks)
