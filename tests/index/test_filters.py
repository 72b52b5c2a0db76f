"""Filters and facets against counting by hand, over random documents with random vectors."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from index import candidates
from index.condition import All, Condition, Dated, Either, Not, OneOf
from index.database import open_database
from index.document import Audience, DocumentDraft, Fingerprint, PassageDraft, Span
from index.generations import Generations
from index.hit import FIELDS, Filters, Mode, SearchResult, Vector
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from tests.index.engines import HashedVectors

WORDS = ["harbour", "office", "desk", "permit", "school", "nurse", "train", "ticket", "island", "winter"]
DOCUMENTS = 90
MANY = 400
"""More than there are passages."""


def draft(number: int, choose: random.Random) -> DocumentDraft:
    lines = [" ".join(choose.choices(WORDS, k=6)) + f" {number} {i}" for i in range(choose.randint(1, 5))]
    passages, start = [], 0
    language = choose.choice(["en", "it", "so"])
    for line in lines:
        span = Span(start, start + len(line))
        spoken = language if choose.random() < 0.8 else "ar"
        passages.append(PassageDraft(span, (span,), "", spoken))
        start = span.end + 1
    digest = hashlib.sha256(str(number).encode()).digest()
    return DocumentDraft(
        f"source {number}", f"uri {number}", f"hash {number}", f"Title {number}", language, "\n".join(lines),
        tuple(passages), choose.choice(list(Audience)), choose.choice(["web", "press"]),
        choose.choice([None, date(2017, 1, 1), date(2018, 12, 31), date(2018, 6, 5)]), (),
        choose.choice([None, "Meridian", "Harbour & Co"]), choose.choice([None, "IT", "RO"]),
        choose.choice([None, "health", "work"]), choose.choice(["pdf", "html", None]),
        Fingerprint(digest, digest, (1,)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shelf:
    """One passage with all that filters may ask for; `kept` is the document that its own repeats."""

    id: str
    document_id: str
    kept: str | None
    values: dict[str, str | None]
    day: date | None
    vector: Vector


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Two thirds in a generation, the rest newer; each ninth document repeats the one before in another place."""
    folder: Path = tmp_path_factory.mktemp("filters")
    library = Library(open_database(folder / "data"))
    index = Index(library, HashedVectors(), Generations(folder / "data" / "generations", "hashed"))
    choose = random.Random(4)
    drafts = [draft(number, choose) for number in range(DOCUMENTS)]
    for number in range(9, DOCUMENTS, 9):
        original = drafts[number - 1]
        drafts[number] = replace(
            original, source=f"source {number}", collection=choose.choice(["web", "press"]),
            type=choose.choice(["pdf", "html"]), country=choose.choice([None, "IT", "FR"]),
        )  # fmt: skip
    index.add(drafts[:60])
    index.settle(force=True)
    index.add(drafts[60:])
    yield index
    index.close()


def shelves(index: Index) -> list[Shelf]:
    found = []
    for document in index.library.documents(EVERYTHING):
        for passage in index.library.passages.of_document(document.id, EVERYTHING):
            values = {
                "language": passage.language, "country": document.country, "theme": document.theme,
                "organisation": document.organisation, "type": document.type, "collection": document.collection,
                "year": str(document.date.year) if document.date else None, "audience": document.audience.value,
            }  # fmt: skip
            vector = index.embedder.embed_query(passage.text).vector
            found.append(Shelf(passage.id, document.id, document.duplicate_of, values, document.date, vector))
    return found


def fits(shelf: Shelf, scope: Scope, filters: Filters, fields: Sequence[str] = FIELDS) -> bool:
    if shelf.values["audience"] not in scope.audiences:
        return False
    if filters.where is not None and not meets(shelf, filters.where):
        return False
    if "language" in fields and shelf.values["language"] in filters.without_language:
        return False
    wanted = {field: {str(value) for value in getattr(filters, field)} for field in fields}
    return all(not values or shelf.values[field] in values for field, values in wanted.items())


def meets(shelf: Shelf, condition: Condition) -> bool:
    match condition:
        case OneOf(field, values):
            return shelf.values[field] in values
        case Dated(first, last):
            return shelf.day is not None and (first or date.min) <= shelf.day <= (last or date.max)
        case Not(inner):
            return not meets(shelf, inner)
        case All(conditions):
            return all(meets(shelf, part) for part in conditions)
        case Either(conditions):
            return any(meets(shelf, part) for part in conditions)


def admitted(all_: Sequence[Shelf], scope: Scope, filters: Filters) -> list[Shelf]:
    of_document = [field for field in FIELDS if field != "language"]
    documents = {shelf.document_id for shelf in all_ if fits(shelf, scope, filters, of_document)}
    return [shelf for shelf in all_ if fits(shelf, scope, filters) and shelf.kept not in documents]


def random_filters(choose: random.Random, fields: Sequence[str] = ()) -> Filters:
    values: dict[str, tuple[object, ...]] = {
        "language": ("en", "it", "so", "ar", "fi"), "country": ("IT", "RO", "FR", "SE"),
        "theme": ("health", "work", "?"),
        "organisation": ("Meridian", "Harbour & Co"), "year": (2017, 2018, 1066), "type": ("pdf", "html"),
        "collection": ("web", "press", "nowhere"), "audience": tuple(Audience),
    }  # fmt: skip
    fields = fields or choose.sample(FIELDS, choose.randint(1, 3))
    return Filters(**{field: tuple(choose.sample(values[field], choose.randint(1, 2))) for field in fields})  # type: ignore[arg-type]


def random_condition(choose: random.Random, depth: int = 0) -> Condition:
    days = [None, date(2017, 1, 1), date(2018, 6, 5), date(2018, 6, 6), date(2018, 12, 30)]
    field = choose.choice(["country", "theme", "organisation", "year", "type", "collection", "audience"])
    values = tuple(str(value) for value in getattr(random_filters(choose, (field,)), field))
    parts = tuple(random_condition(choose, depth + 1) for _ in range(2)) if depth < 2 else ()
    named, dated = OneOf(field, values), Dated(choose.choice(days), choose.choice(days))
    leaves: list[Condition] = [named, dated, Not(named)]
    return choose.choice([*leaves, All(parts), Either(parts), Not(All(parts))] if parts else leaves)


def with_condition(seed: int) -> Filters:
    choose = random.Random(seed)
    flat = random_filters(choose) if choose.random() < 0.3 else Filters()
    without = choose.choice([(), (), ("en",), ("ar", "xx")])
    return replace(flat, where=random_condition(choose), without_language=without)


CASES = [random_filters(random.Random(seed)) for seed in range(60)]
CONDITIONS = [with_condition(seed) for seed in range(40)]


def search(index: Index, filters: Filters = Filters(), scope: Scope = EVERYTHING, **options: object) -> SearchResult:
    given = {"language": "en", "limit": MANY, "counting": True, **options}
    return index.search("harbour office nurse", scope=scope, filters=filters, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC_ONLY])
def test_total_and_hits_are_those_counted_by_hand(index: Index, scope: Scope) -> None:
    all_ = shelves(index)
    sizes = set()
    for filters in [Filters(), *CASES, *CONDITIONS]:
        result = search(index, filters, scope)
        expected = {shelf.id for shelf in admitted(all_, scope, filters)}
        assert {hit.passage.id for hit in result.hits} == expected, filters
        assert result.counts.total == len(expected), filters
        sizes.add(len(expected))
    assert 0 in sizes
    assert len(sizes) > 20


@pytest.mark.parametrize("scope", [EVERYTHING, PUBLIC_ONLY])
def test_a_facet_says_what_choosing_it_alone_would_show(index: Index, scope: Scope) -> None:
    all_ = shelves(index)
    for filters in [*CASES[:30], *CONDITIONS[:15]]:
        counted = search(index, filters, scope).counts.facets
        for field in FIELDS:
            values = {str(shelf.values[field]) for shelf in all_ if shelf.values[field]}
            expected = Counter[str]()
            for value in values:
                chosen = replace(filters, **{field: (value,)})  # type: ignore[arg-type]
                expected[value] = len(admitted(all_, scope, chosen))
            told = {facet.value: facet.count for facet in counted if facet.field == field}
            assert told == +expected, (field, filters)


def test_a_facet_agrees_with_the_search_it_leads_to(index: Index) -> None:
    for facet in search(index).counts.facets:
        read = {"year": int, "audience": Audience}.get(facet.field, str)
        result = search(index, Filters(**{facet.field: (read(facet.value),)}))  # type: ignore[arg-type]
        assert result.counts.total == len(result.hits) == facet.count, facet


def test_languages_sum_up_to_the_total(index: Index) -> None:
    counts = search(index).counts
    assert sum(facet.count for facet in counts.facets if facet.field == "language") == counts.total > 100


@pytest.mark.parametrize("few", [1, candidates.FEW])
def test_the_nearest_under_filters_are_the_nearest_of_all(
    index: Index, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whether they are compared one by one, or found by the engines."""
    monkeypatch.setattr(candidates, "FEW", few)
    monkeypatch.setattr(candidates, "MIN_CANDIDATES", 8)
    all_ = shelves(index)
    asked = index.embedder.embed_query("harbour office nurse").vector
    for filters in [*CASES, *CONDITIONS]:
        hits = search(index, filters, limit=5, mode=Mode.DENSE).hits
        cosines = sorted((float(shelf.vector @ asked) for shelf in admitted(all_, EVERYTHING, filters)), reverse=True)
        assert [hit.dense for hit in hits] == pytest.approx(cosines[:5], abs=0.002), filters


@pytest.mark.parametrize("few", [1, candidates.FEW])
def test_words_are_found_under_filters(index: Index, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(candidates, "FEW", few)
    words = search(index, mode=Mode.KEYWORDS)
    scores = {hit.passage.id: hit.keywords for hit in words.hits}
    all_ = shelves(index)
    for filters in CASES[:30]:
        hits = search(index, filters, mode=Mode.KEYWORDS).hits
        expected = {shelf.id for shelf in admitted(all_, EVERYTHING, filters)} & scores.keys()
        assert {hit.passage.id for hit in hits if hit.keywords} >= expected
        for hit in hits:
            if hit.passage.id in scores:
                assert hit.keywords == pytest.approx(scores[hit.passage.id], rel=1e-5)


def test_an_audience_filter_never_widens_the_scope(index: Index) -> None:
    for wanted in (Audience.INTERNAL, Audience.PUBLIC):
        both = search(index, Filters(audience=(wanted,)))
        assert {hit.document.audience for hit in both.hits} == {wanted}
    internal = search(index, Filters(audience=(Audience.INTERNAL,)), PUBLIC_ONLY)
    assert (internal.hits, internal.counts.total) == ((), 0)
    either = search(index, Filters(audience=tuple(Audience)), PUBLIC_ONLY)
    assert either.hits == search(index, scope=PUBLIC_ONLY).hits
    for result in (internal, either, search(index, scope=PUBLIC_ONLY)):
        assert {facet.value for facet in result.counts.facets if facet.field == "audience"} <= {"public"}


def test_one_documents_passages_can_be_searched(index: Index) -> None:
    document = next(d for d in index.library.documents(EVERYTHING) if d.duplicate_of)
    result = search(index, Filters(document_id=document.id))
    assert {hit.document.id for hit in result.hits} == {document.id}
    assert result.counts.total == len(result.hits) == document.passages
    assert search(index, Filters(document_id="nothing")).counts.total == 0


def test_counts_follow_every_change(tmp_path: Path) -> None:
    """Added, replaced, relabelled, repeated by another, removed: the same as for a catalogue read anew."""
    library = Library(open_database(tmp_path / "data"))
    index = Index(library, HashedVectors(), Generations(tmp_path / "generations", "hashed"))
    choose = random.Random(7)
    drafts = [draft(number, choose) for number in range(20)]
    stored = [document.document_id for document in index.add(drafts)]
    copy = replace(drafts[3], source="a copy", collection="elsewhere")
    changes: list[Callable[[], object]] = [
        lambda: index.add([draft(20, choose)]),
        lambda: index.add([replace(draft(0, choose), collection="third", content_hash="new")]),
        lambda: library.amend(stored[1], audience=Audience.PUBLIC),
        lambda: library.amend(stored[1], audience=Audience.INTERNAL),
        lambda: index.add([copy]),
        lambda: library.remove(stored[3]),
        lambda: library.remove(stored[4]),
        lambda: index.add([draft(30, choose)]),
    ]
    for change in changes:
        search(index)
        change()
        all_ = shelves(index)
        undated = Filters(where=Not(Dated(date(2018, 1, 1), None)), without_language=("en",))
        for filters in (Filters(), Filters(collection=("third", "elsewhere", "web")), undated):
            result = search(index, filters)
            expected = {shelf.id for shelf in admitted(all_, EVERYTHING, filters)}
            assert {hit.passage.id for hit in result.hits} == expected
            fresh = Index(library, HashedVectors(), Generations(tmp_path / "generations", "hashed"))
            assert set(search(fresh, filters).counts.facets) == set(result.counts.facets)
            assert result.counts.total == len(expected)
    index.close()
