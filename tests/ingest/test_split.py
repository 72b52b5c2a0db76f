from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from index.document import Audience, DocumentDraft
from ingest.block import Block, Reading
from ingest.draft import draft
from ingest.origin import Origin
from ingest.pieces import HARD
from ingest.tokens import estimate_tokens
from tests.ingest.checks import check_document

SENTENCE = "The centre supported many families with legal advice and lessons last year. "


def make(*blocks: Block, title: str | None = "A guide") -> DocumentDraft:
    return draft(Reading(blocks, title=title), Origin("s", "u", "n"), audience=Audience.PUBLIC, collection="default")


def bodies(document: DocumentDraft) -> list[str]:
    return [document.text[p.span.start : p.span.end] for p in document.passages]


def test_one_paragraph_of_a_thousand_characters_is_one_passage() -> None:
    document = make(Block("paragraph", (SENTENCE * 13).strip()))
    assert len(document.passages) == 1
    assert len(document.passages[0].sentences) == 13


def test_a_long_paragraph_is_cut_between_sentences_in_like_parts() -> None:
    document = make(Block("paragraph", (SENTENCE * 40).strip()))
    check_document(document)
    sizes = [len(body) for body in bodies(document)]
    assert max(sizes) < 1.4 * min(sizes)
    assert all(body.endswith("last year.") for body in bodies(document))


def test_sections_begin_passages_and_give_context() -> None:
    document = make(
        Block("heading", "A guide", 1),
        Block("heading", "Housing", 2),
        Block("paragraph", SENTENCE.strip() * 3),
        Block("heading", "Rent", 3),
        Block("paragraph", (SENTENCE * 20).strip()),
    )
    assert bodies(document)[0].startswith("A guide\n\nHousing\n\nThe centre")
    rent = [passage for passage in document.passages if passage.section == "Housing › Rent"]
    assert len(rent) >= 2
    assert rent[-1].context == "A guide › Housing › Rent"


def test_tiny_sections_share_a_passage() -> None:
    blocks = [
        block for n in range(6) for block in (Block("heading", f"Question {n}", 2), Block("paragraph", "Yes, it is."))
    ]
    assert len(make(*blocks).passages) < 3


def test_a_heading_is_never_the_last_of_a_passage() -> None:
    blocks = []
    for number in range(9):
        blocks += [Block("heading", f"Part {number}", 2), Block("paragraph", (SENTENCE * (number + 2)).strip())]
    document = make(*blocks)
    check_document(document)
    assert not any(body.splitlines()[-1].startswith("Part") for body in bodies(document))


def test_a_list_goes_with_its_lead_in() -> None:
    items = [Block("item", f"{SENTENCE.strip()} Number {n}") for n in range(14)]
    document = make(Block("paragraph", (SENTENCE * 11).strip()), Block("paragraph", "You need:"), *items)
    first = next(body for body in bodies(document) if "Number 0" in body)
    assert first.startswith("You need:")
    assert [p.context for p in document.passages if "Number 13" in document.text[p.span.start : p.span.end]] == [
        "A guide › You need:"
    ]


def test_items_and_rows_stand_on_lines_of_their_own() -> None:
    document = make(
        Block("item", "one"),
        Block("item", "two"),
        Block("item", "1. three"),
        Block("row", "a | b"),
        Block("row", "c | d"),
    )
    assert document.text == "• one\n• two\n1. three\n\na | b\nc | d"
    assert [document.text[s.start : s.end] for s in document.passages[0].sentences] == [
        "one",
        "two",
        "1. three",
        "a | b",
        "c | d",
    ]


@pytest.mark.parametrize("line", ["ภาษาไทย" * 20_000, "中文没有空格" * 20_000, "x" * 50_000, "слово " * 20_000])
def test_endless_lines_are_cut_to_the_window(line: str) -> None:
    document = make(Block("paragraph", line.strip()))
    check_document(document)
    assert all(estimate_tokens(body) <= HARD for body in bodies(document))


@pytest.mark.parametrize("unit", ["ภาษาไทยไม่มีช่องว่าง", "中文没有空格也没有标点"])
def test_a_line_without_end_takes_time_in_proportion(unit: str) -> None:
    """Ten megabytes of it: the limit is a tenth of what bad input may take, for a tenth of the size."""
    line = unit * (1_000_000 // len(unit.encode()))
    started = time.perf_counter()
    document = make(Block("paragraph", line))
    assert time.perf_counter() - started < 6
    assert "".join(bodies(document)) == line
    assert max(map(estimate_tokens, bodies(document))) <= HARD


def test_pages_are_those_of_the_first_own_block() -> None:
    document = make(Block("heading", "Part", 2, 1), Block("paragraph", SENTENCE.strip(), page=2))
    assert document.passages[0].page == 2


def test_passages_know_their_own_language() -> None:
    italian = "Il centro ha aiutato molte famiglie con consulenza legale e corsi di lingua durante l'anno passato. "
    document = make(Block("paragraph", (SENTENCE * 12).strip()), Block("paragraph", (italian * 8).strip()))
    assert [passage.language for passage in document.passages] == ["en", "it"]


def test_every_public_passage_keeps_its_words(shared_data: Path) -> None:
    for language in ("en", "ro", "ar"):
        lines = (shared_data / "xquad" / language / "corpus.jsonl").read_text("utf-8").splitlines()[:80]
        for record in map(json.loads, lines):
            check_document(make(Block("paragraph", " ".join(record["text"].split())), title=record["title"]))
