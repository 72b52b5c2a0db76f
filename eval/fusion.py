"""`python -m eval fusion DATA_DIR`: learns what a keyword match is worth beside a cosine."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.settings import load_settings
from assistant.wiring import open_index
from eval.calibration_data import draft_of
from eval.training_questions import TrainingSet, omos_set, reading_set
from index.fusion import Weights
from index.hit import EVERYTHING, Hit
from index.index import Index

GRID = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4)
DEPTH = 60


@dataclass(frozen=True, slots=True)
class Ranked:
    """One question's hits, the page that answers it, and whether both are of one language."""

    set: str
    hits: tuple[Hit, ...]
    page: str
    same_language: bool


def ranked(index: Index, data: TrainingSet) -> list[Ranked]:
    language = data.pages[0].language
    found = []
    for question in data.questions:
        hits = index.search(question.text, language=question.language, limit=DEPTH, scope=EVERYTHING).hits
        found.append(Ranked(data.name, hits, question.page, question.language == language))
    return found


def ndcg(items: Sequence[Ranked], weight: float) -> float:
    """Mean nDCG@10 over pages, a page counting at its best passage; one page is relevant to a question."""
    gains = []
    for item in items:
        order = sorted(item.hits, key=lambda hit: -(hit.dense + weight * hit.keywords))
        pages = list(dict.fromkeys(hit.document.uri for hit in order))[:10]
        gains.append(1 / np.log2(2 + pages.index(item.page)) if item.page in pages else 0.0)
    return float(np.mean(gains))


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval fusion", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with omos_qa and training")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    sets = [
        omos_set(options.data / "omos_qa", "en", ("en", "de", "fr", "ar", "uk"), "train", 120),
        reading_set(options.data / "training" / "squad_it", 150, 2),
        reading_set(options.data / "training" / "arcd", 150, 2),
    ]
    items: list[Ranked] = []
    for data in sets:
        with tempfile.TemporaryDirectory() as folder:
            index = open_index(load_settings(data_dir=Path(folder)))
            index.add([draft_of(page) for page in data.pages])
            items.extend(ranked(index, data))
            index.close()
    table = {
        f"{name}, {'same' if same else 'other'} language": {weight: round(ndcg(mine, weight), 4) for weight in GRID}
        for name in dict.fromkeys(item.set for item in items)
        for same in (True, False)
        if (mine := [item for item in items if item.set == name and item.same_language is same])
    }
    for row, scores in table.items():
        print(row, *(f"{weight}: {score:.3f}" for weight, score in scores.items()), sep="  ")
    print(f"in use: {Weights()}")
    if options.json:
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0
