"""What sources in different languages, and about different countries, say on one question.

Each pair of a language and a country is asked by itself, so that many sources in one language do not hide the one in
another. What counts as saying something on the question is decided as for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from sqlalchemy import Engine

from assistant.answer import Citation
from assistant.calibration import Calibration
from assistant.citing import citation
from assistant.conflict import contradicting, contradicts
from assistant.evidence import Evidence, weigh
from assistant.extractive import select
from assistant.question import checked_question
from assistant.reader import Reader
from index.condition import All, Not, OneOf
from index.document import Translation
from index.hit import Filters, Hit
from index.index import Index
from index.language import detect_language
from index.passages import passage_number
from index.scope import Scope
from index.translations import translations_within

MOST_LANGUAGES = 8
MOST_GROUPS = 12
"""Pairs of a language and a country that are asked, those with the most passages; each costs a tenth of a second."""
READ = 3
"""Passages of each group that are read."""
SHOWN = 2
"""Sentences of each group that are shown."""
_MORE = 3
"""Passages that are searched beyond those read: some are translations of what another group shows."""


@dataclass(frozen=True, slots=True)
class Group:
    """One language and one country, None for what names none; `passages` are those that were searched."""

    language: str
    country: str | None
    passages: int


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence; `also_in` are languages in which the same page was found to exist."""

    group: Group
    hit: Hit
    citation: Citation
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`said` by group, numbered through; `silent` are groups in which nothing answers.

    `unasked` counts the groups beyond the most. `disagreeing` are numbers of two sentences in one language that differ
    in numbers or dates and in nothing else: others may disagree too, and nobody has looked.
    """

    question: str
    language: str
    said: tuple[Said, ...]
    silent: tuple[Group, ...]
    unasked: int
    disagreeing: tuple[tuple[int, int], ...]

    def translated(self, citations: Sequence[Citation]) -> Comparison:
        """The same with these citations in the place of its own, of which each may have a translation now."""
        said = tuple(replace(each, citation=cited) for each, cited in zip(self.said, citations, strict=True))
        return replace(self, said=said)


@dataclass(frozen=True, slots=True)
class _Found:
    group: Group
    evidence: Evidence


class _Pages:
    """Which pages are shown by now, in whatever language."""

    def __init__(self, engine: Engine, scope: Scope) -> None:
        self._engine = engine
        self._scope = scope
        self._translations: dict[str, tuple[Translation, ...]] = {}
        self._shown: set[str] = set()

    def not_shown(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without passages of the translations of pages that are."""
        ids = {hit.document.id for hit in hits} - self._translations.keys()
        self._translations |= dict.fromkeys(ids, ()) | translations_within(self._engine, ids, self._scope)
        return [hit for hit in hits if not any(other.id in self._shown for other in self._others(hit))]

    def show(self, evidence: Sequence[Evidence]) -> None:
        self._shown |= {item.hit.document.id for item in evidence}

    def languages(self, hit: Hit) -> tuple[str, ...]:
        """The other languages in which the page exists, as far as may be seen."""
        return tuple(dict.fromkeys(other.language for other in self._others(hit)))

    def _others(self, hit: Hit) -> tuple[Translation, ...]:
        return self._translations[hit.document.id]


class Comparer:
    """Compares over one index."""

    def __init__(self, index: Index, reader: Reader, calibration: Calibration, least: float) -> None:
        """`least` is the probability from which on a group counts as answering."""
        self._index = index
        self._reader = reader
        self._calibration = calibration
        self._least = least

    def compare(self, question: str, scope: Scope, filters: Filters) -> Comparison:
        """Raises `InvalidRequest`."""
        question = checked_question(question)
        language = detect_language(question)
        groups = self._groups(language, scope, filters)
        asked = groups[:MOST_GROUPS]
        pages = _Pages(self._index.library.engine, scope)
        shown: list[_Found] = []
        weighed: list[_Found] = []
        for group, narrowed in asked:
            result = self._index.search(question, language=language, limit=READ + _MORE, scope=scope, filters=narrowed)
            hits = pages.not_shown(result.hits)[:READ]
            evidence, probability = weigh(question, language, hits, self._reader, self._calibration)
            weighed += [_Found(group, item) for item in evidence]
            if probability >= self._least:
                chosen = select(evidence, SHOWN, self._calibration.least_evidence)
                pages.show(chosen)
                shown += [_Found(group, item) for item in chosen]
        shown = self._standing([*shown, *_contradicting(shown, weighed)], [group for group, _ in asked], scope)
        said = tuple(
            Said(each.group, each.evidence.hit, citation(each.evidence, number), pages.languages(each.evidence.hit))
            for number, each in enumerate(shown, start=1)
        )
        silent = tuple(group for group, _ in asked if group not in {each.group for each in said})
        return Comparison(question, language, said, silent, len(groups) - len(asked), _disagreeing(shown))

    def _groups(self, language: str, scope: Scope, filters: Filters) -> list[tuple[Group, Filters]]:
        """Those with the most passages of each language first; the question's language comes first of all."""
        whole = self._index.counts(scope, filters)
        spoken = [facet.value for facet in whole.facets if facet.field == "language"]
        chosen = [each for each in spoken if not filters.language or each in filters.language]
        ordered = sorted(chosen, key=lambda each: each != language)[:MOST_LANGUAGES]
        found = [pair for each in ordered for pair in self._of_language(each, scope, filters)]
        most = sorted(found, key=lambda pair: -pair[0].passages)[:MOST_GROUPS]
        return [*(pair for pair in found if pair in most), *(pair for pair in found if pair not in most)]

    def _of_language(self, language: str, scope: Scope, filters: Filters) -> Iterator[tuple[Group, Filters]]:
        narrowed = replace(filters, language=(language,))
        counts = self._index.counts(scope, narrowed)
        countries = {facet.value: facet.count for facet in counts.facets if facet.field == "country"}
        for country, passages in countries.items():
            if not filters.country or country in filters.country:
                yield Group(language, country, passages), replace(narrowed, country=(country,))
        rest = counts.total - sum(countries.values())
        if not filters.country and rest > 0:
            nowhere = Not(OneOf("country", tuple(countries)))
            where = All((filters.where, nowhere)) if filters.where else nowhere
            yield Group(language, None, rest), replace(narrowed, where=where)

    def _standing(self, found: Sequence[_Found], order: Sequence[Group], scope: Scope) -> list[_Found]:
        """What may still be seen, by group: a document may have been relabelled meanwhile."""
        numbers = {passage_number(each.evidence.hit.passage.id) for each in found}
        standing = self._index.library.passages.standing(sorted(numbers), scope)
        left = [each for each in found if passage_number(each.evidence.hit.passage.id) in standing]
        return sorted(left, key=lambda each: order.index(each.group))


def _contradicting(shown: Sequence[_Found], weighed: Sequence[_Found]) -> list[_Found]:
    """Sentences not shown that contradict one that is."""
    others = contradicting([each.evidence for each in shown], [each.evidence for each in weighed])
    return [each for each in weighed if any(each.evidence is other for other in others)]


def _disagreeing(shown: Sequence[_Found]) -> tuple[tuple[int, int], ...]:
    numbered = list(enumerate((each.evidence for each in shown), start=1))
    return tuple((one, two) for (one, first), (two, other) in combinations(numbered, 2) if contradicts(first, other))
