from __future__ import annotations

import pytest

from ingest.block import Block, Reading
from ingest.frames import without_frame, without_frame_blocks
from ingest.shared_frame import SharedFrames

BODY = [
    "The office in Portovento helps newcomers with forms, schools and health cards.",
    "It is open from Monday to Friday, and every service is free of charge for all who ask.",
]


def strip(readings: list[Reading], frames: SharedFrames | None = None, start: int = 0) -> list[Reading]:
    sources = [f"file:///site/page{start + number}.html" for number in range(len(readings))]
    return (frames or SharedFrames()).strip(sources, readings)


def kept(lines: list[str]) -> list[str]:
    return [line for line in without_frame(lines) if line]


def test_entries_glued_to_their_slogans_go_with_the_whole_frame() -> None:
    frame = [
        "•",
        "Our Mission",
        "OUR MISSIONSince 1990 we have helped people on the move in all corners of the country.",
        "Partners",
        "Partners",
        "•",
        "Programmes",
        "ProgrammesFrom shelter to schooling, we work with towns and villages.",
        "- Reports",
        "- Press Room",
    ]
    assert kept([*frame, "New help desk opens in Portovento", *BODY]) == ["New help desk opens in Portovento", *BODY]


def test_a_title_printed_twice_after_a_frame_stays_once() -> None:
    frame = ["-", "About", "About", "Global site", "Global site"]
    assert kept([*frame, "Health cards", "Health cards", *BODY]) == ["Health cards", *BODY]


def test_one_sign_alone_is_mended_and_nothing_is_lost() -> None:
    assert kept(["Eligibility", "EligibilityAnyone who lives in the town may come.", *BODY]) == [
        "Eligibility",
        "Anyone who lives in the town may come.",
        *BODY,
    ]
    assert kept(["Health cards", "Health cards", *BODY]) == ["Health cards", *BODY]


def test_a_word_that_merely_begins_alike_is_not_glued() -> None:
    lines = ["Home", "Homeless people may come to the day centre for a meal and a shower.", *BODY]
    assert kept(lines) == lines


def test_plain_menus_go_and_the_title_stays() -> None:
    menu = ["Home", "Despre noi", "Proiecte", "Contact", "RO | EN | FR"]
    assert kept([*menu, "Cum reînnoiesc permisul", *BODY]) == ["Cum reînnoiesc permisul", *BODY]


def test_a_cover_page_is_not_a_menu() -> None:
    cover = ["Handbook", "for Volunteers", "Office of Portovento", "Third edition", ""]
    assert kept([*cover, *BODY]) == [*cover[:-1], *BODY]


def test_a_list_at_the_beginning_is_not_a_menu() -> None:
    lines = ["You need:", "- passport", "- two photographs", "- rent contract", *BODY]
    assert kept(lines) == lines


@pytest.mark.parametrize(
    "button",
    [
        "Download this presentation",
        "Read more",
        "Leggi tutto",
        "Citește mai mult",
        "Lire la suite",
        "اقرأ المزيد",
        "Читати далі",
    ],
)
def test_buttons_go(button: str) -> None:
    assert kept([BODY[0], button, BODY[1]]) == BODY


def test_sentences_that_begin_like_buttons_stay() -> None:
    line = "Download the Final Report of the project on behalf of children, women and local communities."
    assert kept([BODY[0], line, BODY[1]]) == [BODY[0], line, BODY[1]]


def test_notices_at_the_edges_go() -> None:
    cookies = "This website uses cookies to improve your experience. By browsing on you accept them."
    assert kept([cookies, *BODY, "Privacy policy", "© 2024 Office of Portovento. All rights reserved."]) == BODY


def test_a_text_about_cookies_stays() -> None:
    lines = [
        "How we use cookies",
        *BODY,
        *BODY,
        "A cookie is a small file that a website stores when you accept.",
        *BODY,
        *BODY,
    ]
    assert kept(lines) == lines


def test_breadcrumbs_go() -> None:
    assert kept(["Home > Services > Health", "Health cards", *BODY]) == ["Health cards", *BODY]


def test_a_letterhead_goes_and_the_project_block_stays() -> None:
    letterhead = [
        "EUROPEAN UNION",
        "",
        "Co-funded by",
        "EUROPEAN UNION",
        "",
        "Ministry of Welcome",
        "",
        "Ministry of Welcome",
        "",
    ]
    project = ["Project title: WELCOME+", "Contract number AB/15.03.02", ""]
    assert kept([*letterhead, *project, *BODY]) == [*project[:-1], *BODY]


def test_short_lines_that_come_once_are_no_letterhead() -> None:
    lines = ["Office of Portovento", "", "Help for newcomers", "", *BODY]
    assert kept(lines) == [line for line in lines if line]


def test_a_frame_that_would_take_all_is_none() -> None:
    lines = ["-", "About", "About", "IOM Global", "IOM Global"]
    assert kept(lines)


def test_blocks_lose_their_frame_too() -> None:
    blocks = [Block("item", "Home"), Block("item", "About us"), Block("item", "News"), Block("item", "Contact")]
    own = [Block("heading", "Health cards", 1), *(Block("paragraph", line) for line in BODY)]
    assert without_frame_blocks([*blocks, *own]) == own


def test_what_three_files_share_at_their_head_goes() -> None:
    frame = (Block("paragraph", "Office of Portovento, all services under one roof"), Block("item", "Opening hours"))
    footer = Block("paragraph", "Follow the office")
    contact = Block("paragraph", "Tel. 06 123 456")
    bodies = [[Block("paragraph", f"{line} ({number})") for line in BODY] for number in range(3)]
    readings = [Reading((*frame, *body, contact, footer)) for body in bodies]
    assert [list(r.blocks) for r in strip(readings)] == [[*body, contact] for body in bodies]
    assert strip(readings[:2]) == readings[:2]


def test_three_copies_of_one_text_stay_whole() -> None:
    reading = Reading(tuple(Block("paragraph", line) for line in BODY))
    assert strip([reading] * 3) == [reading] * 3


MENU = (Block("item", "Counselling"), Block("item", "Take part"), Block("paragraph", "Read what others wrote"))
SLOGAN = Block("paragraph", "We have helped people on the move in all corners of the country since 1990.")
ADDRESS = Block("paragraph", "Harbour Street 5, 12345 Portovento, phone 0123 456789")


def page(number: int, *after: Block) -> Reading:
    own = [
        Block("heading", f"Page {chr(65 + number)}", 1),
        *(Block("paragraph", f"{line} ({number})") for line in BODY),
    ]
    return Reading((*MENU, *own, *after, Block("paragraph", f"Last words of page {number}.")))


def texts(readings: list[Reading]) -> list[list[str]]:
    return [[block.text for block in reading.blocks] for reading in readings]


def test_what_all_pages_have_in_the_middle_goes_and_a_sentence_stays_once() -> None:
    banner = (Block("paragraph", "Support us"), SLOGAN, Block("item", "Donate now"))
    found = texts(strip([page(number, *banner) for number in range(8)]))
    assert all("Support us" not in page and "Counselling" not in page for page in found)
    assert sum(SLOGAN.text in page for page in found) == 1
    assert all(f"Last words of page {number}." in page for number, page in enumerate(found))


def test_pages_that_come_later_are_compared_with_those_before() -> None:
    frames = SharedFrames()
    strip([page(number) for number in range(8)], frames)
    later = strip([page(8)], frames, start=8)
    assert texts(later)[0][0] == "Page I"
    assert texts(strip([page(8)]))[0][0] == "Counselling"


def test_pages_of_other_sites_are_not_compared() -> None:
    readings = [page(number) for number in range(4)]
    sources = [f"https://{name}.example/a.html" for name in "abcd"]
    assert SharedFrames().strip(sources, readings) == readings


def test_a_site_saved_as_a_tree_is_one_source() -> None:
    sources = [f"file:///mirror/site/{number}/index.html" for number in range(6)]
    assert all(text[0].startswith("Page") for text in texts(SharedFrames().strip(sources, [page(n) for n in range(6)])))


def test_an_address_on_half_of_the_pages_stays_everywhere() -> None:
    readings = [page(number, *([ADDRESS] if number % 2 else [])) for number in range(12)]
    assert sum(ADDRESS.text in text for text in texts(strip(readings))) == 6


def test_the_address_of_the_whole_site_stays_on_one_page() -> None:
    found = texts(strip([page(number, ADDRESS) for number in range(12)]))
    assert [ADDRESS.text in text for text in found] == [True, *[False] * 11]


def test_headings_that_all_pages_share_stay_over_their_texts() -> None:
    readings = [
        Reading(
            (
                Block("heading", f"Office {number}", 1),
                Block("heading", "Opening hours", 2),
                Block("paragraph", f"From {number} to {number + 5} o'clock."),
                Block("paragraph", "Contact person"),
                Block("paragraph", f"Jane {chr(65 + number)}. Doe"),
            )
        )
        for number in range(10)
    ]
    assert strip(readings) == readings


def test_a_line_that_tells_its_value_heads_nothing() -> None:
    source = Block("paragraph", "Source: Town of Vale")
    readings = [
        Reading((Block("heading", f"Office {number}", 1), source, Block("paragraph", f"Open in street {number}.")))
        for number in range(10)
    ]
    assert not any(source.text in text for text in texts(strip(readings)))


def test_letters_made_from_one_form_stay_whole() -> None:
    form = tuple(Block("paragraph", f"Paragraph {chr(65 + n)}: {line}") for n in range(6) for line in BODY)
    readings = [Reading((Block("paragraph", f"Dear Ms {chr(65 + number)},"), *form)) for number in range(8)]
    assert strip(readings) == readings


def test_links_at_one_place_of_all_pages_are_frame_whatever_they_say() -> None:
    place = "div.more/div.page"
    readings = [page(number, Block("item", f"Another page {number}", place=place)) for number in range(8)]
    assert not any(text for text in texts(strip(readings)) if any(line.startswith("Another") for line in text))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.frame_memory._FOLDER_BLOCKS", 100)
    monkeypatch.setattr("ingest.frame_memory._BLOCKS", 300)
    frames = SharedFrames()
    for number in range(40):
        own = tuple(Block("paragraph", f"{number} {line}") for line in range(20))
        frames.strip([f"https://example.org/{number // 4}/{number}"], [Reading((*MENU, *own))])
    assert frames.remembered <= 300
    assert texts(frames.strip(["https://example.org/9/x"], [page(1)]))[0][0] == "Page B"
