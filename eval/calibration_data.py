"""Runs training questions through the product's own search and evidence, and labels what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import CANDIDATES
from assistant.evidence import Evidence, Query, features_of, sentences_of
from assistant.sentence_vectors import SentenceVectors
from eval.training_questions import Page, TrainingQuestion, TrainingSet
from index.document import Audience, DocumentDraft, Span
from index.hit import EVERYTHING, Filters, Hit
from index.index import Index
from ingest.block import Block
from ingest.layout import Layout, PlacedBlock
from ingest.split import split


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's candidate sentences: features, which of them answer, and the hits they came from.

    `removed` tells that the question's own page was hidden, so that nothing answers it.
    """

    set: str
    question: TrainingQuestion
    features: NDArray[np.float64]
    answers: NDArray[np.bool_]
    hits: tuple[Hit, ...]
    removed: bool


def draft_of(page: Page) -> DocumentDraft:
    """A page split as ingest would, its text unchanged so that the gold answers' offsets hold."""
    placed, start = [], 0
    for line in page.text.split("\n"):
        if line.strip():
            lead = len(line) - len(line.lstrip())
            span = Span(start + lead, start + len(line.rstrip()))
            placed.append(PlacedBlock(Block("paragraph", page.text[span.start : span.end]), span))
        start += len(line) + 1
    layout = Layout(page.text, tuple(placed))
    return DocumentDraft(
        source=page.id,
        uri=page.id,
        content_hash=page.id,
        title=page.title,
        language=page.language,
        text=page.text,
        passages=split(layout, page.title, page.language),
        audience=Audience.PUBLIC,
        collection=page.group,
    )


def samples_of(index: Index, data: TrainingSet) -> Iterator[Sample]:
    """Two samples a question: one as it is, one with its page hidden."""
    vectors = SentenceVectors(index.embedder)
    groups = {page.id: page.group for page in data.pages}
    for question in data.questions:
        filters = Filters(collection=groups[question.page]) if data.name.startswith("omos") else Filters()
        found = index.search(
            question.text, language=question.language, limit=CANDIDATES + 12, scope=EVERYTHING, filters=filters
        )
        if found.query_vector is None:
            continue
        query = Query.of(question.text, question.language, found.query_vector)
        without = [hit for hit in found.hits if hit.document.uri != question.page][:CANDIDATES]
        for hits, removed in ((found.hits[:CANDIDATES], False), (tuple(without), True)):
            sentences = sentences_of(hits)
            if sentences:
                features = features_of(query, sentences, vectors)
                answers = np.array([_answers(item, question) for item in sentences])
                yield Sample(data.name, question, features, answers, tuple(hits), removed)


def _answers(item: Evidence, question: TrainingQuestion) -> bool:
    if item.hit.document.uri != question.page:
        return False
    return any(item.span.start < end and start < item.span.end for start, end in question.answers)
