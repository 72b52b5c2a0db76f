"""Feedback is kept for as long as the setting says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.feedback import Feedback, FeedbackReason, Opinion, Rating
from assistant.settings import load_settings
from assistant.wiring import open_feedback
from index.database import open_database, utc_now
from index.library import Library
from index.scope import EVERYTHING

OPINION = Opinion(Rating.WRONG, "The office has moved.", "Where is the office?", "In Marseille.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(open_database(tmp_path / "data"))) as library:
        yield library


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """What is added to the time of day."""
    added = [timedelta()]
    monkeypatch.setattr("assistant.feedback.utc_now", lambda: utc_now() + added[0])
    return added


def test_feedback_ends_after_its_days(library: Library, clock: list[timedelta]) -> None:
    kept = Feedback(library.engine, days=10)
    first = kept.add(OPINION, EVERYTHING)
    clock[0] = timedelta(days=9)
    second = kept.add(OPINION, EVERYTHING)
    assert [stored.id for stored in kept.newest(5, EVERYTHING)] == [second, first]
    clock[0] = timedelta(days=10, seconds=1)
    assert [stored.id for stored in kept.newest(5, EVERYTHING)] == [second]
    assert kept.forget_old() == 1
    clock[0] = timedelta(days=30)
    third = kept.add(OPINION, EVERYTHING)  # the next one deletes what is too old
    clock[0] = timedelta()
    assert [stored.id for stored in kept.newest(5, EVERYTHING)] == [third]


def test_opening_deletes_what_is_too_old(library: Library, clock: list[timedelta]) -> None:
    days = load_settings().feedback_days
    Feedback(library.engine, days=days).add(OPINION, EVERYTHING)
    clock[0] = timedelta(days=days, seconds=1)
    kept = open_feedback(load_settings(), library)
    clock[0] = timedelta()
    assert kept.newest(5, EVERYTHING) == []


def test_reason_is_kept_and_says_how_bad_it_is(library: Library) -> None:
    kept = Feedback(library.engine, days=10)
    for reason in FeedbackReason:
        kept.add(Opinion(reason.rating, reason=reason), EVERYTHING)
    stored = {item.opinion.reason: item.opinion.rating for item in kept.newest(10, EVERYTHING)}
    assert set(stored) == set(FeedbackReason)
    assert stored[FeedbackReason.UNSAFE] is Rating.WRONG
    assert stored[FeedbackReason.MISSING] is Rating.NOT_HELPFUL
