"""What printed pages need beyond their letters: boxes in place, no table of contents, rows kept together."""

from __future__ import annotations

import io

import pytest
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from ingest.block import Block
from ingest.contents import without_contents
from ingest.printed import PrintedLine, printed_blocks
from ingest.readers import read
from ingest.reading_order import in_place
from tests.ingest.pdf_files import page_objects, raw_pdf, text

BODY = "The office helps families who arrive in the city and need papers for a school or a doctor."


def line(text: str, y: float) -> PrintedLine:
    return PrintedLine(text, 10.0, y, False, 1)


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ([("a", 700), ("b", 500), ("box", 620), ("box2", 608)], ["a", "box", "box2", "b"]),
        ([("foot", 30), ("a", 700), ("b", 688)], ["foot", "a", "b"]),
        ([("head", 800), ("foot", 30), ("a", 700), ("b", 688)], ["head", "a", "b", "foot"]),
        ([("left", 700), ("left2", 688), ("left3", 676), ("right", 700), ("right2", 688)], None),
        ([("cell", 700), ("cell2", 688), ("other", 700), ("next", 670), ("other", 682)], None),
        ([], None),
    ],
)
def test_boxes_drawn_late(drawn: list[tuple[str, float]], read: list[str] | None) -> None:
    assert [each.text for each in in_place([line(*each) for each in drawn])] == (read or [name for name, _ in drawn])


def headings(*names: str) -> list[Block]:
    return [block for name in names for block in (Block("heading", name, 1), Block("paragraph", BODY))]


def entries(*names: str) -> list[Block]:
    return [Block("paragraph", name) for name in names]


def test_a_table_of_contents_goes() -> None:
    body = headings("Who may come", "How to ask for papers", "Where we are", "When it is open")
    listed = entries("Who may come .......... 3", "How to ask for papers 4", "Where we are … 7", "When it is open | 9")
    first = Block("heading", "Guide for families", 1)
    for title in ("Contents", "INDICE", "Cuprins:", "Зміст", "المحتويات"):
        assert without_contents([first, Block("heading", title, 1), *listed, *body]) == [first, *body]


def test_lists_under_other_titles_or_of_other_things_stay() -> None:
    body = headings("Who may come", "How to ask for papers", "Where we are", "When it is open")
    listed = entries("Who may come", "How to ask for papers", "Where we are", "When it is open")
    for blocks in (
        [Block("heading", "In short", 1), *listed, *body],
        [Block("heading", "Contents", 1), *entries("soap", "a towel", "rice", "two candles"), *body],
        [Block("heading", "Contents", 1), *listed[:2], *body[:4]],
    ):
        assert without_contents(blocks) == blocks


def test_rows_of_a_table_stay_together() -> None:
    rows = [["Office", "Telephone"], ["Portovento, harbour", "06 5550124"], ["Montebello, station", "06 5550177"]]
    buffer = io.BytesIO()
    styles = getSampleStyleSheet()
    SimpleDocTemplate(buffer).build([Paragraph(BODY, styles["Normal"]), Table(rows, colWidths=[200, 200])])
    blocks = read(buffer.getvalue(), "a.pdf").blocks
    assert [block.text for block in blocks if block.kind == "row"] == [" | ".join(row) for row in rows]


def test_pages_running_heads_and_divided_words() -> None:
    styles = getSampleStyleSheet()
    places = ("Portovento", "Montebello by the lake", "Vale", "the old harbour of San Marco")
    bodies = [f"The one in {place} is open. {BODY} Ask in {place} for more." for place in places]
    story = [Paragraph(body, styles["Normal"]) for body in bodies]
    flow = [part for paragraph in story for part in (paragraph, PageBreak())]

    def number(canvas: object, template: object) -> None:
        canvas.drawString(72, 40, f"Guide 2024 - page {canvas.getPageNumber()}")  # type: ignore[attr-defined]

    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build(flow, onFirstPage=number, onLaterPages=number)
    blocks = read(buffer.getvalue(), "a.pdf").blocks
    assert [(block.text, block.page) for block in blocks] == list(zip(bodies, range(1, 5), strict=True))


def test_a_raised_number_does_not_divide_its_line() -> None:
    content = text("The office opened in May", 700) + text("1", 705, x=206, size=7)
    content += text("and helps all.", 700, x=214)
    assert [block.text for block in read(raw_pdf(page_objects(content)), "a.pdf").blocks] == [
        "The office opened in May1 and helps all."
    ]


def test_bold_lines_in_the_margin_are_one_heading() -> None:
    lines = [PrintedLine(words, 10.0, 700.0 - 12 * at, True, 1) for at, words in enumerate(("Who", "may", "come?"))]
    body = [PrintedLine(BODY, 10.0, 700.0 - 12 * at, False, 1) for at in range(4)]
    first = printed_blocks([[*lines, *body]])[0]
    assert (first.kind, first.text) == ("heading", "Who may come?")
