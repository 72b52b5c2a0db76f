from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.readers import read
from tests.ingest import made_files as made
from tests.ingest.checks import check_document
from tests.ingest.conftest import MakeDocument


def shapes(reading: Reading) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in reading.blocks]


def test_xlsx() -> None:
    reading = read(made.xlsx(made.fill_offices), "a.bin")
    assert shapes(reading) == [
        ("heading", "Birouri"),
        ("paragraph", "Birouri pentru migranți"),
        ("row", "Oraș: Constanța; Telefon: 0241123; Program: luni și marți; Din: 2024-03-05; Ocupare: 25%"),
        ("row", "Oraș: București; Telefon: 12.5; Program: 09:30"),
        ("row", "Telefon: TRUE"),
        ("row", "Filiale"),
        ("heading", "مكاتب"),
        ("row", "المدينة: عمّان; العنوان: شارع الجامعة"),
    ]


def test_xlsx_without_names_of_its_own(make_document: MakeDocument) -> None:
    def fill(book: Any) -> None:
        book.active.title = "Foglio1"
        for row in (("Ufficio", "Telefono"), ("Roma", "06 123"), ("Torino", "011 456")):
            book.active.append(row)
        book.active["A900000"], book.active["XFD900000"] = "Bari", "lontano"

    draft = make_document(made.xlsx(fill), "numeri_utili.xlsx")
    assert draft.title == "numeri utili"
    assert draft.text.splitlines() == [
        "Ufficio: Roma; Telefono: 06 123",
        "Ufficio: Torino; Telefono: 011 456",
        "Bari | lontano",
    ]
    check_document(draft)


def test_pptx() -> None:
    reading = read(made.pptx(made.fill_slides), "a.bin")
    assert [(block.kind, block.text, block.level, block.page) for block in reading.blocks] == [
        ("heading", "دليل الوافدين الجدد", 1, 1),
        ("paragraph", "مكتب بورتوفينتو", 0, 1),
        ("heading", "Cum obții ajutor", 2, 2),
        ("item", "Vino la birou cu un act de identitate.", 0, 2),
        ("item", "Completează formularul.", 0, 2),
        ("paragraph", "Biroul este deschis de luni până vineri.", 0, 2),
        ("item", "Ajutorul este gratuit", 0, 2),
        ("heading", "Program", 2, 4),
        ("row", "Zi | Ora", 0, 4),
        ("row", "Luni | 9:00", 0, 4),
        ("paragraph", "Text în grup", 0, 4),
    ]


def test_pptx_text_on_every_slide_is_frame() -> None:
    def fill(deck: Any) -> None:
        for number in range(4):
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            slide.shapes.title.text = f"Step {number}"
            slide.shapes.add_textbox(0, 0, 99, 99).text_frame.text = "Office of Portovento"
            slide.shapes.add_textbox(0, 0, 99, 99).text_frame.text = f"Bring form {number} along."

    texts = [block.text for block in read(made.pptx(fill), "a.pptx").blocks]
    assert texts == [text for number in range(4) for text in (f"Step {number}", f"Bring form {number} along.")]


def test_a_slide_show_is_a_presentation() -> None:
    def show(name: str, data: bytes) -> bytes:
        return data.replace(b"presentationml.presentation.main+xml", b"presentationml.slideshow.main+xml")

    shown = made.changed(made.pptx(made.fill_slides), show)
    assert shapes(read(shown, "a.ppsx")) == shapes(read(made.pptx(made.fill_slides), "a.pptx"))


def test_odt() -> None:
    reading = read(made.odt(), "a.bin")
    assert (reading.title, reading.language) == ("Ghidul nostru", "ro")
    assert shapes(reading) == [
        ("heading", "Ghid pentru nou-veniți"),
        ("heading", "Unde mergi"),
        ("paragraph", "Biroul este deschis luni și marți."),
        ("paragraph", "În afara sărbătorilor."),
        ("paragraph", "Strada Farului 1"),
        ("paragraph", "900001 Constanța"),
        ("item", "un act de identitate"),
        ("item", "sau o copie"),
        ("paragraph", "Text în casetă"),
        ("paragraph", "Text în formă"),
        ("row", "Zi | Ora"),
        ("row", "Luni | 9:00"),
    ]
    assert [block.level for block in reading.blocks[:2]] == [1, 2]


def test_odt_nested_deeply_is_read_or_refused() -> None:
    deep = made.ODT_CONTENT.replace("<text:span>luni", f"{'<text:span>' * 5000}luni").replace(
        "luni</text:span>", f"luni{'</text:span>' * 5000}"
    )
    with pytest.raises(ItemRejected) as caught:
        read(made.odt(deep), "a.odt")
    assert caught.value.code == "corrupt"
    level = made.ODT_CONTENT.replace("<text:span>luni", f"{'<text:span>' * 200}luni").replace(
        "luni</text:span>", f"luni{'</text:span>' * 200}"
    )
    assert ("paragraph", "Biroul este deschis luni și marți.") in shapes(read(made.odt(level), "a.odt"))


def test_epub() -> None:
    reading = read(made.epub(), "a.bin")
    assert (reading.title, reading.language, reading.date) == ("دليل الحياة", "ar", date(2023, 9, 14))
    assert shapes(reading) == [
        ("heading", "الوصول"),
        ("paragraph", "المكتب مفتوح يوم الاثنين. كل الخدمات مجانية."),
        ("item", "جواز السفر"),
        ("heading", "السكن"),
        ("paragraph", "يمكن للجميع طلب المساعدة في السكن."),
        ("item", "عقد الإيجار"),
    ]


def test_epub_with_characters_that_no_page_may_have() -> None:
    chapter = made.EPUB_CHAPTER.format(
        head="A\x0b", text="One<br/>&#1;two&#x1F;<br/>\uffff&#31;three.", item="&#xFFFF;"
    )
    reading = read(made.epub(**{"OPS/text/first.xhtml": chapter}), "a.epub")
    assert "One two three." in " ".join(block.text for block in reading.blocks)


@pytest.mark.parametrize(("part", "code"), [("OPS/text/first.xhtml", "encrypted"), ("OPS/font.otf", "")])
def test_epub_protection(part: str, code: str) -> None:
    encryption = f"""<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData
xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData><CipherReference URI="{part}"/></CipherData></EncryptedData>
</encryption>"""
    book = made.epub(**{"META-INF/encryption.xml": encryption})
    assert code_of(book, "a.epub") == code


def test_odt_protection() -> None:
    manifest = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>
</manifest:manifest>"""
    assert code_of(made.odt("locked", **{"META-INF/manifest.xml": manifest}), "a.odt") == "encrypted"


def code_of(data: bytes, name: str) -> str:
    try:
        read(data, name)
    except ItemRejected as error:
        return error.code
    return ""


CSV = """Oraș{0}Adresă{0}Telefon
Constanța{0}"Str. Farului 1{0} et. 2"{0}0241
Iași{0}Bd. Unirii 2{0}0232

Cluj{0}Str. Lungă{0}0264
"""


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.xlsx"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv(delimiter: str, name: str, line_end: str) -> None:
    text = CSV.format(delimiter).replace("\n", line_end)
    assert shapes(read(text.encode(), name)) == [
        ("row", f"Oraș: Constanța; Adresă: Str. Farului 1{delimiter.strip()} et. 2; Telefon: 0241"),
        ("row", "Oraș: Iași; Adresă: Bd. Unirii 2; Telefon: 0232"),
        ("row", "Oraș: Cluj; Adresă: Str. Lungă; Telefon: 0264"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_csv_encodings(encoding: str) -> None:
    text = "sep=;\nМісто;Телефон довідкової служби\nЛьвів;032 123\nОдеса;048 456\n"
    assert shapes(read(text.encode(encoding), "a.csv")) == [
        ("row", "Місто: Львів; Телефон довідкової служби: 032 123"),
        ("row", "Місто: Одеса; Телефон довідкової служби: 048 456"),
    ]


@pytest.mark.parametrize(
    ("rows", "texts"),
    [
        (
            ["Name,Office of Portovento", "Telephone,0123", "Mail,a@b.org"],
            ["Name: Office of Portovento", "Telephone: 0123", "Mail: a@b.org"],
        ),
        (["Rome,06 123", "Turin,011 456"], ["Rome | 06 123", "Turin | 011 456"]),
        (["Country,2022,2023", "Italy,5,7"], ["Country: Italy; 2022: 5; 2023: 7"]),
        (
            ["City,Street", "Rome,Via Roma", "", "Office,Contact", "North,Ana"],
            ["City: Rome; Street: Via Roma", "Office | Contact", "North | Ana"],
        ),
        (
            ["City,Street", "Rome,Via Roma", ",", "Turin,Via Po 2,extra"],
            ["City: Rome; Street: Via Roma", "Turin | Via Po 2 | extra"],
        ),
    ],
)
def test_what_a_table_cannot_tell_is_not_labelled(rows: list[str], texts: list[str]) -> None:
    assert [block.text for block in read("\n".join(rows).encode(), "a.csv").blocks] == texts


@pytest.mark.parametrize(
    "text",
    [
        "Rome, Italy, is warm.\nOslo, Norway, is not.\nTurin, too, is warm.\nThat, however, is all.\n",
        "Dear all;\nthe office is open;\nevery day;\nbut not on Sunday;\n",
        "The desk is open.\n\tOn Monday.\n\tOn Tuesday.\n\tOn Friday.\n",
    ],
)
def test_prose_with_commas_is_no_table(text: str) -> None:
    assert not any(block.kind == "row" for block in read(text.encode(), "a.txt").blocks)
    assert [block.text for block in read(b"Only one line of text.", "a.csv").blocks] == ["Only one line of text."]


def test_a_cell_without_end_is_refused() -> None:
    assert code_of(b'City,Note\nRome,"' + b"never closed\n" * 100_000, "a.csv") == "corrupt"


PLAIN = "Зустріч відбудеться у вівторок.\n\n> Коли вона буде?\n\n-- \nШтефанія\n"
PAGE = "<html><body><h2>Зустріч</h2><p>Зустріч відбудеться у вівторок у великій залі.</p><ul><li>чай</ul>"


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a.pdf"])
def test_eml(name: str) -> None:
    reading = read(made.eml(PLAIN, f"<p>{PLAIN}</p>"), name)
    assert (reading.title, reading.date) == ("Програма зустрічі", date(2024, 3, 5))
    assert shapes(reading) == [
        ("heading", "Програма зустрічі"),
        ("paragraph", "From: Ștefania Popa <stefania@example.org>"),
        ("paragraph", "Зустріч відбудеться у вівторок."),
        ("paragraph", "Коли вона буде?"),
        ("paragraph", "Штефанія"),
        ("item", "Attachment: Розклад.pdf"),
    ]


@pytest.mark.parametrize("plain", ["Див. вебверсію", None])
def test_eml_whose_text_is_a_page(plain: str | None) -> None:
    assert shapes(read(made.eml(plain, PAGE, attach=False), "a.eml"))[2:] == [
        ("heading", "Зустріч"),
        ("paragraph", "Зустріч відбудеться у вівторок у великій залі."),
        ("item", "чай"),
    ]


def test_eml_encodings() -> None:
    assert ("paragraph", "Зустріч відбудеться у вівторок.") in shapes(read(made.eml(PLAIN, charset="koi8-u"), "a.eml"))
    wrong = made.eml("The office is open.", attach=False).replace(b'charset="utf-8"', b'charset="nonsense"')
    assert ("paragraph", "The office is open.") in shapes(read(wrong, "a.eml"))


@pytest.mark.parametrize(
    "data",
    [
        b"From: \xff\xfe <>\nMIME-Version: 1.0\nSubject: =?utf-8?b?!!!?=\nDate: yesterday\n\nThe office is open.",
        b"From: a\nMessage-ID: <[>\nSubject: x\nContent-Type: multipart/mixed\n\nThe office is open.",
        b"From: a@\nReceived: x\nContent-Type: text/plain; charset*=a'b\nSubject: \x01\n\nThe office is open.",
        b"From: a\nMIME-Version: 1.0\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 1500,
    ],
)
def test_broken_mail_is_read_or_refused(data: bytes) -> None:
    assert code_of(data, "a.eml") in ("", "corrupt")


def test_a_letter_with_a_subject_is_no_mail() -> None:
    letter = b"From: the office\nTo: all helpers\nSubject: opening hours\n\nThe office is open on Monday.\n"
    assert ("paragraph", "From: the office") in shapes(read(letter, "a.txt"))


FILES: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: made.xlsx(made.fill_offices),
    "pptx": lambda: made.pptx(made.fill_slides),
    "odt": made.odt,
    "epub": made.epub,
    "csv": lambda: CSV.format(";").encode(),
    "eml": lambda: made.eml(PLAIN),
}


@pytest.mark.parametrize(("suffix", "language"), [*zip(FILES, ["ro", "ro", "ro", "ar", "ro", "uk"], strict=True)])
def test_every_format_makes_a_document(suffix: str, language: str, make_document: MakeDocument) -> None:
    draft = make_document(FILES[suffix](), f"a.{suffix}")
    check_document(draft)
    assert draft.language == language
    assert not any(word in draft.text.casefold() for word in ("ascuns", "șters", "comentariu", "مخفي", "notă"))


@pytest.mark.parametrize("name", ["a", "a.txt", "a.doc", "a.html", "a.pdf", "a.csv", "a.zip", "a.json"])
@pytest.mark.parametrize("suffix", ["xlsx", "pptx", "odt", "epub"])
def test_the_content_tells_the_format(suffix: str, name: str) -> None:
    data = FILES[suffix]()
    assert shapes(read(data, name)) == shapes(read(data, f"a.{suffix}"))
