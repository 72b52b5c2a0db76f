"""What filters look at, of every document and passage, in memory: counts what they admit and tells which passages.

It holds no text and no vector: some 20 bytes a passage and 100 a document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.condition import All, Condition, Dated, Either, Not, OneOf
from index.document import Audience
from index.hit import FIELDS, Counts, Facet, Filters
from index.scope import Scope

Numbers = NDArray[np.int64]
Codes = NDArray[np.int32]
Mask = NDArray[np.bool_]
NOTHING = 0
"""The code of a field that says nothing, and of nothing a filter can name."""
DOCUMENT_FIELDS = tuple(field for field in FIELDS if field != "language")


class Vocabulary:
    """Codes of a field's values, counted from 1; a code stands for its value for ever."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, value: str | None) -> int:
        """The value's code, a new one if need be."""
        return self._codes.setdefault(value, len(self._codes) + 1) if value else NOTHING

    def known(self, values: Iterable[object]) -> list[int]:
        """The codes of those values that have one."""
        return [self._codes[str(value)] for value in values if str(value) in self._codes]

    def values(self) -> list[str]:
        """By code, from 1 on."""
        return list(self._codes)


@dataclass(frozen=True, slots=True)
class Documents:
    """`codes` by field of `DOCUMENT_FIELDS`; `kept` is the place of the document that one repeats, or -1.

    `days` are the dates, counted as Python's ordinals; `NOTHING` where there is none.
    """

    places: Mapping[str, int]
    codes: Mapping[str, Codes]
    kept: Codes
    days: Codes

    def updated(self, fresh: Documents, repeating: Iterable[tuple[str, str]]) -> Documents:
        """These with fresh ones, in the place of those of the same id, and all the pairs of a copy and what is kept."""
        places = dict(self.places)
        for id_ in fresh.places:
            places.setdefault(id_, len(places))
        at = [places[id_] for id_ in fresh.places]
        codes = {}
        for field, old in self.codes.items():
            codes[field] = _replaced(old, fresh.codes[field], at, len(places))
        days = _replaced(self.days, fresh.days, at, len(places))
        return Documents(places, codes, kept_places(places, repeating), days)


@dataclass(frozen=True, slots=True)
class Passages:
    """By number, ascending; `document` is a place in `Documents`, `language` a code."""

    number: Numbers
    document: Codes
    language: Codes

    def updated(self, fresh: Passages, documents: Sequence[int]) -> Passages:
        """With fresh ones for all that these documents had."""
        left = ~np.isin(self.document, documents)
        number = np.concatenate([self.number[left], fresh.number])
        document = np.concatenate([self.document[left], fresh.document])
        language = np.concatenate([self.language[left], fresh.language])
        order = np.argsort(number, kind="stable")
        return Passages(number[order], document[order], language[order])


class Catalogue:
    """The library's documents and passages at one revision; never changed."""

    def __init__(
        self, revision: int, documents: Documents, passages: Passages, vocabularies: Mapping[str, Vocabulary]
    ) -> None:
        self.revision = revision
        self.documents = documents
        self.passages = passages
        self.vocabularies = vocabularies

    def select(self, scope: Scope, filters: Filters) -> Numbers:
        """The numbers, ascending, of the passages that scope and filters admit and that repeat no other admitted."""
        fits = self._fits(scope, filters)
        shown = self._shown(_all(fits.values()), filters)
        return self.passages.number[shown[self.passages.document] & self._speaks(filters)]

    def counts(self, scope: Scope, filters: Filters) -> Counts:
        """`Counts` of what `select` would choose, and of what it would choose from with one field left open."""
        fits = self._fits(scope, filters)
        shown = self._shown(_all(fits.values()), filters)
        of_passage = shown[self.passages.document]
        total = int(np.count_nonzero(of_passage & self._speaks(filters)))
        heard = self._speaks(replace(filters, language=()))
        counted = {"language": self._tally("language", self.passages.language[of_passage & heard])}
        spoken = self.passages.document[self._speaks(filters)]
        sizes = np.bincount(spoken, minlength=len(self.documents.kept))
        for field in DOCUMENT_FIELDS:
            others = _all(fit for name, fit in fits.items() if name != field)
            counted[field] = self._count(field, others, sizes, filters)
        return Counts(total, tuple(facet for field in FIELDS for facet in self._facets(field, counted[field])))

    def _fits(self, scope: Scope, filters: Filters) -> dict[str, Mask]:
        """By field, which documents fit it; under "" those that the request may see."""
        codes, vocabularies = self.documents.codes, self.vocabularies
        fits = {"": np.isin(codes["audience"], vocabularies["audience"].known(sorted(scope.audiences)))}
        if scope.collections is not None:
            readable = vocabularies["collection"].known(sorted(scope.collections))
            fits[""] = fits[""] & np.isin(codes["collection"], readable)
        for field in DOCUMENT_FIELDS:
            if wanted := getattr(filters, field):
                fits[field] = np.isin(codes[field], vocabularies[field].known(wanted))
        if filters.where is not None:
            fits["where"] = self._meets(filters.where)
        if filters.document_id:
            place = self.documents.places.get(filters.document_id, -1)
            fits[""] = fits[""] & (np.arange(len(self.documents.kept)) == place)
        return fits

    def _meets(self, condition: Condition) -> Mask:
        """Which documents meet the condition."""
        match condition:
            case OneOf(field, values):
                return np.isin(self.documents.codes[field], self.vocabularies[field].known(values))
            case Dated(first, last):
                days = self.documents.days
                after = days >= (first.toordinal() if first else NOTHING + 1)
                return after & (days <= last.toordinal()) if last else after
            case Not(inner):
                return ~self._meets(inner)
            case All(conditions):
                return _all([self._meets(part) for part in conditions])
            case Either(conditions):
                return ~_all([~self._meets(part) for part in conditions])

    def _speaks(self, filters: Filters) -> Mask:
        """Which passages fit the filter by language."""
        language, known = self.passages.language, self.vocabularies["language"].known
        speaks = ~np.isin(language, known(filters.without_language))
        return speaks & np.isin(language, known(filters.language)) if filters.language else speaks

    def _shown(self, fit: Mask, filters: Filters) -> Mask:
        """Those that fit, without the documents that repeat another that does."""
        if filters.document_id:
            return fit
        kept = self.documents.kept
        return fit & ~((kept >= 0) & fit[kept])

    def _count(self, field: str, fit: Mask, sizes: Numbers, filters: Filters) -> Numbers:
        """Passages by code of `field`, each code counted as if it alone were chosen among the documents that fit."""
        codes, kept = self.documents.codes[field], self.documents.kept
        hidden = np.zeros(len(kept), dtype=np.bool_)
        if not filters.document_id:
            hidden = (kept >= 0) & fit[kept] & (codes == codes[kept])
        return self._tally(field, codes[fit & ~hidden], sizes[fit & ~hidden])

    def _tally(self, field: str, codes: Codes, weights: Numbers | None = None) -> Numbers:
        length = len(self.vocabularies[field].values()) + 1
        return np.bincount(codes, weights, minlength=length).astype(np.int64)

    def _facets(self, field: str, counted: Numbers) -> list[Facet]:
        """The most frequent value first; what comes equally often by value."""
        pairs = zip(self.vocabularies[field].values(), counted[1:].tolist(), strict=False)
        present = [(value, count) for value, count in pairs if count]
        return [Facet(field, *pair) for pair in sorted(present, key=lambda pair: (-pair[1], pair[0]))]


def _replaced(old: Codes, fresh: Codes, at: Sequence[int], length: int) -> Codes:
    """The old values, with fresh ones in these places, some of which may be new."""
    values = np.concatenate([old, np.zeros(length - len(old), dtype=np.int32)])
    values[at] = fresh
    return values


def _all(fits: Iterable[Mask]) -> Mask:
    fitting: Mask = np.logical_and.reduce(list(fits))
    return fitting


def kept_places(places: Mapping[str, int], repeating: Iterable[tuple[str, str]]) -> Codes:
    kept = np.full(len(places), -1, dtype=np.int32)
    for id_, to in repeating:
        if id_ in places:
            kept[places[id_]] = places.get(to, -1)
    return kept


def vocabularies() -> dict[str, Vocabulary]:
    """Empty ones, but for the audiences, which are known beforehand."""
    made = {field: Vocabulary() for field in FIELDS}
    for audience in Audience:
        made["audience"].code(audience.value)
    return made
