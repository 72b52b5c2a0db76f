"""Bytes to text, whatever the encoding."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "cp1250", "cp1251", "cp1256", "cp1254", "koi8_r", "iso8859_16", "shift_jis", "gb18030", "big5")
_BROKEN = 0.002  # share of undecodable characters up to which a text is still taken for damaged UTF-8
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
    return text.replace("�", "") if good > 4 * bad and bad <= max(1, _BROKEN * len(text)) else None


def _guess(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_LEGACY)).best()
    return best.encoding if best is not None else "cp1252"
