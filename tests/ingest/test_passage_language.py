from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from index.document import Audience, DocumentDraft
from index.language import detect_language
from ingest.draft import draft
from ingest.origin import Origin
from ingest.passage_language import passage_language
from ingest.readers import read

PARAGRAPHS = {
    "en": (
        "The office is open from Monday to Friday. If you have no permit, ask for an appointment "
        "and bring your papers with you, because they are needed before the course can begin."
    ),
    "de": (
        "Das Büro ist von Montag bis Freitag geöffnet. Wenn Sie keine Erlaubnis haben, fragen Sie "
        "nach einem Termin und bringen Sie die Unterlagen mit, weil sie vor dem Kurs gebraucht "
        "werden."
    ),
    "it": (
        "L'ufficio è aperto dal lunedì al venerdì. Se non si ha un permesso, si deve chiedere un "
        "appuntamento e portare i documenti con sé, perché sono necessari prima del corso."
    ),
    "es": (
        "La oficina está abierta de lunes a viernes. Si no tiene permiso, pida una cita y traiga "
        "los documentos, porque son necesarios antes de que empiece el curso para usted."
    ),
    "fr": (
        "Le bureau est ouvert du lundi au vendredi. Si vous n'avez pas de permis, demandez un "
        "rendez-vous et apportez les papiers avec vous, parce qu'ils sont nécessaires avant le "
        "cours."
    ),
    "ro": (
        "Biroul este deschis de luni până vineri. Dacă nu aveți un permis, cereți o programare și "
        "aduceți actele cu dumneavoastră, pentru că sunt necesare înainte de curs."
    ),
    "uk": (
        "Бюро працює від понеділка до п'ятниці. Якщо у вас немає дозволу, запишіться на прийом і "
        "візьміть із собою документи, бо їх треба мати до початку курсу або для довідки."
    ),
    "ru": (
        "Бюро работает с понедельника до пятницы. Если у вас нет разрешения, запишитесь на приём и "
        "возьмите с собой документы, потому что их нужно было иметь до начала курса."
    ),
    "ar": (
        "المكتب مفتوح من الاثنين إلى الجمعة. إذا لم يكن لديك التصريح فاطلب الموعد وأحضر الوثائق "
        "معك لأن الدورة تحتاج إليها قبل البداية في المركز."
    ),
    "fa": (
        "دفتر از دوشنبه تا جمعه باز است. اگر مجوز ندارید، وقت بگیرید و مدارک را با خود بیاورید، "
        "چون پیش از آغاز دوره به آن‌ها نیاز است."
    ),
    "so": (
        "Xafiisku wuu furan yahay Isniinta ilaa Jimcaha. Haddii aadan haysan ogolaansho, weydiiso "
        "ballan oo soo qaado waraaqaha, maxaa yeelay waa loo baahan yahay ka hor koorsada."
    ),
}


@pytest.mark.parametrize("document_language", [*PARAGRAPHS, "pt", "nl", "pl", "sw"])
def test_a_passage_has_its_own_language_whatever_the_document_is_in(document_language: str) -> None:
    found = {language: passage_language(text, document_language) for language, text in PARAGRAPHS.items()}
    assert found == {language: language for language in PARAGRAPHS}


def test_text_that_tells_no_language_has_the_documents() -> None:
    assert passage_language("112", "it") == "it"
    assert passage_language("Lampedusa", "it") == "it"
    assert passage_language("112", None) == "und"


def test_the_quick_answer_is_the_thorough_one(shared_data: Path) -> None:
    missions = sorted((shared_data / "documents" / "missions").glob("*.txt"))
    guide = shared_data / "documents" / "guida_ricongiungimento_milano"
    compared = 0
    for path in (*missions, *guide.glob("*.md")):
        document = drafted(path.read_bytes(), path.name)
        for passage in document.passages:
            body = document.text[passage.span.start : passage.span.end]
            assert passage.language == detect_language(body, hint=document.language), body
            compared += 1
    assert compared > 50


def test_a_page_of_very_many_elements_is_read_whole() -> None:
    rows = "\n".join(f"<p>Office {number} in the north</p>" for number in range(45_000))
    page = f"<html><body><nav><a href='/'>Home</a></nav><h1>Offices</h1>{rows}</body></html>".encode()
    started = time.process_time()
    document = drafted(page, "offices.html")
    assert time.process_time() - started < 15  # the square of their number took longer
    assert "Office 0 in" in document.text
    assert "Office 44999 in" in document.text
    assert "Home" not in document.text


@pytest.mark.parametrize("ending", ["txt", "md", "csv"])
def test_time_grows_with_the_number_of_short_lines_and_no_faster(ending: str) -> None:
    drafted(short_lines(20), f"lines.{ending}")  # what is loaded only once
    small, large = (seconds(short_lines(count), f"lines.{ending}") for count in (15_000, 60_000))
    assert large < 8 * small  # four times the lines; beside other work two measurements may differ by as much again


def seconds(data: bytes, name: str) -> float:
    started = time.process_time()
    drafted(data, name)
    return time.process_time() - started


def drafted(data: bytes, name: str) -> DocumentDraft:
    origin = Origin(f"file:///{name}", name, name)
    return draft(read(data, name), origin, audience=Audience.INTERNAL, collection="default")


def short_lines(count: int) -> bytes:
    """Items, sentences, titles and rows of a few words each."""
    chance = random.Random(7)
    words = PARAGRAPHS["en"].split()
    return "\n".join(
        chance.choice(["{}", "- {}", "{}, {}", "{}."]).format(" ".join(chance.choices(words, k=3)), number)
        for number in range(count)
    ).encode()
