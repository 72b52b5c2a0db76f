from __future__ import annotations

import unicodedata

import pytest

from ingest.cleaning import clean_line, clean_text, romanian_letters
from ingest.encoding import decode

ROMANIAN = "Comunicat: întâlnirea a avut loc la Constanţa, iar participanţii au fost mulţumiţi şi informaţi."
UKRAINIAN = "Прес-реліз: зустріч відбулася в Одесі, усі учасники отримали інформацію про послуги для біженців."
ARABIC = "اجتمع المشاركون في المكتب وتحدثوا عن الخدمات المقدمة للمهاجرين واللاجئين في المدينة."
ITALIAN = "Perché è così: la città offrirà più servizi ai cittadini, e l’ufficio aprirà lunedì."


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("e\u0301te\u0301", "été"),
        ("of\ufb01ce \ufb02oor", "office floor"),
        ("infor\u00admation", "information"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("left\u202eright\u202c \u2066x\u2069\u200f", "leftright x"),
        ("nul\x00 and \ud800 lone", "nul and lone"),
        ("tag\U000e0041\U000e007f", "tag"),
        ("a\u00a0 b\t c", "a b c"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\n b ", "a\n\nb"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("\uf0b7 item", "• item"),
        ("m² and 5½", "m² and 5½"),
    ],
)
def test_clean_text(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_joiners_that_words_need_stay() -> None:
    persian = "می\u200cخواهم"
    assert clean_line(persian) == persian


@pytest.mark.parametrize(
    "text",
    [
        "من می\u200cخواهم کتاب\u200cها را بخوانم؛ خانه\u200cای در ۵ کیلومتری شهر است.",
        "क्\u200dष और र्\u200dय, श्री\u200cमान: कार्यालय सोमवार से खुला है।",
        "👩\u200d👩\u200d👧 ❤\ufe0f 🏳\ufe0f\u200d🌈",
        "قال المدير: «الخدمات مجانية» (١٢٣).",
    ],
)
def test_text_that_needs_its_joiners_is_the_same_bytes(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("raw", ["ig\u200dno\u200cre", "ig\ufe01\ufe02\ufe03nore", "ig\U000e0101\U000e0150nore"])
def test_characters_that_hide_messages_in_words_go(raw: str) -> None:
    assert clean_text(raw).replace("\ufe03", "") == "ignore"


def test_cedillas_become_commas() -> None:
    assert romanian_letters("Constanţa şi Şişeşti") == "Constanța și Șișești"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [ROMANIAN, UKRAINIAN, ARABIC, ITALIAN])
def test_unicode_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (UKRAINIAN, "cp1251"),
        ("Пресс-релиз: встреча прошла в Одессе, все участники получили сведения об услугах.", "koi8_r"),
        (ITALIAN, "cp1252"),
        ("¿Cuándo empezó el año? La oficina abrirá mañana y ofrecerá más información.", "cp1252"),
        (ROMANIAN, "cp1250"),
        ("Spotkanie odbyło się w Łodzi, wszyscy goście otrzymali informację o pomocy i żywności.", "cp1250"),
        (ARABIC, "cp1256"),
    ],
)
def test_old_encodings(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_damaged_byte_does_not_change_the_encoding() -> None:
    data = bytearray((ROMANIAN * 5).encode())
    data[data.index("î".encode())] = 0xFF
    assert "Constanţa" in decode(bytes(data))
