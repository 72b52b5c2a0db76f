"""What answers are measured on: documents, and questions that they answer or do not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eval.calibration_data import draft_of
from eval.gold import GoldQuestion, read_questions
from eval.training_questions import answer_of, asked_of, line_spans, page_of_row, read_rows, relevant
from index.document import DocumentDraft
from index.errors import InvalidRequest

OMOS_NOTE = (
    "A question is put to the pages of its page's own town. Only lines of that page are marked: what other pages of "
    "the town say to it counts as wrong, so precision, and what is rightly declined, are bounds from below."
)
XQUAD_NOTE = (
    "The articles of holdout_articles.json are not in the library, so their questions have no answer there. The reader "
    "was trained on translations of these articles: compare ways and languages here, not systems."
)


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """Questions over `drafts`, over what is ingested from `documents`, or, without either, over a library as it is."""

    name: str
    questions: tuple[GoldQuestion, ...]
    drafts: tuple[DocumentDraft, ...] = ()
    documents: Path | None = None
    note: str | None = None


def read_answer_set(
    source: Path, *, documents: Path | None = None, corpus: Path | None = None, split: str = "dev",
    limit: int | None = None,
) -> AnswerSet:  # fmt: skip
    """A file of questions (see `eval.gold`), a folder of OMoS-QA, or one of XQuAD beside its list of held-out articles.

    Of a folder, `corpus` is one of the same set with the texts in another language, `split` is asked of OMoS-QA alone,
    and `limit` questions are taken evenly from those with an answer and those without. Raises `InvalidRequest`.
    """
    if source.is_file():
        return AnswerSet(source.name, _taken(read_questions(source), limit), documents=documents)
    texts = corpus or source
    for folder, name in ((source, "queries.jsonl"), (texts, "corpus.jsonl")):
        if not (folder / name).is_file():
            raise InvalidRequest(f"{folder} is neither a file of questions nor a folder with {name}.")
    title = f"{source.parent.name} {source.name}" + (f" on {texts.name}" if texts != source else "")
    held_out = source.parent / "holdout_articles.json"
    if held_out.is_file():
        articles = tuple(f"{name}-" for name in json.loads(held_out.read_text(encoding="utf-8"))["held_out"])
        pages = {row["id"]: row for row in read_rows(texts / "corpus.jsonl") if not row["id"].startswith(articles)}
        questions = tuple(_of_passages(source, texts, set(pages)))
        drafts = tuple(draft_of(page_of_row(row, str(row["title"]))) for row in pages.values())
        return AnswerSet(title, _taken(questions, limit), drafts, note=XQUAD_NOTE)
    pages = {row["id"]: row for row in read_rows(texts / "corpus.jsonl")}
    questions = tuple(_of_pages(source, pages, split))
    if not questions:
        raise InvalidRequest(f"{source} has no questions of the split {split}.")
    drafts = tuple(draft_of(page_of_row(row, str(row["city"]))) for row in pages.values())
    return AnswerSet(f"{title}, {split}", _taken(questions, limit), drafts, note=OMOS_NOTE)


def _of_pages(folder: Path, pages: dict[str, dict[str, object]], split: str) -> Iterator[GoldQuestion]:
    for name in ("queries.jsonl", "queries_unanswerable.jsonl"):
        for row in read_rows(folder / name):
            if row["split"] == split and row["page"] in pages:
                page = pages[row["page"]]
                lines = line_spans(str(page["text"]))
                spans = tuple(lines[n] for n in row.get("answer_lines") or () if lines[n][0] < lines[n][1])
                yield GoldQuestion(
                    row["id"], row["text"], row["lang"], page=row["page"], spans=spans, collection=str(page["city"])
                )


def _of_passages(folder: Path, texts: Path, kept: set[str]) -> Iterator[GoldQuestion]:
    """Answers are marked in the texts of the question's own language: across languages the whole passage is."""
    page_of = dict(relevant(folder / "qrels.tsv"))
    lengths = {row["id"]: len(row["text"]) for row in read_rows(texts / "corpus.jsonl")}
    for row in read_rows(folder / "queries.jsonl"):
        page = page_of.get(row["id"])
        if page is None or page not in lengths:
            continue
        whole = texts != folder or row.get("answer_start") is None
        span = (0, lengths[page]) if whole else answer_of(row)
        yield GoldQuestion(row["id"], asked_of(row), row["lang"], page=page, spans=(span,) if page in kept else ())


def _taken(questions: tuple[GoldQuestion, ...], limit: int | None) -> tuple[GoldQuestion, ...]:
    """Evenly from both kinds, in their own shares."""
    if limit is None or limit >= len(questions):
        return questions
    step = len(questions) / limit
    ordered = sorted(questions, key=lambda question: not question.answerable)
    return tuple(ordered[int(n * step)] for n in range(limit))
