"""Text from outside that is not Unicode text at all."""

from __future__ import annotations


def is_broken(text: str) -> bool:
    r"""Whether the text holds halves of characters (`"\ud800"` in JSON, wrong bytes from a shell).

    No encoder takes them, so they must not get further than the door.
    """
    return any("\ud800" <= character <= "\udfff" for character in text)


def whole_characters(text: str) -> str:
    """Return the text. Raises `ValueError` if it is broken."""
    if is_broken(text):
        raise ValueError("the text holds halves of characters (lone surrogates)")
    return text
