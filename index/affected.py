"""The documents for which a change of one document matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from index.duplicates import fold, followers
from index.translations import companions, regroup


@dataclass(frozen=True, slots=True)
class Affected:
    """Those that point to a document or translate it, told before it is changed and decided anew after it."""

    document_id: str
    followers: Sequence[str]
    companions: Sequence[str]

    @classmethod
    def by(cls, session: Session, document_id: str) -> Affected:
        return cls(document_id, followers(session, document_id), companions(session, document_id))

    def decide(self, session: Session) -> None:
        fold(session, [self.document_id, *self.followers])
        regroup(session, [self.document_id, *self.companions])
