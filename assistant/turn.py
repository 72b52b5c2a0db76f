"""One question on its way to an answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer import AnswerTimings, Notice
from assistant.citing import Citations
from assistant.contact import Contact
from assistant.events import Delta
from assistant.evidence import Evidence
from assistant.notices import by_words
from index.hit import SearchResult
from index.language import UNKNOWN
from index.scope import Scope


@dataclass(slots=True)
class Turn:
    """What is known of a question by now.

    `searched` is the question with what it refers to of those before it, `language` that of the reply, `asked_in` that
    of the question's words; `started` is on the clock of `time.perf_counter`. `evidence` and the `probability` that it
    answers are there once the passages have been read.
    """

    question: str
    searched: str
    language: str
    asked_in: str
    scope: Scope
    result: SearchResult
    started: float
    evidence: list[Evidence] = field(default_factory=list)
    probability: float = 0.0
    citations: Citations = field(default_factory=Citations)
    withheld: int = 0
    contacts: Sequence[Contact] = ()

    @property
    def completed(self) -> str | None:
        """What was searched with, where that is not the question as it was typed."""
        return self.searched if self.searched != self.question else None

    @property
    def told_in(self) -> str:
        """The language of texts from the catalogue."""
        return "en" if self.language == UNKNOWN else self.language

    @property
    def by_words(self) -> tuple[Notice, ...]:
        """The warning that words alone were searched, where that is so."""
        return (by_words(self.told_in),) if self.result.by_words else ()

    @property
    def timings(self) -> AnswerTimings:
        spent = 1000 * (time.perf_counter() - self.started)
        return AnswerTimings(round(self.result.timings.embed, 1), round(self.result.timings.search, 1), round(spent, 1))

    def quoted(self, item: Evidence) -> Delta:
        """A statement in the source's own words."""
        return Delta(*self.citations.state(" ".join(item.text.split()), [item], item.probability))
