"""An answer made of verbatim sentences of the sources: nothing can be in it that no document says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Evidence

RELATIVE = 0.25
"""A further sentence is shown when it is at least this probable, measured against the best one. Set by hand."""


def select(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """The sentences to show: the two most probable ones first, then up to `most` in the order of their documents.

    A sentence that repeats one already chosen is left out, so that two copies of one page count once.
    """
    ranked = sorted(evidence, key=lambda item: -item.probability)
    if not ranked:
        return []
    floor = RELATIVE * ranked[0].probability
    chosen: dict[str, Evidence] = {}
    for item in ranked:
        if item.probability >= floor and len(chosen) < most:
            chosen.setdefault(normalised(item.text), item)
    first, others = list(chosen.values())[:2], list(chosen.values())[2:]
    documents = list(dict.fromkeys(item.hit.document.id for item in ranked))
    return [*first, *sorted(others, key=lambda item: (documents.index(item.hit.document.id), item.span.start))]


def normalised(text: str) -> str:
    """Text without differences that readers do not see: case and white space."""
    return " ".join(text.split()).casefold()
