"""An answer made of verbatim sentences of the sources: nothing can be in it that no document says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.conflict import contradicts
from assistant.evidence import Evidence

HEADING = 80
"""Characters of the longest line without a stop or a number that is taken for a heading."""
AS_SURE = 0.5
"""Least probability, measured against the best sentence's, of one from a newer document that is shown in its place."""
DOUBT = 0.2
"""A second sentence is shown when it is at least this probable, measured against the best one.

One right sentence of two has F2 = 5 · 0.5 / (4 · 0.5 + 1) = 0.83, one of one has 1. With probabilities p and q of being
the right one, showing both has the higher expected F2 when 0.83 (p + q) > p, that is q > 0.2 p. F2 counts recall
twice: an answer that is left out harms more than a sentence too many.
"""


def select(evidence: Sequence[Evidence], most: int, least_support: float) -> list[Evidence]:
    """The sentences to show: the two most probable ones first, then up to `most` in the order of their documents.

    Beside the best one stand those of its passage with at least `least_support`, and the second best of all where it
    is in doubt which of both answers. A sentence that repeats one already chosen is left out, so that two copies of
    one page count once.
    """
    ranked = newer_first(sorted(evidence, key=lambda item: -item.probability))
    chosen: dict[str, Evidence] = {}
    for place, item in enumerate(ranked):
        in_doubt = len(chosen) == 1 and item.probability >= DOUBT * ranked[0].probability
        belongs = item.hit.passage.id == ranked[0].hit.passage.id and item.support >= least_support
        beside = (in_doubt or belongs) and not _only_announces(item.text)
        if len(chosen) < most and (place == 0 or beside):
            chosen.setdefault(normalised(item.text), item)
    first, others = list(chosen.values())[:2], list(chosen.values())[2:]
    documents = list(dict.fromkeys(item.hit.document.id for item in ranked))
    return [*first, *sorted(others, key=lambda item: (documents.index(item.hit.document.id), item.span.start))]


def newer_first(ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences as they are ranked, but where a newer document says the same as the best one, its sentence first.

    It says the same in the same words, or but for its numbers, and nearly as surely. Undated documents stay behind.
    """
    best = ranked[0] if ranked else None
    if best is None or best.hit.document.date is None:
        return list(ranked)
    same = [item for item in ranked if item.probability >= AS_SURE * best.probability and _says_the_same(best, item)]
    newest = max([best, *same], key=lambda item: item.hit.document.date or date.min)
    return [newest, *(item for item in ranked if item is not newest)]


def _says_the_same(one: Evidence, other: Evidence) -> bool:
    return normalised(one.text) == normalised(other.text) or contradicts(one, other)


def _only_announces(text: str) -> bool:
    """Whether a line looks like a heading or leads in to what follows: it belongs there and says nothing by itself."""
    return text.endswith(":") or (len(text) < HEADING and text[-1].isalpha() and not any(map(str.isdigit, text)))


def normalised(text: str) -> str:
    """Text without differences that readers do not see: case and white space."""
    return " ".join(text.split()).casefold()
