"""Questions that the server did not admit one by one count among those it works on."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue, Event, Reply, Told
from index.hit import Filters
from ui.admission import Admission


class AdmittedDialogue(Dialogue):
    """A dialogue that takes a place at work for each question while it is answered.

    The chat has a line of its own, and other programs' questions hold one of the few threads that requests share: there
    are never many at a time, and they need not stand in the other line.
    """

    def __init__(
        self, assistant: Assistant, conversations: Conversations | None, admission: Admission, told: Told | None = None
    ) -> None:
        super().__init__(assistant, conversations, told)
        self._admission = admission

    def ask(
        self, question: str, caller: Caller, *, conversation_id: str | None = None, begin: bool = False,
        language: str | None = None, asked: Sequence[str] = (), filters: Filters = Filters(),
    ) -> Reply:  # fmt: skip
        """Raises `Stopping` before anything is kept, else like `Dialogue.ask`."""
        self._admission.check()
        reply = super().ask(
            question, caller, conversation_id=conversation_id, begin=begin, language=language, asked=asked,
            filters=filters,
        )  # fmt: skip
        return Reply(reply.conversation_id, self._counted(reply.events))

    def _counted(self, events: Generator[Event]) -> Generator[Event]:
        with self._admission.beside():
            yield from events
