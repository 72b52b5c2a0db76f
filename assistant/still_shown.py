"""What may be shown later of an answer that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from assistant.answer import Answer, Citation, Statement
from assistant.citing import marked_text
from index.document import Document
from index.errors import NotFound
from index.library import Library
from index.scope import Scope


class StillShown:
    """What of earlier answers their reader may see now.

    A citation stands while its document is in scope and still has the quoted words at their place. A statement stands
    while all its citations do, or while it is the very words of one that does: what several passages said together may
    hold what only the lost one said. All other words of an answer that come from documents are left out.
    """

    def __init__(self, library: Library, scope: Scope) -> None:
        self._library = library
        self._scope = scope
        # Looked up once for one look at a conversation; documents are long.
        self._document = cache(self._read)

    def of(self, answer: Answer) -> tuple[Answer, int]:
        """The answer as it may be shown, and the number of statements withheld."""
        standing = {citation.number: citation for citation in answer.citations if self._stands(citation)}
        statements = tuple(kept for statement in answer.statements if (kept := _standing(statement, standing)))
        used = {number for statement in statements for number in statement.citations}
        # Written out field by field, so that a field which answers get later is not shown unchecked.
        checked = Answer(
            question=answer.question, language=answer.language, status=answer.status,
            text=marked_text(statements) if answer.status == "answered" else answer.text,
            statements=statements, citations=tuple(standing[number] for number in sorted(used)),
            answered_by=answer.answered_by, reason=answer.reason, timings_ms=answer.timings_ms,
            searched=answer.searched,
            warnings=tuple(warning for warning in answer.warnings if used.issuperset(warning.citations)),
            contacts=answer.contacts,
            withheld=answer.withheld, filters=answer.filters,
        )  # fmt: skip
        return checked, len(answer.statements) - len(statements)

    def _stands(self, citation: Citation) -> bool:
        document = self._document(citation.document_id)
        return document is not None and document.text[citation.start : citation.end] == citation.quote

    def _read(self, document_id: str) -> Document | None:
        try:
            return self._library.document(document_id, self._scope)
        except NotFound:
            return None


def _standing(statement: Statement, citations: Mapping[int, Citation]) -> Statement | None:
    left = tuple(number for number in statement.citations if number in citations)
    if left == statement.citations:
        return statement if left else None
    if any(statement.text == " ".join(citations[number].quote.split()) for number in left):
        return replace(statement, citations=left)
    return None
