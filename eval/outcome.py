"""What became of one question, and the measures over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answer import Answer
from eval.gold import GoldQuestion, is_right, rank_of_gold, recall_of_gold
from index.language import detect_language


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer. `broken` counts quotes that are not their document's text."""

    question: GoldQuestion
    answer: Answer
    broken: int
    milliseconds: float

    @property
    def answered(self) -> bool:
        return self.answer.status == "answered"

    @property
    def rank(self) -> int | None:
        """Place of the first right citation."""
        return rank_of_gold(self.question, self.answer)

    @property
    def in_language(self) -> bool:
        """Whether the answer is in the question's language, as far as that can be told from its words."""
        text = " ".join(statement.text for statement in self.answer.statements)
        return detect_language(text, self.question.language) == self.question.language


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares in [0, 1], None where there is nothing to take a share of; latency in milliseconds.

    `citation_precision` is the mean share of right citations over the answered ones of the questions that have an
    answer, `citation_recall` the mean share of what answers that is cited, over all of these. `declined_*` take
    declining as the finding of questions without an answer. `by_model` and `withheld` count the answers and sentences
    of a chat model, `model_failed` the questions at which it was of no use.
    """

    answerable: int
    unanswerable: int
    first: float | None
    first_or_second: float | None
    citation_precision: float | None
    citation_recall: float | None
    wrongly_declined: float | None
    rightly_declined: float | None
    declined_precision: float | None
    declined_f1: float | None
    in_language: float | None
    by_model: int
    statements: int
    withheld: int
    model_failed: int
    broken_quotes: int
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Measures:
        """Raises ValueError for no outcomes."""
        asked = [outcome for outcome in outcomes if outcome.question.answerable]
        unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
        answered = [outcome for outcome in outcomes if outcome.answered]
        declined = [outcome for outcome in outcomes if not outcome.answered]
        recall = _share([not outcome.answered for outcome in unanswerable])
        precision = _share([not outcome.question.answerable for outcome in declined])
        p50, p95 = np.percentile([outcome.milliseconds for outcome in outcomes], [50, 95])
        return cls(
            answerable=len(asked),
            unanswerable=len(unanswerable),
            first=_share([outcome.rank == 1 for outcome in asked]),
            first_or_second=_share([outcome.rank in {1, 2} for outcome in asked]),
            citation_precision=_share([_precision(outcome) for outcome in asked if outcome.answered]),
            citation_recall=_share([recall_of_gold(outcome.question, outcome.answer) for outcome in asked]),
            wrongly_declined=_share([not outcome.answered for outcome in asked]),
            rightly_declined=recall,
            declined_precision=precision,
            declined_f1=_f1(precision, recall),
            in_language=_share([outcome.in_language for outcome in answered]),
            by_model=sum(outcome.answer.answered_by != "extractive" for outcome in answered),
            statements=sum(len(outcome.answer.statements) for outcome in answered),
            withheld=sum(outcome.answer.withheld for outcome in outcomes),
            model_failed=sum(outcome.answer.reason == "model_failed" for outcome in outcomes),
            broken_quotes=sum(outcome.broken for outcome in outcomes),
            p50_ms=round(float(p50), 1),
            p95_ms=round(float(p95), 1),
        )


def missed(outcome: Outcome) -> bool:
    """Whether an unanswerable question was answered, or the right sentence was neither first nor second."""
    return outcome.rank not in {1, 2} if outcome.question.answerable else outcome.answered


def _precision(outcome: Outcome) -> float:
    cited = outcome.answer.citations
    return sum(is_right(outcome.question, citation) for citation in cited) / len(cited)


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0


def _share(marks: Sequence[float]) -> float | None:
    return round(sum(marks) / len(marks), 4) if marks else None
