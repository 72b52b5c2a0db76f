"""`python -m eval calibrate DATA_DIR`: learns which sentence answers, and when none does."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.calibration import FILE, ChoiceModel, LogisticModel
from assistant.evidence import ANSWER_FEATURES, FEATURES, answer_features
from assistant.settings import load_settings
from assistant.wiring import open_index
from eval.calibration_data import Sample, draft_of, samples_of
from eval.training_questions import TrainingSet, omos_set, reading_set
from index.index import Index

SEED = 20261122
PENALTY = 1.0
"""Of the squared standardised weights: a prior of unit variance."""
SPEAKS_FOR = {
    "cosine", "passage_cosine", "cosine_to_best", "passage_score", "word_share", "word_share_to_best",
    "names_in_sentence", "names_in_passage", "maybe_names", "expectation_met", "same_language_words",
    "best_share", "score_lead", "score_over_median", "best_cosine", "cosine_lead", "passage_cosine_lead", "keywords",
    "names_in_best_passage",
}  # fmt: skip
SPEAKS_AGAINST = {"names_missing", "name_missing", "expectation_unmet", "is_heading", "is_lead_in"}
"""Signs that are known beforehand. Every sentence of an encyclopedia's article is about the name in the question, so
that these sets alone would teach that names do not matter."""
_log = logging.getLogger(__name__)


def training_sets(data: Path) -> list[TrainingSet]:
    """The sets that are learned from; no question of them is ever reported on."""
    return [
        omos_set(data / "omos_qa", "en", ("en", "de", "fr", "ar", "uk"), "train", 70),
        reading_set(data / "training" / "squad_it", 130, 1),
        reading_set(data / "training" / "squad_es_v2", 120, 1),
        reading_set(data / "training" / "arcd", 110, 1),
    ]


def held_out_sets(data: Path) -> list[TrainingSet]:
    """The set that the fit is reported on."""
    return [omos_set(data / "omos_qa", "en", ("en", "fr", "ar"), "dev", 50)]


def collect(sets: Sequence[TrainingSet]) -> tuple[list[Sample], str]:
    """Samples of all questions over one library with all pages, in several languages as an organisation's are.

    Returns the embedding model's name beside them.
    """
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(load_settings(data_dir=Path(folder)))
        for data in sets:
            _fill(index, data)
        for data in sets:
            samples.extend(samples_of(index, data))
            _log.warning("%s: %d pages, %d samples so far", data.name, len(data.pages), len(samples))
        name = index.embedder.name
        index.close()
    return samples, name


def _fill(index: Index, data: TrainingSet) -> None:
    drafts = [draft_of(page) for page in data.pages]
    for first in range(0, len(drafts), 100):
        index.add(drafts[first : first + 100])


def fit_sentences(samples: Sequence[Sample]) -> ChoiceModel:
    """Maximises the likelihood that the choice falls on a sentence that answers, over the questions where one does."""
    usable = [sample for sample in samples if sample.answers.any() and not sample.answers.all()]
    sizes = [len(sample.answers) for sample in usable]
    starts = np.cumsum([0, *sizes[:-1]])
    question = np.repeat(np.arange(len(usable)), sizes)
    answers = np.concatenate([sample.answers for sample in usable])
    scaler = StandardScaler().fit(np.concatenate([sample.features for sample in usable]))
    rows = scaler.transform(np.concatenate([sample.features for sample in usable]))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        exponentials = np.exp(scores - np.maximum.reduceat(scores, starts)[question])
        every = np.add.reduceat(exponentials, starts)
        right = np.add.reduceat(exponentials * answers, starts)
        slope = exponentials / every[question] - exponentials * answers / right[question]
        value = float((np.log(every) - np.log(right)).sum() + PENALTY * weights @ weights / 2)
        return value, rows.T @ slope + PENALTY * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", bounds=_bounds(FEATURES))
    return ChoiceModel(FEATURES, found.x / _scale(scaler))


def fit_answers(samples: Sequence[Sample], sentence: ChoiceModel) -> LogisticModel:
    rows, labels = answer_rows(samples, sentence)
    return _fitted(ANSWER_FEATURES, rows, labels)


def answer_rows(samples: Sequence[Sample], sentence: ChoiceModel) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rows = [answer_features(s.features, sentence.scores(s.features), s.hits, s.question.language) for s in samples]
    return np.array(rows), np.array([bool(sample.answers.any()) for sample in samples])


def _fitted(names: tuple[str, ...], rows: NDArray[np.float64], labels: NDArray[np.bool_]) -> LogisticModel:
    """Logistic regression with a penalty on the standardised weights, and with the signs that are known beforehand."""
    scaler = StandardScaler().fit(rows)
    columns = np.column_stack([scaler.transform(rows), np.ones(len(rows))])
    penalty = np.append(np.full(len(names), PENALTY), 0.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = columns @ weights
        value = float(np.logaddexp(0, logits).sum() - logits[labels].sum() + (penalty * weights) @ weights / 2)
        return value, columns.T @ (1 / (1 + np.exp(-logits)) - labels) + penalty * weights

    start = np.zeros(columns.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*_bounds(names), (None, None)]).x
    unscaled = found[:-1] / _scale(scaler)
    return LogisticModel(names, unscaled, float(found[-1] - unscaled @ scaler.mean_))


def _bounds(names: Sequence[str]) -> list[tuple[float | None, float | None]]:
    return [
        (0, None) if name in SPEAKS_FOR else (None, 0) if name in SPEAKS_AGAINST else (None, None) for name in names
    ]


def _scale(scaler: StandardScaler) -> NDArray[np.float64]:
    return np.where(scaler.scale_ > 0, scaler.scale_, 1.0)


def report(samples: Sequence[Sample], sentence: ChoiceModel, answer: LogisticModel) -> list[dict[str, object]]:
    """Per set: how often the best and one of the two best sentences answer, and how well abstaining separates."""
    rows: list[dict[str, object]] = []
    for name in dict.fromkeys((sample.set, sample.question.language) for sample in samples):
        mine = [sample for sample in samples if (sample.set, sample.question.language) == name]
        shown_pages = [sample for sample in mine if not sample.removed]
        ranks = [_rank(sample, sentence) for sample in mine if sample.answers.any()]
        features, labels = answer_rows(mine, sentence)
        probabilities = answer.probabilities(features)
        shown = probabilities >= 0.5
        rows.append(
            {
                "set": name[0],
                "language": name[1],
                "questions": len(shown_pages),
                "found": round(len(ranks) / len(shown_pages), 3),
                "first": round(float(np.mean([rank == 0 for rank in ranks])), 3),
                "first_or_second": round(float(np.mean([rank <= 1 for rank in ranks])), 3),
                "answer_auc": round(float(roc_auc_score(labels, probabilities)), 3),
                "answered_when_answerable": round(float(shown[labels].mean()), 3),
                "declined_when_not": round(float((~shown[~labels]).mean()), 3),
            }
        )
    return rows


def _rank(sample: Sample, sentence: ChoiceModel) -> int:
    order = np.argsort(-sentence.scores(sample.features), kind="stable")
    return int(np.argmax(sample.answers[order]))


def _as_json(model: ChoiceModel | LogisticModel) -> dict[str, object]:
    weights = {name: round(float(weight), 5) for name, weight in zip(model.features, model.weights, strict=True)}
    return {"weights": weights} | ({"intercept": round(model.intercept, 5)} if isinstance(model, LogisticModel) else {})


def run(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval calibrate", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with omos_qa and training")
    parser.add_argument("--out", type=Path, default=FILE, help="where the weights are written")
    options = parser.parse_args(arguments)
    samples, model = collect(training_sets(options.data))
    sentence = fit_sentences(samples)
    answer = fit_answers(samples, sentence)
    held_out, _ = collect(held_out_sets(options.data))
    record = {
        "embedding_model": model,
        "fitted": datetime.now(UTC).date().isoformat(),
        "seed": SEED,
        "trained_on": report(samples, sentence, answer),
        "held_out": report(held_out, sentence, answer),
        "sentence": _as_json(sentence),
        "answer": _as_json(answer),
    }
    options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in [*report(samples, sentence, answer), *report(held_out, sentence, answer)]:
        print(json.dumps(row, ensure_ascii=False))
    return 0
