"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from index.language import detect_language

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1256", "cp1254", "koi8_r", "shift_jis", "gb18030", "big5")
_LATIN = ("cp1252", "cp1250", "cp1254")
_ACCENTED = {
    "it": "àèéìíòóùú",
    "fr": "àâæçèéêëîïôœùûüÿ",
    "es": "áéíñóúü",
    "pt": "àáâãçéêíóôõú",
    "de": "äöüß",
    "ro": "ăâîşţ",
    "pl": "ąćęłńóśźż",
    "hu": "áéíóöőúüű",
    "cs": "áčďéěíňóřšťúůýž",
    "tr": "çğıiöşüâ",
    "sq": "çë",
}
"""Letters beyond a to z that a language is written with: they tell the old Latin code pages apart."""
_BROKEN = 0.002  # share of undecodable characters up to which a text is still taken for damaged UTF-8
_BROKEN_ANYWAY = 4  # undecodable characters that do not count against it
_ACCENTS = 0.45
"""Share of accented letters that no Latin text reaches; Vietnamese, with the most, has about a third."""
_BETTER = 0.2  # share of a text's accents by which another Latin code page must fit its language better
_TYPOGRAPHY = frozenset("\u00a0«»„“”‘’‚–—…·•°§©®€£")
_LATIN_LETTER = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+")
_MARKUP = re.compile(r"<[^>]*>")
_TAG = re.compile(rb"<[^>]*>")
_SAMPLE = 64_000  # bytes the guess is made on


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of `data`: by its byte order mark, as UTF-8, as unmarked UTF-16, else by the likeliest old code page.

    `declared` is the encoding that a page names; it is believed where the text then looks like a language. Bytes that
    stand for nothing are dropped; this never fails.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "ignore")
    data = data.removeprefix(codecs.BOM_UTF8)
    if (unmarked := unmarked_utf16(data)) is not None:
        return data.decode(unmarked, "ignore")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        damaged = _with_surrogates(data) or _damaged_utf8(data)
    return damaged or _as_declared(data, declared) or data.decode(_guess(_TAG.sub(b" ", data)), "ignore")


def unmarked_utf16(data: bytes) -> str | None:
    """The UTF-16 byte order of a text without a mark: one of each byte pair is mostly zero, or Arabic, or Cyrillic."""
    sample = data[:4000]
    if len(sample) < 8 or b"\x00" not in sample:
        return None
    pairs = len(sample) // 2
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        likely = sum(high.count(byte) for byte in (0, 4, 6))
        if likely > 0.9 * pairs and low.count(0) < 0.05 * pairs:
            return encoding
    return None


def _with_surrogates(data: bytes) -> str | None:
    """UTF-8 made of UTF-16 by mistake: pairs of surrogates become their character, lone ones go."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _damaged_utf8(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    good = sum(1 for character in text if character > "\x7f" and character != "�")
    bad = text.count("�")
    return text.replace("�", "") if good > 4 * bad and bad <= max(_BROKEN_ANYWAY, _BROKEN * len(text)) else None


def _as_declared(data: bytes, declared: str | None) -> str | None:
    try:
        text = data.decode(declared or "ascii")
    except (LookupError, UnicodeDecodeError):
        return None
    shown = _MARKUP.sub(" ", text[:_SAMPLE])
    if not _reads_well(shown):
        return None
    others = (_MARKUP.sub(" ", data[:_SAMPLE].decode(encoding, "ignore")) for encoding in _LATIN)
    is_latin = not _CYRILLIC.search(shown) and all(character < "\u0250" for character in shown if character.isalpha())
    return None if is_latin and max(map(_fits, others)) > _fits(shown) + _BETTER else text


def _reads_well(text: str) -> bool:
    """Whether a text beyond ASCII can be one: in the wrong code page it is signs, accents on every letter, words of
    two scripts, or words in capitals but for the first letter.
    """
    foreign = [character for character in text if character > "\x7f"]
    letters = [character for character in text if character.isalpha()]
    latin = sum(_LATIN_LETTER.match(character) is not None for character in foreign)
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    mixed = sum(bool(_LATIN_LETTER.search(word) and _CYRILLIC.search(word)) for word in words)
    signs = sum(not character.isalpha() and character not in _TYPOGRAPHY for character in foreign)
    swapped = sum(word[0].islower() and word[1:].isupper() for word in words if len(word) > 2)
    spoilt = max(mixed, swapped)
    return latin <= _ACCENTS * len(letters) and spoilt * 10 <= len(words) and signs * 2 <= len(foreign)


def _guess(data: bytes) -> str:
    sample = data[:_SAMPLE]
    best = from_bytes(sample, cp_isolation=list(_LEGACY)).best()
    if best is not None and best.encoding not in _LATIN:
        return best.encoding
    return max(_LATIN, key=lambda encoding: _fits(sample.decode(encoding, "ignore")))


def _fits(text: str) -> float:
    """The share of accented letters that the language of the text has; the earlier code page wins a tie."""
    accented = [letter for letter in text.lower() if letter.isalpha() and not letter.isascii()]
    alphabet = _ACCENTED.get(detect_language(text), "")
    return sum(letter in alphabet for letter in accented) / len(accented) if accented else 0.0
