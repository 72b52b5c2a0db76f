"""What is kept of one person: all of it told, and nothing of it left anywhere once it is erased."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.access import Caller
from assistant.audit import Audit
from assistant.conversations import Conversations
from assistant.event import Action, Actor, Event
from assistant.keys import Keys
from assistant.person import erase_person, export_person
from assistant.sign_ins import SignIns
from index.database import open_database
from index.errors import NotFound
from index.library import Library
from index.scope import EVERYTHING
from index.sqlite import FILE_NAME
from tests.assistant.test_conversations import answer

ANNA = Caller("staff", EVERYTHING, "key:anna01")
BEN = Caller("staff", EVERYTHING, "key:ben02")
ROOT = Actor("cli:root")
QUESTION = "Where does Xaveria Quillfeather sleep tonight?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(open_database(tmp_path / "data"))) as library:
        yield library


@pytest.fixture
def filled(library: Library) -> Library:
    kept = Conversations(library.engine, days=30, answer_seconds=60)
    for caller in (ANNA, BEN):
        for _ in range(2):
            held = kept.begin(caller)
            number = kept.ask(held, caller, f"{QUESTION} ({caller.owner})")
            kept.answered(held, number, answer(QUESTION))
    audit = Audit(library.engine)
    for caller in (ANNA, BEN):
        name = caller.owner.removeprefix("key:")
        audit.record(ROOT, Event(Action.KEY_CREATED, "key", name, {"name": f"{name} of the night shift"}))
        audit.record(Actor(caller.owner, "staff", "log1"), Event(Action.DOCUMENT_REMOVED, "document", "d1"))
    return library


def test_everything_is_told(filled: Library) -> None:
    held = export_person(filled.engine, ANNA.owner, ROOT)
    text = json.dumps(held)
    assert [len(held[name]) for name in ("conversations", "audit")] == [2, 2]
    assert text.count(f"{QUESTION} ({ANNA.owner})") == 2
    assert "anna01 of the night shift" in text
    assert "ben" not in text
    (entry,) = Audit(filled.engine).newest(1)
    assert (entry.actor, entry.action, entry.object_id) == (ROOT, Action.PERSON_EXPORTED, ANNA.owner)


@pytest.mark.sqlite
def test_nothing_is_left(filled: Library, tmp_path: Path) -> None:
    export_person(filled.engine, ANNA.owner, ROOT)
    before = export_person(filled.engine, BEN.owner, ROOT)
    erased = erase_person(filled.engine, ANNA.owner, ROOT)
    counts = {"conversations": 2, "saved_searches": 0, "sign_ins": 0, "keys": 0, "reviews": 0, "audit": 3}
    assert erased.counts == counts
    with pytest.raises(NotFound):
        export_person(filled.engine, ANNA.owner, ROOT)
    # What was done is still known, in its order, and by the same one.
    entries = Audit(filled.engine).newest(99)
    assert len(entries) == 7
    removed = [entry.actor for entry in entries if entry.action == "document.removed"]
    assert removed == [Actor(BEN.owner, "staff", "log1"), Actor(erased.pseudonym, "staff")]
    assert (entries[0].object_id, entries[0].detail) == (erased.pseudonym, counts)
    again = export_person(filled.engine, BEN.owner, ROOT)
    assert (again["conversations"], again["audit"][:2]) == (before["conversations"], before["audit"])
    # Also not in pages of the files that are free, and not in the journal.
    for file in (tmp_path / "data").glob(f"{FILE_NAME}*"):
        content = file.read_bytes()
        assert b"anna01" not in content, file.name
        assert f"{QUESTION} ({ANNA.owner})".encode() not in content
    assert f"{QUESTION} ({BEN.owner})".encode() in (tmp_path / "data" / FILE_NAME).read_bytes()


def test_whoever_erases_themselves_is_not_named(filled: Library) -> None:
    erase_person(filled.engine, ANNA.owner, Actor(ANNA.owner, "admin", "log9"))
    assert all(ANNA.owner not in str(entry) for entry in Audit(filled.engine).newest(99))


@pytest.mark.parametrize("owner", ["key:nobody", "key:anna", "key", "%", ""])
def test_nobody_is_told_and_erased_by_half_a_name(filled: Library, owner: str) -> None:
    for act in (export_person, erase_person):
        with pytest.raises(NotFound):
            act(filled.engine, owner, ROOT)
    assert len(Audit(filled.engine).newest(99)) == 4


def test_keys_and_sessions_are_told_and_ended(filled: Library) -> None:
    keys, sign_ins = Keys(filled.engine), SignIns(filled.engine, hours=1)
    made = keys.create("staff", days=1, name="Carla, Torino")
    session = sign_ins.begin_with(made.key)
    told = export_person(filled.engine, made.key.owner, ROOT)
    assert [key["name"] for key in told["keys"]] == ["Carla, Torino"]  # type: ignore[index, call-overload]
    assert len(told["sign_ins"]) == 1
    erased = erase_person(filled.engine, made.key.owner, ROOT)
    assert (erased.counts["keys"], erased.counts["sign_ins"]) == (1, 1)
    assert keys.find(made.secret) is None
    assert sign_ins.find(session.token) is None
    assert [key.name for key in keys.all()] == [erased.pseudonym]
    assert keys.exist()
