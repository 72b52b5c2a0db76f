"""Which kinds of content are worth reading, as servers name them; what a page is in the end, its content decides."""

from __future__ import annotations

from pathlib import PurePosixPath

from index.errors import ItemRejected
from ingest.web.address import Address

_NEVER = ("image/", "audio/", "video/", "font/", "model/")
_PROGRAMS = frozenset({"text/css", "text/javascript", "application/javascript", "application/wasm"})
_PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_NO_PAGES = """
    .jpg .jpeg .png .gif .svg .webp .avif .bmp .ico .tif .tiff .mp3 .mp4 .m4a .m4v .mov .avi .webm .ogg .wav .css .js
    .mjs .json .map .woff .woff2 .ttf .eot .exe .dmg .apk .iso .rss .atom .ics .vcf
"""
_NO_PAGE_SUFFIXES = frozenset(_NO_PAGES.split())


def refuse_media(media_type: str) -> None:
    """Raise ItemRejected `unsupported` for what cannot hold a text, before it is downloaded."""
    if media_type.startswith(_NEVER) or media_type in _PROGRAMS:
        raise ItemRejected(f"The server sends {media_type}, which is not supported.", code="unsupported")


def may_have_links(media_type: str, data: bytes) -> bool:
    """Whether this is a web page, whose links can be followed."""
    return media_type in _PAGES and (bool(media_type) or b"<" in data[:1024])


def may_be_text(address: Address) -> bool:
    """Whether a link is worth following: pictures, sounds and programs are told by their names."""
    return PurePosixPath(address.path).suffix.lower() not in _NO_PAGE_SUFFIXES
