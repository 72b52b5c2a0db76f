"""What is kept of a conversation, for whom, for how long, and what is shown of it later."""

from __future__ import annotations

import dataclasses
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, func, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant import conversations as module
from assistant.access import STAFF, Caller
from assistant.answer import Answer, AnswerTimings, Citation, Reason, Statement, Status, Suggestion
from assistant.conversation_rows import ConversationRow, FeedbackRow, TurnRow
from assistant.conversations import MOST_TURNS, Conversations, State
from assistant.dialogue import Dialogue
from assistant.still_shown import StillShown
from assistant.stored_answer import packed, unpacked
from index.database import open_database, writing
from index.document import Audience
from index.errors import InvalidRequest, NotFound
from index.hit import Filters
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from tests.assistant.conftest import Build

ANNA = Caller("staff", EVERYTHING, "key:anna")
BEN = Caller("staff", EVERYTHING, "key:ben")
QUESTION = "When does the office in Marseille open?"
DUTY = "What is the duty telephone of the Marseille office?"


def visitor(session: str, seconds: float = 900) -> Caller:
    return Caller("widget", PUBLIC_ONLY, f"widget:demo:{session}", datetime.now(UTC) + timedelta(seconds=seconds))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(open_database(tmp_path / "data"))) as library:
        yield library


@pytest.fixture
def kept(library: Library) -> Conversations:
    return Conversations(library.engine, days=30, answer_seconds=60)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """What is added to the time of day."""
    ahead = [timedelta()]
    monkeypatch.setattr(module, "utc_now", lambda: datetime.now(UTC).replace(tzinfo=None) + ahead[0])
    return ahead


def answer(question: str, *statements: Statement, citations: tuple[Citation, ...] = ()) -> Answer:
    status: Status = "answered" if statements else "no_answer"
    reason: Reason | None = None if statements else "no_passage"
    return Answer(
        question, "en", status, " ".join(item.text for item in statements) or "Nothing.", statements, citations,
        "extractive", reason, AnswerTimings(1, 2, 3), None, (Suggestion("Who may come?", "en"),),
    )  # fmt: skip


def rows(kept: Conversations, table: type[ConversationRow] | type[TurnRow]) -> int:
    with Session(kept.engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_migrations_lead_to_these_tables(library: Library) -> None:
    found = inspect(library.engine)
    for row in (ConversationRow, TurnRow, FeedbackRow):
        table = row.__table__
        assert isinstance(table, Table)
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} == indexes


# -- owners ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [BEN, STAFF, visitor("a"), Caller("widget", PUBLIC_ONLY, "key:anna2")])
def test_anothers_conversation_is_as_good_as_none(kept: Conversations, other: Caller) -> None:
    mine = kept.begin(ANNA)
    kept.ask(mine, ANNA, QUESTION)
    refusals = set()
    for made_up in (mine, "0" * 32, "", mine[:-1], "%"):
        attempts: list[Callable[[str, Caller], object]] = [
            kept.get, kept.turns, kept.exchanges, kept.remove, partial(kept.ask, question=QUESTION),
        ]  # fmt: skip
        for attempt in attempts:
            with pytest.raises(NotFound) as refused:
                attempt(made_up, other)
            refusals.add(refused.value.message)
    assert len(refusals) == 1
    kept.remove_all(other)
    assert kept.of(other) == []
    assert [held.id for held in kept.of(ANNA)] == [mine]
    assert [turn.question for turn in kept.turns(mine, ANNA)] == [QUESTION]


def test_own_conversations_are_listed_by_last_use_and_deleted(kept: Conversations) -> None:
    first, second, empty = kept.begin(ANNA), kept.begin(ANNA), kept.begin(ANNA)
    for held, question in ((first, "One?"), (second, "Two?"), (first, "Three?")):
        kept.ask(held, ANNA, question)
    assert [(held.id, held.question, held.turns) for held in kept.of(ANNA)] == [(first, "One?", 2), (second, "Two?", 1)]
    kept.remove(second, ANNA)
    assert [held.id for held in kept.of(ANNA)] == [first]
    kept.remove_all(ANNA)
    assert kept.of(ANNA) == []
    assert rows(kept, ConversationRow) == rows(kept, TurnRow) == 0
    with pytest.raises(NotFound):
        kept.get(empty, ANNA)


# -- expiry ------------------------------------------------------------------------------------------------------------


def test_conversation_ends_so_many_days_after_its_last_question(kept: Conversations, clock: list[timedelta]) -> None:
    held = kept.begin(ANNA)
    kept.ask(held, ANNA, "One?")
    clock[0] = timedelta(days=29)
    kept.ask(held, ANNA, "Two?")
    clock[0] = timedelta(days=58)
    assert len(kept.turns(held, ANNA)) == 2
    clock[0] = timedelta(days=59, seconds=1)
    assert kept.of(ANNA) == []
    with pytest.raises(NotFound):
        kept.turns(held, ANNA)
    assert rows(kept, TurnRow) == 2
    kept.begin(BEN)  # any use of the table deletes what has ended, whoever's it was
    assert rows(kept, TurnRow) == 0
    assert kept.forget_ended() == 0


def test_opening_deletes_what_has_ended(kept: Conversations, clock: list[timedelta]) -> None:
    kept.ask(kept.begin(ANNA), ANNA, QUESTION)
    clock[0] = timedelta(days=31)
    assert Conversations(kept.engine, days=30, answer_seconds=60).forget_ended() == 1
    assert rows(kept, TurnRow) == 0


def test_visitors_conversation_ends_with_their_session(kept: Conversations, clock: list[timedelta]) -> None:
    one, endless = visitor("a"), visitor("b", seconds=10_000_000)
    held, long = kept.begin(one), kept.begin(endless)
    clock[0] = timedelta(seconds=890)
    kept.ask(held, one, QUESTION)  # a question does not make it last longer
    clock[0] = timedelta(seconds=901)
    with pytest.raises(NotFound):
        kept.get(held, one)
    clock[0] = timedelta(days=1, seconds=1)
    with pytest.raises(NotFound):
        kept.get(long, endless)


# -- turns -------------------------------------------------------------------------------------------------------------


KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.access import Caller
from assistant.conversations import Conversations
from index.database import open_database
from index.scope import EVERYTHING
anna = Caller("staff", EVERYTHING, "key:anna")
kept = Conversations(open_database(Path(sys.argv[1])), days=30, answer_seconds=60)
kept.ask(kept.begin(anna), anna, sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.sqlite
def test_question_is_kept_when_its_process_is_killed(
    kept: Conversations, clock: list[timedelta], tmp_path: Path
) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "data"), QUESTION], check=False)
    assert ended.returncode == -signal.SIGKILL
    (conversation,) = kept.of(ANNA)
    held, number = conversation.id, 1
    assert kept.turns(held, ANNA)[0].state is State.ANSWERING
    clock[0] = timedelta(seconds=61)
    (turn,) = kept.turns(held, ANNA)
    assert (turn.state, turn.question, turn.answer) == (State.BROKEN, QUESTION, None)
    assert kept.exchanges(held, ANNA) == []
    kept.answered(held, number, answer(QUESTION))  # it was slow, not dead
    assert kept.turns(held, ANNA)[0].state is State.ANSWERED


def test_answer_for_a_deleted_conversation_goes_nowhere(kept: Conversations) -> None:
    held = kept.begin(ANNA)
    number = kept.ask(held, ANNA, QUESTION)
    kept.remove(held, ANNA)
    kept.answered(held, number, answer(QUESTION))
    kept.broke(held, number)
    assert rows(kept, TurnRow) == 0


def test_whole_answer_is_not_broken_afterwards(kept: Conversations) -> None:
    held = kept.begin(ANNA)
    number = kept.ask(held, ANNA, QUESTION)
    kept.answered(held, number, answer(QUESTION))
    kept.broke(held, number)
    assert kept.turns(held, ANNA)[0].state is State.ANSWERED


def test_errors_of_the_database_hold_no_question(kept: Conversations) -> None:
    held = kept.begin(ANNA)
    kept.ask(held, ANNA, QUESTION)
    again = {"conversation_id": held, "number": 1, "question": QUESTION, "asked_at": datetime.now(), "broken": False}
    with pytest.raises(IntegrityError) as refused, Session(kept.engine) as session:
        session.execute(insert(TurnRow).values(again))
    assert QUESTION not in str(refused.value)


def test_a_conversation_does_not_grow_without_end(kept: Conversations) -> None:
    held = kept.begin(ANNA)
    with Session(writing(kept.engine)) as session, session.begin():
        now = datetime.now(UTC).replace(tzinfo=None)
        session.add(TurnRow(conversation_id=held, number=MOST_TURNS, question="?", asked_at=now, broken=True))
    with pytest.raises(InvalidRequest) as refused:
        kept.ask(held, ANNA, QUESTION)
    assert refused.value.code == "conversation_full"


def test_answer_of_another_version_is_shown_as_broken(kept: Conversations) -> None:
    held = kept.begin(ANNA)
    kept.answered(held, kept.ask(held, ANNA, QUESTION), answer(QUESTION))
    with Session(writing(kept.engine)) as session, session.begin():
        session.execute(update(TurnRow).values(answer='{"question": "from another time"}'))
    (turn,) = kept.turns(held, ANNA)
    assert (turn.state, turn.answer) == (State.BROKEN, None)


def test_answer_is_the_same_after_it_was_kept_but_for_its_suggestions() -> None:
    citation = Citation(1, "d", "d-1", "T", "u", "en", 3, "S", datetime(2024, 3, 5).date(), "x", 0, 1, "/documents/d")
    given = answer(QUESTION, Statement("x", (1,), 0.9), citations=(citation,))
    assert unpacked(packed(given)) == dataclasses.replace(given, suggestions=())
    assert "Who may come" not in packed(given)


# -- with the real assistant -------------------------------------------------------------------------------------------


@pytest.fixture
def dialogue(build: Build, kept: Conversations) -> Dialogue:
    return Dialogue(build(), kept)


def asked(
    dialogue: Dialogue, question: str, caller: Caller, held: str | None = None, language: str | None = None
) -> tuple[str, Answer]:
    reply = dialogue.ask(question, caller, conversation_id=held, begin=True, language=language)
    *_, last = reply.events
    assert isinstance(last, Answer)
    assert reply.conversation_id is not None
    return reply.conversation_id, last


def test_following_question_is_understood_in_another_language(dialogue: Dialogue) -> None:
    held, _ = asked(dialogue, "How long does the language course last?", ANNA)
    _, last = asked(dialogue, "And the office in Marseille?", ANNA, held, language="fr")
    assert last.language == "fr"
    assert last.searched is not None
    _, turns = dialogue.shown(held, ANNA)
    assert [shown.answer.language for shown in turns if shown.answer] == ["en", "fr"]
    assert turns[1].answer == dataclasses.replace(last, suggestions=())


def test_nothing_is_kept_unless_asked_for(dialogue: Dialogue, kept: Conversations) -> None:
    reply = dialogue.ask(QUESTION, ANNA)
    *_, last = reply.events
    assert isinstance(last, Answer)
    assert reply.conversation_id is None
    assert rows(kept, ConversationRow) == 0


@pytest.mark.parametrize("question", ["", "?!", "a" * 2001, "\ud800"])
def test_refused_question_begins_nothing(dialogue: Dialogue, kept: Conversations, question: str) -> None:
    with pytest.raises(InvalidRequest):
        dialogue.ask(question, ANNA, begin=True)
    assert rows(kept, ConversationRow) == 0


def test_answer_nobody_waits_for_is_broken(dialogue: Dialogue, kept: Conversations) -> None:
    reply = dialogue.ask(QUESTION, ANNA, begin=True)
    next(reply.events)
    reply.events.close()
    assert reply.conversation_id is not None
    assert [turn.state for turn in kept.turns(reply.conversation_id, ANNA)] == [State.BROKEN]
    asked(dialogue, QUESTION, ANNA, reply.conversation_id)
    states = [turn.state for turn in kept.turns(reply.conversation_id, ANNA)]
    assert states == [State.BROKEN, State.ANSWERED]


def test_two_questions_at_once_are_both_kept(dialogue: Dialogue, kept: Conversations) -> None:
    held, _ = asked(dialogue, QUESTION, ANNA)
    questions = [f"When does the office number {number} in Marseille open?" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda question: asked(dialogue, question, ANNA, held)[1], questions))
    turns = kept.turns(held, ANNA)
    assert [turn.number for turn in turns] == [1, 2, 3, 4, 5]
    assert {turn.question for turn in turns[1:]} == set(questions)
    for turn in turns[1:]:
        assert turn.answer is not None
        assert turn.answer == dataclasses.replace(answers[questions.index(turn.question)], suggestions=())


# -- what is shown later -----------------------------------------------------------------------------------------------


@pytest.fixture
def changing(build: Build, tmp_path: Path) -> Iterator[tuple[Dialogue, Library]]:
    """The same assistant, and conversations shown over a copy of its library that tests may change."""
    assistant = build()
    database = Path(assistant.index.library.engine.url.database or "")
    (tmp_path / "data").mkdir(exist_ok=True)
    target = tmp_path / "data" / database.name
    with closing(sqlite3.connect(database)) as given, closing(sqlite3.connect(target)) as copied:
        given.backup(copied)
    with closing(Library(open_database(tmp_path / "data"))) as copy:
        dialogue = Dialogue(assistant, Conversations(copy.engine, days=30, answer_seconds=60))
        yield dialogue, copy


def still(dialogue: Dialogue, library: Library, held: str, caller: Caller) -> tuple[Answer, int]:
    (turn,) = dialogue.conversations.turns(held, caller)
    assert turn.answer is not None
    return StillShown(library, caller.scope).of(turn.answer)


@pytest.mark.sqlite
def test_what_was_made_internal_is_withheld_from_visitors_only(changing: tuple[Dialogue, Library]) -> None:
    dialogue, library = changing
    held, given = asked(dialogue, QUESTION, visitor("a"))
    mine, _ = asked(dialogue, QUESTION, ANNA)
    assert still(dialogue, library, held, visitor("a")) == (dataclasses.replace(given, suggestions=()), 0)
    library.amend(given.citations[0].document_id, audience=Audience.INTERNAL)
    shown, withheld = still(dialogue, library, held, visitor("a"))
    assert (shown.statements, shown.citations, shown.text, shown.suggestions) == ((), (), "", ())
    assert withheld == len(given.statements) > 0
    assert still(dialogue, library, mine, ANNA)[1] == 0


@pytest.mark.sqlite
def test_what_was_removed_is_withheld_from_everybody(changing: tuple[Dialogue, Library]) -> None:
    dialogue, library = changing
    held, given = asked(dialogue, DUTY, ANNA)
    assert "0700 111 222" in given.text
    library.remove(given.citations[0].document_id)
    shown, withheld = still(dialogue, library, held, ANNA)
    assert "0700 111 222" not in repr(shown)
    assert withheld > 0


@pytest.mark.sqlite
def test_statement_from_two_sources_goes_with_either_of_them(changing: tuple[Dialogue, Library]) -> None:
    dialogue, library = changing
    _, public = asked(dialogue, QUESTION, visitor("a"))
    _, internal = asked(dialogue, DUTY, ANNA)
    one, two = public.citations[0], dataclasses.replace(internal.citations[0], number=2)
    quoted = " ".join(one.quote.split())
    given = answer(
        QUESTION, Statement("Both said together.", (1, 2), 0.9), Statement(quoted, (1, 2), 0.9),
        citations=(one, two),
    )  # fmt: skip
    assert StillShown(library, EVERYTHING).of(given)[1] == 0
    shown, withheld = StillShown(library, PUBLIC_ONLY).of(given)
    assert (shown.statements, shown.citations, withheld) == ((Statement(quoted, (1,), 0.9),), (one,), 1)
    assert shown.text == f"{quoted} [1]"


@pytest.mark.sqlite
def test_quote_that_no_longer_stands_in_its_document_is_withheld(changing: tuple[Dialogue, Library]) -> None:
    dialogue, library = changing
    _, given = asked(dialogue, QUESTION, ANNA)
    one = given.citations[0]
    moved = dataclasses.replace(one, start=one.start + 1, end=one.end + 1)
    stale = dataclasses.replace(given, citations=(moved, *given.citations[1:]))
    assert StillShown(library, EVERYTHING).of(stale)[1] >= 1


# -- the list that somebody chooses from -------------------------------------------------------------------------------


def begun(kept: Conversations, caller: Caller, *questions: str) -> str:
    conversation_id = kept.begin(caller)
    for question in questions:
        kept.ask(conversation_id, caller, question)
    return conversation_id


def test_words_find_a_conversation_by_its_name_or_any_question_of_it(kept: Conversations) -> None:
    office = begun(kept, ANNA, QUESTION, "ÎNTREBARE despre taxe?")
    clinic = begun(kept, ANNA, "Where is the clinic?")
    begun(kept, BEN, QUESTION)
    kept.rename(clinic, ANNA, "Одеса")
    found = {words: [held.id for held in kept.with_words(words, ANNA)] for words in ("marseille", "întrebare", "одеса")}
    assert found == {"marseille": [office], "întrebare": [office], "одеса": [clinic]}
    assert kept.with_words("taxe", BEN) == []


def test_answers_are_not_searched_for_they_hold_what_may_not_be_seen_any_more(kept: Conversations) -> None:
    held = begun(kept, ANNA, QUESTION)
    kept.answered(held, 1, answer(QUESTION, Statement("The canary is Quetzal.", (1,), 1.0)))
    assert kept.with_words("Quetzal", ANNA) == []


def test_name_is_its_owner_s_and_can_be_taken_back(kept: Conversations) -> None:
    held = begun(kept, ANNA, QUESTION)
    kept.rename(held, ANNA, "  Opening \n hours ")
    assert kept.get(held, ANNA).title == "Opening hours"
    with pytest.raises(NotFound):
        kept.rename(held, BEN, "Mine")
    with pytest.raises(InvalidRequest):
        kept.rename(held, ANNA, "a" * 201)
    kept.rename(held, ANNA, " ")
    assert kept.get(held, ANNA).title is None


def test_filters_restrict_what_is_answered_from_and_are_kept_with_the_answer(build: Build, kept: Conversations) -> None:
    dialogue = Dialogue(build(), kept)
    for filters, status in ((Filters(language=("it",)), "no_answer"), (Filters(language=("en",)), "answered")):
        reply = dialogue.ask(QUESTION, ANNA, begin=True, filters=filters)
        *_, last = reply.events
        assert isinstance(last, Answer)
        assert last.status == status
        _, (turn,) = dialogue.shown(str(reply.conversation_id), ANNA)
        assert turn.answer is not None
        assert turn.answer.filters == (("language", *filters.language),)


def test_choices_are_of_what_the_caller_may_see(build: Build, kept: Conversations) -> None:
    dialogue = Dialogue(build(), kept)
    seen = {facet.value: facet.count for facet in dialogue.choices(ANNA) if facet.field == "audience"}
    assert set(seen) == {"public", "internal"}
    public = dialogue.choices(visitor("one"))
    assert {facet.value for facet in public if facet.field == "audience"} == {"public"}
