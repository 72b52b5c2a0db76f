"""Feedback is kept for as long as the setting says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from assistant import feedback as module
from assistant.feedback import Feedback, Opinion, Rating
from assistant.settings import load_settings
from assistant.wiring import open_feedback
from index.database import open_database, utc_now
from index.library import Library

OPINION = Opinion(Rating.WRONG, "The office has moved.", "Where is the office?", "In Marseille.")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(open_database(tmp_path / "data"))) as library:
        yield library


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """What is added to the time of day."""
    added, now = [timedelta()], utc_now
    monkeypatch.setattr(module, "utc_now", lambda: now() + added[0])
    return added


def test_feedback_ends_after_its_days(library: Library, clock: list[timedelta]) -> None:
    kept = Feedback(library.engine, days=10)
    first = kept.add(OPINION)
    clock[0] = timedelta(days=9)
    second = kept.add(OPINION)
    assert [stored.id for stored in kept.newest(5)] == [second, first]
    clock[0] = timedelta(days=10, seconds=1)
    assert [stored.id for stored in kept.newest(5)] == [second]
    assert kept.forget_old() == 1
    clock[0] = timedelta(days=30)
    third = kept.add(OPINION)  # the next one deletes what is too old
    clock[0] = timedelta()
    assert [stored.id for stored in kept.newest(5)] == [third]


def test_opening_deletes_what_is_too_old(library: Library, clock: list[timedelta]) -> None:
    days = load_settings().feedback_days
    Feedback(library.engine, days=days).add(OPINION)
    clock[0] = timedelta(days=days, seconds=1)
    kept = open_feedback(load_settings(), library)
    clock[0] = timedelta()
    assert kept.newest(5) == []
