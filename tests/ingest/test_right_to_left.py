from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.right_to_left import DrawnText, join_in_reading_order
from tests.ingest.checks import check_document
from tests.ingest.conftest import MakeDocument


@pytest.mark.parametrize(
    ("pieces", "line"),
    [
        ([("2022", 465), (" مارس", 505), ("3", 549), (" :", 566), ("تاريخ النشر", 570)], "تاريخ النشر: 3 مارس 2022"),
        ([("الخدمة", 575), ("الرقم", 395)], "الخدمة الرقم"),
        ([("مكتب عمان ", 550), ("+", 297), ("962 6 555", 307)], "مكتب عمان +962 6 555"),
        ([("962 6", 300), ("555", 340), (" هاتف", 400)], " هاتف 962 6555"),
        ([(".", 66), ("الاتصال سري", 62)], "الاتصال سري."),
        ([("Office ", 50), ("hours", 90)], "Office hours"),
        ([("نص واحد", 100)], "نص واحد"),
        ([], ""),
    ],
)
def test_order(pieces: list[tuple[str, float]], line: str) -> None:
    assert join_in_reading_order([DrawnText(text, x) for text, x in pieces]) == line


def test_an_arabic_page_printed_by_a_browser(make_document: MakeDocument) -> None:
    path = Path(__file__).parents[2] / "samples" / "documents" / "ar-safety-against-trafficking.pdf"
    draft = make_document(path.read_bytes(), path.name)
    check_document(draft)
    assert draft.title == "سافر بأمان: نصائح للوقاية من الاتجار بالأشخاص"
    assert draft.language == "ar"
    assert draft.date == date(2022, 3, 3)
    assert "962 6 555 0124" in draft.text
    assert "وكالة ميريديان للهجرة" in draft.text
