"""Pages whose frame is known: real texts of newcomer sites inside frames written for the purpose.

A template is a page with holes. `[[Contact|Kontakt]]` stands for words in English and German; `{{title}}`, `{{body}}`,
`{{lang}}`, `{{city}}`, `{{parent}}`, `{{related1}}` to `{{related4}}` and those of `_varied` for what differs from page
to page. The templates in `development` and `development_varied` were looked at while the cleaning was built. Those in
`reported` were not, until what was left of them was looked through and mended. `held_out` was written before that, and
measured before and after; of it `handbook_site`, `persian_guide` and `site_builder` are still known by totals alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path
from random import Random

from lxml import etree, html

from index.errors import InvalidRequest

TEMPLATES = Path(__file__).parent / "frame_templates"
_LANGUAGES = ("en", "de")
_CHOICE = re.compile(r"\[\[([^|\]]*)\|([^\]]*)\]\]")
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_TITLE = re.compile(r"(<h1[^>]*>)\{\{title\}\}")
_RELATED = 4
_TAGS = {
    "en": ("advice", "family", "language", "work", "money", "town", "volunteers", "rights", "health", "leisure"),
    "de": ("Rat", "Familie", "Sprache", "Arbeit", "Geld", "Ort", "Ehrenamt", "Rechte", "Gesundheit", "Freizeit"),
}
_AUTHORS = ("A. Brandt", "Editorial team", "Mira Sommer", "J. Okafor", "webmaster", "Ilse Kern", "Omid Rahimi")
_MONTHS = """
    Januar Februar März April Mai Juni Juli August September Oktober November Dezember
"""
_WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
}
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"https?://[^\s)]+")
_APART_TAGS = """
    a address article aside br button dd div dt footer form h1 h2 h3 h4 h5 h6 header hr label li main nav ol p section
    span table td th tr ul
"""
_APART = frozenset(_APART_TAGS.split())
_LINES = _APART - {"span", "a", "button", "label"}


@dataclass(frozen=True, slots=True)
class FramedText:
    """A file as a reader gets it, and which words of it are its own and which its frame's, in order."""

    source: str
    group: str
    data: bytes
    name: str
    body: tuple[str, ...]
    frame: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Page:
    lang: str
    city: str
    path: str
    title: str
    body: str


def framed_pages(folder: Path, templates: str, as_text: bool, site_pages: int | None = None) -> Iterator[FramedText]:
    """Every page of the folder's JSONL files inside one of the templates, as HTML or as its lines of text.

    Each template is a site: it gets a part of each file's pages, that names its own pages only, and the pages of a site
    come one after the other, as they do when its folder is read. With `site_pages` it is many sites of so many pages.
    """
    shapes = sorted((TEMPLATES / templates).glob("*.html"))
    files = [list(_pages(file)) for file in sorted(folder.glob("*.jsonl"))]
    for turn, shape in enumerate(shapes):
        for pages in files:
            part = pages[turn * len(pages) // len(shapes) : (turn + 1) * len(pages) // len(shapes)]
            for start in range(0, len(part), site_pages or len(part)):
                site = part[start : start + (site_pages or len(part))]
                titles = {page.path: page.title for page in site}
                host = f"{shape.stem}-{site[0].city}-{site[0].lang}-{start}" if site_pages else shape.stem
                for number, page in enumerate(site):
                    yield _framed(shape, page, host, _holes(page, titles, site, number), as_text)


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case. Addresses are left out: readers add them to links, templates have none."""
    return tuple(_WORD.findall(_ADDRESS.sub(" ", text.casefold())))


def _pages(file: Path) -> Iterator[_Page]:
    for line in file.read_text("utf-8").splitlines():
        record = json.loads(line)
        try:
            yield _Page(record["lang"], record["city"], record["path"], record["title"], record["html"])
        except KeyError as error:
            raise InvalidRequest(f"{file} has a page without {error}.") from error


def _holes(page: _Page, titles: dict[str, str], pages: list[_Page], number: int) -> dict[str, str]:
    above = page.path.rstrip("/").rpartition("/")[0] + "/"
    related = {
        f"related{place}": escape(pages[(number + place * 7) % len(pages)].title) for place in range(1, _RELATED + 1)
    }
    own = {"lang": page.lang, "city": page.city, "parent": escape(titles.get(above, page.city))}
    return own | related | _varied(page)


def _varied(page: _Page) -> dict[str, str]:
    """What systems print on a page besides: dates, counters, authors, tags. The same in every run."""
    draw = Random(page.path)
    days = {name: date(2015, 1, 1) + timedelta(draw.randrange(3000)) for name in ("date", "date2", "date3")}
    names = {name: _dated(day, page.lang) for name, day in days.items()}
    tags = dict(zip(("tag1", "tag2", "tag3"), draw.sample(_TAGS[page.lang], 3), strict=True))
    return names | tags | {
        "weekday": _WEEKDAYS[page.lang][days["date"].weekday()],
        "count": str(draw.randrange(10, 90_000)),
        "number": str(draw.randrange(1, 999)),
        "minutes": str(draw.randrange(2, 15)),
        "author": draw.choice(_AUTHORS),
    }  # fmt: skip


def _dated(day: date, lang: str) -> str:
    return f"{day.day}. {_MONTHS.split()[day.month - 1]} {day.year}" if lang == "de" else f"{day:%d/%m/%Y}"


def _framed(shape: Path, page: _Page, host: str, holes: dict[str, str], as_text: bool) -> FramedText:
    language = _LANGUAGES.index(page.lang)
    template = _CHOICE.sub(lambda match: match[1 + language], shape.read_text("utf-8"))
    own = {"title": escape(page.title), "body": page.body}
    whole = _HOLE.sub(lambda match: (holes | own)[match[1]], template)
    frame = _HOLE.sub(lambda match: holes.get(match[1], ""), _TITLE.sub(r"\1", template))
    body = visible_text(f"<div><h1>{own['title']}</h1>{page.body}</div>", _LINES)
    text = visible_text(whole, _LINES)
    data = text if as_text else whole
    return FramedText(
        source=f"https://{host}.example{page.path}index",
        group=shape.stem,
        data=data.encode(),
        name="page.txt" if as_text else "page.html",
        body=words(body),
        frame=words(visible_text(frame, _APART)),
    )


def visible_text(page: str, apart: frozenset[str]) -> str:
    """The text of a page's body as a converter without ideas saves it: a line for each element of `apart`."""
    root = html.document_fromstring(page)
    etree.strip_elements(root, "script", "style", "head", etree.Comment, with_tail=False)
    for element in root.iter():
        if element.tag in apart:
            mark = "\n- " if element.tag == "li" else "\n"
            element.text = mark + (element.text or "")
            element.tail = "\n" + (element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(map(str, root.itertext())).split("\n"))
    return "\n".join(line for line in lines if line)
