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
from index.hit import EVERYTHING, Hit
from index.index import Index
from ingest.block import Block
from ingest.layout import Layout, PlacedBlock
from ingest.split import split

DEPTH = 100
"""Passages searched before those of other towns, and hidden ones, are left out."""
READING = frozenset({"squad_it", "squad_es_v2", "arcd"})


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
    """Two samples a question: one as it is, one with what answers it hidden.

    Every other time the whole group of its page is hidden, not the page alone: people ask what no document is about,
    and they ask what the documents come near to.
    """
    vectors = SentenceVectors(index.embedder)
    groups = {page.id: page.group for page in data.pages}
    for position, question in enumerate(data.questions):
        found = index.search(question.text, language=question.language, limit=DEPTH, scope=EVERYTHING)
        if found.query_vector is None:
            continue
        query = Query.of(question.text, question.language, found.query_vector)
        group = groups[question.page]
        # Other towns' pages answer many of the same questions, unmarked.
        others = set() if data.name in READING else set(groups.values()) - {group}
        hits = [hit for hit in found.hits if hit.document.collection not in others]
        if position % 2:
            hidden = [hit for hit in hits if hit.document.collection != group]
        else:
            hidden = [hit for hit in hits if hit.document.uri != question.page]
        for kept, removed in ((hits[:CANDIDATES], False), (hidden[:CANDIDATES], True)):
            sentences = sentences_of(kept)
            if sentences:
                features = features_of(query, sentences, vectors)
                answers = np.array([_answers(item, question) for item in sentences])
                yield Sample(data.name, question, features, answers, tuple(kept), removed)


def _answers(item: Evidence, question: TrainingQuestion) -> bool:
    if item.hit.document.uri != question.page:
        return False
    return any(item.span.start < end and start < item.span.end for start, end in question.answers)
