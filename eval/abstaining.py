"""How well the probability of an answer tells what is answered from what is not, by the question's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_curve

from eval.curves import Curve, curve_plot
from eval.report import Report, Table

BINS = 6
"""Groups of a reliability diagram, each with as many questions: fewer questions would leave its points to chance."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: the probability that what was found answers it, and whether it does."""

    language: str
    probability: float
    answerable: bool


def abstaining_report(judged: Sequence[Judged], point: float) -> Report:
    """Reliability, and precision and recall of declining, which is done below `point`.

    The probabilities should be by weights that were not learned from these questions. Every language needs questions
    that are answered and questions that are not.
    """
    languages = sorted({item.language for item in judged})
    groups = {ALL: list(judged)} | {name: [item for item in judged if item.language == name] for name in languages}
    figures = {name: measures_of(group, point) for name, group in groups.items()}
    columns = ("language", *(name.replace("_", " ") for name in figures[ALL]))
    rows = [(name, *map(str, of_group.values())) for name, of_group in figures.items()]
    reliability = curve_plot(
        "Reliability", "probability that it is answered", "share that is answered",
        [Curve(name, reliability_of(group)) for name, group in groups.items()], diagonal=True,
    )  # fmt: skip
    declining = curve_plot(
        "Declining", "recall of what is not answered", "precision",
        [Curve(name, declining_curve(group)) for name, group in groups.items()],
    )  # fmt: skip
    tables = [
        Table(f"Declined below {point}: {len(judged)} questions", columns, rows, declining),
        Table("Reliability", ("language", "mean probability / share answered"), _bins(groups), reliability, True),
    ]
    return Report("Abstaining", tables, {"answer_probability": point, "languages": figures})


def measures_of(judged: Sequence[Judged], point: float) -> dict[str, float]:
    """Counts, precision and recall of declining below `point`, and two measures of the probability itself.

    `brier` is its mean squared error, `calibration_error` its mean distance from the share that is answered, over the
    points of the reliability diagram.
    """
    probabilities, answerable = _columns(judged)
    declined = probabilities < point
    right = int((declined & ~answerable).sum())
    points = np.array(reliability_of(judged))
    return {
        "questions": len(judged),
        "answerable": int(answerable.sum()),
        "declined_precision": _share(right, int(declined.sum())),
        "declined_recall": _share(right, int((~answerable).sum())),
        "answered_recall": _share(int((~declined & answerable).sum()), int(answerable.sum())),
        "brier": round(float(((probabilities - answerable) ** 2).mean()), 3),
        "calibration_error": round(float(np.abs(points[:, 0] - points[:, 1]).mean()), 3),
    }


def reliability_of(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Mean probability and share answered of each group of questions, the least probable first."""
    probabilities, answerable = _columns(judged)
    groups = [group for group in np.array_split(np.argsort(probabilities, kind="stable"), BINS) if len(group)]
    return [(float(probabilities[group].mean()), float(answerable[group].mean())) for group in groups]


def declining_curve(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Recall and precision of declining for every threshold, recall from 0."""
    probabilities, answerable = _columns(judged)
    precision, recall, _ = precision_recall_curve(~answerable, 1 - probabilities)
    return [(float(x), float(y)) for x, y in zip(recall[::-1], precision[::-1], strict=True)]


def _columns(judged: Sequence[Judged]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([item.probability for item in judged]), np.array([item.answerable for item in judged])


def _bins(groups: dict[str, list[Judged]]) -> list[tuple[str, str]]:
    return [
        (name, " · ".join(f"{mean:.2f} / {share:.2f}" for mean, share in reliability_of(group)))
        for name, group in groups.items()
    ]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
