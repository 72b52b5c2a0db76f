"""Texts in several languages that say the same: questions, pages and phrases of public sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from eval.splitting import draft_of
from eval.training_questions import read_rows
from index.embedding_key import keyed_texts
from ingest.split import split

LANGUAGES = ("en", "de", "fr", "ar", "uk")
"""Of OMoS-QA."""
LEAST_PHRASES = 80
"""A language of the phrasebook with fewer is left out."""

Texts = list[str]
Group = list[Texts]
"""One text in several languages; each as its passages, or as one text that is not split."""


def questions(omos: Path) -> list[Group]:
    """The questions of the train split."""
    groups: dict[str, Group] = defaultdict(list)
    for language in LANGUAGES:
        for row in read_rows(omos / language / "queries.jsonl"):
            if row["split"] == "train":
                groups[row["id"]].append([row["text"]])
    return list(groups.values())


def pages(omos: Path) -> list[Group]:
    """The pages, as ingest splits them, but for those that the questions of the dev split ask about."""
    asked = {row["page"] for row in read_rows(omos / "en" / "queries.jsonl") if row["split"] == "dev"}
    groups: dict[str, Group] = defaultdict(list)
    for language in LANGUAGES:
        for row in read_rows(omos / language / "corpus.jsonl"):
            if row["id"] not in asked:
                draft = draft_of(row["id"], row["text"], split)
                groups[row["id"]].append([text for _, text in keyed_texts(draft, "")])
    return list(groups.values())


def phrases(phrasebook: Path) -> list[Group]:
    """The phrases in some thirty languages, English first."""
    rows = [{name: text for name, text in row.items() if text} for row in read_rows(phrasebook / "phrases.jsonl")]
    known = _languages(rows)
    return [[[row[language]] for language in known if language in row] for row in rows]


def _languages(rows: Iterable[dict[str, str]]) -> list[str]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for language in row.keys() - {"id", "domain", "en", "eng"}:
            counts[language] += 1
    return ["eng", *sorted(language for language, count in counts.items() if count >= LEAST_PHRASES)]
