"""`python -m eval language DATA_DIR`: whether the language of short and careless questions is told."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from eval.report import JsonFile, Report, Table, publish
from eval.training_questions import read_rows
from index.errors import InvalidRequest
from index.language import detect_language

OMOS = ("en", "de", "fr", "ar", "uk")
XQUAD = ("en", "it", "ro", "es", "ar")
NTREX = ("fr", "ro", "so")
PHRASEBOOK = {
    "eng": "en", "ita": "it", "ron": "ro", "fra": "fr", "spa": "es", "deu": "de", "apc": "ar", "rus": "ru", "som": "so",
    "sqi": "sq", "pes": "fa", "tur": "tr", "pol": "pl", "hun": "hu", "por": "pt", "nld": "nl", "swe": "sv",
    "tir": "ti", "urd": "ur",
}  # fmt: skip
"""Languages whose column is written in the language's own letters."""
FORMS = ("as written", "bare", "4 words", "3 words", "2 words")


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa, xquad, training, …")],
    split: Annotated[str, typer.Option(help="train, or test: questions that nothing was tuned on.")] = "train",
    most: Annotated[int, typer.Option(min=1, help="Read at most so many questions of a set and language.")] = 300,
    json_file: JsonFile = None,
) -> None:
    """Detect each question as written, in bare lower case, and from its first words alone."""
    asked = questions(data, split, most)
    rows, figures = [], {}
    for language, texts in sorted(asked.items()):
        figures[language] = {form: _share(language, texts, form) for form in FORMS}
        shares = (f"{share:.3f}" for share in figures[language].values())
        rows.append((language, str(len(texts)), *shares, _mistaken(language, texts, "3 words")))
    columns = ("language", "questions", *FORMS, "3 words taken for")
    publish(Report("Language", [Table(f"Language told rightly, {split}", columns, rows)], figures), json_file)


def questions(data: Path, split: str, most: int) -> Mapping[str, list[str]]:
    """Texts by language. Raises `InvalidRequest` where the folder lacks the sets."""
    if not (data / "omos_qa").is_dir():
        raise InvalidRequest(f"{data} has no folder omos_qa.")
    found: defaultdict[str, list[str]] = defaultdict(list)
    for folder, wanted in _folders(data, split):
        rows = [row for row in read_rows(folder / "queries.jsonl") if row.get("split", wanted) == wanted]
        for row in rows[:: -(-len(rows) // most)]:
            found[row["lang"]].append(row["text"].strip(" -"))
    if split == "train":
        for row in read_rows(data / "documents" / "refugee_phrasebook" / "phrases.jsonl"):
            for column, language in PHRASEBOOK.items():
                phrase = row.get(column, "")
                if len(phrase.split()) >= 3 and not set("()/[]=") & set(phrase):
                    found[language].append(phrase)
    return found


def shortened(text: str, form: str) -> str:
    """The question as written, or in lower case without accents and marks: all of it or its first words."""
    if form == "as written":
        return text
    decomposed = unicodedata.normalize("NFD", text.lower())
    latin = any("a" <= letter <= "z" for letter in decomposed)
    bare = "".join(c for c in decomposed if not (latin and unicodedata.combining(c)))
    bare = bare.strip(" ?!.¿¡؟")
    return bare if form == "bare" else " ".join(bare.split()[: int(form[0])])


def _folders(data: Path, split: str) -> Iterator[tuple[Path, str]]:
    if split == "train":
        yield from ((data / "omos_qa" / language, "train") for language in OMOS)
        yield from ((data / "training" / name, "train") for name in ("squad_it", "squad_es_v2", "arcd"))
    else:
        yield from ((data / "omos_qa" / language, "dev") for language in OMOS)
        yield from ((data / "xquad" / language, split) for language in XQUAD)
        yield from ((data / "ntrex" / language, split) for language in NTREX)


def _share(language: str, texts: Sequence[str], form: str) -> float:
    return round(sum(detect_language(shortened(text, form)) == language for text in texts) / len(texts), 4)


def _mistaken(language: str, texts: Sequence[str], form: str) -> str:
    taken = Counter(detect_language(shortened(text, form)) for text in texts)
    del taken[language]
    return " ".join(f"{other} {count}" for other, count in taken.most_common(5))
