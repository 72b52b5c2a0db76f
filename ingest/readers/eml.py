"""E-mails: who wrote them and when, their subject, their text, and the names of what is attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import AddressHeader
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.encoding import decode
from ingest.lines import has_words
from ingest.options import ReadOptions
from ingest.readers import html, text
from ingest.readers.properties import properties

_QUOTED = re.compile(r"^(?:>[ ]?)+", re.M)
_SIGNATURE = re.compile(r"\n-- ?\n")
_OWN_SHARE = 0.5  # of the web version's letters that the plain one must have; less is "see this mail in your browser"
_DAMAGE = (MessageError, ArithmeticError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the standard library is known to raise on headers and parts that break the format."""


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """One message. Attachments are named, not read: "Attachment: form.pdf". Raises ItemRejected `corrupt`."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        subject = _header(message, "subject")
        blocks = [
            Block("heading", subject, 1),
            Block("paragraph", _labelled("From", _header(message, "from"))),
            *_body(message),
            *(Block("item", _labelled("Attachment", file)) for file in _attachments(message)),
        ]
        said = {"title": subject, "author": _senders(message), "company": _header(message, "organization")}
        head = properties({**said, "language": _header(message, "content-language")})
        return replace(head, blocks=tuple(block for block in blocks if has_words(block.text)), date=_date(message))
    except _DAMAGE as error:
        raise ItemRejected("The e-mail is damaged: it cannot be read.", code="corrupt") from error


def _labelled(label: str, value: str) -> str:
    return f"{label}: {value}" if has_words(value) else ""


def _header(message: EmailMessage, name: str) -> str:
    return clean_line(str(message.get(name, "")))


def _senders(message: EmailMessage) -> str:
    """The names of who wrote it, without their addresses."""
    headers = [header for header in message.get_all("from", []) if isinstance(header, AddressHeader)]
    return ";".join(address.display_name for header in headers for address in header.addresses)


def _date(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(_header(message, "date")).date()
    except (ValueError, OverflowError):
        return None


def _body(message: EmailMessage) -> Iterator[Block]:
    """The plain text, or the web version where that says more."""
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    text_blocks = _text_blocks(_content(plain)) if plain is not None else ()
    page_blocks = _page_blocks(_content(page)) if page is not None else ()
    yield from text_blocks if _letters(text_blocks) >= _OWN_SHARE * _letters(page_blocks) else page_blocks


def _content(part: MIMEPart) -> str:
    """The part's text in the encoding it states, or, if that is wrong, in the likeliest."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def _text_blocks(body: str) -> tuple[Block, ...]:
    body = _SIGNATURE.sub("\n\n", _QUOTED.sub("", body.replace("\r\n", "\n")))
    return text.read(body.encode("utf-8", "ignore"), "", ReadOptions()).blocks


def _page_blocks(body: str) -> tuple[Block, ...]:
    return html.read(body.encode("utf-8", "ignore"), "", ReadOptions()).blocks if body.strip() else ()


def _letters(blocks: tuple[Block, ...]) -> int:
    return sum(character.isalnum() for block in blocks for character in block.text)


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments() if message.is_multipart() else ():
        name = part.get_filename() or ""
        if has_words(name):
            yield clean_line(name)
