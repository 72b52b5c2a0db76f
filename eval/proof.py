"""`python -m eval proof DATA`: true sentences that the proof shows, and changed and unsupported ones that it withholds.

Prints the report half of `eval.proof_set` only: pages and articles on which nothing was fitted or chosen. `--fit` fits
the weights and the least supports on the development half and writes them into the package.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.proof import least_support
from assistant.proof_model import FILE, WEIGHTS, ProofModel, load_proof_model
from assistant.sentence_vectors import SentenceVectors
from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.corruptions import KINDS
from eval.proof_fit import (
    CHANGED_SHOWN_ACROSS,
    CHANGED_SHOWN_UNLISTED,
    CHANGED_SHOWN_WITHIN,
    UNSUPPORTED_SHOWN,
    Weighed,
    evidence_of,
    fitted,
    supports_of,
    weigh_samples,
)  # fmt: skip
from eval.proof_set import PARTS, SEED, TRUE, UNSUPPORTED, samples
from eval.proof_training import EPOCHS, arrays_of

PAGES = {"development": 300, "check": 40, "report": 40}
"""Of each set; OMoS-QA's train split has fewer, and all are taken."""
SHOWN = 0.85
"""Share of true sentences shown at which the changed ones are counted too: the aim of the product."""
STEPS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)
ALL = "all"


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval proof", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with omos_qa, xquad and ntrex")
    parser.add_argument("--fit", action="store_true", help="fit on the development half, and write the package's files")
    parser.add_argument("--part", choices=PARTS, default="report", help="which part to print")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    vectors = SentenceVectors(open_embedder(load_settings()))
    if options.fit:
        found = weigh_samples(samples(options.data, "development", PAGES["development"]), vectors)
        _write(fitted(found, vectors.model, SEED), found)
        load_proof_model.cache_clear()
    started = time.perf_counter()
    weighed = weigh_samples(samples(options.data, options.part, PAGES[options.part]), vectors)
    spent = 1000 * (time.perf_counter() - started) / len(weighed)
    rows = list(table_of(weighed, load_proof_model()))
    _print(rows)
    reliability = list(reliability_of(weighed, load_proof_model()))
    print("\nsupport      sentences  mean support  true (true and wrong weighed alike)")
    for row in reliability:
        print(f"{row['from']:.2f} – {row['to']:.2f}  {row['sentences']:9}  {row['mean']:12.3f}  {row['true']:.3f}")
    print(f"\n{spent:.1f} ms a sentence and page, with embedding")
    if options.json:
        options.json.write_text(json.dumps({"table": rows, "reliability": reliability}, indent=1), encoding="utf-8")
    return 0


def table_of(weighed: Sequence[Weighed], model: ProofModel) -> Iterator[dict[str, object]]:
    """A row for each language written, against pages in the same language and in others: shares of sentences."""
    supports = supports_of(weighed, model)
    # Every line of a page is in one language, so that any tells how much support is asked for.
    least = np.array([least_support(item.language, evidence_of(item.sample)[0], model) for item in weighed])
    kinds = np.array([item.sample.kind for item in weighed])
    across = np.array([item.sample.language != item.sample.lines_language for item in weighed])
    languages = np.array([item.sample.language for item in weighed])
    for direction in (False, True):
        for language in (*dict.fromkeys(languages.tolist()), ALL):
            own = (across == direction) & ((languages == language) | (language == ALL))
            if own.any():
                named = f"{language} → {'other languages' if direction else 'the same'}"
                yield {"direction": named, **_shares(kinds[own], supports[own], least[own])}


def reliability_of(weighed: Sequence[Weighed], model: ProofModel) -> Iterator[dict[str, float]]:
    """By support: how many sentences were true, when as many are true as wrong."""
    supports = supports_of(weighed, model)
    true = np.array([item.sample.kind == TRUE for item in weighed])
    each = np.where(true, 1 / true.sum(), 1 / (~true).sum())
    for low, high in pairwise(STEPS):
        own = (supports >= low) & (supports < high) & (supports > 0)
        if own.any():
            mean = float(np.average(supports[own], weights=each[own]))
            share = float(each[own & true].sum() / each[own].sum())
            yield {
                "from": low,
                "to": high,
                "sentences": int(own.sum()),
                "mean": round(mean, 3),
                "true": round(share, 3),
            }


def _shares(kinds: NDArray[np.str_], supports: NDArray[np.float64], least: NDArray[np.float64]) -> dict[str, object]:
    shown = supports >= least
    true, unsupported = kinds == TRUE, kinds == UNSUPPORTED
    changed = ~true & ~unsupported
    # A support of 0 is a contradiction, and is withheld at any level.
    level = max(float(np.quantile(supports[true], 1 - SHOWN)), 1e-9)
    return {
        "true shown": _share(shown[true]),
        "changed withheld": _share(~shown[changed]),
        f"changed withheld at {SHOWN:.2f} shown": _share(supports[changed] < level),
        "unsupported withheld": _share(~shown[unsupported]),
        "by kind": {kind: (_share(~shown[kinds == kind]), int((kinds == kind).sum())) for kind in KINDS},
        "true": int(true.sum()),
        "changed": int(changed.sum()),
    }


def _share(flags: NDArray[np.bool_]) -> float | None:
    return round(float(flags.mean()), 3) if len(flags) else None


def _print(rows: Sequence[dict[str, object]]) -> None:
    columns = ["true shown", "changed withheld", f"changed withheld at {SHOWN:.2f} shown", "unsupported withheld"]
    print("direction             " + "  ".join(columns) + "   withheld of each kind, of how many")
    for row in rows:
        cells = "  ".join(f"{row[name]!s:>{len(name)}}" for name in columns)
        kinds = row["by kind"]
        assert isinstance(kinds, dict)
        by_kind = "  ".join(f"{kind} {share} of {count}" for kind, (share, count) in kinds.items() if count)
        print(f"{row['direction']!s:22}{cells}   {by_kind}")


def _write(model: ProofModel, weighed: Sequence[Weighed]) -> None:
    arrays = [arrays_of(network, f"{number}.") for number, network in enumerate(model.networks)]
    save_file({name: array for each in arrays for name, array in each.items()}, str(WEIGHTS))
    # safetensors lets only the owner read what it writes.
    WEIGHTS.chmod(0o644)
    record = {
        "embedding_model": model.embedding_model,
        "fitted": {
            "by": "python -m eval proof --fit",
            "on": "OMoS-QA, pages of the train split in en, de, fr, ar, uk",
            "sentences": len(weighed),
            "true": sum(item.sample.kind == TRUE for item in weighed),
            "seed": SEED,
            "epochs": EPOCHS,
            "torch": torch.__version__,
            "changed shown, within a language and across": [CHANGED_SHOWN_WITHIN, CHANGED_SHOWN_ACROSS],
            "changed shown, no list of negations": CHANGED_SHOWN_UNLISTED,
            "unsupported shown": UNSUPPORTED_SHOWN,
        },
        "networks": len(model.networks),
        "within": asdict(model.within),
        "across": asdict(model.across),
    }
    FILE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
