"""Word documents: hidden text goes, white letters on colour stay, notes follow the paragraph that refers to them."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.text.run import Run

from ingest.readers import read

NOTES = b"""<?xml version="1.0" encoding="UTF-8"?>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Not on public holidays.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def texts(document: WordDocument) -> list[str]:
    buffer = io.BytesIO()
    document.save(buffer)
    return [block.text for block in read(buffer.getvalue(), "a.docx").blocks]


def shade(parent: object, fill: str) -> None:
    mark = OxmlElement("w:shd")
    mark.set(qn("w:val"), "clear")
    mark.set(qn("w:fill"), fill)
    parent.append(mark)  # type: ignore[attr-defined]


@pytest.mark.parametrize("trick", ["vanish", "white", "pale", "tiny"])
def test_hidden_runs(trick: str) -> None:
    document = Document()
    paragraph = document.add_paragraph("The office is open on Monday.")
    run = paragraph.add_run(" HIDDEN words")
    if trick == "vanish":
        run.font.hidden = True
    elif trick == "tiny":
        run.font.size = Pt(1)
    else:
        run.font.color.rgb = RGBColor(255, 255, 255) if trick == "white" else RGBColor(250, 250, 255)
    assert texts(document) == ["The office is open on Monday."]


@pytest.mark.parametrize("place", ["run", "paragraph", "cell", "shown again", "grey"])
def test_white_on_colour_and_other_visible_runs(place: str) -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    run: Run = cell.paragraphs[0].add_run("Shown words")
    run.font.color.rgb = RGBColor(255, 255, 255)
    if place == "run":
        shade(run._r.get_or_add_rPr(), "003399")
    elif place == "paragraph":
        shade(cell.paragraphs[0]._p.get_or_add_pPr(), "003399")
    elif place == "cell":
        shade(cell._tc.get_or_add_tcPr(), "003399")
    else:
        run.font.color.rgb = RGBColor(120, 120, 120)
        run.font.hidden = False if place == "shown again" else None
    assert texts(document) == ["Shown words"]


def test_footnotes_follow_their_paragraph() -> None:
    document = Document()
    paragraph = document.add_paragraph("The office is open on Monday.")
    document.add_paragraph("It is closed on Sunday.")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, NOTES, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert texts(document) == ["The office is open on Monday.", "Not on public holidays.", "It is closed on Sunday."]
