"""Digits of any script."""

from __future__ import annotations

import unicodedata


def plain_digits(text: str) -> str:
    """The text with every digit as 0 to 9, whatever its script; each stays where it is: ٢٠٢٤ is 2024."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
