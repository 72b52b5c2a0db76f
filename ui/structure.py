"""What a stored text is made of: headings, paragraphs, lists and tables, told by how ingest has written them down."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from index.document import Landmark, Passage, Span
from ingest.lines import NUMBER

Kind = Literal["heading", "paragraph", "list", "table"]
DIVIDER = " › "
"""What ingest puts between the headings of a passage's section."""

_BREAK = re.compile(r"\n\s*\n")
_LINE = re.compile(r"[^\n]+")
_MARK = "• "
_CELLS = " | "
_LABELLED = re.compile(r"(?:^|; )([^:;|]{1,100}): ")
_SHARE = 0.5  # of a table's rows that have a label, for it to be that of a column
_LONGEST_HEADING = 100
_MOST_LINES = 200  # of one list or table; longer ones go on in the next
_ENDINGS = frozenset(".,;:!?…،؛؟。")


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list or table; the spans lie in the document's text.

    `rows` are a list's items or a table's rows, each of cells; whatever else is one row of one cell. A cell that is
    empty is a span of no characters. `head` has the labels of a table's columns, which its cells then lack. `level` is
    a heading's: 2 for the first below the title, 6 at most.
    """

    kind: Kind
    span: Span
    rows: tuple[tuple[Span, ...], ...]
    head: tuple[str, ...] = ()
    level: int = 0


def blocks(text: str, passages: Sequence[Passage], landmarks: Sequence[Landmark] | None = None) -> list[Block]:
    """The blocks in order. Nothing is left out but empty lines, the marks of items and the labels of columns.

    Without `landmarks`, headings are guessed from the sections of passages and from the look of lines.
    """
    return _guessed(text, passages) if landmarks is None else _marked(text, landmarks)


def _marked(text: str, landmarks: Sequence[Landmark]) -> list[Block]:
    levels = {each.span.start: each.level for each in landmarks if each.level}
    # The first may be the document's own title, above all others.
    highest = min([*levels.values()][1:], default=1)
    found: list[Block] = []
    for span in _spans(text):
        if level := levels.get(span.start):
            found.append(Block("heading", span, ((span,),), level=max(2, min(6, level - highest + 2))))
        else:
            found.extend(_block(text, span))
    return found


def _guessed(text: str, passages: Sequence[Passage]) -> list[Block]:
    levels = heading_levels(passages)
    spans = _spans(text)
    words = [text[span.start : span.end].strip() for span in spans]
    found: list[Block] = []
    level = 2
    for span, own, following in zip(spans, words, [*words[1:], ""], strict=True):
        if own in levels or _looks_like_heading(own, following):
            level = levels.get(own, level)
            found.append(Block("heading", span, ((span,),), level=level))
        else:
            found.extend(_block(text, span))
    return found


def heading_levels(passages: Sequence[Passage]) -> dict[str, int]:
    """The headings that passages stand under, each with the highest level at which it is one."""
    levels: dict[str, int] = {}
    for section in {passage.section for passage in passages if passage.section}:
        for depth, words in enumerate(section.split(DIVIDER)):
            levels[words] = min(levels.get(words, 6), depth + 2)
    return levels


def _spans(text: str) -> list[Span]:
    spans = []
    start = 0
    for gap in _BREAK.finditer(text):
        spans.append(Span(start, gap.start()))
        start = gap.end()
    spans.append(Span(start, len(text)))
    return [span for span in spans if text[span.start : span.end].strip()]


def _looks_like_heading(words: str, following: str) -> bool:
    """For headings that no passage begins under: a short line without a full stop, above a longer paragraph."""
    is_line = len(words) <= _LONGEST_HEADING and "\n" not in words and words[:1].isalnum()
    return is_line and words[-1:] not in _ENDINGS and len(following) > 2 * len(words)


def _block(text: str, span: Span) -> list[Block]:
    lines = [Span(span.start + line.start(), span.start + line.end()) for line in _LINE.finditer(_cut(text, span))]
    groups = [lines[first : first + _MOST_LINES] for first in range(0, len(lines), _MOST_LINES)]
    words = [_cut(text, line) for line in lines]
    if all(line.startswith(_MARK) for line in words) or (len(words) > 1 and all(map(_is_item, words))):
        return [Block("list", _around(group), tuple((_item(text, line),) for line in group)) for group in groups]
    if len(words) > 1 and (labels := _labels(words)):
        return [_labelled(text, group, labels) for group in groups]
    if len(words) > 1 and 2 * sum(_CELLS in line for line in words) > len(words):
        rows = [tuple(tuple(_divided(text, line)) for line in group) for group in groups]
        return [Block("table", _around(group), own) for group, own in zip(groups, rows, strict=True)]
    return [Block("paragraph", span, ((span,),))]


def _is_item(line: str) -> bool:
    return line.startswith(_MARK) or NUMBER.match(line) is not None


def _item(text: str, line: Span) -> Span:
    return Span(line.start + len(_MARK), line.end) if text.startswith(_MARK, line.start) else line


def _divided(text: str, line: Span) -> list[Span]:
    cells = []
    start = line.start
    while (end := text.find(_CELLS, start, line.end)) >= 0:
        cells.append(Span(start, end))
        start = end + len(_CELLS)
    return [*cells, Span(start, line.end)]


def _labels(lines: Sequence[str]) -> list[str]:
    """The labels that most rows have in common, in the order of their first row; none where they are no table."""
    found = [_LABELLED.findall(line) for line in lines]
    counts = Counter(label for labels in found for label in set(labels))
    shared = [label for label in dict.fromkeys(chain.from_iterable(found)) if counts[label] >= _SHARE * len(lines)]
    has_several = sum(len(set(labels) & set(shared)) > 1 for labels in found)
    return shared if len(shared) > 1 and 2 * has_several >= len(lines) else []


def _labelled(text: str, lines: Sequence[Span], labels: Sequence[str]) -> Block:
    names = "|".join(map(re.escape, labels))
    pattern = re.compile(rf"(?:^|; )({names}): ")
    return Block("table", _around(lines), tuple(_row(text, line, labels, pattern) for line in lines), tuple(labels))


def _row(text: str, line: Span, labels: Sequence[str], pattern: re.Pattern[str]) -> tuple[Span, ...]:
    found = list(pattern.finditer(_cut(text, line)))
    names = [label[1] for label in found]
    if not found or found[0].start() > 0 or len(set(names)) < len(names):
        return (line,)  # the name of a group of rows, or a row that has something else in front
    ends = [*(label.start() for label in found[1:]), line.end - line.start]
    cells = {label[1]: Span(line.start + label.end(), line.start + end) for label, end in zip(found, ends, strict=True)}
    return tuple(cells.get(label, Span(line.end, line.end)) for label in labels)


def _around(lines: Collection[Span]) -> Span:
    return Span(min(line.start for line in lines), max(line.end for line in lines))


def _cut(text: str, span: Span) -> str:
    return text[span.start : span.end]
