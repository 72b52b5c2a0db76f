"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from index.language import detect_language

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
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
_SAMPLE = 64_000  # bytes the guess is made on


def decode(data: bytes) -> str:
    """The text of `data`: by its byte order mark, as UTF-8, as unmarked UTF-16, else by the likeliest old code page.

    Bytes that stand for nothing are dropped; this never fails.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "ignore")
    if (unmarked := unmarked_utf16(data)) is not None:
        return data.decode(unmarked, "ignore")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _damaged_utf8(data) or data.decode(_guess(data), "ignore")


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


def _damaged_utf8(data: bytes) -> str | None:
    text = data.decode("utf-8", "replace")
    good = sum(1 for character in text if character > "\x7f" and character != "�")
    bad = text.count("�")
    return text.replace("�", "") if good > 4 * bad and bad <= max(_BROKEN_ANYWAY, _BROKEN * len(text)) else None


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
