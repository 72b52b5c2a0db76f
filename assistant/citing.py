"""Builds citations and statements out of evidence, numbering each quote once."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Citation, Statement
from assistant.evidence import Evidence
from index.document import Span
from index.hit import Hit


class Citations:
    """The citations of one answer, in the order in which they were first needed."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self.all: list[Citation] = []
        self.evidence: list[Evidence] = []

    def state(self, text: str, evidence: Sequence[Evidence], support: float) -> tuple[Statement, tuple[Citation, ...]]:
        """A statement with the numbers of its evidence, and the citations that were not there before."""
        before = len(self.all)
        numbers = tuple(self._number(item) for item in evidence)
        return Statement(text, numbers, round(support, 3)), tuple(self.all[before:])

    def _number(self, evidence: Evidence) -> int:
        place = (evidence.hit.document.id, evidence.span.start, evidence.span.end)
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.evidence.append(evidence)
            self.all.append(citation(evidence, self._numbers[place]))
        return self._numbers[place]


def citation(evidence: Evidence, number: int) -> Citation:
    """The citation of one sentence: everything in it comes from the library, nothing from a model."""
    return _citation(evidence.hit, evidence.span, evidence.text, number)


def opening(hit: Hit, number: int) -> Citation:
    """The citation of a passage that was found, by its first sentence."""
    passage = hit.passage
    span = passage.sentences[0] if passage.sentences else passage.span
    return _citation(hit, span, passage.text[span.start - passage.span.start : span.end - passage.span.start], number)


def _citation(hit: Hit, span: Span, quote: str, number: int) -> Citation:
    passage, document = hit.passage, hit.document
    return Citation(
        number=number,
        document_id=document.id,
        passage_id=passage.id,
        title=document.title,
        uri=document.uri,
        language=passage.language,
        page=passage.page,
        section=passage.section,
        date=document.date,
        quote=quote,
        start=span.start,
        end=span.end,
        url=f"/documents/{document.id}?start={span.start}&end={span.end}#p{span.start}",
        organisation=document.organisation,
    )


def marked_text(statements: Sequence[Statement]) -> str:
    """The statements as one text, each with its `[n]` marks."""
    return " ".join(f"{item.text} {''.join(f'[{number}]' for number in item.citations)}" for item in statements)
