"""An answer as one text with footnotes, for programs that show a chat model's Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Citation, Statement
from assistant.messages import message

_WEB = ("http://", "https://")
# What opens a link, an image, a reference or a tag. Documents' words must not: a page would fetch what they name.
_AS_TEXT = str.maketrans({mark: f"\\{mark}" for mark in "\\[]<"})
_IN_ADDRESS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "\\[]<> "})


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of one `[n]` in a text, in characters, and the citation it stands for."""

    start: int
    end: int
    citation: Citation


class Footnoted:
    """The text of one answer as it grows; `site` is the server's own address, without a slash at the end."""

    def __init__(self, site: str) -> None:
        self._site = site
        self._citations: dict[int, Citation] = {}
        self._length = 0
        self.marks: list[Mark] = []

    def statement(self, statement: Statement, citations: Sequence[Citation]) -> str:
        """The next piece of text: a proven sentence with its marks; `citations` are those it is the first to use."""
        self._citations.update({citation.number: citation for citation in citations})
        text = f"{' ' if self._length else ''}{_plain(statement.text)} "
        at = self._length + len(text)
        for number in statement.citations:
            mark = f"[{number}]"
            self.marks.append(Mark(at, at + len(mark), self._citations[number]))
            text, at = text + mark, at + len(mark)
        self._length = at
        return text

    def rest(self, answer: Answer) -> str:
        """The last piece: what the reader must know about the answer, and the sources with their exact words.

        Where there is no answer: the text that says so, and where to turn.
        """
        # A warning is made of our own words, numbers and dates.
        warnings = [warning.text for warning in answer.warnings]
        parts = [*warnings, *(self._footnote(citation, answer.language) for citation in answer.citations)]
        if answer.status == "no_answer":
            return "\n\n".join([_plain(answer.text), *warnings, *_contacts(answer)])
        return "".join(f"\n\n{part}" for part in parts)

    def address(self, citation: Citation) -> str:
        """Where the document came from, if from the web; else its page here, at the words that are quoted."""
        if citation.uri.lower().startswith(_WEB):
            return citation.uri.translate(_IN_ADDRESS)
        return f"{self._site}{citation.url}"

    def _footnote(self, citation: Citation, language: str) -> str:
        date = citation.date.isoformat() if citation.date else ""
        page = message("chat_page", language, page=citation.page) if citation.page is not None else ""
        facts = ", ".join(fact for fact in (citation.title, citation.organisation, date, page) if fact)
        return f"[{citation.number}] {_plain(facts)} – {self.address(citation)}\n“{_plain(citation.quote)}”"


def _contacts(answer: Answer) -> Iterator[str]:
    if not answer.contacts:
        return
    ways = (", ".join(filter(None, (item.name, item.phone, item.email, item.url))) for item in answer.contacts)
    yield "\n".join([message("chat_contacts", answer.language), *(f"- {_plain(way)}" for way in ways)])


def _plain(text: str) -> str:
    """In one line, and with nothing that Markdown or HTML takes for more than text."""
    return " ".join(text.split()).translate(_AS_TEXT)
