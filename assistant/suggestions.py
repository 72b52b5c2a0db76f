"""What may be asked next: questions and headings that stand in the documents found, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation, Suggestion
from index.hit import Hit

MOST = 3
NEAR = 8
"""Passages found, the best first, whose questions are taken though nothing cites their document."""
LONGEST = 120
"""Characters; longer lines are prose that happens to end in a question mark."""
LEAST_WORDS = {True: 3, False: 2}
"""Words of a question ("Why?" means something only where it stands), and of a heading."""

# How a passage's section is written: the headings above it, outermost first.
_DIVIDER = " › "
_QUESTION_MARKS = ("?", "؟")
# In front of a line's own words: dashes and dots of lists, "1.", "Q:".
_LEAD = re.compile(r"(?:[^\w¿]+|\d{1,3}[.)]\s+|\w[.:)]\s+)*")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    language: str
    cited: bool
    rank: int

    @property
    def asks(self) -> bool:
        return self.text.endswith(_QUESTION_MARKS)

    @property
    def key(self) -> str:
        return "".join(char for char in self.text.casefold() if char.isalnum())


def suggestions(
    hits: Sequence[Hit], citations: Sequence[Citation], language: str, asked: Sequence[str]
) -> tuple[Suggestion, ...]:
    """At most `MOST`: those in `language` first, questions before headings, then as their passages were found.

    `hits` are in the caller's scope, so what is suggested is too. Headings come from documents that `citations` name.
    None repeats a question of `asked`, or is what the citations have just answered.
    """
    cited = {citation.document_id for citation in citations}
    taken = {_Line(question, language, False, 0).key for question in asked}
    taken |= {_Line(text, "", True, 0).key for text in _answered(hits, citations)}
    lines = [
        line
        for rank, hit in enumerate(hits)
        if rank < NEAR or hit.document.id in cited
        for line in _lines(hit, hit.document.id in cited, rank)
        if line.asks or line.cited
    ]
    lines.sort(key=lambda line: (line.language != language, not line.asks, not line.cited, line.rank))
    found: list[Suggestion] = []
    for line in lines:
        if len(found) < MOST and line.key not in taken and _is_fit(line):
            taken.add(line.key)
            found.append(Suggestion(line.text, line.language))
    return tuple(found)


def _lines(hit: Hit, cited: bool, rank: int) -> Iterator[_Line]:
    """The questions that have a line to themselves, and the heading nearest to the passage."""
    for _, text in _questions(hit):
        yield _Line(text, hit.passage.language, cited, rank)
    if heading := _heading(hit):
        yield _Line(heading, hit.passage.language, cited, rank)


def _questions(hit: Hit) -> Iterator[tuple[int, str]]:
    """With the place in the document where their line ends."""
    end = hit.passage.span.start
    for line in hit.passage.text.splitlines(keepends=True):
        end += len(line)
        if (text := _own_words(line)).endswith(_QUESTION_MARKS):
            yield end, text


def _heading(hit: Hit) -> str:
    return _own_words((hit.passage.section or "").rpartition(_DIVIDER)[2])


def _answered(hits: Sequence[Hit], citations: Sequence[Citation]) -> Iterator[str]:
    """The headings that the quotes stand under, the last question before each, and the quotes themselves."""
    by_id = {hit.passage.id: hit for hit in hits}
    for citation in citations:
        yield citation.quote
        if hit := by_id.get(citation.passage_id):
            yield _heading(hit)
            before = [text for end, text in _questions(hit) if end <= citation.start]
            yield from before[-1:]


def _own_words(line: str) -> str:
    line = line.strip()
    lead = _LEAD.match(line)
    return line[lead.end() :] if lead else line


def _is_fit(line: _Line) -> bool:
    # One question to a line: two of them are a paragraph.
    marks = sum(line.text.count(mark) for mark in _QUESTION_MARKS)
    return len(line.text) <= LONGEST and marks <= 1 and len(line.text.split()) >= LEAST_WORDS[line.asks]
