"""A change that somebody made, and whoever must be told of it within its transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from index.document import Audience


@dataclass(frozen=True, slots=True)
class Change:
    """One document's change; `audience` is None for a document that was removed."""

    document_id: str
    uri: str
    audience_before: Audience
    audience: Audience | None
    renamed: bool


Witness = Callable[[Session, Change], None]
"""Called in the transaction of a change: what it writes there is kept exactly if the change is."""

JobWitness = Callable[[Session, str], None]
"""The same for what somebody asks of a job, with the job's id."""


def unwitnessed(session: Session, change: Change) -> None:
    """For changes that nobody keeps a record of."""


def job_unwitnessed(session: Session, job_id: str) -> None:
    """For requests that nobody keeps a record of."""
