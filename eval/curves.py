"""A plot of lines over the unit square, as an SVG that stands in a page and takes its colours from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from eval.plot import SERIES

SIDE = 260
"""Of the square; all lengths are in units of the drawing, whose letters are 12 high."""
LEFT, TOP, BOTTOM = 44, 14, 40
LEGEND = 110
LINE = 16
DASHES = ("", "6 3", "2 3")
"""Lines beyond the number of colours take the next of these."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (x, y) in [0, 1], in the order in which they are joined."""

    name: str
    points: Sequence[tuple[float, float]]


def curve_plot(title: str, across: str, up: str, curves: Sequence[Curve], *, diagonal: bool = False) -> str:
    """An SVG of all curves. `across` and `up` name the axes; `diagonal` draws where x equals y."""
    width, height = LEFT + SIDE + LEGEND, TOP + max(SIDE, LINE * len(curves)) + BOTTOM
    svg = Element("svg", {"class": "plot", "viewBox": f"0 0 {width} {height}", "role": "img"})
    svg.set("aria-label", f"{title}. The table below has the figures.")
    for step in range(6):
        share = step / 5
        _line(svg, "grid", [(share, 0.0), (share, 1.0)])
        _line(svg, "grid", [(0.0, share), (1.0, share)])
        _text(svg, _x(share), TOP + SIDE + 14, f"{share:.1f}", "middle")
        _text(svg, LEFT - 6, _y(share) + 4, f"{share:.1f}", "end")
    _text(svg, _x(0.5), TOP + SIDE + 32, across, "middle")
    label = _text(svg, 0, 0, up, "middle")
    label.set("transform", f"translate(12 {_y(0.5)}) rotate(-90)")
    if diagonal:
        _line(svg, "beside", [(0.0, 0.0), (1.0, 1.0)])
    for number, curve in enumerate(curves):
        _draw(svg, number, curve)
    return tostring(svg, encoding="unicode")


def _draw(svg: Element, number: int, curve: Curve) -> None:
    group = SubElement(svg, "g")
    SubElement(group, "title").text = curve.name
    line = _line(group, f"s{number % SERIES}", curve.points)
    dash = DASHES[number // SERIES % len(DASHES)]
    y = TOP + LINE * number + 6
    sample = SubElement(group, "line", {"class": f"s{number % SERIES}", "x1": str(LEFT + SIDE + 10)})
    sample.attrib.update({"x2": str(LEFT + SIDE + 30), "y1": str(y), "y2": str(y), "stroke-width": "1.8"})
    for drawn in (line, sample):
        drawn.set("stroke-dasharray", dash or "none")
    _text(group, LEFT + SIDE + 36, y + 4, curve.name, "start")


def _line(svg: Element, kind: str, points: Sequence[tuple[float, float]]) -> Element:
    places = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    # The fill as a style: the colour's class would fill what the line encloses.
    return SubElement(svg, "polyline", {"class": kind, "points": places, "style": "fill:none", "stroke-width": "1.8"})


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return TOP + SIDE * (1 - share)


def _text(svg: Element, x: float, y: float, text: str, anchor: str) -> Element:
    element = SubElement(svg, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor})
    element.text = text
    return element
