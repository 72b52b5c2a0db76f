from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from reportlab.pdfgen.canvas import Canvas

from ingest.block import Reading
from ingest.countries import country_code
from ingest.credits import name_in, names_in
from ingest.readers import read
from tests.ingest import made_files as made

BODY = (
    "<body><main><h1>Aiuto</h1><p>Lo sportello aiuta chi arriva con lettere, moduli e i primi appuntamenti.</p></main>"
)


def page(head: str, body: str = BODY) -> Reading:
    return read(f"<!doctype html><html lang='it'><head>{head}</head>{body}</html>".encode(), "page.html")


def test_meta_elements() -> None:
    found = page(
        """<meta name="author" content="Anna Rossi; Ion Popa"><meta name="DC.publisher" content="Croce Rossa">
        <meta property="og:site_name" content="Un sito"><meta name="geo.region" content="IT-RM">
        <meta property="article:section" content="Accoglienza"><meta name="DC.date.issued" content="5 marzo 2024">
        <meta property="article:modified_time" content="2026-01-01T08:00:00Z">"""
    )
    assert (found.authors, found.organisation, found.country) == (("Anna Rossi", "Ion Popa"), "Croce Rossa", "IT")
    assert (found.theme, found.date, found.language) == ("Accoglienza", date(2024, 3, 5), "it")


def test_linked_data() -> None:
    found = page(
        """<script type="application/ld+json">{broken</script>
        <script type="application/ld+json">{"@graph": [
          {"@type": "Organization", "name": "Un'altra", "address": {"addressCountry": "FR"}},
          {"@type": "NewsArticle", "datePublished": "2023-11-02T09:00:00+01:00", "dateModified": "2026-01-01",
           "author": [{"@type": "Person", "name": "Anna Rossi"}, "Ion Popa"], "publisher": {"name": "Croce Rossa"},
           "articleSection": ["Salute", "Lavoro"],
           "contentLocation": {"@type": "Place", "name": "Roma", "address": {"addressCountry": "Italia"}}}]}</script>"""
    )
    assert (found.date, found.authors) == (date(2023, 11, 2), ("Anna Rossi", "Ion Popa"))
    assert (found.organisation, found.country, found.theme) == ("Croce Rossa", "IT", "Salute")


def test_a_page_that_says_nothing() -> None:
    found = page("<title>Aiuto</title>")
    assert (found.date, found.authors, found.organisation, found.country, found.theme) == (None, (), None, None, None)


@pytest.mark.parametrize(
    "script", ["[" * 100_000, "null", "3", '{"@type": 5, "datePublished": {"a": 1}}', '{"@graph": 1}']
)
def test_linked_data_of_every_shape(script: str) -> None:
    found = page(f'<script type="application/ld+json">{script}</script>')
    assert found.date is None
    assert found.blocks


def test_the_day_of_a_crawl_or_change_is_no_date() -> None:
    changed = (
        '<meta property="article:modified_time" content="2026-01-01"><meta name="last-modified" content="2026-01-01">'
    )
    footer = BODY + "<footer><time datetime='2026-01-01'>1.1.2026</time></footer>"
    assert page(changed, footer).date is None
    marked = BODY.replace("</h1>", "</h1><time itemprop='datePublished' datetime='2024-03-05T10:00'>ieri</time>")
    assert page("", marked).date == date(2024, 3, 5)


def test_alternates() -> None:
    found = page(
        """<link rel="canonical" href="https://X.org/it/aiuto#top">
        <link rel="alternate" hreflang="it" href="https://x.org/it/aiuto">
        <link rel="alternate" hreflang="ro-RO" href="/ro/ajutor"><link rel="alternate" hreflang="x-default" href="/">
        <link rel="alternate" hreflang="fr" href="http://[broken">"""
    )
    assert found.address == "https://x.org/it/aiuto"
    assert found.translations[0] == "https://x.org/ro/ajutor"


def test_front_matter() -> None:
    head = "title: 'Ghid: taxe'\nauthors:\n  - Anna Rossi\n  - name: Ion Popa\norganisation: Crucea Roșie"
    more = "country: România\ntheme: taxe\ndate: 2024-03-05\nlang: ro"
    found = read(f"---\n{head}\n{more}\n---\n\nTaxa este de 45 de lei pe an.\n".encode(), "a.md")
    assert (found.title, found.authors) == ("Ghid: taxe", ("Anna Rossi", "Ion Popa"))
    assert (found.organisation, found.country, found.theme) == ("Crucea Roșie", "RO", "taxe")
    assert (found.date, found.language) == (date(2024, 3, 5), "ro")


def test_front_matter_that_is_not_quite_yaml() -> None:
    found = read(b"---\ntitle: Fees: what you pay\nauthor: Anna Rossi\n---\n\nThe fee is 45 euros a year.\n", "a.md")
    assert (found.title, found.authors) == ("Fees: what you pay", ("Anna Rossi",))


def test_word_properties() -> None:
    document = Document()
    document.add_paragraph("The desk is open on Monday, and every service is free.")
    properties = document.core_properties
    properties.title, properties.author, properties.category = "Opening hours", "Anna Rossi; Ion Popa", "Reception"
    saved = io.BytesIO()
    document.save(saved)
    found = read(saved.getvalue(), "a.docx")
    assert (found.title, found.authors, found.theme) == ("Opening hours", ("Anna Rossi", "Ion Popa"), "Reception")
    assert found.date is None, "a template was made on some day"
    with_company = with_app(saved.getvalue(), "<Properties xmlns='http://x'><Company>Red Cross</Company></Properties>")
    assert read(with_company, "a.docx").organisation == "Red Cross"
    assert read(with_app(saved.getvalue(), "<broken"), "a.docx").authors == ("Anna Rossi", "Ion Popa")


def with_app(data: bytes, app: str) -> bytes:
    """The Word file with other extended properties."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, app if name == "docProps/app.xml" else old.read(name))
    return changed.getvalue()


def test_pdf_information() -> None:
    saved = io.BytesIO()
    canvas = Canvas(saved)
    canvas.setTitle("Opening hours")
    canvas.setAuthor("Anna Rossi")
    canvas.setSubject("Reception")
    canvas.drawString(72, 700, "The desk is open on Monday, and every service is free.")
    canvas.save()
    found = read(saved.getvalue(), "a.pdf")
    assert (found.title, found.authors, found.theme, found.date) == (
        "Opening hours",
        ("Anna Rossi",),
        "Reception",
        None,
    )


WORDS = "The desk is open on Monday, and every service is free."


def test_presentation_and_spreadsheet_properties() -> None:
    def describe(core: Any) -> None:
        core.title, core.category, core.language = "Opening hours", "Reception", "en-GB"
        core.created = core.modified = datetime(2020, 1, 2)

    def deck(made_deck: Any) -> None:
        describe(made_deck.core_properties)
        made_deck.core_properties.author = "Anna Rossi; Ion Popa"
        made_deck.slides.add_slide(made_deck.slide_layouts[5]).shapes.title.text = WORDS

    def book(made_book: Any) -> None:
        describe(made_book.properties)
        made_book.properties.creator = "Anna Rossi; Ion Popa"
        made_book.active.append([WORDS])

    app = "<Properties xmlns='http://x'><Company>Red Cross</Company></Properties>"
    for data in (made.pptx(deck), made.xlsx(book)):
        found = read(with_app(data, app), "a")
        assert (found.title, found.theme, found.language) == ("Opening hours", "Reception", "en")
        assert (found.authors, found.organisation) == (("Anna Rossi", "Ion Popa"), "Red Cross")
        assert found.date is None, "the file's own"
        assert read(with_app(data, "<broken"), "a").organisation is None
    assert read(made.pptx(made.fill_slides), "a.pptx").authors == (), "the author of the library's template"


def test_open_document_properties() -> None:
    meta = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">
    <office:meta><dc:title>Ghid</dc:title><dc:subject>Primire</dc:subject><dc:language>ro-RO</dc:language>
    <dc:date>2026-01-01T10:00:00</dc:date>{}<dc:creator>Ion Popa</dc:creator></office:meta></office:document-meta>"""

    def described(author: str) -> Reading:
        data = made.odt()
        with zipfile.ZipFile(changed := io.BytesIO(), "w") as new, zipfile.ZipFile(io.BytesIO(data)) as old:
            for name in old.namelist():
                if name != "meta.xml":
                    new.writestr(name, old.read(name))
            new.writestr("meta.xml", meta.format(author))
        return read(changed.getvalue(), "a.odt")

    found = described("<meta:initial-creator>Anna Rossi</meta:initial-creator>")
    assert (found.title, found.theme, found.language, found.date) == ("Ghid", "Primire", "ro", None)
    assert found.authors == ("Anna Rossi",)
    assert described("").authors == ("Ion Popa",)


def test_e_book_properties() -> None:
    more = "<dc:creator>Ion Popa</dc:creator><dc:publisher>Croce Rossa</dc:publisher><dc:subject>Salute</dc:subject>"
    book = made.EPUB_OPF.replace("<dc:creator>Ufficio</dc:creator>", f"<dc:creator>Anna Rossi</dc:creator>{more}")
    found = read(made.epub(**{"OPS/book.opf": book}), "a.epub")
    assert (found.title, found.language, found.date) == ("دليل الحياة", "ar", date(2023, 9, 14))
    assert (found.authors, found.organisation, found.theme) == (("Anna Rossi", "Ion Popa"), "Croce Rossa", "Salute")


def test_mail_headers() -> None:
    found = read(made.eml("The meeting begins at nine."), "a.eml")
    assert (found.title, found.authors, found.theme) == ("Програма зустрічі", ("Ștefania Popa",), None)
    assert found.date == date(2024, 3, 5), "a letter is published when it is sent"
    head = b"From: desk@example.org, =?utf-8?q?Ana_Ro=C8=99ca?= <ana@example.org>\nOrganization: Red Cross\n"
    found = read(head + b"Content-Language: ro\nSubject: Hours\n\nThe desk is open on Monday.\n", "a.eml")
    assert (found.authors, found.organisation, found.language) == (("Ana Roșca",), "Red Cross", "ro")
    nobody = read(b"From: desk@example.org\nSubject: Hours\n\nThe desk is open on Monday.\n", "a.eml")
    assert (nobody.authors, nobody.organisation, nobody.date) == ((), None, None)


def test_names_that_programs_leave() -> None:
    machines = [
        "python-docx",
        "Microsoft Office User",
        "Utente1",
        "admin",
        "jsmith",
        "https://x.org/anna",
        "a@x.org",
        " ",
        "User",
    ]
    assert names_in(machines) == ()
    assert names_in(["Anna Rossi; Ion Popa", "Anna Rossi", "منظمة الهجرة"]) == (
        "Anna Rossi",
        "Ion Popa",
        "منظمة الهجرة",
    )
    assert name_in("x" * 200) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Italia", "IT"),
        ("it", "IT"),
        ("إيطاليا", "IT"),
        ("Румунія", "RO"),
        ("Moldova", "MD"),
        ("Europe", None),
        ("XX", None),
    ],
)
def test_countries(text: str, code: str | None) -> None:
    assert country_code(text) == code
