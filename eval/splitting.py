"""`python -m eval splitting`: what ways of splitting documents into passages are worth to search."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import load_settings
from assistant.wiring import open_embedder
from eval.metrics import measure
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.retrieval import searchable
from eval.splitters import SPLITTERS, Splitter
from eval.training_questions import answer_of, line_spans, read_rows, relevant
from eval.ways import DEPTH
from eval.workspace import workspace
from index.document import Audience, DocumentDraft
from index.embedding import Embedder
from index.hit import Hit
from index.scope import PUBLIC_ONLY
from ingest.draft import document_language
from ingest.layout import lay_out
from ingest.options import ReadOptions
from ingest.readers import text as text_reader
from ingest.titles import choose_title
from ingest.tokens import estimate_tokens

BUDGET = 1000
"""Tokens of passages, best first, that are read for an answer: about four of the product's."""
_SNIPPET = 80  # letters and digits of an answer by which it is recognised in a passage
_SIGNS = re.compile(r"\W+")
_OTHERS = 64  # documents handed to the index together


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the document that answers it, and the words that do."""

    id: str
    text: str
    language: str
    document: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    name: str
    texts: dict[str, str]
    questions: tuple[Asked, ...]


def command(
    data: Annotated[Path, typer.Argument(metavar="DATA_DIR", help="Folder with omos_qa and xquad.")],
    languages: Annotated[str, typer.Option(help="Languages of OMoS-QA and XQuAD, by commas.")] = "en",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask only so many questions of each set.")] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Split two public sets in four ways, and search each with the product's index.

    XQuAD's paragraphs are put together to articles first: a paragraph alone leaves nothing to split.
    """
    embedder = open_embedder(load_settings())
    rows, figures = [], {}
    for language in languages.split(","):
        for corpus in (omos(data / "omos_qa" / language, limit), xquad(data / "xquad" / language, limit)):
            for name, splitter in SPLITTERS.items():
                found = score(corpus, splitter, embedder)
                figures[f"{corpus.name}: {name}"] = found
                rows.append((corpus.name, name, *map(_in_words, found.values())))
    columns = ("set", "split by", "passages", "tokens each", "nDCG@10 of documents", f"answer in {BUDGET} tokens")
    publish(Report("Splitting", [Table("Ways of splitting", columns, rows)], figures), json_file, html_file)


def _in_words(value: float) -> str:
    return f"{value:.0f}" if value > 1 else f"{value:.4f}"


def omos(folder: Path, limit: int | None) -> Corpus:
    """Pages of OMoS-QA with the questions of the dev split, whose answers people marked by lines."""
    texts = {row["id"]: row["text"] for row in read_rows(folder / "corpus.jsonl")}
    asked = []
    for row in read_rows(folder / "queries.jsonl"):
        if row["split"] == "dev":
            page = texts[row["page"]]
            lines = line_spans(page)
            answers = tuple(page[slice(*lines[number])] for number in row["answer_lines"])
            asked.append(Asked(row["id"], row["text"], row["lang"], row["page"], answers))
    return Corpus(f"OMoS-QA {folder.name}", texts, tuple(asked[:limit]))


def xquad(folder: Path, limit: int | None) -> Corpus:
    """Articles of XQuAD, and its questions, whose answer is the sentence around the marked words."""
    paragraphs = {row["id"]: row["text"] for row in read_rows(folder / "corpus.jsonl")}
    articles: dict[str, list[str]] = defaultdict(list)
    for id, text in paragraphs.items():
        articles[id.rpartition("-")[0]].append(text)
    page_of = dict(relevant(folder / "qrels.tsv"))
    asked = []
    for row in read_rows(folder / "queries.jsonl"):
        if row.get("answer_start") is not None:
            start, end = answer_of(row)
            around = paragraphs[page_of[row["id"]]][max(0, start - 20) : end + 20]
            asked.append(Asked(row["id"], row["text"], row["lang"], page_of[row["id"]].rpartition("-")[0], (around,)))
    step = max(1, len(asked) // limit) if limit else 1
    texts = {id: "\n\n".join(parts) for id, parts in articles.items()}
    return Corpus(f"XQuAD {folder.name}", texts, tuple(asked[::step]))


def score(corpus: Corpus, splitter: Splitter, embedder: Embedder) -> dict[str, float]:
    """Passages, their mean tokens, nDCG@10 of whole documents, and how often the answer lies in `BUDGET` tokens."""
    with workspace() as settings, closing(searchable(settings, embedder)) as index:
        drafts = [draft_of(id, text, splitter) for id, text in corpus.texts.items()]
        for first in range(0, len(drafts), _OTHERS):
            index.add(drafts[first : first + _OTHERS])
        index.settle(force=True)
        ranked: dict[str, list[str]] = {}
        answered = 0
        for asked in corpus.questions:
            hits = index.search(asked.text, language=asked.language, limit=DEPTH, scope=PUBLIC_ONLY).hits
            ranked[asked.id] = list(dict.fromkeys(hit.document.uri for hit in hits))
            answered += holds_answer(hits, asked)
    passages = [draft.text[p.span.start : p.span.end] for draft in drafts for p in draft.passages]
    qrels = {asked.id: {asked.document: 1} for asked in corpus.questions}
    return {
        "passages": len(passages),
        "tokens": sum(map(estimate_tokens, passages)) / len(passages),
        "ndcg@10": measure(qrels, ranked)["ndcg@10"],
        "answered": answered / len(corpus.questions),
    }


def draft_of(id: str, text: str, splitter: Splitter) -> DocumentDraft:
    """The document as ingest makes it of a text file, but for the splitting."""
    blocks = text_reader.read(text.encode(), f"{id}.txt", ReadOptions()).blocks
    language = document_language(blocks)
    title, layout = choose_title(None, blocks, f"{id}.txt"), lay_out(blocks)
    passages = splitter(layout, title, language)
    return DocumentDraft(id, id, id, title, language, layout.text, passages, Audience.PUBLIC)


def holds_answer(hits: Sequence[Hit], asked: Asked) -> bool:
    """Whether one of the answer's parts lies in the passages that fill the budget."""
    wanted = [_signs(answer)[:_SNIPPET] for answer in asked.answers]
    read = " ".join(_signs(text) for text in _within_budget(hits, asked.document))
    return any(snippet and snippet in read for snippet in wanted)


def _within_budget(hits: Sequence[Hit], document: str) -> Iterator[str]:
    """Texts of the document's passages among the first hits; of a larger last one the part that fits."""
    left = BUDGET
    for hit in hits:
        tokens = estimate_tokens(hit.passage.text)
        if hit.document.uri == document:
            yield hit.passage.text[: int(len(hit.passage.text) * min(1, left / tokens))]
        left -= tokens
        if left <= 0:
            return


def _signs(text: str) -> str:
    return _SIGNS.sub("", text).casefold()
