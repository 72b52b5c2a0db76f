"""`python -m eval calibrate DATA_DIR`: learns which sentence answers, and when none does."""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.calibration import FILE, ChoiceModel, LogisticModel
from assistant.features import ANSWER_FEATURES, SENTENCE_FEATURES, answer_features
from assistant.settings import load_settings
from assistant.wiring import open_index, open_reader
from eval.abstaining import Judged, abstaining_report
from eval.calibration_data import Sample, draft_of, samples_of
from eval.held_out import article_of, held_out_articles, is_held_out_page
from eval.report import publish
from eval.training_questions import TrainingSet, crossed_set, omos_set, reading_set
from index.index import Index

PENALTY = 1.0
"""Of the squared standardised weights: a prior of unit variance."""
OMOS = "omos "
DECLINED = 0.95
"""Share of the unanswerable questions to OMoS-QA that should be declined. The aim for questions to mission documents is
.9; pages like those that the reader learned from are told apart more easily than others, so more is asked of them.
"""
GRID = tuple(round(0.05 * step, 2) for step in range(2, 19))
"""Values tried for `least_evidence`."""
_log = logging.getLogger(__name__)


def training_sets(data: Path) -> list[TrainingSet]:
    """The questions that are learned from: the reader was not trained on them, and none is ever reported on."""
    training = data / "training"
    held = held_out_articles(training)

    def asked_about(page: str) -> bool:
        return article_of(page) in held

    italian = reading_set(training / "squad_it", 130, 1, asked_about, mirror="sqes-")
    spanish = reading_set(training / "squad_es_v2", 130, 1, asked_about, mirror="sqit-")
    return [
        omos_set(data / "omos_qa", "en", ("en", "de", "fr", "ar", "uk"), "train", 100, is_held_out_page),
        italian,
        spanish,
        crossed_set(training / "squad_es_v2", italian, training / "squad_it"),
        crossed_set(training / "squad_it", spanish, training / "squad_es_v2"),
        reading_set(training / "arcd", 130, 2, asked_about),
    ]


def held_out_sets(data: Path) -> list[TrainingSet]:
    """The questions that figures are reported on, and pages about other things to find where theirs are hidden."""
    others = reading_set(data / "training" / "squad_it", 60, 0)
    return [omos_set(data / "omos_qa", "en", ("en", "fr", "ar"), "dev", 50), others]


def collect(sets: Sequence[TrainingSet]) -> tuple[list[Sample], str]:
    """Samples of all questions over one library with all pages, in several languages as an organisation's are.

    Returns the embedding model's name beside them.
    """
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder))
        index = open_index(settings)
        reader = open_reader(settings, index.embedder)
        _fill(index, sets)
        for data in sets:
            samples.extend(samples_of(index, reader, data))
            _log.warning("%s: %d pages, %d samples so far", data.name, len(data.pages), len(samples))
        name = index.embedder.name
        index.close()
    return samples, name


def _fill(index: Index, sets: Sequence[TrainingSet]) -> None:
    drafts = [draft_of(page) for page in {page.id: page for data in sets for page in data.pages}.values()]
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

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B")
    return ChoiceModel(SENTENCE_FEATURES, found.x / _scale(scaler))


def fit_answers(samples: Sequence[Sample], sentence: ChoiceModel) -> LogisticModel:
    rows, labels = answer_rows(samples, sentence)
    return _fitted(ANSWER_FEATURES, rows, labels)


def answer_rows(samples: Sequence[Sample], sentence: ChoiceModel) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features and whether the answer is among the candidates. A question whose page was not found is left out:

    something else that was found may answer it, and nobody has marked it.
    """
    known = _known(samples)
    rows = [answer_features(s.features, sentence.scores(s.features), _found(s)) for s in known]
    return np.array(rows), np.array([not sample.removed for sample in known])


def _found(sample: Sample) -> NDArray[np.float64]:
    """The scores of the passages that were read."""
    return np.unique(sample.features[:, SENTENCE_FEATURES.index("passage_score")])


def _known(samples: Sequence[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample.removed or sample.answers.any()]


def fit_least_evidence(samples: Sequence[Sample], sentence: ChoiceModel) -> float:
    """The probability from which a further sentence is shown: where the sentences shown have the highest mean F1.

    Only over the questions of sets that mark every sentence that answers.
    """
    marked = [sample for sample in samples if sample.set.startswith(OMOS) and sample.answers.any()]
    return max(GRID, key=lambda least: float(np.mean([_f1_of_shown(sample, sentence, least) for sample in marked])))


def _f1_of_shown(sample: Sample, sentence: ChoiceModel, least: float) -> float:
    evidence = sample.features[:, SENTENCE_FEATURES.index("evidence")]
    shown = 1 / (1 + np.exp(-evidence)) >= least
    shown[np.argmax(sentence.scores(sample.features))] = True
    return float(2 * (shown & sample.answers).sum() / (shown.sum() + sample.answers.sum()))


def operating_point(samples: Sequence[Sample], sentence: ChoiceModel, answer: LogisticModel) -> float:
    """The probability below which the share `DECLINED` lies of the questions to OMoS whose pages are hidden.

    Of all sets this one is nearest to what organisations publish and people ask.
    """
    rows, labels = answer_rows([sample for sample in samples if sample.set.startswith(OMOS)], sentence)
    return round(float(np.quantile(answer.probabilities(rows[~labels]), DECLINED)), 3)


def _fitted(names: tuple[str, ...], rows: NDArray[np.float64], labels: NDArray[np.bool_]) -> LogisticModel:
    """Logistic regression with a penalty on the standardised weights."""
    scaler = StandardScaler().fit(rows)
    columns = np.column_stack([scaler.transform(rows), np.ones(len(rows))])
    penalty = np.append(np.full(len(names), PENALTY), 0.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = columns @ weights
        value = float(np.logaddexp(0, logits).sum() - logits[labels].sum() + (penalty * weights) @ weights / 2)
        return value, columns.T @ (1 / (1 + np.exp(-logits)) - labels) + penalty * weights

    start = np.zeros(columns.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    unscaled = found[:-1] / _scale(scaler)
    return LogisticModel(names, unscaled, float(found[-1] - unscaled @ scaler.mean_))


def _scale(scaler: StandardScaler) -> NDArray[np.float64]:
    return np.where(scaler.scale_ > 0, scaler.scale_, 1.0)


def left_out(samples: Sequence[Sample]) -> list[Judged]:
    """Every question with the probability by weights that were learned on the other sets alone."""
    judged: list[Judged] = []
    for name in dict.fromkeys(sample.set for sample in samples):
        others = [sample for sample in samples if sample.set != name]
        sentence = fit_sentences(others)
        known = _known([sample for sample in samples if sample.set == name])
        rows, labels = answer_rows(known, sentence)
        probabilities = fit_answers(others, sentence).probabilities(rows)
        judged += [
            Judged(sample.question.language, float(probability), bool(label))
            for sample, probability, label in zip(known, probabilities, labels, strict=True)
        ]
    return judged


def report(
    samples: Sequence[Sample], sentence: ChoiceModel, answer: LogisticModel, least: float
) -> list[dict[str, object]]:
    """Per set: how often the best and one of the two best sentences answer, and how well abstaining separates."""
    rows: list[dict[str, object]] = []
    for name in dict.fromkeys((sample.set, sample.question.language) for sample in samples):
        mine = [sample for sample in samples if (sample.set, sample.question.language) == name]
        shown_pages = [sample for sample in mine if not sample.removed]
        ranks = [_rank(sample, sentence) for sample in mine if sample.answers.any()]
        features, labels = answer_rows(mine, sentence)
        probabilities = answer.probabilities(features)
        shown = probabilities >= least
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
    parser.add_argument("--html", type=Path, help="also write reliability and abstaining by language to this page")
    options = parser.parse_args(arguments)
    samples, model = collect(training_sets(options.data))
    held_out, _ = collect(held_out_sets(options.data))
    record = learned(samples, held_out, model)
    options.out.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in (*record["trained_on"], *record["held_out"]):
        print(json.dumps(row, ensure_ascii=False))
    publish(abstaining_report(left_out(samples), record["answer_probability"]), html_file=options.html)
    return 0


def learned(samples: Sequence[Sample], held_out: Sequence[Sample], model: str) -> dict[str, Any]:
    """The content of the calibration's file: weights from `samples`, figures also on `held_out`."""
    sentence = fit_sentences(samples)
    answer = fit_answers(samples, sentence)
    least = operating_point(samples, sentence, answer)
    return {
        "embedding_model": model,
        "fitted": datetime.now(UTC).date().isoformat(),
        "trained_on": report(samples, sentence, answer, least),
        "held_out": report(held_out, sentence, answer, least),
        "sentence": _as_json(sentence),
        "answer": _as_json(answer),
        "answer_probability": least,
        "least_evidence": fit_least_evidence(samples, sentence),
    }
