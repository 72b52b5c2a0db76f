"""The evaluation of following questions: what it reads, and what it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.follow_ups import HALVES, SAMPLES, WAYS, Conversation, ask, read_conversations
from index.errors import InvalidRequest
from tests.assistant.conftest import Build

DOCUMENTS = {path.name for path in (SAMPLES / "documents").iterdir()}


def test_sample_conversations_are_whole_and_split_evenly() -> None:
    conversations = read_conversations(SAMPLES / "follow_ups.jsonl")
    assert len({conversation.id for conversation in conversations}) == len(conversations)
    for half in HALVES:
        of_half = [conversation for conversation in conversations if conversation.half == half]
        assert 2 * len(of_half) == len(conversations)
        assert {conversation.language for conversation in of_half} == {"ar", "en", "es", "fr", "it", "ro", "so", "uk"}
        assert sum(conversation.standalone is None for conversation in of_half) >= 6
    for conversation in conversations:
        assert len(conversation.turns) in {2, 3}
        assert conversation.documents
        assert conversation.documents <= DOCUMENTS


def test_each_way_of_asking_is_scored_by_the_place_of_the_right_document(build: Build) -> None:
    turns = ("When does the office in Marseille open?", "And in Torino?")
    standalone = "Quando apre lo sportello di Torino?"
    conversation = Conversation("x", "report", "en", turns, standalone, frozenset({"torino.md"}))
    found = ask(build(), conversation)
    assert list(found) == list(WAYS)
    assert [item.searched for item in found.values()] == [
        "And in Torino?", " ".join(turns), "When does the office in Torino open?", standalone,
    ]  # fmt: skip
    assert found["by hand"].rank == 1
    assert found["ours"].rank in {1, 2}
    assert found["by hand"].cited
    nowhere = ask(build(), Conversation("y", "report", "en", turns, standalone, frozenset({"none.md"})))
    assert {(item.rank, item.cited) for item in nowhere.values()} == {(None, False)}


@pytest.mark.parametrize("text", ["{", "[]", '{"id": "x"}', "3"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "conversations.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRequest, match="no file of conversations"):
        read_conversations(path)
