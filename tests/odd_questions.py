"""What people, programs and attackers type where a question is expected."""

from __future__ import annotations

NO_QUESTIONS = {
    "empty": "",
    "space": " \n\t",
    "marks": "?!…",
    "emoji": "🙂🙂",
    "invisible": "\u200b\u202e\ufeff",
    "long": "x" * 2001,
    "longer": "Where is the office? " * 500,
    "half a character": "Where \ud83d?",
    "nothing": "\x00",
}
"""To be refused, with a reason."""

ODD_QUESTIONS = {
    "letter": "a",
    "digit": "9",
    "numbers": "386 2023",
    "one number": "12" * 500,
    "Arabic digits": "٣٨٦",
    "raised": "²",
    "address": "https://example.org/x?y=1&z=%20#a",
    "mail": "a@b.example",
    "scripts": "Маршe office офис مكتب 事務所 กข",
    "mixed up": "Маршe office \u202e emoji 🙂 فارسی",
    "emoji and words": "🏢 office 🕘?",
    "control": "office\x00\x1b[31m",
    "query syntax": '+office -"Marseille" AND (title:* OR ~) ^2 \\\\',
    "statement": "'; DROP TABLE documents; --",
    "one word": "Marseille" * 200,
    "stacked accents": "o\u0336\u0301\u0336ffice" * 50,
}
"""To be answered or declined like any other."""
