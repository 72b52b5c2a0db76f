"""What became of one question, and the shares over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.gold import GoldQuestion


@dataclass(frozen=True, slots=True)
class Outcome:
    """`rank` is the place of the first right citation; `broken` counts quotes that are not their document's text."""

    question: GoldQuestion
    answered: bool
    rank: int | None
    broken: int
    milliseconds: float
    shown: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares in [0, 1], None where nothing was asked of that kind; latency in milliseconds."""

    answerable: int
    unanswerable: int
    first: float | None
    first_or_second: float | None
    wrongly_declined: float | None
    rightly_declined: float | None
    broken_quotes: int
    p50_ms: float
    p95_ms: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Shares:
        """Raises ValueError for no outcomes."""
        asked = [outcome for outcome in outcomes if outcome.question.answerable]
        unanswerable = [outcome for outcome in outcomes if not outcome.question.answerable]
        p50, p95 = np.percentile([outcome.milliseconds for outcome in outcomes], [50, 95])
        return cls(
            answerable=len(asked),
            unanswerable=len(unanswerable),
            first=_share([outcome.rank == 1 for outcome in asked]),
            first_or_second=_share([outcome.rank in {1, 2} for outcome in asked]),
            wrongly_declined=_share([not outcome.answered for outcome in asked]),
            rightly_declined=_share([not outcome.answered for outcome in unanswerable]),
            broken_quotes=sum(outcome.broken for outcome in outcomes),
            p50_ms=round(float(p50), 1),
            p95_ms=round(float(p95), 1),
        )


def missed(outcome: Outcome) -> bool:
    """Whether an unanswerable question was answered, or the right sentence was neither first nor second."""
    return outcome.rank not in {1, 2} if outcome.question.answerable else outcome.answered


def _share(marks: Sequence[bool]) -> float | None:
    return round(sum(marks) / len(marks), 4) if marks else None
