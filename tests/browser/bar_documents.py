"""What the bars of the chat are measured on: three PDFs of ten pages, and texts in six languages with their gold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.ingest.pdf_files import CATALOG, FONT, raw_pdf, stream, text

PAGES = 10
_TITLES = ("Desks of the northern valley", "Desks of the coast", "Desks of the lake country")
_TOWNS = (
    "Aldana", "Brennick", "Corvale", "Dunmere", "Estrova", "Farrowby", "Gildern", "Harlowe", "Istmere", "Jorvale",
    "Kestrin", "Lomarra", "Maridun", "Norvesta", "Ostrava Bay", "Pellgrove", "Quentara", "Rimsdale", "Sorvino",
    "Tarnwick", "Ulmeria", "Vantore", "Westmarch", "Xandria", "Yarrowdale", "Zellmor", "Ambrook", "Bellport",
    "Cindervale", "Dorrance",
)  # fmt: skip
_HOURS = ("eight", "nine", "ten", "eleven")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


@dataclass(frozen=True, slots=True)
class Scripted:
    """A question of the script, with the document, page and sentence that answer it."""

    question: str
    title: str
    page: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Gold:
    """A question in one of six languages, with the words that answer it."""

    language: str
    question: str
    quote: str


def _scripted(number: int) -> Scripted:
    town = _TOWNS[number]
    opening = f"The legal desk in {town} opens at {_HOURS[number % 4]} every {_DAYS[number % 5]} morning."
    return Scripted(f"When does the legal desk in {town} open?", _TITLES[number // PAGES], number % PAGES + 1, opening)


SCRIPT = tuple(_scripted(number) for number in range(len(_TOWNS)))

_TEXTS = {
    "en": (
        "The shelter of Varennia",
        "The shelter of Varennia stands behind the railway station and has forty beds.",
        "Dinner in the shelter of Varennia is served at seven in the evening.",
        "Whoever stays in the shelter of Varennia for more than a week is given a locker.",
    ),
    "fr": (
        "Le foyer de Montclaret",
        "Le foyer de Montclaret se trouve derrière l'hôpital et compte trente places.",
        "Le dîner au foyer de Montclaret est servi à dix-neuf heures.",
        "Les réfugiés hébergés au foyer de Montclaret reçoivent une carte de bus gratuite.",
    ),
    "es": (
        "El albergue de Villarena",
        "El albergue de Villarena está detrás del mercado y tiene veinte camas.",
        "La cena en el albergue de Villarena se sirve a las nueve de la noche.",
        "Los niños del albergue de Villarena reciben clases de español los sábados.",
    ),
    "ar": (
        "مأوى مدينة نورادا",
        "يقع مأوى مدينة نورادا خلف محطة القطار وفيه خمسون سريرًا.",
        "يُقدَّم العشاء في مأوى مدينة نورادا في الساعة السابعة مساءً.",
        "يحصل الأطفال في مأوى مدينة نورادا على دروس مجانية يوم السبت.",
    ),
    "ru": (
        "Приют в Заречинске",
        "Приют в Заречинске стоит за вокзалом, в нём шестьдесят мест.",
        "Ужин в приюте Заречинска подают в семь часов вечера.",
        "Дети в приюте Заречинска бесплатно учатся русскому языку по субботам.",
    ),
    "zh": (
        "云岭市收容所",
        "云岭市收容所位于火车站后面，共有四十张床位。",
        "云岭市收容所的晚餐时间是晚上七点。",
        "云岭市收容所的儿童每周六可以免费上汉语课。",
    ),
}
GOLD = (
    Gold("en", "When is dinner served in the shelter of Varennia?", _TEXTS["en"][2]),
    Gold("en", "How many beds does the shelter of Varennia have?", _TEXTS["en"][1]),
    Gold("fr", "À quelle heure le dîner est-il servi au foyer de Montclaret ?", _TEXTS["fr"][2]),
    Gold("fr", "Que reçoivent les réfugiés hébergés au foyer de Montclaret ?", _TEXTS["fr"][3]),
    Gold("es", "¿A qué hora se sirve la cena en el albergue de Villarena?", _TEXTS["es"][2]),
    Gold("es", "¿Cuántas camas tiene el albergue de Villarena?", _TEXTS["es"][1]),
    Gold("ar", "متى يُقدَّم العشاء في مأوى مدينة نورادا؟", _TEXTS["ar"][2]),
    Gold("ar", "كم سريرًا في مأوى مدينة نورادا؟", _TEXTS["ar"][1]),
    Gold("ru", "Во сколько подают ужин в приюте Заречинска?", _TEXTS["ru"][2]),
    Gold("ru", "Сколько мест в приюте в Заречинске?", _TEXTS["ru"][1]),
    Gold("zh", "云岭市收容所的晚餐时间是几点？", _TEXTS["zh"][2]),
    Gold("zh", "云岭市收容所有多少张床位？", _TEXTS["zh"][1]),
)

UNANSWERABLE = (
    "What is the capital of Peru?",
    "Who won the football world cup in 1998?",
    "How do I reset the password of my telephone?",
    "What does a litre of milk cost in Varennia?",
    "Who is the mayor of Aldana?",
    "When was the railway station of Varennia built?",
    "How many people live in Corvale?",
    "What is the telephone number of the legal desk in Dunmere?",
    "Which languages does the doctor in Kestrin speak?",
    "Quelle est la capitale du Pérou ?",
    "Qui est le maire de Montclaret ?",
    "Combien coûte un billet de train pour Lyon ?",
    "¿Quién es el alcalde de Villarena?",
    "¿Cuánto cuesta un billete de avión a Lima?",
    "ما هي عاصمة بيرو؟",
    "من هو رئيس بلدية نورادا؟",
    "Кто мэр Заречинска?",
    "Сколько стоит билет в Москву?",
    "秘鲁的首都是哪里？",
    "云岭市的市长是谁？",
)


def write_bar_documents(folder: Path) -> Path:
    """Write them into a new folder below `folder`, and return it."""
    target = folder / "bars"
    target.mkdir()
    for number, title in enumerate(_TITLES):
        (target / f"desks-{number}.pdf").write_bytes(_pdf(title, SCRIPT[number * PAGES : (number + 1) * PAGES]))
    for language, (title, *paragraphs) in _TEXTS.items():
        (target / f"{language}.txt").write_text("\n\n".join([title, *paragraphs]) + "\n", "utf-8")
    return target


def _pdf(title: str, script: tuple[Scripted, ...]) -> bytes:
    """A page for each town; the title stands in the file's own properties."""
    count = len(script)
    pages, contents = range(3, 3 + count), range(3 + count, 3 + 2 * count)
    font, info = 3 + 2 * count, 4 + 2 * count
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects = [CATALOG, b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count)]
    for content in contents:
        size = b"/MediaBox [0 0 595 842] /Resources << /Font << /F1 %d 0 R >> >>" % font
        objects.append(b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R %b >>" % (content, size))
    objects += [stream(_page(item)) for item in script]
    objects += [FONT, b"<< /Title (%b) >>" % title.encode()]
    return raw_pdf(objects, b"/Info %d 0 R" % info)


def _page(item: Scripted) -> bytes:
    town = item.question.removeprefix("When does the legal desk in ").removesuffix(" open?")
    lines = (
        (f"{town}", 780.0, 18.0),
        (item.sentence, 740.0, 11.0),
        (f"Its two lawyers advise families in {town} on residence and on work.", 720.0, 11.0),
        (f"Bring a letter of your landlord if you live in {town} already.", 700.0, 11.0),
    )
    return b"".join(text(words, y, size=size) for words, y, size in lines)
