"""Sentences of the passages found, read together with the question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.pair import PassageText
from assistant.reader import Reader
from index.document import Span
from index.hit import Hit

SEARCHED = 40
"""Passages searched for one question."""
READ = 6
"""The best of them that are read; reading is most of an answer's time."""
READ_IN_OTHER_LANGUAGES = 3
"""The best of them in other languages than the question's that are read in any case.

The embedding model finds two texts nearer when they are in one language. Among documents in many languages the
asker's own would fill all places, and the only true answer in another never be read.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a found passage, with the reader's logits for it; see `assistant.reader.Reading`."""

    hit: Hit
    span: Span
    text: str
    pointer: float
    evidence: float


def to_read(hits: Iterable[Hit], language: str, admits: Callable[[Hit], bool] = lambda hit: True) -> list[Hit]:
    """The hits worth reading for a question in `language`, best first, of those that are admitted.

    Only hits for which there is a place are asked about: it may take long to say.
    """
    chosen: list[Hit] = []
    foreign = 0
    for hit in hits:
        is_foreign = hit.passage.language != language
        has_place = len(chosen) < READ or (is_foreign and foreign < READ_IN_OTHER_LANGUAGES)
        if has_place and admits(hit):
            chosen.append(hit)
            foreign += is_foreign
    return chosen


def candidates_of(question: str, hits: Sequence[Hit], reader: Reader) -> list[Candidate]:
    """The sentences of the passages that may answer, in the passages' order; none twice.

    A question in a document, such as a heading of its FAQ, is like the asker's own but answers nothing.
    """
    readings = reader.read(question, [PassageText.of(hit.passage, hit.passage.text) for hit in hits])
    found: dict[tuple[str, int, int], Candidate] = {}
    for hit, reading in zip(hits, readings, strict=True):
        start = hit.passage.span.start
        for span, pointer, evidence in zip(hit.passage.sentences, reading.pointers, reading.evidence, strict=True):
            text = hit.passage.text[span.start - start : span.end - start]
            if any(char.isalnum() for char in text) and not text.endswith(("?", "؟")):
                candidate = Candidate(hit, span, text, float(pointer), float(evidence))
                found.setdefault((hit.document.id, span.start, span.end), candidate)
    return list(found.values())
