"""What divides the cells of a table that is kept as text."""

from __future__ import annotations

import csv
import re

_DELIMITERS = {"\t": 2, ";": 2, "|": 3, ",": 3}
"""Each with the cells a row must have, at least, where nobody says that the text is a table: prose has commas."""
_ROWS = 4  # rows that must be alike where nobody says that the text is a table
_STATED = re.compile(r"\ufeff?\"?sep=([;,|:\t])\"?\r?\n")
_SAMPLE = 4096
_LONGEST_LABEL = 80  # characters of the head of a column


def find_delimiter(text: str, *, named: bool = False) -> str | None:
    """The character between the cells, None where the text's beginning is no table.

    `named` says that somebody calls it one: then two rows of two cells are enough, and they need not be all alike.
    """
    if stated := _STATED.match(text):
        return stated[1]
    best, most = None, 0.0
    for delimiter, fewest in _DELIMITERS.items():
        rows = _rows(text, delimiter)
        score = _named_score(rows) if named else _score(rows, fewest)
        if score > most:
            best, most = delimiter, score
    return best


def after_statement(text: str) -> str:
    """The text without the line `sep=;` with which Excel is told the delimiter."""
    return _STATED.sub("", text, count=1)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    sample = text[:_SAMPLE]
    if len(text) >= _SAMPLE and "\n" in sample:
        sample = sample[: sample.rindex("\n")]
    lines = sample.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")
    return [row for row in csv.reader(lines, delimiter=delimiter) if any(cell.strip() for cell in row)]


def _score(rows: list[list[str]], fewest: int) -> float:
    """How many cells the rows have if all have the same number, under a head with a label for each column."""
    if len(rows) < _ROWS or len({len(row) for row in rows}) > 1 or len(rows[0]) < fewest:
        return 0
    head = [cell.strip() for cell in rows[0]]
    labelled = all(0 < len(cell) <= _LONGEST_LABEL and cell == raw for cell, raw in zip(head, rows[0], strict=True))
    return len(head) if labelled and len(set(head)) == len(head) else 0


def _named_score(rows: list[list[str]]) -> float:
    """How many cells most rows have, weighed by how many rows that is."""
    counts = [len(row) for row in rows]
    if len(rows) < 2 or max(counts) < 2:
        return 0
    usual = max(set(counts), key=lambda count: (counts.count(count), count))
    return usual * counts.count(usual) / len(rows) if usual > 1 else 0
