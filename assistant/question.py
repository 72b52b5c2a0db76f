"""What counts as a question at all; known before anything is opened to answer it."""

from __future__ import annotations

from index.errors import InvalidRequest

MAX_QUESTION = 2000
"""Characters of a question; longer ones are pasted pages, which search serves better."""


def checked_question(question: str) -> str:
    """The question without surrounding space.

    Raises `InvalidRequest` for an empty, wordless or endless one, and for halves of characters, which no model takes.
    """
    question = question.strip()
    try:
        question.encode()
    except UnicodeEncodeError as error:
        raise InvalidRequest("The question holds halves of characters.", code="broken_characters") from error
    if not any(char.isalnum() for char in question):
        raise InvalidRequest("The question is empty. Write a few words.", code="empty_question")
    if len(question) > MAX_QUESTION:
        raise InvalidRequest(
            f"The question has {len(question):,} characters; at most {MAX_QUESTION:,} are read.",
            code="question_too_long",
        )
    return question
