"""A conversation as a file, with the references of each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answer import Answer, Citation
from assistant.conversations import Conversation
from assistant.dialogue import ShownTurn
from assistant.messages import message
from ui.languages import date_text

_WEB = ("http://", "https://")


class Writing(StrEnum):
    """The kinds of file; the value is the ending of its name."""

    MARKDOWN = "md"
    WORD = "docx"

    @property
    def label(self) -> str:
        """What people know it as."""
        return {"md": "Markdown", "docx": "Word (DOCX)"}[self.value]


@dataclass(frozen=True, slots=True)
class Reference:
    """One citation as readers find it again: `facts` are title, organisation, date and page, `address` leads there."""

    number: int
    facts: str
    address: str
    quote: str
    language: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One question with what was answered: `paragraphs` are the statements with their marks, or that there are none."""

    question: str
    paragraphs: tuple[str, ...]
    remarks: tuple[str, ...]
    references: tuple[Reference, ...]
    language: str


def title_of(conversation: Conversation) -> str:
    """Its name, or its first question."""
    return " ".join((conversation.title or conversation.question).split())


def passages(turns: Sequence[ShownTurn], site: str, language: str) -> Iterator[Passage]:
    """All questions, oldest first. `site` is the server's own address, without a slash at its end.

    `language` is that of our own words where there is no answer.
    """
    for turn in turns:
        question = " ".join(turn.turn.question.split())
        if turn.answer is None:
            yield Passage(question, (message("chat_broken", language),), (), (), language)
        else:
            yield _passage(question, turn.answer, turn.withheld, site)


def _passage(question: str, answer: Answer, withheld: int, site: str) -> Passage:
    said = tuple(
        f"{statement.text} {''.join(f'[{number}]' for number in statement.citations)}"
        for statement in answer.statements
    )
    remarks = [warning.text for warning in answer.warnings]
    if withheld:
        remarks.append(message("chat_withheld", answer.language, count=withheld))
    references = tuple(_reference(citation, site, answer.language) for citation in answer.citations)
    return Passage(question, said or (answer.text,), tuple(remarks), references, answer.language)


def _reference(citation: Citation, site: str, language: str) -> Reference:
    date = date_text(citation.date, language) if citation.date else ""
    page = message("chat_page", language, page=citation.page) if citation.page is not None else ""
    facts = ", ".join(fact for fact in (citation.title, citation.organisation, date, page) if fact)
    address = citation.uri if citation.uri.lower().startswith(_WEB) else f"{site}{citation.url}"
    return Reference(citation.number, facts, address, " ".join(citation.quote.split()), citation.language)
