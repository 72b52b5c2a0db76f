"""Evaluation cases made of reports: what is to be answered from now on, and with which words of which document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.audit import record
from assistant.conversation_rows import CaseRow, FeedbackRow
from assistant.event import Action, Actor, Event, Value
from assistant.question import checked_question
from assistant.reviews import ReportState, Reviews
from index.database import as_utc, utc_now, writing
from index.document import Document
from index.errors import InvalidRequest, NotFound
from index.library import Library
from index.scope import Scope

MOST_PLACES = 10
"""Places of one case: its quote, and others that answer as well."""
LONGEST_QUOTE = 2000
"""Characters; a citation is a sentence or a few."""


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a document that answer: `quote` is its text from `start` to `end`."""

    document_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the places of which any one answers it; without places the documents do not.

    `id` is its report's, `scope` what whoever reported could see, and so what is searched. `at` is UTC.
    """

    id: str
    question: str
    language: str
    places: tuple[Place, ...]
    scope: Scope
    by: str
    at: datetime


class Cases:
    """They live as long as their reports; every method is one transaction."""

    def __init__(self, reviews: Reviews, library: Library) -> None:
        self._reviews = reviews
        self._library = library

    def place(self, document_id: str, start: int, end: int, scope: Scope) -> Place:
        """The words that stand there. Raises `NotFound`, `InvalidRequest` where there are none."""
        text = self._library.document(document_id, scope).text
        if not (0 <= start < end <= len(text)) or end - start > LONGEST_QUOTE or not text[start:end].strip():
            raise InvalidRequest("The document has no such words.", code="no_such_words")
        return Place(document_id, start, end, text[start:end])

    def put(
        self, report_id: str, question: str, language: str, places: Sequence[Place], scope: Scope, actor: Actor
    ) -> None:
        """Make, or replace, the case of a report, which is accepted with that. Raises `NotFound`, `InvalidRequest`."""
        question = checked_question(question)
        if len(places) > MOST_PLACES:
            raise InvalidRequest(f"A case has at most {MOST_PLACES} sentences.", code="too_many_sentences")
        packed = json.dumps([asdict(place) for place in places], ensure_ascii=False)
        with Session(writing(self._reviews.engine)) as session, session.begin():
            report = self._reviews.row(session, report_id, scope)
            now = utc_now()
            report.state, report.reviewed_by, report.reviewed_at = ReportState.ACCEPTED.value, actor.name, now
            session.merge(
                CaseRow(
                    feedback_id=report_id, question=question, language=language, places=packed, made_by=actor.name,
                    made_at=now,
                )
            )  # fmt: skip
            documents = tuple(dict.fromkeys(place.document_id for place in places))
            detail: dict[str, Value] = {"answerable": bool(places), "documents": documents}
            record(session, actor, Event(Action.CASE_MADE, "feedback", report_id, detail))

    def remove(self, report_id: str, scope: Scope, actor: Actor) -> None:
        """Nothing happens where the report has no case. Raises `NotFound` where there is no report."""
        with Session(writing(self._reviews.engine)) as session, session.begin():
            self._reviews.row(session, report_id, scope)
            row = session.get(CaseRow, report_id)
            if row is not None:
                session.delete(row)
                record(session, actor, Event(Action.CASE_REMOVED, "feedback", report_id))

    def get(self, report_id: str, scope: Scope) -> Case | None:
        """The case of a report. Raises `NotFound` where there is no report."""
        with Session(self._reviews.engine) as session:
            report = self._reviews.row(session, report_id, scope)
            row = session.get(CaseRow, report_id)
            return _case(row, report) if row is not None else None

    def accepted(self, scope: Scope) -> list[Case]:
        """Those of reports that are accepted, the oldest first."""
        found = (
            select(CaseRow, FeedbackRow)
            .join(FeedbackRow, FeedbackRow.id == CaseRow.feedback_id)
            .where(FeedbackRow.state == ReportState.ACCEPTED.value)
            .order_by(CaseRow.made_at, CaseRow.feedback_id)
        )
        with Session(self._reviews.engine) as session:
            return [_case(row, report) for row, report in session.execute(found) if self._is_readable(report, scope)]

    def standing(self, case: Case, scope: Scope) -> list[tuple[Place, Document]]:
        """Its places whose words still stand in a document that may be seen in this scope."""
        found = []
        for place in case.places:
            try:
                document = self._library.document(place.document_id, scope & case.scope)
            except NotFound:
                continue
            if document.text[place.start : place.end] == place.quote:
                found.append((place, document))
        return found

    def _is_readable(self, report: FeedbackRow, scope: Scope) -> bool:
        return report.created_at > self._reviews.oldest and scope.covers(report.kept_scope)


def _case(row: CaseRow, report: FeedbackRow) -> Case:
    places = tuple(Place(**fields) for fields in json.loads(row.places))
    return Case(
        row.feedback_id, row.question, row.language, places, report.kept_scope, row.made_by, as_utc(row.made_at)
    )
