"""A plot of values with their intervals, as an SVG that stands in a page and takes its colours from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

WIDTH = 420
LABELS = 62
"""Left of the scale; all lengths are in units of the drawing, whose letters are 12 high."""
MARGIN = 12
STEP = 11
GAP = 9
SIZE = 3.6
"""Half of a mark."""

STYLE = """
  .plot { display: block; width: 100%; max-width: 36rem; height: auto; margin: 0 0 1rem; direction: ltr; }
  .plot text { fill: currentColor; font: 12px system-ui, sans-serif; }
  .plot .grid { stroke: var(--line); }
  .plot .interval { stroke-width: 1.6; }
  .plot .beside { fill: none; stroke: currentColor; stroke-width: 1.2; }
  .plot .aim { stroke: currentColor; stroke-width: 2.2; }
  .s0 { fill: var(--s0); stroke: var(--s0); } .s1 { fill: var(--s1); stroke: var(--s1); }
  .s2 { fill: var(--s2); stroke: var(--s2); } .s3 { fill: var(--s3); stroke: var(--s3); }
  :root { --s0: #0b62c4; --s1: #b45309; --s2: #157538; --s3: #8526c9; }
  @media (prefers-color-scheme: dark) { :root { --s0: #7ab7ff; --s1: #f0a35e; --s2: #6fd08c; --s3: #cfa5ff; } }
"""
SERIES = 4
"""Colours; the forms of the marks differ too."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One value in [0, 1] with its interval, what it should reach, and what others have published."""

    series: str
    value: float
    low: float
    high: float
    aim: float | None = None
    published: float | None = None


@dataclass(frozen=True, slots=True)
class DotRow:
    label: str
    dots: Sequence[Dot]


def dot_plot(title: str, rows: Sequence[DotRow]) -> str:
    """An SVG of all rows on one scale that ends at 1. `title` is its name for those who do not see it."""
    series = list(dict.fromkeys(dot.series for row in rows for dot in row.dots))
    least = min(min(dot.low, dot.aim or 1, dot.published or 1) for row in rows for dot in row.dots)
    scale = _Scale(min(0.9, math.floor(10 * least) / 10))
    heights = [GAP + STEP * len(row.dots) for row in rows]
    top = 18 * (1 + math.ceil((len(series) + 2) / 3)) + 6
    svg = Element("svg", {"class": "plot", "viewBox": f"0 0 {WIDTH} {top + sum(heights) + 4}", "role": "img"})
    svg.set("aria-label", f"{title}. The table below has the same figures.")
    _draw_legend(svg, series)
    _draw_grid(svg, scale, top, top + sum(heights))
    for row, height in zip(rows, heights, strict=True):
        _text(svg, LABELS - 8, top + height / 2 + 4, row.label, anchor="end")
        for number, dot in enumerate(row.dots):
            _draw_dot(svg, scale, top + (GAP + STEP) / 2 + STEP * number, series.index(dot.series), row.label, dot)
        top += height
    return tostring(svg, encoding="unicode")


@dataclass(frozen=True, slots=True)
class _Scale:
    least: float

    def x(self, value: float) -> float:
        return round(LABELS + (WIDTH - LABELS - MARGIN) * (value - self.least) / (1 - self.least), 1)

    def steps(self) -> list[float]:
        step = 0.1 if self.least < 0.7 else 0.05
        return [self.least + step * number for number in range(round((1 - self.least) / step) + 1)]


def _draw_legend(svg: Element, series: Sequence[str]) -> None:
    for number, name in enumerate([*series, "published", "to reach"]):
        x, y = MARGIN + (WIDTH - MARGIN) / 3 * (number % 3), 12 + 18 * (number // 3)
        if number < len(series):
            _draw_mark(svg, x, y - 4, number)
        elif name == "published":
            _draw_beside(svg, x, y - 4)
        else:
            _line(svg, "aim", x, y - 9, x, y + 1)
        _text(svg, x + 9, y, name)


def _draw_grid(svg: Element, scale: _Scale, top: float, bottom: float) -> None:
    for number, value in enumerate(scale.steps()):
        _line(svg, "grid", scale.x(value), top - 2, scale.x(value), bottom)
        if number % 2 == 0 or len(scale.steps()) < 8:
            _text(svg, scale.x(value), top - 6, f"{value:.2f}".removesuffix("0"), anchor="middle")


def _draw_dot(svg: Element, scale: _Scale, y: float, series: int, label: str, dot: Dot) -> None:
    group = SubElement(svg, "g")
    SubElement(group, "title").text = f"{label}, {dot.series}: {dot.value:.3f} ({dot.low:.3f} to {dot.high:.3f})"
    _line(group, f"interval s{series % SERIES}", scale.x(dot.low), y, scale.x(dot.high), y)
    _draw_mark(group, scale.x(dot.value), y, series)
    if dot.published is not None:
        _draw_beside(group, scale.x(dot.published), y)
    if dot.aim is not None:
        _line(group, "aim", scale.x(dot.aim), y - STEP / 2, scale.x(dot.aim), y + STEP / 2)


def _draw_mark(svg: Element, x: float, y: float, series: int) -> None:
    color, s = f"s{series % SERIES}", SIZE
    if series % SERIES == 0:
        SubElement(svg, "circle", {"class": color, "cx": str(x), "cy": str(y), "r": str(s)})
        return
    corners = (
        [(-s, -s), (s, -s), (s, s), (-s, s)],
        [(0, -s - 1), (s + 1, 0), (0, s + 1), (-s - 1, 0)],
        [(0, -s - 1), (s + 1, s), (-s - 1, s)],
    )[series % SERIES - 1]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    SubElement(svg, "polygon", {"class": color, "points": points})


def _draw_beside(svg: Element, x: float, y: float) -> None:
    SubElement(svg, "circle", {"class": "beside", "cx": str(x), "cy": str(y), "r": str(SIZE + 1)})


def _line(svg: Element, kind: str, x1: float, y1: float, x2: float, y2: float) -> None:
    SubElement(svg, "line", {"class": kind, "x1": str(x1), "y1": str(y1), "x2": str(x2), "y2": str(y2)})


def _text(svg: Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    SubElement(svg, "text", {"x": str(round(x, 1)), "y": str(round(y, 1)), "text-anchor": anchor}).text = text
