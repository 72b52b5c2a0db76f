"""Where a quote stands on the page of a PDF: in its place, in any script and however the page is turned, or nowhere."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from index.errors import ItemRejected
from ingest.block import Block
from ingest.options import ReadOptions
from ingest.pdf.locating import LEAST, Box, located
from ingest.pdf.picture import page_picture
from ingest.readers import read
from tests.ingest.pdf_files import page_objects, raw_pdf, text

SAMPLES = sorted((Path(__file__).parents[2] / "samples" / "documents").glob("*.pdf"))
UPPER = "The ferry leaves at nine from the northern pier."
LOWER = "Bring a passport and two photographs to the desk."


def made(entries: bytes = b"") -> bytes:
    return raw_pdf(page_objects(text(UPPER, 700) + text(LOWER, 500), entries=entries))


def places(data: bytes, quote: str, number: int = 1) -> tuple[list[Box], int, int]:
    document = pypdfium2.PdfDocument(data)
    page = document[number - 1]
    width, height = (round(side) for side in page.get_size())
    found = located(page, quote, width, height)
    page.close()
    document.close()
    return found, width, height


def blocks(path: Path) -> list[Block]:
    found = read(path.read_bytes(), path.name, ReadOptions()).blocks
    return [block for block in found if len(block.text) >= 20 and block.page is not None]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_each_block_of_a_pdf_is_found_again_and_those_of_another_are_not(path: Path) -> None:
    data = path.read_bytes()
    found = [bool(places(data, block.text, block.page or 1)[0]) for block in blocks(path)]
    assert len(found) > 15
    assert sum(found) == len(found)
    foreign = [block.text for other in SAMPLES if other != path for block in blocks(other)]
    assert [words for words in foreign if places(data, words)[0]] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_marks_of_blocks_that_follow_each_other_do_not_overlap(path: Path) -> None:
    data = path.read_bytes()
    marked = [places(data, block.text, 1)[0] for block in blocks(path) if block.page == 1]
    assert len(marked) > 8
    for number, one in enumerate(marked):
        for other in marked[number + 1 :]:
            assert not any(_overlap(a, b) for a in one for b in other)


def _overlap(one: Box, other: Box) -> bool:
    """By more than a letter's margin."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 3 and down > (one.bottom - one.top) / 2


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_marked_where_its_words_are(turn: int) -> None:
    (box,), width, height = places(made(b"/Rotate %d" % turn), UPPER)
    middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
    upright = {0: middle, 90: (middle[1], width - middle[0]), 180: (width - middle[0], height - middle[1])}
    x, y = upright.get(turn, (height - middle[1], middle[0]))
    assert 72 < x < 400
    assert 842 - 715 < y < 842 - 695


def test_a_page_that_is_cut_is_marked_where_its_words_are() -> None:
    (box,), width, height = places(made(b"/CropBox [50 400 550 800]"), UPPER)
    assert (width, height) == (500, 400)
    assert 20 <= box.left <= 24
    assert 85 <= box.top <= box.bottom <= 105


def test_half_of_a_quote_is_enough_and_less_is_not() -> None:
    assert LEAST == 0.5
    assert places(made(), f"{UPPER} It does not run in winter.")[0]
    assert places(made(), f"{UPPER} It does not run in winter, nor in spring, nor on days of public mourning.")[0] == []
    assert places(made(), "!?")[0] == []


def test_the_picture_is_as_wide_as_it_should_be_and_not_larger_than_allowed() -> None:
    data, marks = page_picture(made(), 1, LOWER, 800)
    assert (Image.open(io.BytesIO(data)).width, marks) == (801, 1)
    strip = page_picture(raw_pdf(page_objects(b"", entries=b"/CropBox [0 0 1 842]")), 1, "", 800)[0]
    width, height = Image.open(io.BytesIO(strip)).size
    assert width * height <= 8_100_000
    with pytest.raises(ItemRejected, match="no such page"):
        page_picture(made(), 2, "", 800)
