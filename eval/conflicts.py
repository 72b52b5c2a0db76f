"""`python -m eval conflicts OMOS_DIR`: changed numbers noticed, true pairs taken for conflicts."""

from __future__ import annotations

import random
import re
from itertools import combinations
from pathlib import Path
from typing import Annotated

import typer

from assistant.conflict import differ_in_numbers
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.training_questions import read_rows
from index.sentences import split_sentences

LANGUAGES = ("de", "en", "fr", "ar", "uk")
_DIGITS = re.compile(r"\d+")


def command(
    omos: Annotated[Path, typer.Argument(metavar="OMOS_DIR", help="Folder with OMoS-QA, a folder for each language.")],
    sample: Annotated[
        int, typer.Option(min=10, help="Sentences of each language that are compared pair by pair.")
    ] = 500,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Sentences with numbers: each against itself with one changed, and against those of the other pages."""
    figures: dict[str, object] = {}
    rows = []
    for language in LANGUAGES:
        sentences = numbered_sentences(omos / language, language)
        noticed = [differ_in_numbers(text, changed(text), language) for _, text in sentences]
        some = random.Random(1).sample(sentences, min(sample, len(sentences)))
        pairs = [(one, other) for (page, one), (another, other) in combinations(some, 2) if page != another]
        taken = [pair for pair in pairs if differ_in_numbers(*pair, language)]
        figures[language] = {
            "changed": len(noticed), "noticed": round(sum(noticed) / len(noticed), 4), "pairs": len(pairs),
            "taken for conflicts": len(taken),
        }  # fmt: skip
        rows.append(
            (language, f"{len(noticed):,}", f"{sum(noticed) / len(noticed):.1%}", f"{len(pairs):,}", f"{len(taken)}")
        )
        for one, other in taken[:3]:
            print(f"{language}: {one!r}\n    {other!r}")
    heads = ("language", "changed", "noticed", "pairs of other pages", "taken for conflicts")
    publish(Report("Conflicts", [Table("Sentences with numbers", heads, rows)], figures), json_file, html_file)


def numbered_sentences(folder: Path, language: str) -> list[tuple[str, str]]:
    """Sentences with a number on the pages that training questions ask about, with their page; each text once."""
    asked = {row["page"] for row in read_rows(folder / "queries.jsonl") if row["split"] == "train"}
    found: dict[str, str] = {}
    for row in read_rows(folder / "corpus.jsonl"):
        if row["id"] in asked:
            for line in row["text"].split("\n"):
                for span in split_sentences(line, language):
                    text = line[span.start : span.end]
                    if _DIGITS.search(text):
                        found.setdefault(text, row["id"])
    return [(page, text) for text, page in found.items()]


def changed(text: str) -> str:
    """The sentence with its last number raised by one."""
    last = [*_DIGITS.finditer(text)][-1]
    return f"{text[: last.start()]}{int(last.group()) + 1}{text[last.end() :]}"
