"""Questions in a conversation: what was asked before is looked up, and what is answered is kept."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.access import Caller
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.conversations import Conversation, Conversations, State, Turn
from assistant.events import Delta, Sources
from assistant.question import checked_question
from assistant.recalled import recalled
from assistant.still_shown import StillShown
from index.errors import InvalidRequest
from index.hit import FIELDS, Facet, Filters

Event = Sources | Delta | Answer
Told = Callable[[Answer, Caller], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer's events, as of `Assistant.stream`, and the conversation that they are kept in, if any."""

    conversation_id: str | None
    events: Generator[Event]


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """One question as its owner may see it now; `withheld` counts the statements that they may no longer see."""

    number: int
    turn: Turn
    answer: Answer | None
    withheld: int


class Dialogue:
    """One assistant and the conversations that are held with it; without any, it answers each question by itself."""

    def __init__(
        self, assistant: Assistant, conversations: Conversations | None = None, told: Told | None = None
    ) -> None:
        """`told` is called with each answer and whom it was for, as soon as it is whole."""
        self._assistant = assistant
        self._conversations = conversations
        self._told = told

    @property
    def conversations(self) -> Conversations:
        """Raises `InvalidRequest` where none are kept."""
        if self._conversations is None:
            raise InvalidRequest("No conversations are kept here.", code="no_conversations")
        return self._conversations

    def ask(
        self, question: str, caller: Caller, *, conversation_id: str | None = None, begin: bool = False,
        language: str | None = None, asked: Sequence[str] = (), filters: Filters = Filters(),
    ) -> Reply:  # fmt: skip
        """Answer one question, in the conversation of this id, or in a new one; else nothing is kept of it.

        The answer says what `filters` chose in each field.

        What was asked before is the server's own record; where nothing is kept, the caller may say what they `asked`,
        oldest first, but not what they were answered. Raises `InvalidRequest`, and `NotFound` for an id that is
        not one of the caller's own; at once, and before anything is kept.
        """
        question = checked_question(question)
        if conversation_id is None and not begin:
            previous = recalled(self._assistant.index, question, asked, caller.scope) if asked else ()
            events = self._assistant.stream(
                question, scope=caller.scope, language=language, filters=filters, previous=previous,
                contacts=caller.contacts,
            )  # fmt: skip
            return Reply(None, self._telling(caller, filters, events))
        if conversation_id is None:
            conversation_id = self.conversations.begin(caller)
        conversation = self.conversations.get(conversation_id, caller)
        previous = self.conversations.exchanges(conversation_id, caller)
        number = self.conversations.ask(conversation_id, caller, question)
        scope = caller.scope & conversation.scope
        events = self._assistant.stream(
            question, scope=scope, language=language, filters=filters, previous=previous, contacts=caller.contacts
        )
        return Reply(conversation_id, self._kept(conversation_id, number, self._telling(caller, filters, events)))

    def shown(self, conversation_id: str, caller: Caller) -> tuple[Conversation, list[ShownTurn]]:
        """A conversation with what its owner may see of it now. Raises `NotFound`."""
        conversation = self.conversations.get(conversation_id, caller)
        still = StillShown(self._assistant.index.library, caller.scope & conversation.scope)
        turns = self.conversations.turns(conversation_id, caller)
        return conversation, [_shown(turn, still) for turn in turns]

    def linked(self, conversation_id: str, caller: Caller) -> tuple[Conversation, list[ShownTurn]]:
        """Another's conversation, to which its owner has given a link, with what the caller may see of it now.

        The question as it was searched is left out: it may have been completed with what only its owner had read, and
        so are filters that name what the caller may not see. Raises `NotFound`.
        """
        conversation, turns = self.conversations.linked(conversation_id)
        still = StillShown(self._assistant.index.library, caller.scope & conversation.scope)
        return conversation, [_for_another(_shown(turn, still), caller) for turn in turns]

    def choices(self, caller: Caller) -> tuple[Facet, ...]:
        """What filters can choose among all that the caller may see."""
        return self._assistant.index.counts(caller.scope).facets

    def _telling(self, caller: Caller, filters: Filters, events: Iterator[Event]) -> Generator[Event]:
        for event in events:
            if isinstance(event, Answer):
                event = replace(event, filters=_chosen(filters))
                if self._told is not None:
                    self._told(event, caller)
            yield event

    def _kept(self, conversation_id: str, number: int, events: Iterator[Event]) -> Generator[Event]:
        whole = False
        try:
            for event in events:
                if isinstance(event, Answer):
                    self.conversations.answered(conversation_id, number, event)
                    whole = True
                yield event
        finally:
            # Reached also when nobody reads on: who asked has gone, or pressed "stop".
            if not whole:
                self.conversations.broke(conversation_id, number)


def _chosen(filters: Filters) -> tuple[tuple[str, str], ...]:
    return tuple((field, str(value)) for field in FIELDS for value in getattr(filters, field))


def _for_another(shown: ShownTurn, caller: Caller) -> ShownTurn:
    if shown.answer is None:
        return shown
    seen = caller.scope.collections
    filters = tuple(
        (field, value)
        for field, value in shown.answer.filters
        if field != "collection" or seen is None or value in seen
    )
    return replace(shown, answer=replace(shown.answer, searched=None, filters=filters))


def _shown(turn: Turn, still: StillShown) -> ShownTurn:
    if turn.answer is None or turn.state is not State.ANSWERED:
        return ShownTurn(turn.number, turn, None, 0)
    answer, withheld = still.of(turn.answer)
    return ShownTurn(turn.number, turn, answer, withheld)
