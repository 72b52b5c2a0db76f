"""What a web page says about itself: title, date of publication, language."""

from __future__ import annotations

import re
from datetime import date

from lxml import html

from ingest.cleaning import clean_line
from ingest.dates import find_date

_DATE_NAMES = (
    "article:published_time",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "date",
    "pubdate",
    "publish-date",
    "publication_date",
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_SITE_DIVIDER = re.compile(r"\s+[|–—·»-]\s+")


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


def page_date(root: html.HtmlElement) -> date | None:
    """The date of publication in the page's metadata or in its first `time` element."""
    stated = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get("content", "")
        for meta in root.xpath("//meta[@content]")
    }
    for name in _DATE_NAMES:
        if (found := find_date(stated.get(name, "")[:10])) is not None:
            return found
    for script in root.xpath("//script[contains(@type, 'ld+json')]/text()"):
        match = _JSON_DATE.search(script)
        if match and (found := find_date(match[1][:10])) is not None:
            return found
    for moment in root.xpath("//time[@datetime][not(ancestor::aside or ancestor::footer or ancestor::nav)]/@datetime")[
        :1
    ]:
        return find_date(moment[:10])
    return None


def page_language(root: html.HtmlElement) -> str | None:
    """The `lang` of the page, ISO 639-1, lower case."""
    stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    match = re.match(r"[a-z]{2}(?=$|[-_])", stated.strip().lower())
    return match[0] if match else None


def _without_site(title: str) -> str:
    parts = _SITE_DIVIDER.split(title)
    return max(parts[:1] + parts[-1:], key=len) if len(parts) > 1 and len(max(parts, key=len)) > 8 else title
