"""Rows of a sheet as blocks that can be read one by one: "Office: Roma; Telephone: 06 12 34 56"."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping

from ingest.block import Block
from ingest.cleaning import clean_line
from ingest.lines import has_words

Row = Mapping[int, str]
"""Cells by the number of their column."""

_Labels = dict[int, str] | None
_LONGEST_LABEL = 100  # characters of the head of a column; longer ones are content
_CONTACT = re.compile(r"@|https?://|www\.", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-/–]\s?(?:19|20)?\d\d)?")
_SENTENCE_END = re.compile(r"[.!。।]$")


def table_blocks(rows: Iterable[Row]) -> Iterator[Block]:
    """The blocks of a sheet whose cells are text; empty cells may be left out or be empty.

    Rows of one cell above a table are paragraphs. The first row gives its labels to those below if it can be a head;
    after an empty row they hold on, unless what follows could be a head of its own. Then, and where there is no head,
    cells are joined by " | ", because a wrong label would be worse than none.
    """
    labels: _Labels = None
    part: list[dict[int, str]] = []
    for cells in ({number: clean_line(cell) for number, cell in row.items() if cell} for row in rows):
        filled = {number: cell for number, cell in cells.items() if has_words(cell)}
        if filled:
            part.append(filled)
        elif part:
            labels = yield from _part_blocks(part, labels)
            part = []
    if part:
        yield from _part_blocks(part, labels)


def _part_blocks(part: list[dict[int, str]], labels: _Labels) -> Generator[Block, None, _Labels]:
    """The blocks of the rows between two empty ones. Returns the labels that may hold for the next rows."""
    start = next((number for number, row in enumerate(part) if len(row) > 1), len(part))
    yield from (Block("paragraph", cell) for row in part[:start] for cell in row.values())
    rows = part[start:]
    if not rows:
        return labels
    if _is_head(rows[0]) and len(rows) > 1 and labels is None:
        if _is_list_of_facts(rows):
            yield from (Block("row", ": ".join(cell.rstrip(" :") for cell in row.values())) for row in rows)
            return None
        labels, rows = rows[0], rows[1:]
    elif labels is None or _is_head(rows[0]):
        labels = {}
    for row in rows:
        yield Block("row", _line(row, labels or {}))
    return labels


def _line(row: dict[int, str], labels: dict[int, str]) -> str:
    if len(row) == 1 and min(row) == min(labels, default=0):
        return next(iter(row.values()))  # the name of a group of rows
    if not labels:
        return " | ".join(row.values())
    return "; ".join(f"{labels[number]}: {cell}" if number in labels else cell for number, cell in row.items())


def _is_head(row: dict[int, str]) -> bool:
    """Whether every cell can be a label: short, no number but a year, no address, none twice."""
    cells = list(row.values())
    if len(cells) < 2 or len({cell.casefold() for cell in cells}) < len(cells):
        return False
    words = [cell for cell in cells if not _YEAR.fullmatch(cell)]
    return bool(words) and all(
        len(cell) <= _LONGEST_LABEL and _sort(cell) == "text" and not _SENTENCE_END.search(cell) for cell in words
    )


def _is_list_of_facts(rows: list[dict[int, str]]) -> bool:
    """Whether rows of two cells are names and values ("Telephone", "06 12"): then the values are of several sorts."""
    if any(len(row) != 2 for row in rows):
        return False
    names, values = zip(*(row.values() for row in rows), strict=True)
    if all(name.endswith(":") for name in names):
        return True
    sorts = {_sort(value) for value in values[1:]}
    return len(set(names)) == len(names) and len(rows) > 2 and len(sorts) > 1


def _sort(value: str) -> str:
    if not any(character.isalpha() for character in value):
        return "number"
    return "contact" if _CONTACT.search(value) else "text"
