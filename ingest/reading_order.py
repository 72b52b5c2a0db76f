"""Boxes that a program drew last and placed further up: back between the lines where a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar


class _Line(Protocol):
    @property
    def y(self) -> float: ...

    @property
    def size(self) -> float: ...


Line = TypeVar("Line", bound=_Line)


def in_place(lines: Sequence[Line]) -> list[Line]:
    """The page's lines, `y` counted from its foot, with every box that fits into a gap between two lines put there.

    A box is a run of lines that begins further up than the line before it. Columns and the cells of tables begin so
    too, but lie beside other lines: they stay in the order they were drawn.
    """
    placed: list[Line] = []
    for box in _boxes(lines):
        at = _gap(placed, max(line.y + line.size for line in box), min(line.y for line in box))
        placed[at:at] = box
    return placed


def _boxes(lines: Sequence[Line]) -> Iterator[list[Line]]:
    box: list[Line] = []
    for line in lines:
        if box and line.y > box[-1].y + box[-1].size / 2:
            yield box
            box = []
        box.append(line)
    if box:
        yield box


def _gap(placed: Sequence[Line], high: float, low: float) -> int:
    """The place between two lines that leave room from `high` to `low`, the end if others stand there already."""
    if any(line.y < high and line.y + line.size > low for line in placed):
        return len(placed)
    for at, (above, below) in enumerate(pairwise(placed), start=1):
        if above.y >= high and below.y < low:
            return at
    return len(placed)
