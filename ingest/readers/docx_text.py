"""The words of a Word document's paragraph: with insertions, without deletions, hidden runs and text boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docx.oxml.ns import qn
from lxml import etree

from ingest.cleaning import clean_line
from ingest.readers.docx_hidden import is_beside_page, is_hidden
from ingest.readers.docx_styles import Style, Styles, look
from ingest.readers.link import address_behind

NEW_PAGE = "\f"
"""Stands in a text where Word began a page when it last laid the document out; XML cannot hold it otherwise."""
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

_RUN, _TEXT, _BREAK, _LINK = map(qn, ("w:r", "w:t", "w:br", "w:hyperlink"))
_PAGE_MARK, _LINK_ID, _KIND = map(qn, ("w:lastRenderedPageBreak", "r:id", "w:type"))
_MARKS, _STYLE_MARK, _RUN_MARKS, _RUN_STYLE, _VAL = map(qn, ("w:pPr", "w:pStyle", "w:rPr", "w:rStyle", "w:val"))
_SIGNS = {qn("w:tab"): " ", qn("w:noBreakHyphen"): "-", qn("w:cr"): "\n"}
_APART = frozenset(
    {FALLBACK, *map(qn, ("w:p", "w:pPr", "w:rPr", "w:txbxContent", "w:del", "w:moveFrom", "w:drawing", "w:pict"))}
)
"""What holds no words of the paragraph it stands in."""


class Texts:
    """The texts of one part of a document, which `links` lead from, by the identifiers of their relationships.

    `explicit` counts breaks that an author set as new pages, instead of those that Word left where it began one.
    """

    def __init__(self, styles: Styles, links: Mapping[str, str], *, explicit: bool = False) -> None:
        self._styles = styles
        self._links = links
        self._explicit = explicit

    def style(self, paragraph: etree._Element) -> Style:
        """The style of a `w:p`."""
        marks = paragraph.find(_MARKS)
        mark = None if marks is None else marks.find(_STYLE_MARK)
        return self._styles.paragraph(None if mark is None else mark.get(_VAL))

    def text(self, paragraph: etree._Element) -> str:
        """The text of a `w:p`; a break in it is a line break, and pages begin at `NEW_PAGE`."""
        parts = "".join(self._pieces(paragraph, self.style(paragraph)))
        if is_beside_page(paragraph.find(_MARKS)):
            return NEW_PAGE * parts.count(NEW_PAGE)
        return parts

    def _pieces(self, parent: etree._Element, style: Style) -> Iterator[str]:
        for child in parent:
            if child.tag == _RUN:
                yield from self._run(child, style)
            elif child.tag == _LINK:
                words = "".join(self._pieces(child, style))
                address = address_behind(self._links.get(child.get(_LINK_ID, ""), ""), clean_line(words))
                yield f"{words} ({address})" if address and words.strip() else words
            elif child.tag not in _APART:
                yield from self._pieces(child, style)

    def _run(self, run: etree._Element, style: Style) -> Iterator[str]:
        is_seen = not self._is_hidden(run, style)
        for child in run:
            if child.tag == _PAGE_MARK:
                yield "" if self._explicit else NEW_PAGE
            elif child.tag == _BREAK:
                yield NEW_PAGE if self._explicit and child.get(_KIND) == "page" else ""
                yield "\n" if is_seen else ""
            elif is_seen and child.tag == _TEXT:
                yield child.text or ""
            elif is_seen and child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif is_seen and child.tag not in _APART:
                yield from self._pieces(child, style)

    def _is_hidden(self, run: etree._Element, style: Style) -> bool:
        marks = run.find(_RUN_MARKS)
        mark = None if marks is None else marks.find(_RUN_STYLE)
        own = look(marks)
        if mark is not None:
            own = own.over(self._styles.run_look(mark.get(_VAL)))
        return is_hidden(run, own.over(style.look))
