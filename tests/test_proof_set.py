"""The set that the proof is measured on."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.proof_model import load_proof_model
from assistant.sentence_vectors import SentenceVectors
from eval.corruptions import Corrupter, names_in
from eval.proof import table_of
from eval.proof_fit import weigh_samples
from eval.proof_set import TRUE, UNSUPPORTED, samples
from index.embedding import Embedder


@pytest.mark.parametrize(
    ("language", "sentence", "kind"),
    [
        ("en", "The course lasts 12 weeks.", "number"),
        ("ar", "تستغرق الدورة ١٢ أسبوعا", "number"),
        ("de", "Am Montag ist offen.", "date"),
        ("ro", "Biroul este deschis.", "negation"),
        ("fr", "Le bureau n'est pas ouvert.", "negation"),
        ("es", "Todos los niños pueden venir.", "quantity"),
        ("it", "Lavora in Germania.", "place"),
    ],
)
def test_one_thing_is_changed(language: str, sentence: str, kind: str) -> None:
    made = Corrupter(language, [], 1).corrupted(sentence, [], sentence)
    assert made[kind] != sentence
    assert made == Corrupter(language, [], 1).corrupted(sentence, [], sentence)


def test_names_are_known_by_their_translations() -> None:
    assert names_in("يعمل المكتب في لامبيدوزا منذ عام", ["The office in Lampedusa works"]) == ["لامبيدوزا"]
    made = Corrupter("en", ["Palermo"], 1).corrupted("The office in Lampedusa works", ["Lampedusa"], "")
    assert made["name"] == "The office in Palermo works"


def test_addresses_keep_their_numbers() -> None:
    assert "number" not in Corrupter("en", [], 1).corrupted("See www.example.org/12 or a12@example.org.", [], "")


def test_halves_share_no_page(shared_data: Path) -> None:
    development = samples(shared_data, "development", 20)
    report = samples(shared_data, "report", 20)
    assert {item.language for item in report} == {"en", "de", "fr", "es", "ro", "ar", "uk", "it", "so"}
    assert {TRUE, UNSUPPORTED, "number", "name", "negation", "quantity"} <= {item.kind for item in report}
    assert not {item.lines for item in development} & {item.lines for item in report}
    assert report == samples(shared_data, "report", 20)


def test_changed_sentences_are_withheld_and_true_ones_shown(shared_data: Path, embedder: Embedder) -> None:
    """On articles that nothing was fitted to. All of them: .94 shown and .98 withheld within, .39 and .97 across."""
    weighed = weigh_samples(samples(shared_data, "check", 10), SentenceVectors(embedder))
    rows = {row["direction"]: row for row in table_of(weighed, load_proof_model())}
    least = {"all → the same": (0.88, 0.95), "all → other languages": (0.3, 0.93)}
    for direction, (shown, withheld) in least.items():
        assert float(str(rows[direction]["true shown"])) >= shown
        assert float(str(rows[direction]["changed withheld"])) >= withheld
