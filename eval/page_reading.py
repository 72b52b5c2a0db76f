"""A question and one page, read as a whole: which of the page's lines are found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.reader import Reader
from eval.reading_examples import parts_of
from eval.training_questions import Page, line_spans


@dataclass(frozen=True, slots=True)
class PageReading:
    """A question and its page, read: each sentence's range, its pointer, and the probability that it is evidence."""

    page: Page
    spans: tuple[tuple[int, int], ...]
    pointers: NDArray[np.float64]
    evidence: NDArray[np.float64]

    def lines(self, chosen: NDArray[np.bool_]) -> frozenset[int]:
        """The numbers of the page's lines in which a chosen sentence lies."""
        spans = [self.spans[place] for place in np.flatnonzero(chosen)]
        return frozenset(
            number
            for number, (start, end) in enumerate(line_spans(self.page.text))
            if any(first < end and start < last for first, last in spans)
        )


def read_page(question: str, page: Page, reader: Reader) -> PageReading:
    parts = parts_of(page)
    readings = reader.read(question, [part.passage for part in parts])
    spans: list[tuple[int, int]] = []
    for part in parts:
        spans += [(part.start + span.start, part.start + span.end) for span in part.passage.sentences]
    pointers = np.concatenate([np.empty(0), *(reading.pointers for reading in readings)])
    evidence = np.concatenate([np.empty(0), *(reading.evidence for reading in readings)])
    return PageReading(page, tuple(spans), pointers, 1 / (1 + np.exp(-evidence)))


def found_lines(reading: PageReading, least: float, *, always_best: bool = True) -> frozenset[int]:
    """Lines with a sentence that is evidence with at least the probability `least`, or with the best one.

    Without `always_best` that one is held to `least` too. None where the reader points nowhere in the whole page.
    """
    if not len(reading.pointers) or reading.pointers.max() < 0:
        return frozenset()
    chosen = reading.evidence >= least
    if always_best:
        chosen[np.argmax(reading.pointers)] = True
    return reading.lines(chosen)
