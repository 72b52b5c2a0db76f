from __future__ import annotations

import pytest

from assistant.names import found_share, mentions_of, numbers_of, skeleton


@pytest.mark.parametrize(
    ("question", "language", "text", "share"),
    [
        ("What is the capital of Peru?", "en", "IOM works in Somalia.", 0.0),
        ("Con chi lavora l'OIM a Lampedusa?", "it", "IOM works in Lampedusa.", 1.0),
        ("Ce localități din Moldova au primit sprijin?", "ro", "authorities of the Moldovan diaspora in Moldova", 1.0),
        ("Хто працює в Лампедузі?", "uk", "UNHCR works in Lampedusa", 1.0),
        ("How many municipalities has ADMin4ALL supported?", "en", "progetto ADMin4ALL", 1.0),
        ("What happened in 2016 in Tulcea?", "en", "a meeting in 2016", 0.5),
        ("Was kostet der Kurs?", "de", "Il corso è gratuito.", None),
        ("What does IOM do?", "en", "L'OIM lavora", None),
    ],
)
def test_share_of_names_and_numbers_found(question: str, language: str, text: str, share: float | None) -> None:
    assert found_share(mentions_of(question, language), text) == share


def test_names_sound_alike_across_scripts() -> None:
    assert skeleton("Lampedusa") == skeleton("Лампедуза")


@pytest.mark.parametrize("written", ["1.469.247,47", "1,469,247.47", "١٬٤٦٩٬٢٤٧٫٤٧", "1 469 247,47"])
def test_numbers_are_equal_in_every_notation(written: str) -> None:
    assert numbers_of(f"total {written} lei") == {"146924747"}


def test_digits_inside_names_are_not_numbers() -> None:
    assert numbers_of("ADMin4ALL in 7 paesi") == {"7"}
