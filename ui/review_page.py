"""The page of one report: what was said of which answer, and sentences to make an evaluation case of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.cases import Case, Cases, Place
from assistant.reviews import Report
from assistant.still_shown import StillShown
from index.document import Document, DocumentSummary, Passage
from index.errors import NotFound
from index.scope import Scope
from ui.bodies.review import CaseForm

FOUND_PASSAGES = 6
"""Passages whose sentences are offered."""
MOST_SENTENCES = 500
"""Sentences of one document that are offered; a search within longer ones finds the others."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A sentence that can be chosen; `value` is what the form sends for it."""

    value: str
    text: str
    language: str
    page: int | None
    chosen: bool


Choice = tuple[DocumentSummary, Offered]


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences of one document."""

    document: DocumentSummary
    sentences: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`answer` is what may be seen of it now, `withheld` counts its other statements; `form` is as it was last sent."""

    report: Report
    answer: Answer | None
    withheld: int
    case: Case | None
    form: CaseForm
    groups: tuple[Group, ...]


def review_page(
    assistant: Assistant, cases: Cases, report: Report, scope: Scope, form: CaseForm | None = None
) -> ReviewPage:
    """What somebody with this scope sees of a report; without a `form` the one of its case, if it has one.

    Sentences are offered of documents that whoever reported could see, too: no other can have been the answer.
    """
    scope = scope & report.scope
    case = cases.get(report.stored.id, scope)
    given, answer, withheld = report.stored.opinion.given, None, 0
    if given is not None:
        answer, withheld = StillShown(assistant.index.library, scope).of(given)
    form = form or _first_form(report, case, cases, scope)
    groups = _groups(assistant, form, answer, scope)
    return ReviewPage(report, answer, withheld, case, form, groups)


def places_of(cases: Cases, form: CaseForm, scope: Scope) -> list[Place]:
    """The sentences that were chosen. Raises `NotFound`, `InvalidRequest`."""
    return [cases.place(document, start, end, scope) for document, start, end in map(_parts, form.sentence)]


def _first_form(report: Report, case: Case | None, cases: Cases, scope: Scope) -> CaseForm:
    question = report.stored.opinion.question or ""
    if case is None:
        return CaseForm(question=question, find=question)
    chosen = [_value(place.document_id, place.start, place.end) for place, _ in cases.standing(case, scope)]
    return CaseForm(
        question=case.question, expected="answer" if case.places else "none", sentence=chosen, find=case.question
    )


def _groups(assistant: Assistant, form: CaseForm, answer: Answer | None, scope: Scope) -> tuple[Group, ...]:
    """First what is chosen, then what was cited, then what is found or the whole document; nothing twice."""
    documents: dict[str, DocumentSummary] = {}
    offered: dict[str, dict[str, Offered]] = {}
    for document, sentence in chain(
        _chosen(assistant, form, scope), _cited(assistant, answer, scope), _found(assistant, form, scope)
    ):
        documents.setdefault(document.id, document)
        sentences = offered.setdefault(document.id, {})
        if len(sentences) < MOST_SENTENCES:
            sentences.setdefault(sentence.value, sentence)
    return tuple(Group(documents[id_], tuple(sentences.values())) for id_, sentences in offered.items())


def _chosen(assistant: Assistant, form: CaseForm, scope: Scope) -> Iterator[Choice]:
    for value in form.sentence:
        document_id, start, end = _parts(value)
        document = _seen(assistant, document_id, scope)
        if document is not None and document.text[start:end].strip():
            yield document, Offered(value, document.text[start:end], document.language, None, True)


def _cited(assistant: Assistant, answer: Answer | None, scope: Scope) -> Iterator[Choice]:
    for cited in answer.citations if answer else ():
        document = _seen(assistant, cited.document_id, scope)
        if document is not None:
            value = _value(document.id, cited.start, cited.end)
            yield document, Offered(value, cited.quote, cited.language, cited.page, False)


def _found(assistant: Assistant, form: CaseForm, scope: Scope) -> Iterator[Choice]:
    """Sentences of one document, if one is named, and else of the passages that are found."""
    if form.document:
        document = _seen(assistant, form.document, scope)
        if document is not None:
            for passage in assistant.index.library.passages.of_document(document.id, scope):
                yield from _sentences(document, passage)
        return
    if any(character.isalnum() for character in form.find):
        for hit in assistant.search(form.find, scope=scope, limit=FOUND_PASSAGES).hits:
            yield from _sentences(hit.document, hit.passage)


def _sentences(document: DocumentSummary, passage: Passage) -> Iterator[Choice]:
    for span in passage.sentences:
        text = passage.text[span.start - passage.span.start : span.end - passage.span.start]
        if text.strip():
            value = _value(document.id, span.start, span.end)
            yield document, Offered(value, text, passage.language, passage.page, False)


def _seen(assistant: Assistant, document_id: str, scope: Scope) -> Document | None:
    try:
        return assistant.document(document_id, scope=scope)
    except NotFound:
        return None


def _value(document_id: str, start: int, end: int) -> str:
    return f"{document_id}:{start}:{end}"


def _parts(value: str) -> tuple[str, int, int]:
    document_id, start, end = value.rsplit(":", 2)
    return document_id, int(start), int(end)
