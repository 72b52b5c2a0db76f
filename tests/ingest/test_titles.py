from __future__ import annotations

import pytest

from ingest.block import Block
from ingest.titles import choose_title, sensible


@pytest.mark.parametrize(
    "stated",
    [
        "Microsoft Word - raport final.doc",
        "Untitled",
        "untitled document",
        "(anonymous)",
        "doc_final_2.docx",
        "IMG_2041",
        "",
        "—",
    ],
)
def test_machine_titles_are_refused(stated: str) -> None:
    assert sensible(stated) is None


def test_metadata_come_first() -> None:
    assert choose_title("Guide for newcomers", [Block("heading", "Welcome")], "a.pdf") == "Guide for newcomers"


def test_a_subject_line_is_the_title() -> None:
    blocks = [
        Block("paragraph", "9 Decembrie 2016, Constanța"),
        Block("heading", "COMUNICAT DE PRESĂ"),
        Block("heading", "Ref. Cea de-a doua întâlnire a avut loc la Constanța"),
    ]
    assert choose_title(None, blocks, "x.txt") == "Cea de-a doua întâlnire a avut loc la Constanța"


def test_dates_bylines_and_kinds_of_text_are_no_titles() -> None:
    blocks = [
        Block("paragraph", "24 Nov 2011"),
        Block("paragraph", "by Camilla Azzini"),
        Block("heading", "PRESS RELEASE"),
        Block("heading", "Migration and Health Unit"),
    ]
    assert choose_title(None, blocks, "x.txt") == "Migration and Health Unit"


def test_first_words_end_at_a_word() -> None:
    title = choose_title(None, [Block("paragraph", "Le bureau accompagne les personnes " * 6 + ".")], "x.txt")
    assert len(title) <= 90
    assert title.endswith("…")
    assert title.removesuffix("…").split()[-1] in {"Le", "bureau", "accompagne", "les", "personnes"}


def test_a_heading_after_the_text_has_begun_is_a_section() -> None:
    blocks = [Block("paragraph", "The unit promotes durable solutions. " * 8), Block("heading", "Midnimo Approach")]
    assert choose_title(None, blocks, "x.txt").startswith("The unit promotes durable solutions.")


def test_the_name_is_the_last_resort() -> None:
    assert choose_title(None, [Block("row", "1 | 2")], "price_list-2024.txt") == "price list 2024"
    assert choose_title(None, [], ".txt") != ""


def test_an_office_in_capitals_is_not_the_title_of_its_text() -> None:
    blocks = [
        Block("heading", "OFICINA DE SEVILLA"),
        Block("paragraph", "Programa «Puerta Abierta»: guía de los pisos"),
        Block("paragraph", "22 de enero de 2024"),
        Block("paragraph", "Esta guía explica a las familias cómo pedir plaza en los pisos de acogida."),
        Block("heading", "Quién puede pedir plaza"),
    ]
    assert choose_title(None, blocks, "x.txt") == "Programa «Puerta Abierta»: guía de los pisos"
    assert choose_title(None, [blocks[0], *blocks[3:]], "x.txt") == "OFICINA DE SEVILLA"
