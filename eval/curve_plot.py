"""Curves of measured figures over numbers of passages, both on scales of powers of ten, as an SVG that stands alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from eval.growth import Growth

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 74, 36, 46, 44
"""Room around the drawing; all lengths are in units of it, whose letters are 12 high."""
STEPS = 60
COLOURS = ("#0b62c4", "#b45309", "#157538", "#8526c9")

_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#222}.grid{stroke:#ccc}.band{opacity:.18}.line{fill:none;stroke-width:2}"
    ".far{stroke-dasharray:5 4}.aim{stroke:#222;stroke-dasharray:2 3}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """What it is called, and how it grows."""

    name: str
    growth: Growth


@dataclass(frozen=True, slots=True)
class _Scales:
    sizes: tuple[float, float]
    values: tuple[float, float]

    def x(self, size: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * _share(size, self.sizes), 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(value, self.values), 1)


def curve_plot(title: str, unit: str, curves: Sequence[Curve], most: int, limit: float | None = None) -> str:
    """Measured points and a line through them; beyond the largest, dashed, with the band of `Growth.at`.

    Up to `most` passages. `limit` is a line across, of what may not be exceeded.
    """
    least = min(min(curve.growth.measured) for curve in curves)
    ends = [curve.growth.at(most).high for curve in curves] + ([limit] if limit else [])
    starts = [min(curve.growth.measured.values()) for curve in curves]
    scales = _Scales((least, most), (_power_below(min(starts)), 10 ** math.ceil(math.log10(max(ends)))))
    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img"})
    svg.set("aria-label", f"{title}; the table has the same figures")
    SubElement(svg, "style").text = _STYLE
    SubElement(svg, "rect", {"width": str(WIDTH), "height": str(HEIGHT), "fill": "#fff"})
    _text(svg, LEFT, 16, f"{title}, {unit}")
    _grid(svg, scales)
    if limit:
        _path(svg, "aim", "", [(scales.x(least), scales.y(limit)), (scales.x(most), scales.y(limit))])
    for number, curve in enumerate(curves):
        _draw(svg, scales, curve, COLOURS[number % len(COLOURS)], most)
        _text(svg, LEFT + 14 + 150 * number, 34, curve.name)
        SubElement(svg, "circle", {"cx": str(LEFT + 5 + 150 * number), "cy": "30", "r": "4",
                                   "fill": COLOURS[number % len(COLOURS)]})  # fmt: skip
    return tostring(svg, encoding="unicode") + "\n"


def _draw(svg: Element, scales: _Scales, curve: Curve, colour: str, most: int) -> None:
    measured = sorted(curve.growth.measured.items())
    largest = measured[-1][0]
    _path(svg, "line", colour, [(scales.x(size), scales.y(value)) for size, value in measured])
    for size, value in measured:
        mark = SubElement(svg, "circle", {"cx": str(scales.x(size)), "cy": str(scales.y(value)), "r": "4"})
        mark.set("fill", colour)
    if largest >= most:
        return
    sizes = [largest * (most / largest) ** (step / STEPS) for step in range(STEPS + 1)]
    line, power = zip(*(curve.growth.laws(size) for size in sizes), strict=True)
    for values in (line, power):
        _path(svg, "line far", colour, [(scales.x(s), scales.y(v)) for s, v in zip(sizes, values, strict=True)])
    edge = [*zip(sizes, line, strict=True), *reversed([*zip(sizes, power, strict=True)])]
    band = SubElement(svg, "polygon", {"class": "band", "fill": colour})
    band.set("points", " ".join(f"{scales.x(size)},{scales.y(value)}" for size, value in edge))


def _grid(svg: Element, scales: _Scales) -> None:
    for size in _powers(*scales.sizes):
        x = scales.x(size)
        _path(svg, "grid", "", [(x, TOP), (x, HEIGHT - BOTTOM)])
        _text(svg, x, HEIGHT - BOTTOM + 16, _number(size), "middle")
    for value in _powers(*scales.values):
        y = scales.y(value)
        _path(svg, "grid", "", [(LEFT, y), (WIDTH - RIGHT, y)])
        _text(svg, LEFT - 6, y + 4, _number(value), "end")
    _text(svg, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "passages", "middle")


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = (math.log10(end) for end in ends)
    return (math.log10(value) - low) / (high - low)


def _power_below(value: float) -> float:
    return float(10 ** math.floor(math.log10(value)))


def _powers(low: float, high: float) -> list[float]:
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    return [float(10**power) for power in range(first, last + 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _path(svg: Element, kind: str, colour: str, points: Sequence[tuple[float, float]]) -> None:
    line = SubElement(svg, "polyline", {"class": kind, "fill": "none"})
    line.set("points", " ".join(f"{x},{y}" for x, y in points))
    if colour:
        line.set("stroke", colour)


def _text(svg: Element, x: float, y: float, text: str, anchor: str = "start") -> None:
    SubElement(svg, "text", {"x": str(x), "y": str(y), "text-anchor": anchor}).text = text
