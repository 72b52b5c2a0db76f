"""Frames whose words differ from page to page, recognised by where they stand."""

from __future__ import annotations

from datetime import date

import pytest

from index.document import Audience
from ingest.block import Reading
from ingest.draft import draft
from ingest.origin import Origin
from ingest.readers import read
from ingest.shared_frame import SharedFrames
from ingest.stamp_words import is_byline
from ingest.stamps import stamped
from ingest.waiting import Waiting

PAGE = """<html><body><div class="top"><div>{head}</div></div><div class="way">{way}</div>
<div class="text"><h1>{title}</h1><div class="by">{by}</div><div class="own">{own}</div></div>
<div class="after"><div>{after}</div></div><div class="end">{end}</div></body></html>"""
OWN = "<p>The office in street {n} helps newcomers with forms, schools and health cards, number {n} of them all.</p>"
TITLES = ("Health cards", "Schools", "Rent and heating", "Work permits", "Language courses", "Banks", "Buses", "Taxes")


def site(**parts: list[str]) -> list[str]:
    """What is left of each page's text, its own paragraph left out; `parts` are the page's by the template's names."""
    pages = len(TITLES)
    empty = [""] * pages
    readings = [
        read(
            PAGE.format(
                title=TITLES[n],
                own=OWN.format(n=n + 1) + parts.get("own", empty)[n],
                **{name: parts.get(name, empty)[n] for name in ("head", "way", "by", "after", "end")},
            ).encode(),
            "page.html",
        )
        for n in range(pages)
    ]
    return [left(reading) for reading in stripped(readings)]


def stripped(readings: list[Reading]) -> list[Reading]:
    return SharedFrames().strip([f"https://office.example/{n}" for n in range(len(readings))], readings)


def left(reading: Reading) -> str:
    texts = (block.text for block in reading.blocks if not block.level)
    return " / ".join(text for text in texts if not text.startswith("The office in street"))


@pytest.mark.parametrize("place", ["head", "by", "end"])
def test_stamps_go_wherever_they_stand(place: str) -> None:
    assert site(**{place: [f"Updated {n + 1} May 2023, {n * 77} views" for n in range(8)]}) == [""] * 8


def test_other_pages_titles_go_though_they_are_no_links() -> None:
    assert site(after=[TITLES[(n + 3) % 8] for n in range(8)]) == [""] * 8


def test_the_way_to_a_page_goes() -> None:
    assert site(way=[f"Portal › {'Life' if n % 2 else 'Work'} › {TITLES[n]}" for n in range(8)]) == [""] * 8


def test_who_wrote_a_page_goes_where_few_write_many() -> None:
    assert site(by=[f"Written by {'Ilse Kern' if n % 2 else 'Omid Rahimi'}" for n in range(8)]) == [""] * 8


def test_dates_go_above_the_title_only() -> None:
    days = [f"{n + 1} May 2023" for n in range(8)]
    assert site(head=days) == [""] * 8
    assert site(by=days) == days
    assert site(end=days) == days


@pytest.mark.parametrize("place", ["by", "end"])
@pytest.mark.parametrize(
    "line",
    [
        "Apply until {n} May 2023",
        "Published 1 March 2023, deadline {n} May 2023",
        "Antragsfrist: {n}. Mai 2023",
        "Phone 0821 31022{n}",
        "Opens at {n} o'clock",
        "Seats: {n}, with a table for children and their parents in the room next door",
    ],
)
def test_deadlines_and_numbers_stay(place: str, line: str) -> None:
    lines = [line.format(n=n + 1) for n in range(8)]
    assert site(**{place: lines}) == lines


def test_a_text_of_its_own_stays_where_other_pages_name_pages() -> None:
    lines = [TITLES[(n + 3) % 8] for n in range(7)] + ["Bring your passport before 30 June."]
    assert site(after=lines) == [""] * 7 + ["Bring your passport before 30 June."]


def test_what_only_few_pages_have_at_a_spot_stays() -> None:
    lines = ["Written by Ilse Kern"] * 4 + [""] * 4
    assert site(by=lines)[:4] == ["Written by Ilse Kern"] * 4


def test_a_date_that_goes_is_still_the_documents() -> None:
    parts = {"head": "", "way": "", "after": "", "end": ""}
    pages = [
        PAGE.format(title=TITLES[n], own=OWN.format(n=n), by=f"Updated {n + 1} May 2023", **parts) for n in range(8)
    ]
    readings = stripped([read(page.encode(), "page.html") for page in pages])
    assert [left(reading) for reading in readings] == [""] * 8
    origin = Origin("https://office.example/1", "https://office.example/1", "1")
    drafts = [draft(reading, origin, audience=Audience.PUBLIC, collection="site") for reading in readings]
    assert [each.date for each in drafts] == [date(2023, 5, n + 1) for n in range(8)]


def test_the_title_of_a_page_without_headings_stays() -> None:
    lines = [f"Portal\nUpdated {n + 1} May 2023\n{TITLES[n]}\nUpdated {n + 2} May 2023\n" for n in range(8)]
    body = "The office helps newcomers with forms, schools and health cards, and this is case {n} of them all.\n"
    texts = [read((head + body.format(n=n)).encode(), "page.txt") for n, head in enumerate(lines)]
    found = SharedFrames().strip([f"file:///texts/{n}.txt" for n in range(8)], texts)
    assert [reading.blocks[0].text for reading in found] == list(TITLES)


@pytest.mark.parametrize(
    ("line", "stamp"),
    [
        ("Zuletzt geändert am 21. Februar 2022", "zuletzt geändert am 0"),
        ("آخر تحديث: 12/03/2020", "آخر تحديث: 0"),
        ("Оновлено: ١٢/٠٣/٢٠٢٠", "оновлено: 0"),
        ("Ultima modifica: 3 maggio 2021", "ultima modifica: 0"),
        ("Hits: 4711", "hits: 0"),
        ("Mira Sommer14. Juli 201514 Min. Lesezeit32442 Aufrufe", "mira sommer0 0 min. lesezeit0 aufrufe"),
        ("Hits", ""),
        ("Visit us on 3 May 2024", ""),
        ("Updated 3 May 2023, closing date 5 May 2024", ""),
    ],
)
def test_stamps_are_told_by_their_words(line: str, stamp: str) -> None:
    assert stamped(line) == stamp


def test_sentences_are_no_bylines() -> None:
    assert is_byline("By A. Brandt")
    assert not is_byline("By train you reach the office in an hour.")
    assert not is_byline("Bystanders")


def test_the_first_pages_of_a_site_wait_for_the_next_ones() -> None:
    pages = [
        read(
            PAGE.format(title=title, own=OWN.format(n=title), way="", by="", head="Portal", after="", end="").encode(),
            "page.html",
        )
        for title in TITLES
    ]
    sources = [f"https://{'first' if n < 5 else 'second'}.example/{n}" for n in range(8)]
    waiting = Waiting[str](SharedFrames(), str)
    at_once = waiting.strip(list(zip(sources[:6], pages[:6], strict=True)))
    assert [source for source, _ in at_once] == sources[:5]
    later = [*waiting.strip(list(zip(sources[6:], pages[6:], strict=True))), *waiting.rest()]
    assert [source for source, _ in later] == sources[5:]
    assert all(reading.blocks[0].text != "Portal" for _, reading in [*at_once, *later])


def test_what_stands_beside_an_article_is_known_where_a_page_has_hardly_a_text() -> None:
    """Most pages are read from their article alone; what is around it is remembered all the same."""
    around = "<div>Ask us</div><p>All advice is free, and nobody is asked for papers.</p>"
    page = "<html><body>{around}<article><h1>{title}</h1>{own}</article><div>{around}</div></body></html>"
    readings = [
        read(
            page.format(around=around, title=title, own="" if n in (3, 5) else 3 * OWN.format(n=n)).encode(),
            "page.html",
        )
        for n, title in enumerate(TITLES)
    ]
    kept = SharedFrames().strip([f"https://example.org/{n}.html" for n in range(len(TITLES))], readings)
    assert "All advice is free, and nobody is asked for papers." in [block.text for block in kept[3].blocks]  # once
    assert [block.text for block in kept[5].blocks] == [TITLES[5]]
    assert next(block.text for block in kept[4].blocks) == TITLES[4]
