"""What `eval` computes, on sets small enough to check by hand."""

from __future__ import annotations

import json
import math
import random
from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Answer, AnswerTimings, Citation, Statement
from eval.__main__ import main
from eval.answer_sets import read_answer_set
from eval.answers_report import answers_report
from eval.corpus import read_retrieval_set
from eval.gold import GoldQuestion, rank_of_gold, read_questions, recall_of_gold
from eval.metrics import measure, measure_each
from eval.outcome import Measures, Outcome, missed
from eval.report import Report, Table, as_html, as_text, publish
from eval.revisions import Revisions
from index.embedding import Embedder
from index.errors import InvalidRequest


def write_set(folder: Path) -> Path:
    folder.mkdir()
    corpus = [{"id": name, "text": f"About {name}.", "title": "", "lang": "en"} for name in ("cats", "dogs")]
    queries = [{"id": f"q{number}", "text": f"What of {number}?", "lang": "en"} for number in range(4)]
    for name, lines in (("corpus", corpus), ("queries", queries)):
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    judgements = "query-id\tcorpus-id\tscore\nq0\tcats\t1\nq1\tbirds\t1\nq2\tdogs\t1\nq2\tbirds\t1\nq3\tdogs\t1\n"
    (folder / "qrels.tsv").write_text(judgements, encoding="utf-8")
    return folder


def citation(quote: str, number: int = 1) -> Citation:
    return Citation(
        number=number, document_id="d", passage_id="p", title="Title", uri="d.txt", language="it", page=None,
        section=None, date=date(2020, 1, 2), quote=quote, start=0, end=len(quote), url="/documents/d?start=0&end=1#p0",
    )  # fmt: skip


def answer(*quotes: str, by: str = "extractive") -> Answer:
    citations = tuple(citation(quote, number) for number, quote in enumerate(quotes, 1))
    statements = tuple(Statement(quote, (number,), 0.9) for number, quote in enumerate(quotes, 1))
    timings = AnswerTimings(1.0, 2.0, 3.0)
    return Answer("?", "en", "answered" if quotes else "no_answer", "text", statements, citations, by, None, timings)


def outcome(question: GoldQuestion, *quotes: str, milliseconds: float = 10.0, by: str = "extractive") -> Outcome:
    return Outcome(question, answer(*quotes, by=by), 0, milliseconds)


RIGHT, WRONG = "Some 35 towns took part in it.", "Nothing of the kind stands here."
ASKED = GoldQuestion("a", "How many?", "en", ("più di 35 comuni", "35 towns"))
UNANSWERABLE = GoldQuestion("u", "Capital of Peru?", "en", ())


class TestMetrics:
    def test_are_those_of_the_ranking(self) -> None:
        assert measure({"q": {"x": 1}}, {"q": ["y", "x", "z"]}) == {
            "ndcg@10": round(1 / math.log2(3), 4),
            "recall@10": 1.0,
            "mrr@10": 0.5,
        }

    def test_are_nothing_below_the_tenth_place(self) -> None:
        run = {"q": [*map(str, range(10)), "x"]}
        assert measure({"q": {"x": 1}}, run) == {"ndcg@10": 0.0, "recall@10": 0.0, "mrr@10": 0.0}

    def test_count_a_query_that_found_nothing(self) -> None:
        assert measure({"q": {"x": 1}, "r": {"y": 1}}, {"q": ["x"]})["ndcg@10"] == 0.5

    def test_of_each_query_are_in_the_order_of_the_judgements(self) -> None:
        values = measure_each({"b": {"x": 1}, "c": {"x": 1}, "a": {"y": 1}}, {"a": ["x", "y"], "b": ["x"]})
        assert values["mrr@10"].tolist() == [1.0, 0.0, 0.5]

    def test_ask_for_every_relevant_source(self) -> None:
        assert measure({"q": {"x": 1, "y": 1}}, {"q": ["x", "z"]})["recall@10"] == 0.5


class TestRetrievalSet:
    def test_keeps_what_can_be_judged(self, tmp_path: Path) -> None:
        data = read_retrieval_set(write_set(tmp_path / "set"))
        assert [query.id for query in data.queries] == ["q0", "q2", "q3"]
        assert data.qrels == {"q0": {"cats": 1}, "q2": {"dogs": 1}, "q3": {"dogs": 1}}

    def test_takes_the_first_queries(self, tmp_path: Path) -> None:
        data = read_retrieval_set(write_set(tmp_path / "set"), limit=2)
        assert [query.id for query in data.queries] == ["q0", "q2"]
        assert set(data.qrels) == {"q0", "q2"}

    def test_takes_the_queries_of_one_split(self, tmp_path: Path) -> None:
        folder = write_set(tmp_path / "set")
        lines = [json.loads(line) for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()]
        splits = {"q0": "train", "q2": "dev"}
        divided = [line | ({"split": splits[line["id"]]} if line["id"] in splits else {}) for line in lines]
        (folder / "queries.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in divided), "utf-8")
        assert [query.id for query in read_retrieval_set(folder, split="dev").queries] == ["q2", "q3"]
        assert [query.id for query in read_retrieval_set(folder).queries] == ["q0", "q2", "q3"]

    def test_without_queries_is_refused(self, tmp_path: Path) -> None:
        folder = write_set(tmp_path / "set")
        (folder / "corpus.jsonl").write_text('{"id": "fish", "text": "Fish.", "lang": "en"}\n', "utf-8")
        with pytest.raises(InvalidRequest, match="answers a query"):
            read_retrieval_set(folder)

    def test_takes_the_corpus_from_another_folder(self, tmp_path: Path) -> None:
        queries, corpus = write_set(tmp_path / "queries"), write_set(tmp_path / "corpus")
        (corpus / "corpus.jsonl").write_text('{"id": "dogs", "text": "Despre câini.", "lang": "ro"}\n', "utf-8")
        data = read_retrieval_set(queries, corpus)
        assert [source.text for source in data.sources] == ["Despre câini."]
        assert [query.id for query in data.queries] == ["q2", "q3"]

    def test_is_refused_by_name(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest, match=r"no corpus\.jsonl"):
            read_retrieval_set(tmp_path)


class TestAnswers:
    def test_any_quote_is_right_whatever_the_line_breaks(self) -> None:
        assert rank_of_gold(ASKED, answer("Altro.", "Sono piu\u0300  di 35\ncomuni in tutto.")) == 2
        assert rank_of_gold(ASKED, answer("Some 35 towns took part.")) == 1
        assert rank_of_gold(ASKED, answer("Sono 34 comuni.")) is None

    def test_no_citation_is_right_where_nothing_is(self) -> None:
        assert rank_of_gold(UNANSWERABLE, answer("Lima.")) is None

    def test_shares_are_of_their_own_kind(self) -> None:
        outcomes = [outcome(ASKED, RIGHT), outcome(ASKED, WRONG, RIGHT), outcome(ASKED, WRONG, WRONG, RIGHT)]
        outcomes += [outcome(ASKED), outcome(UNANSWERABLE, WRONG), outcome(UNANSWERABLE, milliseconds=110.0)]
        measures = Measures.of(outcomes)
        assert (measures.first, measures.first_or_second, measures.wrongly_declined) == (0.25, 0.5, 0.25)
        assert (measures.unanswerable, measures.rightly_declined, measures.declined_precision) == (2, 0.5, 0.5)
        assert measures.citation_precision == round((1 + 1 / 2 + 1 / 3) / 3, 4)
        assert measures.citation_recall == 0.75
        assert measures.in_language == 1.0
        assert measures.p50_ms == 10.0
        assert [missed(each) for each in outcomes] == [False, False, True, True, True, False]

    def test_no_share_of_nothing(self) -> None:
        assert Measures.of([outcome(ASKED, RIGHT)]).rightly_declined is None

    def test_spans_are_cited_by_a_part_of_each(self) -> None:
        question = GoldQuestion("s", "?", "en", page="d.txt", spans=((0, 5), (20, 30), (900, 910)))
        assert recall_of_gold(question, answer(RIGHT)) == round(2 / 3, 16)
        assert rank_of_gold(question, answer(RIGHT)) == 1
        elsewhere = GoldQuestion("s", "?", "en", page="other.txt", spans=((0, 5),))
        assert rank_of_gold(elsewhere, answer(RIGHT)) is None

    def test_sentences_of_a_model_are_listed_for_reading(self, tmp_path: Path) -> None:
        file = tmp_path / "questions.jsonl"
        file.write_text('{"id": "a", "question": "How many?", "language": "en", "quote": "35 towns"}', "utf-8")
        data = read_answer_set(file)
        found = {data.name: {"extractive": [outcome(ASKED, RIGHT)], "model": [outcome(ASKED, WRONG, by="model")]}}
        report = answers_report([data], found, 50)
        assert report.figures["to_read"] == [(data.name, "How many?", WRONG, "0.90", WRONG)]
        assert report.tables[0].columns == ("measure", "extractive", "model")
        assert report.figures[data.name]["model"]["missed"] == ["a"]  # type: ignore[index]

    def test_questions_are_read(self, tmp_path: Path) -> None:
        file = tmp_path / "questions.jsonl"
        common = {"question": "?", "language": "en"}
        lines: list[dict[str, object]] = [
            {"id": "1", "quote": "a", "alternatives": ["b"], "answerable": True},
            {"id": "2", "quote": None},
            {"id": "3", "quote": "a", "answerable": False},
        ]
        file.write_text("\n".join(json.dumps({**common, **line}) for line in lines), encoding="utf-8")
        assert [question.quotes for question in read_questions(file)] == [("a", "b"), (), ()]

    def test_other_files_are_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "questions.jsonl"
        for text in ('{"id": "1"}', "[1]", '{"alternatives": null}', "no JSON"):
            file.write_text(text, encoding="utf-8")
            with pytest.raises(InvalidRequest, match="no file of questions"):
                read_questions(file)

    def test_are_those_of_documents_or_of_the_library_as_it_is(
        self, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("assistant.wiring.open_embedder", lambda _: embedder)
        monkeypatch.setenv("MISSIONDESK_DATA_DIR", str(tmp_path / "data"))
        quote = "The permit office in Vellmar is open on Tuesdays from nine to one."
        questions, documents, figures = (tmp_path / name for name in ("questions.jsonl", "permits.txt", "figures.json"))
        line = {"id": "1", "question": "When is the permit office in Vellmar open?", "language": "en", "quote": quote}
        questions.write_text(json.dumps(line), encoding="utf-8")
        documents.write_text(f"Residence permits\n\n{quote} Bring your passport.\n", encoding="utf-8")
        with pytest.raises(SystemExit, match="2"):
            main(["answers", str(questions)])
        assert "--documents" in capsys.readouterr().err
        for source in (["--documents", str(documents), "--data-dir", str(tmp_path / "data")], []):
            with pytest.raises(SystemExit, match="0"):
                main(["answers", str(questions), *source, "--json", str(figures)])
            assert json.loads(figures.read_text("utf-8"))["questions.jsonl"]["extractive"]["all"]["first"] == 1.0


class TestReport:
    TABLE = Table("Kept", ("name", "value"), [("<b>", "1"), ("long name", "22")])

    def test_columns_are_even(self) -> None:
        assert as_text(self.TABLE).splitlines() == [
            "Kept", "", "name       value", "---------  -----", "<b>        1", "long name  22",
        ]  # fmt: skip

    def test_page_escapes_what_was_measured(self) -> None:
        page = as_html(Report("A & B", [self.TABLE], {}))
        assert "&lt;b&gt;" in page
        assert "<h1>A &amp; B</h1>" in page

    def test_figures_are_written(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        report = Report("Kept", [self.TABLE], {"ndcg@10": 0.5, "limbă": "ro"})
        publish(report, tmp_path / "new" / "figures.json", tmp_path / "new" / "page.html")
        assert json.loads((tmp_path / "new" / "figures.json").read_text("utf-8")) == report.figures
        assert (tmp_path / "new" / "page.html").read_text("utf-8").startswith("<!doctype html>")
        assert "long name  22" in capsys.readouterr().out


class TestCommandLine:
    def test_lists_its_commands(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            main([])
        assert "retrieval" in capsys.readouterr().out

    def test_says_what_is_wrong(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit, match="2"):
            main(["retrieval", str(tmp_path)])
        assert "no retrieval set" in capsys.readouterr().err

    def test_refuses_other_modes(self, tmp_path: Path) -> None:
        with pytest.raises(SystemExit, match="2"):
            main(["retrieval", str(tmp_path), "--mode", "psychic"])


def test_ingest_is_timed_twice(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.wiring.open_embedder", lambda _: embedder)
    documents = tmp_path / "documents"
    documents.mkdir()
    for name in ("cats", "dogs"):
        (documents / f"{name}.txt").write_text(f"The shelter takes in {name} on Mondays.\n", encoding="utf-8")
    (documents / "empty.txt").write_text("", encoding="utf-8")
    files = [str(tmp_path / "figures.json"), str(tmp_path / "page.html")]
    with pytest.raises(SystemExit, match="0"):
        main(["ingest", str(documents), "--repeats", "3", "--json", files[0], "--html", files[1]])
    figures = json.loads(Path(files[0]).read_text("utf-8"))
    assert (figures["files"], figures["texts"], figures["reasons"], figures["crashes"]) == (3, 2, {"empty": 1}, [])
    assert figures["slowest"]["seconds"] > 0
    assert 10 < figures["largest_memory"]["megabytes"] < 1024
    assert figures["first_seconds"] > figures["again_seconds"] > 0
    assert str(figures["ratio"]) in capsys.readouterr().out
    assert str(figures["ratio"]) in Path(files[1]).read_text("utf-8")
    with pytest.raises(SystemExit, match="0"):
        main(["ingest", str(documents), "--repeats", "1", "--json"])
    assert json.loads(capsys.readouterr().out)["texts"] == 2


def test_ingest_of_nothing_is_refused(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("assistant.wiring.open_embedder", lambda _: embedder)
    with pytest.raises(SystemExit, match="2"):
        main(["ingest", str(tmp_path / "none")])
    assert "could be ingested" in capsys.readouterr().err


class TestRevisions:
    def test_change_the_copy_only(self, tmp_path: Path) -> None:
        original = tmp_path / "original"
        original.mkdir()
        (original / "page.txt").write_text("Text.", encoding="utf-8")
        (original / "form.pdf").write_bytes(b"%PDF-1.7")
        revisions = Revisions.of(original, tmp_path / "copy", random.Random(1))
        seen = set()
        for _ in range(3):
            revisions.advance()
            seen.add((tmp_path / "copy" / "page.txt").read_text("utf-8"))
        assert len(seen) == 3
        assert all(text.startswith("Text.\n\n") and text.count("people") == 1 for text in seen)
        assert (original / "page.txt").read_text("utf-8") == "Text."
        assert revisions.count() == 2

    def test_need_something_to_change(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest, match="no folder"):
            Revisions.of(tmp_path / "none", tmp_path / "copy", random.Random(1))


def test_frames_counts_what_is_left_of_frames_and_lost_of_bodies(tmp_path: Path) -> None:
    pages = [
        {
            "lang": "en",
            "city": "town",
            "path": f"/town/en/page-{number}/",
            "title": f"Service number {number}",
            "html": f"<p>The office helps with paper {number}, and every service is free of charge.</p>" * 3,
        }
        for number in range(40)
    ]
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "en.jsonl").write_text("".join(f"{json.dumps(page)}\n" for page in pages), "utf-8")
    (tmp_path / "texts").mkdir()
    text = "Home\nAbout us\nNews\nContact\nThe office helps everybody with papers, and every service is free.\n"
    (tmp_path / "texts" / "a.txt").write_text(f"{text}Unknown button\n", "utf-8")
    key = tmp_path / "key.jsonl"
    key.write_text(json.dumps({"document": "a", "frame": ["Home", "About", "News", "Contact", "Unknown"]}), "utf-8")
    folders = [str(tmp_path / name) for name in ("pages", "texts")]
    figures_file = tmp_path / "figures.json"
    with pytest.raises(SystemExit) as ended:
        main(["frames", *folders, "--key", str(key), "--templates", "development", "--json", str(figures_file)])
    assert ended.value.code == 0
    figures = json.loads(figures_file.read_text("utf-8"))
    assert figures["pages as HTML"]["all"]["pages"] == 40
    assert figures["pages as HTML"]["all"]["body_lost"] < 0.01
    assert 0 < figures["texts"]["all"]["frame_left"] < 0.5
    assert figures["texts"]["all"]["body_lost"] == 0


class TestAnswerSets:
    def test_lines_are_characters_of_their_page(self, tmp_path: Path) -> None:
        folder = tmp_path / "omos"
        folder.mkdir()
        page = {"id": "bern-1", "text": "Bern\n\nOpen from 9.\nCall 12.", "title": "", "lang": "en", "city": "bern"}
        asked = {"id": "q", "text": "When?", "lang": "en", "page": "bern-1", "split": "dev", "answer_lines": [1, 2]}
        silent = {"id": "u", "text": "Who?", "lang": "en", "page": "bern-1", "split": "dev"}
        for name, row in (("corpus", page), ("queries", asked), ("queries_unanswerable", silent)):
            (folder / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
        data = read_answer_set(folder)
        assert [(q.id, q.spans, q.collection) for q in data.questions] == [("q", ((6, 18),), "bern"), ("u", (), "bern")]
        assert [draft.text[6:18] for draft in data.drafts] == ["Open from 9."]
        with pytest.raises(InvalidRequest, match="split train"):
            read_answer_set(folder, split="train")

    def test_held_out_articles_leave_their_questions_without_an_answer(self, tmp_path: Path) -> None:
        folder = tmp_path / "en"
        folder.mkdir()
        (tmp_path / "holdout_articles.json").write_text('{"held_out": ["x-01"]}', encoding="utf-8")
        pages = [{"id": f"x-0{n}-0", "text": "It was 308 points.", "title": "T", "lang": "en"} for n in (1, 2)]
        asked = [{"id": f"q{n}", "text": "How many?", "lang": "en", "answer": "308", "answer_start": 7} for n in (1, 2)]
        for name, rows in (("corpus", pages), ("queries", asked)):
            (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        (folder / "qrels.tsv").write_text(
            "query-id\tcorpus-id\tscore\nq1\tx-01-0\t1\nq2\tx-02-0\t1\n", encoding="utf-8"
        )
        data = read_answer_set(folder)
        assert [draft.uri for draft in data.drafts] == ["x-02-0"]
        assert [(q.id, q.spans) for q in data.questions] == [("q1", ()), ("q2", ((7, 10),))]
        assert [q.id for q in read_answer_set(folder, limit=1).questions] == ["q2"]
