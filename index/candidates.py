"""Finds the passages among which a search ranks: by the engines, or one by one where filters leave few."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from index.catalogue import Numbers
from index.engines import Engines
from index.errors import VectorsUnavailable
from index.hit import Filters, Mode, Vector
from index.passages import Admitted, PassageReader
from index.scope import Scope

MIN_CANDIDATES = 60
"""Passages asked of each engine: enough for fusion to find what only one engine ranks high."""
FEW = 4000
"""Passages that filters leave up to which all their vectors are compared. Reading one takes 0.01 ms; of
100,000 the engines would have to be asked for more than a thousand, which takes as long and misses some nearest."""

Scores = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """One search. `vector` is None where it asks for words only."""

    query: str
    language: str
    vector: Vector | None
    mode: Mode
    scope: Scope
    filters: Filters
    limit: int

    @property
    def chooses(self) -> bool:
        """Whether it is for some passages of an audience only: those of some collections, or that filters leave."""
        return self.filters.any or self.scope.collections is not None

    @property
    def enough(self) -> int:
        return max(MIN_CANDIDATES, 3 * self.limit)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages to rank, and their scores by words, where they have any.

    `missing` says why the vectors' server could not be asked: what words do not find is not among them then.
    """

    admitted: Sequence[Admitted]
    keywords: Scores
    missing: VectorsUnavailable | None = None


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Cosines by number, whether no audience's engine has more, and why one could not be asked."""

    cosines: dict[int, float]
    no_more: bool = True
    missing: VectorsUnavailable | None = None


def _dense(engines: Engines, asked: Asked, scope: Scope, limit: int) -> _Nearest:
    if asked.vector is None:
        return _Nearest({})
    found: list[list[tuple[int, float]]] = []
    missing = None
    for audience in sorted(scope.audiences):
        found.append(engines.delta.part(audience).search(asked.vector, limit))
        if engines.generation and missing is None:
            try:
                found.append(engines.generation.vectors(audience).search(asked.vector, limit))
            except VectorsUnavailable as error:
                missing = error
    return _Nearest(_merged(found, limit), max(map(len, found), default=0) < limit, missing)


def _keywords(
    engines: Engines, asked: Asked, scope: Scope, limit: int, among: Sequence[int] | None = None
) -> tuple[dict[int, float], bool]:
    """Scores by number, all or those of some passages, and whether no audience's engine has more."""
    if asked.mode is Mode.DENSE:
        return {}, True
    found: list[list[tuple[int, float]]] = []
    for audience in sorted(scope.audiences):
        held = [engines.delta.part(audience).keywords]
        if engines.generation:
            held.append(engines.generation.keywords(audience))
        found += [each.search(asked.query, asked.language, limit, among, scope.collections) for each in held]
    return _merged(found, limit), max(map(len, found), default=0) < limit


def unfiltered(asked: Asked, engines: Engines, passages: PassageReader) -> Candidates:
    """The best of each engine."""
    wanted = asked.enough
    while True:
        dense = _dense(engines, asked, asked.scope, wanted)
        keywords, no_more_keywords = _keywords(engines, asked, asked.scope, wanted)
        admitted = passages.admitted(list(dense.cosines | keywords), asked.scope)
        if len(admitted) >= asked.limit or (dense.no_more and no_more_keywords):
            return Candidates(admitted, keywords, dense.missing)
        # Removals since the generation was built left too little: ask the engines for more.
        wanted *= 4


def filtered(asked: Asked, engines: Engines, passages: PassageReader, selected: Numbers, share: float) -> Candidates:
    """The best of the `selected` passages, in ascending order, which are this share of those in scope.

    Few are compared one by one. Of many, enough are among the best of the engines, of which so much more is asked as
    the filters leave less; where the query's neighbours happen to be others, the engines are asked again, until
    comparing every one is no dearer.
    """
    scope = asked.filters.narrowed(asked.scope)
    wanted = math.ceil(asked.enough / share) if len(selected) else 0
    while len(selected) > max(FEW, wanted):
        dense = _dense(engines, asked, scope, wanted)
        keywords, no_more = _keywords(engines, asked, scope, wanted)
        nearest, keywords = _best(dense.cosines, selected, asked.enough), _best(keywords, selected, asked.enough)
        # Words may be found in far more places than the nearest by meaning, and must not stand for them.
        worded = asked.vector is None or dense.missing is not None
        if len(keywords if worded else nearest) >= asked.limit or (worded and no_more):
            return Candidates(passages.chosen(list(nearest | keywords), scope), keywords, dense.missing)
        wanted *= 4
    return _compared(asked, engines, passages, selected.tolist())


def _compared(asked: Asked, engines: Engines, passages: PassageReader, numbers: Sequence[int]) -> Candidates:
    """The nearest by vector of all these passages, and the best by words."""
    if not numbers:
        return Candidates((), {})
    scope = asked.filters.narrowed(asked.scope)
    keywords, _ = _keywords(engines, asked, scope, asked.enough, numbers)
    if asked.vector is None:
        return Candidates(passages.chosen(list(keywords), scope), keywords)
    worded: list[Admitted] = []
    nearest: list[Admitted] = []
    for first in range(0, len(numbers), FEW):
        admitted = passages.chosen(numbers[first : first + FEW], scope)
        worded += [item for item in admitted if item.number in keywords]
        nearest = _nearest([*nearest, *(item for item in admitted if item.number not in keywords)], asked)
    return Candidates([*worded, *nearest], keywords)


def _nearest(items: Sequence[Admitted], asked: Asked) -> list[Admitted]:
    if not items or asked.vector is None:
        return []
    cosines = np.stack([item.vector for item in items]) @ asked.vector
    return [items[place] for place in np.argsort(-cosines, kind="stable")[: asked.enough]]


def _merged(found: Sequence[Sequence[tuple[int, float]]], limit: int) -> dict[int, float]:
    """The best of what several engines found, best first; what two of them have counts by its best."""
    merged: dict[int, float] = {}
    for number, score in sorted((pair for pairs in found for pair in pairs), key=lambda pair: (-pair[1], pair[0])):
        merged.setdefault(number, score)
    return dict(islice(merged.items(), limit))


def _best(scores: Scores, selected: Numbers, most: int) -> dict[int, float]:
    """Those of the selected, at most so many."""
    numbers = np.fromiter(scores, dtype=np.int64, count=len(scores))
    places = np.minimum(np.searchsorted(selected, numbers), len(selected) - 1)
    kept = numbers[selected[places] == numbers][:most].tolist()
    return {number: scores[number] for number in kept}
