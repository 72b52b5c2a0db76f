"""Characters: what is invisible, doubled or a typesetter's form becomes plain text."""

from __future__ import annotations

import re
import unicodedata

_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\uffff"
    "\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff"
    "\U000e0000-\U000e0fff]"
)
_JOINED = "\u0600-\u109f\u1780-\u18af\ua840-\ua8ff\ufb50-\ufdff\ufe70-\ufefc"
"""Scripts in which joiners change what is written: Arabic, Syriac, Indic, Burmese, Khmer, Mongolian."""
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_IDLE_JOINER = re.compile(
    f"(?<![{_JOINED}])\u200c(?![{_JOINED}])|(?<![{_JOINED}{_EMOJI}])\u200d(?![{_JOINED}])|[\ufe00-\ufe0f](?=[\ufe00-\ufe0f])"
)
_PRESENTATION = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufb4f\ufb50-\ufdff\ufe70-\ufefc]+")
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")
_SYMBOL_BULLETS = re.compile(
    "[\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc\uf06c\uf06e\uf076]"
)  # Wingdings and Symbol, as Word sets lists
_CEDILLA = str.maketrans("şţŞŢ", "șțȘȚ")


def clean_text(text: str) -> str:
    """`text` in NFC without control, zero-width and direction characters, spaces single, at most one empty line.

    Zero-width joiners stay where Persian and Indic words or emoji need them. Ligatures and Arabic presentation forms
    become letters.
    """
    if text.isascii() and text.isprintable():  # most lines of most pages: only their spaces can be wrong
        return " ".join(text.split())
    text = _LINE_BREAKS.sub("\n", text)
    text = _SYMBOL_BULLETS.sub("•", _IDLE_JOINER.sub("", _INVISIBLE.sub("", text)))
    text = _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = unicodedata.normalize("NFC", text)
    text = _BLANKS.sub(" ", text)
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", text)).strip()


def clean_line(text: str) -> str:
    """`clean_text` on one line: line breaks become spaces."""
    return " ".join(clean_text(text).split())


def romanian_letters(text: str) -> str:
    """Old encodings' ş and ţ as Romanian ș and ț. Only for text that is Romanian: in Turkish ş is right."""
    return text.translate(_CEDILLA)
