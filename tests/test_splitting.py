"""That every way of splitting holds the whole text, and that the comparison tells them apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from eval.splitters import OVERLAP, SPLITTERS, WINDOW, windows
from eval.splitting import Asked, Corpus, draft_of, score
from index.embedding import Embedder

PAGE = "Courses in Portovento\n\n" + "\n\n".join(
    f"Course {number}\n\n" + f"Course {number} teaches Italian at level {number}. " * 6 + f"It costs {number}00 euros."
    for number in range(1, 9)
)
DESK = "Help desk\n\nThe help desk is open on Monday and closed in August.\n"


@pytest.mark.parametrize("name", SPLITTERS)
def test_no_word_is_lost(name: str) -> None:
    draft = draft_of("page", PAGE, SPLITTERS[name])
    covered: set[int] = set()
    for passage in draft.passages:
        covered.update(range(passage.span.start, passage.span.end))
        assert all(passage.span.start <= s.start < s.end <= passage.span.end for s in passage.sentences)
    assert not any(char.isalnum() for place, char in enumerate(draft.text) if place not in covered)


def test_windows_overlap() -> None:
    spans = [passage.span for passage in draft_of("page", PAGE, windows).passages]
    assert len(spans) > 2
    assert all(span.end - span.start <= WINDOW for span in spans)
    assert all(0 < before.end - after.start <= OVERLAP for before, after in pairwise(spans))


def test_an_answer_counts_only_within_the_budget(embedder: Embedder) -> None:
    questions = (
        Asked("1", "When is the help desk closed?", "en", "desk", ("closed in August",)),
        Asked("2", "When is the help desk closed?", "en", "desk", ("closed in July",)),
    )
    found = score(Corpus("two", {"page": PAGE, "desk": DESK}, questions), SPLITTERS["headings and context"], embedder)
    assert found["answered"] == 0.5
    assert found["ndcg@10"] == 1.0
    assert found["passages"] >= 3
