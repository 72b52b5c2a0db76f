from __future__ import annotations

import time

import pytest

from index.sentences import split_sentences


def quotes(text: str, language: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, language)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "ro",
            ["Dl. Popescu a venit.", "Contactați pe: dna. Narcisa Alexe, tel. 0766.304.610.", "Vezi art. 5 alin. (2)."],
        ),
        ("ro", ["Servicii de asistență, piața muncii etc. adaptată cerințelor.", "Valoarea este de 1.469.247,47 lei."]),
        ("it", ["L'OIM aiuta (residenza, ecc...) tutti.", "Il sig. Rossi è qui.", "«Bene!» disse.", "E poi?"]),
        ("en", ["Mr. J. Smith paid $3.5 million in 2011.", "See www.iom.int.", "Call Dr. Ali."]),
        ("uk", ["Див. ст. 5 закону.", "Офіс на вул. Шевченка 5, м. Київ.", "Так!"]),
        ("ar", ["ما هو؟", "هذا كتاب.", "نعم!"]),
        ("so", ["Waa maxay?", "Waa buug.", "Dr. Cali wuu yimid."]),
        ("und", ["Lorem ipsum dolor.", "Sit amet."]),
    ],
)
def test_sentences(language: str, sentences: list[str]) -> None:
    assert quotes(" ".join(sentences), language) == sentences


def test_a_line_break_ends_a_sentence() -> None:
    assert quotes("Durable Solutions\nIOM works with the government.", "en") == [
        "Durable Solutions",
        "IOM works with the government.",
    ]


def test_a_sentence_may_end_with_an_abbreviation_of_numbers() -> None:
    assert quotes("It is a work of art. The museum is free.", "en") == ["It is a work of art.", "The museum is free."]


@pytest.mark.parametrize("text", ["", " \n \n ", "\n"])
def test_no_sentence(text: str) -> None:
    assert split_sentences(text, "en") == []


@pytest.mark.parametrize("line", ["中文没有空格。" * 50_000, "ภาษาไทย" * 100_000, "Aceasta ș este. " * 20_000])
def test_endless_lines_take_seconds_at_most(line: str) -> None:
    started = time.perf_counter()
    spans = split_sentences(line, "zh")
    assert time.perf_counter() - started < 10
    assert "".join("".join(line[s.start : s.end] for s in spans).split()) == "".join(line.split())
