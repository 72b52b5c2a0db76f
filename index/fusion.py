"""One score from a cosine and a keyword score."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """What a full keyword match adds to a cosine, for passages in the query's language and for others.

    Set by hand, from how far apart the scores of relevant and other passages lie; `python -m eval fusion` prints what
    other weights reach on training questions.
    """

    same_language: float = 0.15
    other_language: float = 0.15


def fuse(cosine: float, keywords: float, *, same_language: bool, weights: Weights) -> float:
    """A weighted sum of scores, not of ranks.

    Rank fusion loses across languages, where keyword search ranks passages by chance words. The keyword score here is
    the matched share of the query (see `KeywordIndex.search`), so it fades by itself where words cannot match.
    """
    return cosine + keywords * (weights.same_language if same_language else weights.other_language)
