"""Small files of every format, made by the libraries people's programs stand for, or by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, time
from email.message import EmailMessage
from typing import Any

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment
from pptx import Presentation
from pptx.util import Inches

Contents = Mapping[str, bytes | str]


def zipped(contents: Contents, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in contents.items():
            target.writestr(name, data)
    return buffer.getvalue()


def changed(package: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The package with each part as `change` returns it, without those for which that is None."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        parts = {name: change(name, source.read(name)) for name in source.namelist()}
    return zipped({name: data for name, data in parts.items() if data is not None})


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return _saved(document)


def xlsx(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book)
    return _saved(book)


def fill_offices(book: Any) -> None:
    sheet = book.active
    sheet.title = "Birouri"
    sheet.append(["Birouri pentru migranți"])
    sheet.append([])
    sheet.append(["Oraș", "Telefon", "Program", "Din", "Secret", "Ocupare"])
    sheet.append(["Constanța", 241_123, "luni și\nmarți", date(2024, 3, 5), "ascuns", 0.25])
    sheet.append(["București", 12.5, time(9, 30), None, "ascuns", None])
    sheet.append(["Rând ascuns", 1, "x", None, None, None])
    sheet.append(["=1+1", True, None, None, None, None])
    sheet.append(["Filiale"])
    sheet["B4"].number_format = "0000000"
    sheet["C4"].alignment = Alignment(wrap_text=True)
    sheet["F4"].number_format = "0%"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["E"].hidden = True
    hidden = book.create_sheet("Ascuns")
    hidden.append(["Foaie ascunsă", "cu date"])
    hidden.sheet_state = "hidden"
    arabic = book.create_sheet("مكاتب")
    arabic.append(["المدينة", "العنوان"])
    arabic.append(["عمّان", "شارع الجامعة"])


def pptx(fill: Callable[[Any], None]) -> bytes:
    deck = Presentation()
    fill(deck)
    return _saved(deck)


def fill_slides(deck: Any) -> None:
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = "دليل الوافدين الجدد"
    first.placeholders[1].text = "مكتب بورتوفينتو"
    second = deck.slides.add_slide(deck.slide_layouts[1])
    second.shapes.title.text = "Cum obții\vajutor"
    body = second.placeholders[1].text_frame
    body.text = "Vino la birou cu un act de identitate."
    body.add_paragraph().text = "Completează formularul."
    box = second.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1)).text_frame
    box.text = "Biroul este deschis de luni până vineri."
    box.add_paragraph().text = "• Ajutorul este gratuit"
    second.notes_slide.notes_text_frame.text = "Notă pentru vorbitor: nu spune bugetul."
    hidden = second.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1))
    hidden.text_frame.text = "Formă ascunsă"
    hidden._element._nvXxPr.cNvPr.set("hidden", "1")
    third = deck.slides.add_slide(deck.slide_layouts[5])
    third.shapes.title.text = "Diapozitiv ascuns"
    third._element.set("show", "0")
    fourth = deck.slides.add_slide(deck.slide_layouts[5])
    fourth.shapes.title.text = "Program"
    table = fourth.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for place, text in enumerate(("Zi", "Ora", "Luni", "9:00")):
        table.cell(place // 2, place % 2).text = text
    group = fourth.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(3), Inches(1)).text_frame.text = "Text în grup"


ODT_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">
<office:automatic-styles>
<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>
<style:style style:name="P1" style:parent-style-name="Title"/>
</office:automatic-styles><office:body><office:text>
<text:tracked-changes>
<text:changed-region><text:deletion><text:p>Text șters</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:p text:style-name="P1">Ghid pentru nou-veniți</text:p>
<text:h text:outline-level="2">Unde<text:s text:c="2"/>mergi</text:h>
<text:p>Biroul este deschis <text:span>luni</text:span><text:note><text:note-citation>1</text:note-citation>
<text:note-body><text:p>În afara sărbătorilor.</text:p></text:note-body></text:note> și marți.
<text:span text:style-name="T1"> Ascuns.</text:span>
<office:annotation><text:p>Comentariu</text:p></office:annotation></text:p>
<text:p>Strada Farului 1<text:line-break/>900001 Constanța</text:p>
<text:list><text:list-item><text:p>un act de identitate</text:p><text:list><text:list-item><text:p>sau o copie</text:p>
</text:list-item></text:list></text:list-item></text:list>
<text:section text:display="none"><text:p>Secțiune ascunsă</text:p></text:section>
<text:p><text:hidden-paragraph text:is-hidden="true"/>Paragraf ascuns</text:p>
<text:p><draw:frame><draw:text-box><text:p>Text în casetă</text:p></draw:text-box></draw:frame></text:p>
<text:p><draw:custom-shape><text:p>Text în formă</text:p></draw:custom-shape></text:p>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Zi</text:p></table:table-cell>
<table:table-cell><text:p>Ora</text:p></table:table-cell></table:table-row></table:table-header-rows>
<table:table-row><table:table-cell><text:p>Luni</text:p></table:table-cell><table:table-cell><text:p>9:00</text:p>
</table:table-cell></table:table-row>
<table:table-row table:visibility="collapse"><table:table-cell><text:p>Rând ascuns</text:p></table:table-cell>
</table:table-row></table:table>
</office:text></office:body></office:document-content>"""
ODT_META = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Ghidul nostru</dc:title>
<dc:language>ro-RO</dc:language></office:meta></office:document-meta>"""
ODT_MIME = "application/vnd.oasis.opendocument.text"


def odt(content: str = ODT_CONTENT, **more: str) -> bytes:
    return zipped({"mimetype": ODT_MIME, "content.xml": content, "meta.xml": ODT_META, **more})


EPUB_CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
EPUB_OPF = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>دليل الحياة</dc:title><dc:language>ar</dc:language>
<dc:creator>Ufficio</dc:creator><dc:date>2023-09-14</dc:date></metadata><manifest>
<item id="two" href="text/second%20one.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/first.xhtml" media-type="application/xhtml+xml"/>
<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
EPUB_CHAPTER = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/>
<script src="x.js"/></head><body><h1>{head}</h1><p>{text}</p><ul><li>{item}</li></ul>
<p style="display:none">مخفي</p></body></html>"""


def epub(**more: str) -> bytes:
    first = EPUB_CHAPTER.format(head="الوصول", text="المكتب مفتوح يوم الاثنين. كل الخدمات مجانية.", item="جواز السفر")
    second = EPUB_CHAPTER.format(head="السكن", text="يمكن للجميع طلب المساعدة في السكن.", item="عقد الإيجار")
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": EPUB_CONTAINER,
            "OPS/book.opf": EPUB_OPF,
            "OPS/text/second one.xhtml": second,
            "OPS/text/first.xhtml": first,
            "OPS/nav.xhtml": EPUB_CHAPTER.format(head="Contents", text="1", item="2"),
            **more,
        }
    )


def eml(plain: str | None, page: str | None = None, *, charset: str = "utf-8", attach: bool = True) -> bytes:
    message = EmailMessage()
    message["From"] = "Ștefania Popa <stefania@example.org>"
    message["To"] = "all@example.org"
    message["Subject"] = "Програма зустрічі"
    message["Date"] = "Tue, 05 Mar 2024 09:00:00 +0200"
    message["Message-ID"] = "<1@example.org>"
    if plain is not None:
        message.set_content(plain, charset=charset)
    if page is not None and plain is not None:
        message.add_alternative(page, subtype="html")
    elif page is not None:
        message.set_content(page, subtype="html")
    if attach:
        message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Розклад.pdf")
    return message.as_bytes()


def _saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
