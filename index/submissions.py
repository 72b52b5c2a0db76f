"""Requests for work that callers name by a key of their own, so that one sent twice is done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from index.database import utc_now
from index.errors import InvalidRequest
from index.tables import SubmissionRow

KEPT = timedelta(hours=24)
"""How long a key stands for its request."""


@dataclass(frozen=True, slots=True)
class Submission:
    """`key` is the caller's own word for it, `owner` the caller's credential, `fingerprint` a hash of what was sent."""

    owner: str
    key: str
    fingerprint: str


def submitted(session: Session, submission: Submission) -> str | None:
    """The id of the job that the same request has led to; None for a new one.

    Raises `InvalidRequest` where the key stands for a request of another content.
    """
    row = session.get(SubmissionRow, (submission.owner, submission.key))
    if row is None or row.created_at <= utc_now() - KEPT:
        return None
    if row.fingerprint != submission.fingerprint:
        sentence = "This Idempotency-Key was sent with another request: use a new one for each."
        raise InvalidRequest(sentence, code="idempotency_key_reused")
    return row.job_id


def keep(session: Session, submission: Submission, job_id: str) -> None:
    """Let the key stand for this job from now on, and forget the keys that have had their time."""
    now = utc_now()
    session.execute(delete(SubmissionRow).where(SubmissionRow.created_at <= now - KEPT))
    session.add(
        SubmissionRow(
            owner=submission.owner, key=submission.key, fingerprint=submission.fingerprint, job_id=job_id,
            created_at=now,
        )
    )  # fmt: skip
