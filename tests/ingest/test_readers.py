from __future__ import annotations

import io
import time
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.options import ReadOptions
from ingest.readers import html, read
from tests.ingest.checks import check_document
from tests.ingest.conftest import MakeDocument

PAGE = """<!doctype html><html lang="it"><head><title>Corsi di italiano | Ufficio di Portovento</title>
<meta property="article:published_time" content="2024-03-05T09:00:00+01:00"><style>p {color: red}</style></head><body>
<div id="cookie-banner"><p>We use cookies to improve your experience on this website.</p><button>Accept</button></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/a">Chi siamo</a></li></ul></nav></header>
<main><h1>Corsi di italiano</h1><p>Il corso costa 30&nbsp;euro e dura <b>tre</b> mesi. La sede &egrave; in centro.</p>
<h2>Iscrizione</h2><p>Serve:</p><ul><li>passaporto valido</li><li>due foto <i>recenti</i></li></ul>
<table><tr><th>Giorno</th><th>Ora</th></tr><tr><td>Lunedì</td><td>9:00</td></tr></table>
<p>Via Roma 1<br>00100 Portovento</p><p style="display:none">Nascosto: chiama il 999.</p>
<details><summary>Chi può partecipare?</summary><p>Possono partecipare tutti.</p></details>
<script>alert("ciao")</script><!-- commento --></main>
<aside class="sidebar"><h3>Ultime notizie</h3><ul><li><a href="/n">Altra notizia</a></li></ul></aside>
<footer><p>© 2024 Ufficio di Portovento. Tutti i diritti riservati. Via del Faro 2</p></footer></body></html>"""


def shapes(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in reading.blocks]


def test_html() -> None:
    reading = read(PAGE.encode(), "corsi.html")
    assert (reading.title, reading.date, reading.language) == ("Corsi di italiano", date(2024, 3, 5), "it")
    assert shapes(reading) == [
        ("heading", "Corsi di italiano"),
        ("paragraph", "Il corso costa 30 euro e dura tre mesi. La sede è in centro."),
        ("heading", "Iscrizione"),
        ("paragraph", "Serve:"),
        ("item", "passaporto valido"),
        ("item", "due foto recenti"),
        ("row", "Giorno | Ora"),
        ("row", "Lunedì | 9:00"),
        ("paragraph", "Via Roma 1"),
        ("paragraph", "00100 Portovento"),
        ("heading", "Chi può partecipare?"),
        ("paragraph", "Possono partecipare tutti."),
    ]


def test_html_without_landmarks_loses_its_menu_by_what_trafilatura_finds() -> None:
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in ("Home", "Projects", "Contact"))
    text = "".join(
        f"<p>The office helped {n} families last year, and each of them got a card.</p>" for n in (12, 30, 45, 60)
    )
    menu = f"<div><ul>{links}</ul></div>"
    page = f"<html><body>{menu}<div><h1>A year of help</h1>{text}</div>{menu}</body></html>"
    reading = read(page.encode(), "x.html")
    assert [block.kind for block in reading.blocks] == ["heading", *["paragraph"] * 4]


def test_a_fragment_is_read_whole() -> None:
    fragment = '<div><p>Towns:</p><ul><li><a href="#">Bobingen</a></li><li><a href="#">Gersthofen</a></li></ul></div>'
    assert shapes(read(fragment.encode(), "x.html")) == [
        ("paragraph", "Towns:"),
        ("item", "Bobingen"),
        ("item", "Gersthofen"),
    ]


@pytest.mark.parametrize("encoding", ["windows-1251", "utf-16", "shift_jis"])
def test_html_encodings(encoding: str) -> None:
    words = {"windows-1251": "Довідка про безкоштовну допомогу", "shift_jis": "無料の支援についての案内"}.get(
        encoding, "Aide gratuite à côté"
    )
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{words}</p></body></html>'
    assert words in read(page.encode(encoding), "x.html").blocks[0].text


def test_deeply_nested_html_is_read() -> None:
    page = f"<html><body>{'<div>' * 1500}<p>The office is open on Monday.</p>{'</div>' * 1500}</body></html>"
    assert [block.text for block in read(page.encode(), "x.html").blocks] == ["The office is open on Monday."]


@pytest.mark.parametrize("tag", ["div", "span", "table><tr><td", "ul><li", "b"])
def test_html_nested_without_end_is_refused_at_once(tag: str) -> None:
    page = f"<html><body><p>The office is open.</p>{f'<{tag}>' * 100_000}<p>It is closed.</p></body></html>"
    started = time.perf_counter()
    with pytest.raises(ItemRejected, match="nested too deeply") as refused:
        read(page.encode(), "x.html")
    assert refused.value.code == "corrupt"
    assert time.perf_counter() - started < 30


def test_many_lines_and_links_take_time_in_proportion() -> None:
    lines = "".join(f"line {n} of <b>the</b> list<br>" for n in range(8_000))
    links = "".join(f'<a href="/{n}">page {n}</a> and ' for n in range(8_000))
    page = f"<body><h1>List</h1><div>{lines}</div><p>{links}</p>{'text<hr>' * 8_000}</body>"
    started = time.perf_counter()
    assert len(read(page.encode(), "x.html").blocks) > 1
    assert time.perf_counter() - started < 20


def test_html_tables_and_links() -> None:
    page = """<div><table><tr><th>Office</th><th>Day</th><th>Papers</th></tr>
    <tr><td rowspan="2">Portovento</td><td>Monday</td><td><ul><li>passport</li><li>photo</li></ul></td></tr>
    <tr><td>Tuesday</td><td>none</td></tr></table>
    <p>Write to <a href="mailto:desk@example.org?subject=x">the desk</a> or <a href="tel:+39061234567">call</a>.</p>
    <p>Apply <a href="https://example.org/apply">here</a>.</p>
    <p>See the <a href="https://example.org/map">map of the town</a> and mail
    <a href="mailto:desk@example.org">desk@example.org</a>.</p></div>"""
    assert shapes(read(page.encode(), "x.html")) == [
        ("row", "Office | Day | Papers"),
        ("row", "Portovento | Monday | passport; photo"),
        ("row", "Portovento | Tuesday | none"),
        ("paragraph", "Write to the desk (desk@example.org) or call (+39061234567)."),
        ("paragraph", "Apply here (https://example.org/apply)."),
        ("paragraph", "See the map of the town and mail desk@example.org."),
    ]


def test_a_table_that_arranges_a_page_is_no_table() -> None:
    text = "<p>The office helps newcomers with forms.</p>" * 4
    page = f"<body><table><tr><td><h2>Help</h2>{text}</td><td><ul><li>passport</li></ul></td></tr></table></body>"
    assert [block.kind for block in read(page.encode(), "x.html").blocks] == ["heading", *["paragraph"] * 4, "item"]


@pytest.mark.parametrize("declared", ["windows-1251", "shift_jis", "iso-8859-1", "utf-8", "no-such"])
@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("windows-1251", "Довідка про безкоштовну допомогу для біженців у місті, щодня від дев'ятої."),
        ("shift_jis", "無料の支援についての案内。役所は月曜から開いています。"),
        ("cp1250", "Constanţa: participanţii au fost mulţumiţi şi informaţi."),
        ("cp1252", "Perché è così: la città offrirà più servizi"),
        ("utf-16", "Aide gratuite à côté"),
        ("utf-16-le", "Free help for newcomers in town"),
        ("utf-8", "Ajutor gratuit și îndrumare"),
    ],
)
def test_html_with_a_wrong_charset(encoding: str, words: str, declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body><p>{words}</p></body></html>'
    assert [block.text for block in read(page.encode(encoding), "x.html").blocks] == [words]


def test_characters_that_are_none() -> None:
    page = b"\xef\xbb\xbf<body><p>one\x00 &#0;&#xD800;&#xFEFF;two \xed\xa0\xbd\xed\xb8\x80 \xed\xa0\x80three</p></body>"
    assert [block.text for block in html.read(page, "x.html", ReadOptions()).blocks] == ["one two 😀 three"]


def test_markdown() -> None:
    text = """---
title: "Ghid pentru nou-veniți"
date: 2023-09-14
lang: ro
---
# Ghid

Un paragraf **important** cu [o legătură](https://example.org/a_b)
care continuă. ![logo](logo.png)

Subtitlu
--------
- primul *element*
- al doilea
  continuat
1. pasul unu

| Zi | Ora |
|----|-----|
| Luni | 9:00 |

> citat

<footer>Licență CC BY</footer>
"""
    reading = read(text.encode(), "ghid.md")
    assert (reading.title, reading.date, reading.language) == ("Ghid pentru nou-veniți", date(2023, 9, 14), "ro")
    assert shapes(reading) == [
        ("heading", "Ghid"),
        ("paragraph", "Un paragraf important cu o legătură care continuă."),
        ("heading", "Subtitlu"),
        ("item", "primul element"),
        ("item", "al doilea continuat"),
        ("item", "1. pasul unu"),
        ("row", "Zi | Ora"),
        ("row", "Luni | 9:00"),
        ("paragraph", "citat"),
    ]


def test_wrapped_text_is_joined() -> None:
    text = (
        "HELP DESK\n\nThe office in Portovento helps newcomers with forms, schools and infor-\n"
        "mation about health cards. It is open from Monday to Friday, and every ser-\n"
        "vice is free of charge for all people who ask for it at the desk in time.\n\n"
        "* bring a passport\n* bring two photographs\n"
    )
    assert shapes(read(text.encode(), "x.txt")) == [
        ("heading", "HELP DESK"),
        (
            "paragraph",
            "The office in Portovento helps newcomers with forms, schools and information about health cards. "
            "It is open from Monday to Friday, and every service is free of charge for all people who ask for it at "
            "the desk in time.",
        ),
        ("item", "bring a passport"),
        ("item", "bring two photographs"),
    ]


def test_docx(tmp_path: Path, make_document: MakeDocument) -> None:
    document = Document()
    document.core_properties.title = "Microsoft Word - ghid.doc"
    document.add_heading("Дорога додому", 0)
    document.add_paragraph("5 березня 2024")
    document.add_heading("Хто може взяти участь", 1)
    document.add_paragraph("Участь можуть взяти всі охочі. Вона безкоштовна.")
    document.add_paragraph("паспорт", style="List Bullet")
    document.add_paragraph("", style="List Bullet")
    bold = document.add_paragraph()
    bold.add_run("Розклад").bold = True
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("День", "Час", "Понеділок", "9:00"), strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))
    data = (tmp_path / "a.docx").read_bytes()
    assert shapes(read(data, "a.bin")) == [
        ("heading", "Дорога додому"),
        ("paragraph", "5 березня 2024"),
        ("heading", "Хто може взяти участь"),
        ("paragraph", "Участь можуть взяти всі охочі. Вона безкоштовна."),
        ("item", "паспорт"),
        ("heading", "Розклад"),
        ("row", "День | Час"),
        ("row", "Понеділок | 9:00"),
    ]
    draft = make_document(data, "a.docx")
    assert (draft.title, draft.date, draft.language) == ("Дорога додому", date(2024, 3, 5), "uk")
    check_document(draft)


SENTENCE = "The centre in Portovento supported families with legal advice and lessons in the language of the country. "


def make_pdf(sections: int, *, columns: int = 1) -> bytes:
    """A handbook with running heads, page numbers and, with two columns, text that flows from one to the other."""
    styles = getSampleStyleSheet()
    buffer = io.BytesIO()
    width = 495 / columns - 10
    frames = [Frame(50 + column * (width + 20), 60, width, 700) for column in range(columns)]
    template = BaseDocTemplate(buffer, title="Handbook for helpers")

    def heads(canvas: object, page: BaseDocTemplate) -> None:
        canvas.drawString(50, 810, "Office of Portovento - Handbook")  # type: ignore[attr-defined]
        canvas.drawString(290, 25, f"Page {page.page}")  # type: ignore[attr-defined]

    template.addPageTemplates([PageTemplate(frames=frames, onPage=heads)])
    story = [Paragraph("Handbook for helpers", styles["Title"])]
    for number in range(sections):
        story.append(Paragraph(f"Section {number} about advice", styles["Heading2"]))
        story.append(
            Paragraph(f"Part {number} begins here. {SENTENCE * 5}It ends with number {number}.", styles["BodyText"])
        )
        story.append(Paragraph("• a first thing to bring along", styles["BodyText"]))
    template.build(story)
    return buffer.getvalue()


@pytest.mark.parametrize("columns", [1, 2])
def test_pdf(columns: int, make_document: MakeDocument) -> None:
    draft = make_document(make_pdf(12, columns=columns), "h.pdf")
    check_document(draft)
    assert draft.title == "Handbook for helpers"
    assert "Page 1" not in draft.text
    assert "Office of Portovento" not in draft.text
    quotes = {draft.text[s.start : s.end] for passage in draft.passages for s in passage.sentences}
    assert SENTENCE.strip() in quotes
    for number in range(12):
        assert {
            f"Part {number} begins here.",
            f"Section {number} about advice",
            f"It ends with number {number}.",
        } <= quotes
    assert "a first thing to bring along" in quotes
    assert {passage.page for passage in draft.passages} >= {1, 2}
    assert draft.passages[-1].section == "Section 11 about advice"


def test_pdf_metadata_title() -> None:
    assert read(make_pdf(1), "h.pdf").title == "Handbook for helpers"


def test_the_guide_in_two_formats_holds_the_same_facts(shared_data: Path, make_document: MakeDocument) -> None:
    folder = shared_data / "documents" / "guida_ricongiungimento_milano"
    for name in ("GUIDA_aggiornata-15_05_2018.pdf", "input.docx"):
        draft = make_document((folder / name).read_bytes(), name)
        check_document(draft)
        assert draft.language == "it"
        assert "Quale reddito bisogna dimostrare" in draft.text
        assert "marca da bollo" in draft.text


def test_romanian_cedillas_become_commas_and_turkish_ones_stay(make_document: MakeDocument) -> None:
    romanian = "Întâlnirea a avut loc la Constanţa şi a fost deschisă tuturor celor interesaţi de acest proiect."
    turkish = "Ofis pazartesi günü açıktır ve şehirde yaşayan herkes için hizmetler ücretsizdir."
    assert "Constanța și" in make_document(romanian.encode(), "a.txt").text
    assert "şehirde" in make_document(turkish.encode(), "b.txt").text


def test_blocks_have_no_line_breaks() -> None:
    reading = read(PAGE.encode(), "x.html")
    assert not any("\n" in block.text for block in reading.blocks)
    assert isinstance(reading.blocks[0], Block)


@pytest.mark.parametrize(("name", "form"), [("x.html", "<html><body><p>{}</p></body></html>"), ("x.txt", "{}")])
def test_a_stray_nul_does_not_make_a_text_binary(name: str, form: str) -> None:
    words = "The office is open\x00 on Monday, and every service is free of charge."
    assert [block.text for block in read(form.format(words).encode(), name).blocks] == [words.replace("\x00", "")]
