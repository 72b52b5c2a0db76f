from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.right_to_left import Letter, Word, has_right_to_left, in_reading_order
from tests.ingest.checks import check_document
from tests.ingest.conftest import MakeDocument


def place(*words: tuple[str, float], size: float = 10.0, turned: bool = False) -> list[Word]:
    """Words at their left edges, letters half as wide as high, drawn as they are read or from left to right."""
    placed = []
    for text, left in words:
        own = has_right_to_left(text)
        order = reversed(text) if own else text
        letters = [Letter(letter, left + at * 5, left + at * 5 + 5) for at, letter in enumerate(order)]
        is_drawn_backwards = own and not turned
        placed.append(Word(tuple(reversed(letters)) if is_drawn_backwards else tuple(letters)))
    return placed


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([("2022", 465), ("مارس", 490), ("3", 515), ("تاريخ", 560), ("النشر:", 525)], "تاريخ النشر: 3 مارس 2022"),
        ([("الخدمة", 575), ("الرقم", 395)], "الخدمة الرقم"),
        ([("عمان", 380), ("مكتب", 405), ("+962", 297), ("6", 325), ("555", 340)], "مكتب عمان +962 6 555"),
        ([("962", 300), ("555", 320), ("هاتف", 400)], "هاتف 962 555"),
        ([("سري.", 62), ("الاتصال", 90)], "الاتصال سري."),
        ([("12/05/2022", 100), ("يوم", 160)], "يوم 12/05/2022"),
        ([("UNHCR", 100), ("office", 130), ("مكتب", 170)], "مكتب UNHCR office"),
        ([("نص", 130), ("واحد", 100)], "نص واحد"),
        ([], ""),
    ],
)
def test_order(words: list[tuple[str, float]], line: str, turned: bool) -> None:
    assert in_reading_order(place(*words, turned=turned), 10.0) == line


def test_a_ligature_keeps_its_letters_in_order() -> None:
    """The two letters of one sign share its place; PDFium gives them backwards where it turned the word."""
    straight = [Letter("ا", 30, 35), Letter("ل", 20, 30), Letter("إ", 20, 30), Letter("ن", 10, 20)]
    turned = [Letter("ن", 10, 20), Letter("إ", 20, 30), Letter("ل", 20, 30), Letter("ا", 30, 35)]
    for letters in (straight, turned):
        assert in_reading_order([Word(tuple(letters))], 10.0) == "الإن"


def test_a_word_that_a_mark_divided_is_whole() -> None:
    """PDFium ends the line at a raised mark and takes the letter under it for as narrow as the mark."""
    words = [
        Word((Letter("ج", 60, 68), Letter("ا", 55, 58))),
        Word((Letter("ن", 25, 30), Letter("ا", 20, 23)), is_cut=True),
        Word((Letter("ج", 12, 14), Letter("ٍ", 12, 14)), is_cut=True),
    ]
    assert in_reading_order(words, 10.0) == "جا ناجٍ"


def test_an_arabic_page_printed_by_a_browser(make_document: MakeDocument) -> None:
    path = Path(__file__).parents[2] / "samples" / "documents" / "ar-safety-against-trafficking.pdf"
    draft = make_document(path.read_bytes(), path.name)
    check_document(draft)
    assert draft.title == "سافر بأمان: نصائح للوقاية من الاتجار بالأشخاص"
    assert draft.language == "ar"
    assert draft.date == date(2022, 3, 3)
    assert "962 6 555 0124" in draft.text
    assert "وكالة ميريديان للهجرة" in draft.text
