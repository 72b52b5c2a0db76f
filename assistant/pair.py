"""A question and a passage as one sequence of tokens, as the reader takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tokenizers import Encoding, Tokenizer

from index.document import Passage, PassageDraft, Span

Item = TypeVar("Item")

START, PADDING, END = 0, 1, 2
"""Token ids of the bundled vocabulary."""
QUESTION_TOKENS = 96
CONTEXT_TOKENS = 64
WINDOW = 512
"""Tokens the encoder sees at once; what lies beyond them of a passage is not read."""
NOBODY = -1
"""Owner of a token that belongs to no sentence of the passage."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage to read: its title and section, its text, and its sentences as ranges of the text."""

    context: str
    text: str
    sentences: tuple[Span, ...]

    @classmethod
    def of(cls, passage: Passage | PassageDraft, text: str) -> PassageText:
        """`text` is the passage's own; its sentences lie in the document, and here in the passage."""
        start = passage.span.start
        return cls(passage.context, text, tuple(Span(s.start - start, s.end - start) for s in passage.sentences))


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids; for each token the sentence it belongs to or `NOBODY`, and its characters in the passage's text."""

    ids: tuple[int, ...]
    owners: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]


class PairEncoder:
    """Writes `<s> question </s> title and section </s> text </s>`, with the embedding model's prefixes."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """`tokenizer` is used by nobody else: cutting and padding are turned off in it."""
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def pairs(self, question: str, passages: Sequence[PassageText]) -> list[Pair]:
        asked = self._encode(f"query: {question}").ids[:QUESTION_TOKENS]
        return [self._pair(asked, passage) for passage in passages]

    def _pair(self, asked: Sequence[int], passage: PassageText) -> Pair:
        context = self._encode(f"passage: {passage.context}").ids[:CONTEXT_TOKENS]
        body = self._encode(passage.text)
        head = [START, *asked, END, *context, END]
        room = WINDOW - len(head) - 1
        offsets = body.offsets[:room]
        owners = [NOBODY] * len(head) + _owners(offsets, passage.sentences) + [NOBODY]
        places = [(0, 0)] * len(head) + offsets + [(0, 0)]
        return Pair((*head, *body.ids[:room], END), tuple(owners), tuple(places))

    def _encode(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)


def _owners(offsets: Sequence[tuple[int, int]], sentences: Sequence[Span]) -> list[int]:
    owners, current = [], 0
    for start, end in offsets:
        while current < len(sentences) and sentences[current].end <= start:
            current += 1
        inside = current < len(sentences) and sentences[current].start < end
        owners.append(current if inside else NOBODY)
    return owners


def batches_of(items: Iterable[Item], length: Callable[[Item], int], budget: int) -> list[list[Item]]:
    """The items, shortest first, in batches of at most `budget` tokens when all are padded to their longest."""
    batches: list[list[Item]] = []
    for item in sorted(items, key=length):
        if batches and (len(batches[-1]) + 1) * length(item) <= budget:
            batches[-1].append(item)
        else:
            batches.append([item])
    return batches
