"""A conversation as a Word document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.text.paragraph import Paragraph

from assistant.messages import message
from ui.exports.conversation import Passage

# XML has no place for them.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STRONG = {"L": False, "R": True, "AL": True}


def word(title: str, passages: Iterable[Passage]) -> bytes:
    """Each answer is followed by its references; paragraphs in Arabic and the like run from right to left."""
    file = Document()
    file.core_properties.title = _whole(title)[:255]
    file.add_heading(_whole(title), 0)
    for passage in passages:
        _add(file, passage)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _add(file: WordDocument, passage: Passage) -> None:
    _direct(file.add_heading(_whole(passage.question), 1))
    for text in (*passage.paragraphs, *passage.remarks):
        _direct(file.add_paragraph(_whole(text)))
    if passage.references:
        _direct(file.add_heading(message("chat_sources", passage.language), 2))
    for reference in passage.references:
        _direct(file.add_paragraph(_whole(f"[{reference.number}] {reference.facts}, {reference.address}")))
        _direct(file.add_paragraph(_whole(reference.quote), style="Quote"))


def _direct(paragraph: Paragraph) -> None:
    """As its first letter runs, so that a chat in two scripts is read in both."""
    classes = (unicodedata.bidirectional(char) for char in paragraph.text)
    if next((_STRONG[name] for name in classes if name in _STRONG), False):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


def _whole(text: str) -> str:
    return _CONTROLS.sub("", text)
