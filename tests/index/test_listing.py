"""The list of documents and its figures against counting by hand, over random documents."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.document import Audience, DocumentDraft, DocumentSummary, Fingerprint
from index.embedded import EmbeddedPassage
from index.library import Library
from index.listing import NOTHING, Listing, Wanted, remarks
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from tests.index.conftest import MakeDraft

TITLES = ["Ghid pentru școală", "Guide to the harbour", "دليل المرفأ", "Путівник гаванню", "Guía del puerto"]
DOCUMENTS = 60
SOME = Scope(EVERYTHING.audiences, frozenset({"red"}))


def put(library: Library, draft: DocumentDraft) -> None:
    keys = [hashlib.sha256(f"{draft.source} {passage.span}".encode()).digest() for passage in draft.passages]
    vector = np.full(4, 0.5, dtype=np.float32)
    library.put(draft, keys, dict.fromkeys(keys, EmbeddedPassage(vector)))


@pytest.fixture
def listing(library: Library, make_draft: MakeDraft) -> Listing:
    choose = random.Random(7)
    for number in range(DOCUMENTS):
        draft = make_draft(
            f"file-{number}.txt", f"Text {number}", choose.choice(list(Audience)), choose.choice(["en", "ar", "und"]),
            choose.choice(["red", "blue"]),
        )  # fmt: skip
        put(
            library,
            replace(
                draft,
                title=f"{choose.choice(TITLES)} {number}",
                date=choose.choice([None, date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31)]),
                country=choose.choice([None, "IT", "MD"]),
                organisation=choose.choice([None, "Agenția Română", "Red Crescent"]),
                passages=draft.passages if choose.random() < 0.8 else (),
            ),
        )
    return Listing(library.engine)


Fits = Callable[[DocumentSummary], bool]


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC_ONLY, SOME], ids=["all", "public", "some"])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), lambda each: True),
        (Wanted("SCOALA ghid"), lambda each: "școală" in each.title),
        (Wanted("المرفا"), lambda each: "المرفأ" in each.title),
        (Wanted("agentia romana"), lambda each: each.organisation == "Agenția Română"),
        (Wanted("file-7.txt"), lambda each: each.uri == "file-7.txt"),
        (Wanted(language="ar", country="IT"), lambda each: (each.language, each.country) == ("ar", "IT")),
        (Wanted(year=2020), lambda each: each.date is not None and each.date.year == 2020),
        (Wanted(audience=Audience.INTERNAL), lambda each: each.audience is Audience.INTERNAL),
        (Wanted("guide", collection="blue"), lambda each: "Guide" in each.title and each.collection == "blue"),
        (Wanted(remark="undated"), lambda each: each.date is None),
        (Wanted(remark="no_language"), lambda each: each.language == "und"),
        (Wanted(remark="no_passages"), lambda each: each.passages == 0),
    ],
)
def test_pages_hold_just_what_is_wanted_in_the_order_of_titles(
    listing: Listing, library: Library, wanted: Wanted, fits: Fits, scope: Scope
) -> None:
    expected = [each.id for each in library.documents(scope) if fits(each)]
    found: list[str] = []
    while len(found) < len(expected):
        page = listing.page(scope, wanted, start=len(found), limit=7)
        assert page.total == len(expected)
        assert 0 < len(page.documents) <= 7
        found += [each.id for each in page.documents]
    assert found == expected
    assert listing.page(scope, wanted, start=len(expected), limit=7).documents == ()


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC_ONLY, SOME], ids=["all", "public", "some"])
def test_figures_count_the_documents_in_scope(listing: Listing, library: Library, scope: Scope) -> None:
    documents = library.documents(scope)
    held = listing.holdings(scope)
    assert held["language"] == Counter(each.language for each in documents)
    assert held["audience"] == Counter(each.audience.value for each in documents)
    assert held["collection"] == Counter(each.collection for each in documents)
    assert held["country"] == Counter(each.country or NOTHING for each in documents)
    assert held["year"] == Counter(str(each.date.year) if each.date else NOTHING for each in documents)
    assert [*held["language"].values()] == sorted(held["language"].values(), reverse=True)


def test_a_repetition_is_told_only_to_those_who_may_see_what_is_repeated(
    library: Library, make_draft: MakeDraft
) -> None:
    same = Fingerprint(b"n" * 32, b"w" * 32, tuple(range(128)))
    for name, collection in (("first.txt", "blue"), ("second.txt", "red")):
        put(library, replace(make_draft(name, "One text", collection=collection), fingerprint=same))
    listing = Listing(library.engine)
    (repeated,) = listing.page(EVERYTHING, Wanted(remark="repeated"), start=0, limit=9).documents
    assert (repeated.uri, remarks(repeated)) == ("second.txt", ["undated", "repeated"])
    assert listing.page(SOME, Wanted(remark="repeated"), start=0, limit=9).total == 0
    (alone,) = listing.page(SOME, Wanted(), start=0, limit=9).documents
    assert remarks(alone) == ["undated"]
