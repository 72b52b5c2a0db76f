"""`python -m eval proof NTREX_DIR`: how many true sentences the proof shows, and how many unsupported ones."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evidence import Evidence
from assistant.proof import MIN_SUPPORT_ACROSS, prove
from assistant.sentence_vectors import SentenceVectors
from assistant.settings import load_settings
from assistant.wiring import open_embedder
from index.document import Audience, DocumentSummary, Passage, Span
from index.hit import Hit
from index.sentences import split_sentences

SOURCE = "en"
LEVELS = (0.55, 0.6, 0.65, 0.7, 0.75, 0.8)


@dataclass(frozen=True, slots=True)
class Pair:
    """A translated sentence, the source's sentence it translates, and the other sentences of that page."""

    written: str
    source: Evidence
    others: tuple[Evidence, ...]


def pairs_of(folder: Path, language: str) -> list[Pair]:
    """Sentences of NTREX in `language`, each beside the English passage it comes from."""
    pages = {row["id"]: row["text"] for row in _rows(folder / SOURCE / "corpus.jsonl")}
    sources = {row["id"]: row["text"] for row in _rows(folder / SOURCE / "queries.jsonl")}
    pairs = []
    for row in _rows(folder / language / "queries.jsonl"):
        page = pages[row["id"].removeprefix("q-")]
        source = sources[row["id"]]
        sentences = [page[span.start : span.end] for span in split_sentences(page, SOURCE)]
        others = tuple(_evidence(text) for text in sentences if text not in source and source not in text)
        pairs.append(Pair(row["text"], _evidence(source), others))
    return pairs


def shown(pairs: Sequence[Pair], language: str, vectors: SentenceVectors, least: float) -> tuple[float, float]:
    """Share of the sentences shown when their source is there, and when only the rest of its page is."""
    with_source = [bool(prove(pair.written, language, [pair.source], vectors, least)) for pair in pairs]
    without = [bool(prove(pair.written, language, pair.others, vectors, least)) for pair in pairs]
    return float(np.mean(with_source)), float(np.mean(without))


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval proof", description=__doc__)
    parser.add_argument("ntrex", type=Path, help="folder with en, fr, ro, so")
    parser.add_argument("--limit", type=int, default=150, help="sentences a language")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    vectors = SentenceVectors(open_embedder(load_settings()))
    table: dict[str, dict[float, tuple[float, float]]] = {}
    for language in ("fr", "ro", "so"):
        pairs = pairs_of(options.ntrex, language)[: options.limit]
        table[language] = {level: shown(pairs, language, vectors, level) for level in LEVELS}
        for level, (true, false) in table[language].items():
            mark = "  <- in use" if level == MIN_SUPPORT_ACROSS else ""
            print(f"{language} → {SOURCE}  {level:.2f}  true shown {true:.3f}  unsupported shown {false:.3f}{mark}")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0


def _evidence(text: str) -> Evidence:
    span = Span(0, len(text))
    passage = Passage("p", "d", text, span, (span,), "", SOURCE, None, None)
    document = DocumentSummary("d", "", "", SOURCE, None, Audience.PUBLIC, "", 1)
    return Evidence(Hit(passage, document, 0.0, 0.0, 0.0), span, text, 0.0, 0.0)


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
