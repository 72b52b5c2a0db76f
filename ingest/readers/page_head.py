"""What a web page says about itself: in its head, in JSON-LD, and in the marks that sites put on dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from lxml import html

from ingest.block import Reading
from ingest.cleaning import clean_line
from ingest.countries import country_code
from ingest.credits import name_in, names_in
from ingest.dates import find_date
from ingest.readers.linked_data import Json, articles, texts, things

_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dcterms.issued",
    "dcterms.available", "citation_publication_date", "dc.date", "dcterms.date", "date", "pubdate", "publish-date",
    "publication_date",
)  # fmt: skip
"""Not those of the last change, such as `article:modified_time`: sites set them anew with every template."""
_AUTHORS = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author")
_ORGANISATIONS = ("dc.publisher", "dcterms.publisher", "citation_publisher", "publisher", "og:site_name")
_COUNTRIES = ("geo.country", "dc.coverage", "dcterms.spatial", "dc.coverage.spatial")
_THEMES = ("article:section", "dc.subject", "dcterms.subject")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")
_SITE_DIVIDER = re.compile(r"\s+[|–—·»-]\s+")
_LONGEST_DATE = 40  # characters of a date in metadata
_MOST_LANGUAGES = 100

Metas = Mapping[str, list[str]]
Value = TypeVar("Value")


def page_head(root: html.HtmlElement) -> Reading:
    """A reading without blocks. To be asked before scripts and frames are taken out of the page."""
    metas = _metas(root)
    nodes = articles(root.xpath("//script[contains(@type, 'ld+json')]/text()"))
    language = page_language(root)
    address, translations = _alternates(root, metas, language)
    return Reading(
        (),
        title=page_title(root),
        date=_date(root, metas, nodes),
        language=language,
        authors=names_in(_said(metas, nodes, _AUTHORS, "author", "creator")),
        organisation=_first(name_in(name) for name in _said(metas, nodes, _ORGANISATIONS, "publisher")),
        country=_country(metas, nodes),
        theme=_first(name_in(name) for name in _said(metas, nodes, _THEMES, "articleSection")),
        address=address,
        translations=translations,
    )


def page_title(root: html.HtmlElement) -> str | None:
    """The only `h1`, else the shared title, else the window's title without the site's name; None if there is none."""
    heads = [
        clean_line(head.text_content())
        for head in root.xpath("//h1[not(ancestor::nav or ancestor::header/parent::body)]")
    ]
    heads = heads or [clean_line(head.text_content()) for head in root.xpath("//h1")]
    if len([head for head in heads if head]) == 1:
        return next(head for head in heads if head)
    for content in root.xpath("//meta[@property='og:title' or @name='twitter:title']/@content"):
        if content.strip():
            return _without_site(clean_line(content))
    titles = root.xpath("//title[not(ancestor::svg)]")
    return (_without_site(clean_line(titles[0].text_content())) or None) if titles else None


def page_language(root: html.HtmlElement) -> str | None:
    """The `lang` of the page, ISO 639, lower case."""
    return _code(root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "")


def _metas(root: html.HtmlElement) -> Metas:
    metas: dict[str, list[str]] = {}
    for meta in root.xpath("//meta[@content]"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        metas.setdefault(name, []).append(meta.get("content", ""))
    return metas


def _said(metas: Metas, nodes: Iterable[Json], names: Iterable[str], *keys: str) -> list[str]:
    """What JSON-LD says, or else the first of the meta elements that says anything: they repeat each other."""
    said = [text for node in nodes for text in texts(node, *keys)]
    return said or next((found for name in names if any(found := metas.get(name, []))), [])


def _date(root: html.HtmlElement, metas: Metas, nodes: Iterable[Json]) -> date | None:
    stated = [text for name in _DATES for text in metas.get(name, [])]
    stated += [text for node in nodes for text in texts(node, "datePublished")]
    stated += root.xpath("//*[@itemprop='datePublished' or @pubdate]/@datetime")
    own = "//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)]/@datetime"
    stated += root.xpath(own)[:1]
    return _first(find_date(text.partition("T")[0]) for text in stated if len(text) <= _LONGEST_DATE)


def _country(metas: Metas, nodes: Iterable[Json]) -> str | None:
    said = [text for node in nodes for text in texts(node, "spatialCoverage", "contentLocation")]
    for node in nodes:
        for place in (*things(node, "spatialCoverage"), *things(node, "contentLocation")):
            for address in things(place, "address"):
                said += texts(address, "addressCountry")
    said += [text for name in _COUNTRIES for text in metas.get(name, [])]
    said += [text.partition("-")[0] for text in metas.get("geo.region", [])]
    return _first(country_code(text) for text in said)


def _alternates(root: html.HtmlElement, metas: Metas, language: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The page's own address, and those of its translations, as `hreflang` says; the default one is no translation."""
    canonical = _first(root.xpath("//link[@rel='canonical']/@href")) or _first(metas.get("og:url", []))
    links: dict[str, str] = {}
    for link in root.xpath("//link[@hreflang and @href and contains(@rel, 'alternate')]")[:_MOST_LANGUAGES]:
        if (code := _code(link.get("hreflang"))) and code != "x":
            links.setdefault(code, _absolute(canonical, link.get("href")))
    address = _absolute(None, canonical) if canonical else links.get(language or "")
    others = (link for code, link in links.items() if code != language and link != address)
    return address or None, tuple(dict.fromkeys(others))


def _absolute(base: str | None, address: str) -> str:
    try:
        joined = urlsplit(urljoin(base or "", address.strip()))
    except ValueError:  # not an address, such as http://[
        return ""
    return joined._replace(fragment="", netloc=joined.netloc.lower()).geturl()


def _code(stated: str) -> str | None:
    match = _LANGUAGE.match(stated.strip().lower())
    return match[0] if match else None


def _first(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value), None)


def _without_site(title: str) -> str:
    parts = _SITE_DIVIDER.split(title)
    return max(parts[:1] + parts[-1:], key=len) if len(parts) > 1 and len(max(parts, key=len)) > 8 else title
