from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from index.document import Audience, DocumentDraft
from index.duplicates import LIKENESS
from index.hit import Filters
from index.index import Index
from index.library import Library
from index.likeness import covers, numbers_of, words_of
from index.scope import EVERYTHING, PUBLIC_ONLY
from index.verification import verify
from ingest.near_duplicates import fingerprint, with_fingerprint
from tests.index.conftest import MakeDraft

TEXT = "\n".join(
    [
        "Reception desk of Portovento",
        "The desk helps people who have just arrived in Portovento with letters, forms and the first appointments.",
        "It is open on Monday and Thursday from 9 to 13 and costs 45 euros a year for those who have an income.",
        "Bring your passport, the letter of the prefecture and two photographs, and come with an interpreter you know.",
        "Children under six need no appointment, and their parents can wait in the room beside the entrance.",
        "Ask for Maria Ionescu when you do not find the room.",
    ]
)


def stored(index: Index, draft: DocumentDraft) -> str:
    return index.add([with_fingerprint(draft)])[0].document_id


def pointing(library: Library) -> dict[str, str | None]:
    """Titles, which the drafts' sources are here, of what each document points to."""
    documents = library.documents(EVERYTHING)
    titles = {document.id: document.title for document in documents}
    return {document.title: titles[document.duplicate_of] if document.duplicate_of else None for document in documents}


def found(index: Index, filters: Filters = Filters()) -> list[str]:
    hits = index.search("desk in Portovento", language="en", limit=50, scope=EVERYTHING, filters=filters).hits
    return sorted({hit.document.title for hit in hits})


def test_of_the_same_text_one_is_found(index: Index, make_draft: MakeDraft) -> None:
    stored(index, make_draft("first", TEXT))
    second = stored(index, make_draft("second", TEXT))
    assert pointing(index.library) == {"first": None, "second": "first"}
    assert found(index) == ["first"]
    assert found(index, Filters(document_id=second)) == ["second"]
    assert verify(index.library) == []


def test_when_the_one_found_is_removed_a_copy_is_found(index: Index, make_draft: MakeDraft) -> None:
    first = stored(index, make_draft("first", TEXT))
    for name in ("second", "third"):
        stored(index, make_draft(name, TEXT))
    index.remove(first)
    assert pointing(index.library) == {"second": None, "third": "second"}
    assert found(index) == ["second"]


def test_when_the_one_found_changes_a_copy_is_found(index: Index, make_draft: MakeDraft) -> None:
    for name in ("first", "second", "third"):
        stored(index, make_draft(name, TEXT))
    stored(index, make_draft("first", TEXT.replace("45", "60")))
    assert pointing(index.library) == {"first": None, "second": None, "third": "second"}
    assert found(index) == ["first", "second"]


def test_what_is_stored_again_as_it_was_stays_the_one_found(index: Index, make_draft: MakeDraft) -> None:
    for name in ("first", "second", "first"):
        stored(index, make_draft(name, TEXT))
    assert pointing(index.library) == {"first": None, "second": "first"}


def test_audiences_are_never_compared(index: Index, make_draft: MakeDraft) -> None:
    internal = stored(index, make_draft("internal", TEXT, Audience.INTERNAL))
    public = stored(index, make_draft("public", TEXT, Audience.PUBLIC))
    assert pointing(index.library) == {"internal": None, "public": None}
    assert index.library.document(public, PUBLIC_ONLY).duplicate_of is None
    index.library.amend(internal, audience=Audience.PUBLIC)
    assert pointing(index.library) == {"internal": "public", "public": None}
    index.library.amend(public, audience=Audience.INTERNAL)
    assert pointing(index.library) == {"internal": None, "public": None}
    assert [hit.document.id for hit in index.search("desk", language="en", scope=PUBLIC_ONLY).hits[:1]] == [internal]


def test_a_copy_in_another_collection_is_found_there(index: Index, make_draft: MakeDraft) -> None:
    stored(index, make_draft("first", TEXT, collection="press"))
    stored(index, make_draft("second", TEXT, collection="web"))
    assert found(index) == ["first"]
    assert found(index, Filters(collection=("web",))) == ["second"]
    assert found(index, Filters(collection=("press",))) == ["first"]


def test_the_fuller_of_two_texts_is_found(index: Index, make_draft: MakeDraft) -> None:
    fuller = TEXT + "\nThe desk is free of charge on the day of your arrival."
    for name, text in (("short", TEXT), ("copy", TEXT), ("full", fuller)):
        stored(index, make_draft(name, text))
    assert pointing(index.library) == {"short": "full", "copy": "full", "full": None}
    assert verify(index.library) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("45 euros", "60 euros"),
        ("from 9 to 13", "from 9 to 15"),
        ("45 euros", "45 dollars"),
        ("Monday", "Tuesday"),
        ("Maria Ionescu", "Elena Ionescu"),
        ("need no appointment", "need an appointment"),
        ("just arrived", "not just arrived"),
        ("under six", "under nine"),
    ],
)
def test_versions_are_all_found(index: Index, make_draft: MakeDraft, before: str, after: str) -> None:
    assert before in TEXT
    stored(index, make_draft("old", TEXT))
    stored(index, make_draft("new", TEXT.replace(before, after)))
    assert pointing(index.library) == {"new": None, "old": None}
    assert found(index) == ["new", "old"]


def test_two_stated_dates_are_two_versions(index: Index, make_draft: MakeDraft) -> None:
    for year in (2022, 2024):
        stored(index, replace(make_draft(f"of {year}", TEXT), title="Desk", date=date(year, 3, 1)))
    assert found(index) == ["Desk"]
    assert [document.duplicate_of for document in index.library.documents(EVERYTHING)] == [None, None]


def test_numbers_of_the_title_count() -> None:
    assert fingerprint("Fees 2022", TEXT).numbers != fingerprint("Fees 2024", TEXT).numbers


def test_a_short_text_within_a_long_one_is_no_copy(index: Index, make_draft: MakeDraft) -> None:
    stored(index, make_draft("leaflet", TEXT))
    more = "\n".join(f"more about {word} for all" for word in "abcdefghijklmnop")
    stored(index, make_draft("handbook", f"{TEXT}\n{more}"))
    assert pointing(index.library) == {"leaflet": None, "handbook": None}


def test_drafts_without_fingerprints_are_no_copies(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft("first", TEXT), make_draft("second", TEXT)])
    assert pointing(index.library) == {"first": None, "second": None}


@pytest.mark.parametrize(
    ("kept", "other"),
    [
        ("Open on Monday.\n• Bring a passport", "OPEN on Monday\n- bring a passport!"),
        ("The family reuni-\nfication desk", "The family reunification desk"),
        ("how to come\nopen daily", "open daily"),
        ("Open Daily\nevery desk is open daily", "every desk is open daily"),
        ("٤٥ يورو", "45 يورو"),
    ],
)
def test_covered(kept: str, other: str) -> None:
    assert covers(kept, other)


@pytest.mark.parametrize(
    ("kept", "other"),
    [
        ("open daily", "open daily\nonly for women"),
        ("you may not work", "you may work"),
        ("you may work", "you may not work"),
        ("the employer pays", "the employee pays"),
        ("ask Maria\nopen daily", "open daily"),
        ("افتح الباب\nالمكتب مفتوح", "المكتب مفتوح"),
        ("costs 5 €", "costs 5 $"),
        ("under <18", "under >18"),
        ("कि", "की"),
    ],
)
def test_not_covered(kept: str, other: str) -> None:
    assert not covers(kept, other)


def pages(shared_data: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for language in ("de", "en"):
        with (shared_data / "omos_qa" / language / "corpus.jsonl").open(encoding="utf-8") as lines:
            for page in map(json.loads, lines):
                texts[f"{language} {page['id']}"] = page["text"]
    return texts


def test_no_page_of_another_place_is_folded_away(shared_data: Path) -> None:
    """Over pages of several cities: what is folded says, in letters and numbers, all that is no longer found."""
    texts = pages(shared_data)
    alike: dict[bytes, list[str]] = defaultdict(list)
    prints = {page: fingerprint("", text) for page, text in texts.items()}
    for page, print_ in prints.items():
        alike[print_.numbers].append(page)
    folded, apart = [], 0
    for one, other in (pair for group in alike.values() for pair in combinations(group, 2)):
        likeness = np.mean(np.array(prints[one].signature) == np.array(prints[other].signature))
        if likeness < LIKENESS:
            continue
        if covers(texts[one], texts[other]) or covers(texts[other], texts[one]):
            folded.append((one, other))
        else:
            apart += 1
    assert folded
    assert apart >= 5, "near, but not the same: they must stay"
    for one, other in folded:
        assert numbers_of(texts[one]) == numbers_of(texts[other])
        first, second = set(words_of(texts[one])), set(words_of(texts[other]))
        assert first <= second or second <= first


def test_an_amended_audience_or_a_move_decides_anew(index: Index, make_draft: MakeDraft) -> None:
    first = stored(index, make_draft("first", TEXT))
    stored(index, make_draft("second", TEXT))
    index.library.amend(first, audience=Audience.INTERNAL)
    assert pointing(index.library) == {"first": None, "second": None}
    index.library.amend(first, audience=Audience.PUBLIC, title="first of all")
    assert pointing(index.library) == {"first of all": "second", "second": None}
    assert index.library.move("second", "third", "third")
    assert pointing(index.library) == {"first of all": "second", "second": None}
    assert verify(index.library) == []


def test_a_draft_that_differs_only_in_what_it_is_compared_by_is_stored(index: Index, make_draft: MakeDraft) -> None:
    draft = with_fingerprint(make_draft("first", TEXT))
    assert index.add([draft, draft])[1].status == "unchanged"
    other = fingerprint("Fees 2024", TEXT)
    changes: tuple[dict[str, object], ...] = (
        {"fingerprint": other}, {"fingerprint": None}, {"translation_names": ("place a",)}, {"translation_names": ()},
        {"theme": "asylum"}, {"authors": ("Anna Rossi",)},
    )  # fmt: skip
    for change in changes:
        draft = replace(draft, **change)  # type: ignore[arg-type]
        assert [stored.status for stored in index.add([draft, draft])] == ["updated", "unchanged"], change


def test_a_document_that_moved_is_the_translation_that_others_name(index: Index, make_draft: MakeDraft) -> None:
    english = make_draft("old", TEXT)
    italian = replace(make_draft("it", "Lo sportello è aperto.", language="it"), translation_names=("new",))
    index.add([english, italian])
    assert not any(document.translations for document in index.library.documents(EVERYTHING))
    assert index.library.move("old", "new", "new")
    found = {document.title: document.translations for document in index.library.documents(EVERYTHING)}
    assert [other.title for other in found["it"]] == ["old"]
    assert index.library.move("new", "elsewhere", "elsewhere")
    assert not any(document.translations for document in index.library.documents(EVERYTHING))


def test_copies_are_found_among_many_texts_without_numbers(index: Index, make_draft: MakeDraft) -> None:
    """All of them have the same numbers, none: only those that are alike are compared word by word."""
    words = [f"{a}{b}{c}" for a in ("mar", "tel", "vos", "kin") for b in ("an", "or", "ul", "ed") for c in ("a", "is")]
    chance = np.random.default_rng(5)
    texts = [" ".join(chance.choice(words, 60)) for _ in range(150)]
    for number, text in enumerate(texts):
        stored(index, make_draft(f"page {chr(97 + number % 26)}{chr(97 + number // 26)}", text))
    for number in (3, 77, 140):
        stored(index, make_draft(f"copy {chr(97 + number % 26)}{chr(97 + number // 26)}", f"{texts[number]}."))
    pointers = {title: to for title, to in pointing(index.library).items() if to}
    assert pointers == {"copy da": "page da", "copy zc": "page zc", "copy kf": "page kf"}
