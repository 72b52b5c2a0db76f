"""Runs training questions through the product's own search and evidence, and labels what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.candidate import Candidate, candidates_of, to_read
from assistant.features import sentence_features
from assistant.reader import Reader
from eval.training_questions import Page, TrainingQuestion, TrainingSet
from index.document import Audience, DocumentDraft, Span
from index.hit import Hit
from index.index import Index
from index.scope import EVERYTHING
from ingest.block import Block
from ingest.layout import Layout, PlacedBlock
from ingest.split import split

DEPTH = 100
"""Passages searched before those of other towns, and hidden ones, are left out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's candidate sentences: features, and which of them answer.

    `removed` tells that nothing answers it: its page was hidden, or is known not to answer.
    """

    set: str
    question: TrainingQuestion
    features: NDArray[np.float64]
    answers: NDArray[np.bool_]
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


def samples_of(index: Index, reader: Reader, data: TrainingSet) -> Iterator[Sample]:
    """Two samples a question: one as it is, one with what answers it hidden; of an unanswerable question the first.

    Every other time the whole group of its page is hidden, not the page alone: people ask what no document is about,
    and they ask what the documents come near to. Where other pages answer too, unmarked, it is always the group.
    """
    groups = {page.id: page.group for page in data.pages}
    for position, question in enumerate(data.questions):
        found = index.search(question.text, language=question.language, limit=DEPTH, scope=EVERYTHING)
        group = groups[question.page]
        others = set(groups.values()) - {group} if data.by_the_way else set()
        hits = [hit for hit in found.hits if hit.document.collection not in others and not _mirrors(hit, data)]
        if position % 2 or data.by_the_way:
            hidden = [hit for hit in hits if hit.document.collection != group]
        else:
            hidden = [hit for hit in hits if hit.document.uri != question.page]
        for kept, removed in ((hits, False), (hidden, True)) if question.answers else ((hits, True),):
            candidates = candidates_of(question.text, to_read(kept, question.language), reader)
            if candidates:
                features = sentence_features(candidates, question.language)
                answers = np.array([_answers(item, question) for item in candidates])
                yield Sample(data.name, question, features, answers, removed)


def _mirrors(hit: Hit, data: TrainingSet) -> bool:
    return data.mirror is not None and hit.document.uri.startswith(data.mirror)


def _answers(item: Candidate, question: TrainingQuestion) -> bool:
    if item.hit.document.uri != question.page:
        return False
    return any(item.span.start < end and start < item.span.end for start, end in question.answers)
