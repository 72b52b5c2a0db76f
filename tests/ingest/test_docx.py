"""Word documents: hidden text goes, white letters on colour stay, notes follow the paragraph that refers to them.

Pages are numbered only where they are sure, and long documents take time in proportion to their length.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from ingest.readers import read
from tests.ingest import made_files as made

SEEN = "The office is open on Monday."
NOTES = b"""<?xml version="1.0" encoding="UTF-8"?>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Not on public holidays.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def saved(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def texts(document: WordDocument) -> list[str]:
    return [block.text for block in read(saved(document), "a.docx").blocks]


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


def style_hides(document: WordDocument, kind: WD_STYLE_TYPE, trick: str) -> None:
    """A second paragraph whose style is based on one that hides its letters."""
    base, style = document.styles.add_style("Unseen", kind), document.styles.add_style("Also unseen", kind)
    style.base_style = base
    if trick == "vanish":
        base.font.hidden = True
    else:
        base.font.color.rgb = RGBColor(255, 255, 255)
    if kind is WD_STYLE_TYPE.PARAGRAPH:
        document.add_paragraph("HIDDEN words", style=style)
    else:
        document.paragraphs[0].add_run(" HIDDEN words", style=style)


def properties(document: WordDocument, xml: str) -> None:
    """A second paragraph with these `w:pPr`."""
    paragraph = document.add_paragraph("HIDDEN words")._p
    paragraph.insert(0, parse_xml(f"<w:pPr {nsdecls('w')}>{xml}</w:pPr>"))


def box(paragraph: Paragraph, place: str, mark: str = "") -> None:
    """A text box at `place`, as Word writes them, in its new form and in the one for old programs."""
    words = "<w:txbxContent><w:p><w:r><w:t>HIDDEN words</w:t></w:r></w:p></w:txbxContent>"
    paragraph.add_run()._r.append(
        parse_xml(
            f"""<mc:AlternateContent {nsdecls("w", "wp", "a")} xmlns:v="urn:schemas-microsoft-com:vml"
            xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
            xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">
            <mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:positionH relativeFrom="page">
            <wp:posOffset>{place}</wp:posOffset></wp:positionH><wp:docPr id="1" name="Box" descr="HIDDEN words" {mark}/>
            <a:graphic><a:graphicData><wps:wsp><wps:txbx>{words}</wps:txbx></wps:wsp></a:graphicData></a:graphic>
            </wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{words}</v:textbox></v:shape>
            </w:pict></mc:Fallback></mc:AlternateContent>"""
        )
    )


def hidden_row(document: WordDocument) -> None:
    row = document.add_table(rows=1, cols=1).rows[0]
    row.cells[0].text = "HIDDEN words"
    row._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))


def old_box(document: WordDocument, style: str) -> None:
    document.paragraphs[0].add_run()._r.append(
        parse_xml(
            f"""<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape style="{style}"><v:textbox>
            <w:txbxContent><w:p><w:r><w:t>HIDDEN words</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape>
            </w:pict>"""
        )
    )


def comment(document: WordDocument) -> None:
    document.add_comment(document.paragraphs[0].runs, text="HIDDEN words", author="HIDDEN words")


def changes(document: WordDocument) -> None:
    run = "<w:r><w:t>HIDDEN words</w:t></w:r>"
    moved = parse_xml(f'<w:moveFrom {nsdecls("w")} w:id="1" w:author="a">{run}</w:moveFrom>')
    deleted = parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="a">{run.replace("w:t>", "w:delText>")}</w:del>')
    document.paragraphs[0]._p.extend([moved, deleted])


UNSEEN: dict[str, Callable[[WordDocument], None]] = {
    "paragraph style vanishes": lambda document: style_hides(document, WD_STYLE_TYPE.PARAGRAPH, "vanish"),
    "letter style vanishes": lambda document: style_hides(document, WD_STYLE_TYPE.CHARACTER, "vanish"),
    "paragraph style is white": lambda document: style_hides(document, WD_STYLE_TYPE.PARAGRAPH, "white"),
    "letter style is white": lambda document: style_hides(document, WD_STYLE_TYPE.CHARACTER, "white"),
    "indented off the page": lambda document: properties(document, '<w:ind w:left="-30000"/>'),
    "framed off the page": lambda document: properties(document, '<w:framePr w:x="-30000" w:y="1"/>'),
    "hidden row": hidden_row,
    "box off the page": lambda document: box(document.paragraphs[0], "-20000000"),
    "hidden box": lambda document: box(document.paragraphs[0], "0", 'hidden="1"'),
    "old box off the page": lambda document: old_box(document, "position:absolute;margin-left:-9999pt"),
    "hidden old box": lambda document: old_box(document, "visibility: hidden"),
    "comment": comment,
    "moved and deleted words": changes,
}


@pytest.mark.parametrize("hide", UNSEEN.values(), ids=UNSEEN.keys())
def test_hidden_words(hide: Callable[[WordDocument], None]) -> None:
    document = Document()
    document.add_paragraph(SEEN)
    hide(document)
    assert b"HIDDEN" in b"".join(part.blob for part in document.part.package.iter_parts())
    assert texts(document) == [SEEN]


def test_words_in_boxes_and_white_on_a_styles_colour_are_read_once() -> None:
    document = Document()
    box(document.add_paragraph(SEEN), "914400")
    banner = document.styles.add_style("Banner", WD_STYLE_TYPE.PARAGRAPH)
    banner.font.color.rgb = RGBColor(255, 255, 255)
    shade(banner.element.get_or_add_pPr(), "003399")
    document.add_paragraph("Shown words", style="Banner")
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "Cell."
    box(cell.paragraphs[0], "914400")
    assert texts(document) == [SEEN, "HIDDEN words", "Shown words", "Cell. HIDDEN words"]


def test_characters_no_one_sees() -> None:
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "HIDDEN words")
    assert [block.text for block in read(made.docx(f"The off\u200bice{tags} is\u2060 open."), "a.docx").blocks] == [
        "The office is open."
    ]


def test_headings_by_style_by_a_style_below_and_by_outline() -> None:
    document = Document()
    for name in ("Chapter", "Chapter of the annex"):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    document.styles["Chapter"].base_style = document.styles["Heading 2"]
    document.styles["Chapter of the annex"].base_style = document.styles["Chapter"]
    document.add_heading("Guide", 1)
    document.add_paragraph("Who may come", style="Chapter")
    document.add_paragraph("What to bring", style="Chapter of the annex")
    outlined = document.add_paragraph("Where to go, and when.")
    outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="3"/>'))
    body = document.add_paragraph(SEEN)
    body._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="9"/>'))
    found = [(block.kind, block.level) for block in read(saved(document), "a.docx").blocks]
    assert found == [("heading", 1), ("heading", 2), ("heading", 2), ("heading", 4), ("paragraph", 0)]


def link(document: WordDocument, words: str, target: str) -> None:
    identifier = document.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    document.add_paragraph("Write: ")._p.append(
        parse_xml(f'<w:hyperlink {nsdecls("w", "r")} r:id="{identifier}"><w:r><w:t>{words}</w:t></w:r></w:hyperlink>')
    )


def test_links_keep_the_addresses_that_are_their_point() -> None:
    document = Document()
    link(document, "here", "https://example.org/form")
    link(document, "to the desk", "mailto:desk@example.org")
    link(document, "the guide of 2024", "https://example.org/guide")
    assert texts(document) == [
        "Write: here (https://example.org/form)",
        "Write: to the desk (desk@example.org)",
        "Write: the guide of 2024",
    ]


def with_pages(document: WordDocument, pages: int | None) -> bytes:
    stated = "" if pages is None else f"<Pages>{pages}</Pages>"
    app = f"<Properties xmlns='http://x'>{stated}</Properties>".encode()
    return made.changed(saved(document), lambda name, held: app if name == "docProps/app.xml" else held)


def rendered(run: Run) -> None:
    run._r.insert(0, OxmlElement("w:lastRenderedPageBreak"))


def as_word_writes() -> WordDocument:
    """Three pages: one begins in a paragraph after a line break, the other where the author set a break, in a table."""
    document = Document()
    run = document.add_paragraph("One.").add_run()
    run.add_break()
    rendered(document.paragraphs[0].add_run("Two."))
    document.add_paragraph("Still two.").add_run().add_break(WD_BREAK.PAGE)
    table = document.add_table(rows=2, cols=2)
    for cell in (table.cell(0, 0), table.cell(0, 1), table.cell(1, 1)):
        cell.text = "Three."
    rendered(table.cell(0, 0).paragraphs[0].runs[0])
    table.cell(0, 0).merge(table.cell(1, 0))
    return document


def test_pages_that_word_left() -> None:
    found = [(block.text, block.page) for block in read(with_pages(as_word_writes(), 3), "a.docx").blocks]
    assert found == [("One.", 1), ("Two.", 2), ("Still two.", 2), ("Three. | Three.", 3), ("Three. | Three.", 3)]


def test_pages_that_the_author_set() -> None:
    document = Document()
    for words in ("One.", "Two.", "Three."):
        document.add_paragraph(words).add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Four.")
    assert [block.page for block in read(with_pages(document, 4), "a.docx").blocks] == [1, 2, 3, 4]


@pytest.mark.parametrize("pages", [None, 1, 2, 4])
def test_pages_that_do_not_add_up_are_not_told(pages: int | None) -> None:
    assert {block.page for block in read(with_pages(as_word_writes(), pages), "a.docx").blocks} == {None}
    unbroken = Document()
    unbroken.add_paragraph(SEEN)
    assert {block.page for block in read(with_pages(unbroken, pages), "a.docx").blocks} == {None}


def test_rows_and_cells_in_content_controls_are_read() -> None:
    document = Document()
    table = document.add_table(rows=2, cols=2)
    for at, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"Cell {at}"
    for element in (table.rows[1]._tr, table.cell(0, 1)._tc):
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        element.getparent().replace(element, control)
        control[0].append(element)
    assert texts(document) == ["Cell 0 | Cell 1", "Cell 2 | Cell 3"]


def long_text(document: WordDocument) -> None:
    for number in range(1000):
        document.add_heading(f"Section {number}", 2)
        document.add_paragraph(f"Bring the paper of section {number}.", style="List Bullet")
        document.add_paragraph(f"Office {number} is open and ").add_run("helps everybody").bold = True
        document.add_paragraph(f"It is closed on day {number} of each year.")


def long_table(document: WordDocument) -> None:
    """One cell beside all others: python-docx looks for it row by row."""
    row = "<w:tr><w:tc><w:tcPr><w:vMerge{}/></w:tcPr><w:p><w:r><w:t>All</w:t></w:r></w:p></w:tc>"
    row += "<w:tc><w:p><w:r><w:t>Day {}</w:t></w:r></w:p></w:tc></w:tr>"
    rows = [row.format(' w:val="restart"' if number == 0 else "", number) for number in range(4000)]
    body: Any = document.element.body
    body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>"))


def contents_of_lines(document: WordDocument) -> None:
    document.add_paragraph("Index")
    for number in range(3999):
        document.add_paragraph(f"{number * 7919 % 10_007} lines of the office in Portovento")


@pytest.mark.parametrize("fill", [long_text, long_table, contents_of_lines])
def test_long_documents_take_time_in_proportion(fill: Callable[[WordDocument], None]) -> None:
    """Looking at each pair of 5,000 lines took 6 s; this takes under 2 s with coverage measured."""
    document = Document()
    fill(document)
    data = saved(document)
    started = time.process_time()
    assert len(read(data, "a.docx").blocks) >= 4000
    assert time.process_time() - started < 5
