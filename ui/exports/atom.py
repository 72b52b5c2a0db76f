"""Atom (RFC 4287), which feed readers follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMES: dict[Any, str] = {None: ATOM}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One document; `id` stays the same over all its versions, and `updated` tells them apart."""

    id: str
    title: str
    url: str
    updated: datetime
    language: str
    author: str | None
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """`url` is the page that shows the same; `updated` is the newest entry's time, or when there was none yet."""

    id: str
    title: str
    subtitle: str
    url: str
    language: str
    updated: datetime
    entries: Sequence[FeedEntry]


def atom(feed: Feed) -> bytes:
    """The feed in UTF-8; the same feed is always the same bytes."""
    root = etree.Element(f"{{{ATOM}}}feed", {_LANGUAGE: feed.language}, nsmap=_NAMES)
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "subtitle", feed.subtitle)
    _add(root, "updated", _time(feed.updated))
    _link(root, feed.url)
    _add(_add(root, "author"), "name", "missiondesk")
    for entry in feed.entries:
        _entry(root, entry)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(root: etree._Element, entry: FeedEntry) -> None:
    element = _add(root, "entry")
    element.set(_LANGUAGE, entry.language)
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _time(entry.updated))
    _link(element, entry.url)
    if entry.author:
        _add(_add(element, "author"), "name", entry.author)
    _add(element, "summary", entry.summary)


def _add(parent: etree._Element, name: str, text: str = "") -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    element.text = _plain(text) or None
    return element


def _link(parent: etree._Element, url: str) -> None:
    link = _add(parent, "link")
    for name, value in (("rel", "alternate"), ("type", "text/html"), ("href", url)):
        link.set(name, value)


def _plain(text: str) -> str:
    """On one line, without what XML cannot hold."""
    return " ".join(_NO_XML.sub("", text).split())


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
