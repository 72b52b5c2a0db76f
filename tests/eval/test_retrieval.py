"""`python -m eval retrieval` on small sets with the real model: one set, and every pair of languages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.__main__ import main
from index.embedding import Embedder
from index.hit import Vector, Vectors

TEXTS = {
    "en": ["The library opens at nine.", "Dogs need a vaccination against rabies.", "The bus leaves every hour."],
    "ro": [
        "Biblioteca se deschide la nouă.",
        "Câinii au nevoie de vaccin antirabic.",
        "Autobuzul pleacă la fiecare oră.",
    ],
}
QUESTIONS = {
    "en": ["When does the library open?", "Which vaccination do dogs need?", "When does the bus leave?"],
    "ro": ["Când se deschide biblioteca?", "Ce vaccin trebuie câinilor?", "Când pleacă autobuzul?"],
}


class Counting:
    """The real model, and how often it was given what."""

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.queries: list[str] = []
        self.passages: list[str] = []
        self._embedder = embedder

    def embed_query(self, text: str) -> Vector:
        self.queries.append(text)
        return self._embedder.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages.extend(texts)
        return self._embedder.embed_passages(texts)


@pytest.fixture
def counting(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting(embedder)
    monkeypatch.setattr("eval.matrix.open_embedder", lambda _: counting)
    monkeypatch.setattr("eval.retrieval_command.open_embedder", lambda _: counting)
    return counting


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for language, texts in TEXTS.items():
        folder = tmp_path / "data" / "xquad" / language
        folder.mkdir(parents=True)
        title = "A title that answers: library dogs bus"
        corpus = [{"id": f"t{i}", "text": text, "title": title, "lang": language} for i, text in enumerate(texts)]
        asked = enumerate(QUESTIONS[language])
        queries = [{"id": f"q{i}", "text": text, "lang": language} for i, text in asked]
        for name, lines in (("corpus", corpus), ("queries", queries)):
            (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
        judged = "".join(f"q{number}\tt{number}\t1\n" for number in range(len(texts)))
        (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", "utf-8")
    return tmp_path / "data"


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["retrieval", *map(str, arguments)])
    return int(ended.value.code or 0)


def test_one_set_keeps_its_contract(data: Path, tmp_path: Path, counting: Counting) -> None:
    file = tmp_path / "figures.json"
    assert run(data / "xquad" / "ro", "--corpus", data / "xquad" / "en", "--json", file) == 0
    figures = json.loads(file.read_text("utf-8"))
    assert (figures["queries"], figures["passages"]) == (3, 3)
    assert figures["dense"] == figures["hybrid"] == {"ndcg@10": 1.0, "recall@10": 1.0, "mrr@10": 1.0}
    assert set(figures["keywords"]) == {"ndcg@10", "recall@10", "mrr@10"}
    assert figures["intervals"]["dense"]["ndcg@10"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert figures["gains"]["hybrid"] == {"over": "dense", "mean": 0.0, "low": 0.0, "high": 0.0}
    assert not any("title" in passage for passage in counting.passages)


def test_one_way_alone(data: Path, tmp_path: Path, counting: Counting) -> None:
    file = tmp_path / "figures.json"
    assert run(data / "xquad" / "en", "--mode", "hybrid", "--limit", 2, "--json", file) == 0
    figures = json.loads(file.read_text("utf-8"))
    assert (figures["queries"], figures["gains"]) == (2, {})
    assert "dense" not in figures


def test_all_pairs_embed_everything_once(
    data: Path, tmp_path: Path, counting: Counting, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "figures.json", tmp_path / "page.html"]
    arguments = ["--matrix", data, "--data-dir", tmp_path / "kept", "--json", files[0], "--html", files[1]]
    assert run(*arguments) == 0
    out, err = capsys.readouterr()
    assert "Figures to reach" in out
    assert "XQuAD ro → en: 3 questions (pair 2 of 4)" in err
    figures = json.loads(files[0].read_text("utf-8"))
    pairs = {f"{pair['questions']}-{pair['texts']}": pair for pair in figures["pairs"]}
    assert list(pairs) == ["en-en", "ro-en", "en-ro", "ro-ro"]
    assert all(pair["dense"]["ndcg@10"]["mean"] > 0.8 for pair in pairs.values())
    assert pairs["ro-ro"]["published"]["BM25"] == 0.917
    assert files[1].read_text("utf-8").count("<svg") == 1
    assert sorted(counting.queries) == sorted(QUESTIONS["en"] + QUESTIONS["ro"])
    assert len(counting.passages) == len(TEXTS["en"] + TEXTS["ro"])

    assert run(*arguments) == 0
    assert len(counting.passages) == len(TEXTS["en"] + TEXTS["ro"])  # the libraries were used again
    again = json.loads(files[0].read_text("utf-8"))
    assert [pair["hybrid"]["ndcg@10"] for pair in again["pairs"]] == [
        pair["hybrid"]["ndcg@10"] for pair in figures["pairs"]
    ]


def test_a_text_that_changed_is_embedded_again(data: Path, tmp_path: Path, counting: Counting) -> None:
    arguments = ["--matrix", data, "--pairs", "en-en", "--data-dir", tmp_path / "kept", "--json", tmp_path / "f.json"]
    assert run(*arguments) == 0
    corpus = data / "xquad" / "en" / "corpus.jsonl"
    corpus.write_text(corpus.read_text("utf-8").replace("every hour", "at noon"), "utf-8")
    counting.passages.clear()
    assert run(*arguments) == 0
    assert [("noon" in passage) for passage in counting.passages] == [True]


@pytest.mark.parametrize(
    "arguments", [["--pairs", "en-en"], ["--matrix", "--corpus", "x"], ["--matrix", "--families", "squad"]]
)
def test_options_that_do_not_fit_are_refused(data: Path, arguments: list[str]) -> None:
    assert run(data, *arguments) == 2
