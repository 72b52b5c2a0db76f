"""What must hold for every document, whatever it was made from."""

from __future__ import annotations

from index.document import DocumentDraft
from ingest.pieces import HARD
from ingest.tokens import estimate_tokens


def check_document(draft: DocumentDraft) -> None:
    """Spans exact, trimmed, in order, within the window; together the passages hold every word of the text."""
    covered = 0
    for passage in draft.passages:
        body = draft.text[passage.span.start : passage.span.end]
        assert body
        assert body == body.strip()
        assert estimate_tokens(body) <= HARD + 20
        between = draft.text[covered : passage.span.start]
        assert not any(character.isalnum() for character in between), between
        covered = passage.span.end
        _check_sentences(
            draft.text, passage.span.start, passage.span.end, [(s.start, s.end) for s in passage.sentences]
        )
    assert not any(character.isalnum() for character in draft.text[covered:])


def _check_sentences(text: str, start: int, end: int, sentences: list[tuple[int, int]]) -> None:
    assert sentences
    covered = start
    for first, last in sentences:
        quote = text[first:last]
        assert quote
        assert quote == quote.strip()
        assert covered <= first < last <= end
        assert not any(character.isalnum() for character in text[covered:first])
        covered = last
    assert not any(character.isalnum() for character in text[covered:end])
