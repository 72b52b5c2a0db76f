from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from index.language import UNKNOWN, detect_language, is_rtl

QUESTIONS = {
    "en": [
        "How many municipalities has ADMin4ALL supported?",
        "Where can I renew my permit?",
        "who pays for the course",
        "What documents do I need?",
        "opening hours of the office in Constanța",
        "Is the help free?",
    ],
    "it": [
        "Quanto costa il corso?",
        "Dove si trova l'ufficio?",
        "quali documenti servono per il permesso",
        "Con chi lavora l'OIM a Lampedusa?",
        "Chi può partecipare?",
        "come faccio a iscrivermi",
        "C'è un interprete?",
    ],
    "ro": [
        "unde a avut loc intalnirea",
        "cat dureaza proiectul INTEGRARE+",
        "Care este valoarea totală a proiectului?",
        "ce acte imi trebuie",
        "Cine a organizat evenimentul?",
        "cum obtin permisul de sedere",
        "Cât costă cursul de limba română?",
    ],
    "fr": [
        "Qui coordonne le programme DAR 1+3 ?",
        "Où se trouve le bureau ?",
        "combien coute le cours",
        "Quels papiers faut-il ?",
        "Comment renouveler mon titre de séjour ?",
        "quand commence l'aide",
    ],
    "es": [
        "¿Cuánto cuesta el curso?",
        "donde esta la oficina",
        "que documentos necesito",
        "¿Quién puede participar?",
        "¿Qué significan las siglas PRM?",
        "cuando empieza el programa",
    ],
    "de": [
        "Wo ist das Büro?",
        "Wie viel kostet der Kurs?",
        "Welche Unterlagen brauche ich?",
        "wer kann mir helfen",
        "Wann hat das Amt geöffnet?",
        "Gibt es einen Dolmetscher?",
    ],
    "ar": [
        "أين يقع المكتب؟",
        "كم تكلفة الدورة؟",
        "ما هو برنامج ADMin4ALL؟",
        "من يمكنه المشاركة؟",
        "ما هي الوثائق المطلوبة؟",
        "هل المساعدة مجانية؟",
    ],
    "uk": [
        "Скільки коштує курс?",
        "Де знаходиться офіс?",
        "які документи потрібні",
        "Хто може взяти участь?",
        "Коли починається програма?",
        "Чи є перекладач?",
    ],
    "ru": [
        "Сколько стоит курс?",
        "Где находится офис?",
        "какие документы нужны",
        "Кто может участвовать?",
        "Когда начинается программа?",
        "Есть ли переводчик?",
    ],
    "so": [
        "Meeqa qof ayaa la caawiyay?",
        "Xaggee ayuu ku yaalaa xafiisku?",
        "Waa maxay barnaamijka DAR 1+3?",
        "Yaa ka qayb geli kara?",
        "maxaan u baahanahay",
        "Goorma ayuu bilaabanayaa koorsada?",
    ],
    "sq": ["Ku ndodhet zyra?", "Sa kushton kursi?", "Çfarë dokumentesh duhen?"],
    "pl": ["Gdzie jest biuro?", "Ile kosztuje kurs?", "jakie dokumenty są potrzebne"],
    "fa": ["دفتر کجاست؟", "هزینه دوره چقدر است؟", "چه مدارکی لازم است؟"],
    "tr": ["Ofis nerede?", "Kurs ne kadar?", "hangi belgeler gerekli"],
}


def test_short_questions_are_told_apart() -> None:
    asked = [(question, language) for language, questions in QUESTIONS.items() for question in questions]
    wrong = [
        (question, detect_language(question)) for question, language in asked if detect_language(question) != language
    ]
    assert len(asked) >= 60
    assert len(wrong) <= 0.02 * len(asked), wrong


@pytest.mark.parametrize("language", ["it", "ro", "fr", "es", "de"])
def test_questions_without_accents_are_told_apart(language: str) -> None:
    wrong = [q for q in map(_without_accents, QUESTIONS[language]) if detect_language(q) != language]
    assert not wrong


def test_mission_questions() -> None:
    lines = (Path(__file__).parents[1] / "data" / "missions_questions.jsonl").read_text("utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    wrong = [q["question"] for q in questions if detect_language(q["question"]) != q["language"]]
    assert len(wrong) <= 0.02 * len(questions), wrong


@pytest.mark.parametrize(
    ("family", "language"),
    [("xquad", language) for language in ("en", "it", "ro", "es", "ar")]
    + [("omos_qa", language) for language in ("en", "de", "fr", "ar", "uk")]
    + [("ntrex", language) for language in ("fr", "ro", "so")],
)
def test_public_questions(shared_data: Path, family: str, language: str) -> None:
    lines = (shared_data / family / language / "queries.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    right = sum(detect_language(text) == language for text in texts)
    assert right / len(texts) >= 0.985


def test_moldovan_cyrillic_is_romanian() -> None:
    assert detect_language("Оамений каре ау невое де ажутор пот суна ла оричe оре ши ын зилеле де одихнэ.") == "ro"
    assert detect_language("Люди, которым нужна помощь, могут позвонить в любое время.") == "ru"


def test_tigrinya_is_not_amharic() -> None:
    assert detect_language("ኣብዚ ቤት ጽሕፈት ሓገዝ ኣሎ። ኣገልግሎት ብነጻ እዩ።") == "ti"
    assert detect_language("በዚህ ቢሮ እርዳታ አለ። አገልግሎቱ ነጻ ነው።") == "am"


@pytest.mark.parametrize("text", ["", "  ", "12.5 %", "***", "06 123 456"])
def test_nothing_to_go_on(text: str) -> None:
    assert detect_language(text) == UNKNOWN
    assert detect_language(text, hint="it") == "it"


def test_a_hint_settles_a_name_and_nothing_more() -> None:
    assert detect_language("Lampedusa", hint="it") == "it"
    assert detect_language("Care este valoarea totală a proiectului?", hint="it") == "ro"
    assert detect_language("أين يقع المكتب؟", hint="en") == "ar"


def test_other_scripts() -> None:
    assert detect_language("オフィスはどこですか？") == "ja"
    assert detect_language("办公室在哪里？") == "zh"
    assert detect_language("สำนักงานอยู่ที่ไหน") == "th"
    assert detect_language("Πού είναι το γραφείο;") == "el"


def test_direction() -> None:
    assert is_rtl("ar")
    assert is_rtl("fa-IR")
    assert not is_rtl("ro")
    assert not is_rtl(UNKNOWN)


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("qual e il", "it"),
        ("quanto tempo e", "it"),
        ("en que ano", "es"),
        ("jag är rädd", "sv"),
        ("Я не знаю, у меня болит голова", "ru"),
        ("dov'è l'ufficio", "it"),
    ],
)
def test_first_words_and_words_of_neighbours(text: str, language: str) -> None:
    assert detect_language(text) == language
