"""Which documents repeat another: one of each text is found, the others point to it.

Only documents of one audience are compared. Otherwise a document that nobody outside may see would make a public copy
of it vanish, and so tell that it exists.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, Select, func, insert, or_, select, update
from sqlalchemy.orm import Session

from index.document import Fingerprint
from index.likeness import covers
from index.tables import DocumentRow, FingerprintRow

LIKENESS = 0.85
"""Share of word shingles (by MinHash, whose error is 0.03) that two texts have in common to be taken for the same.

Of 2,213 public pages for newcomers of three places, in two languages, the pages that are one text, with a heading more
or a word less, have .91 to 1.0 of their shingles in common; those written anew .82 and less."""


_BAND = 16  # bytes: four values of a signature


def put_fingerprint(session: Session, document_id: str, fingerprint: Fingerprint) -> None:
    session.execute(insert(FingerprintRow).values(document_id=document_id, **_values(fingerprint)))


def has_fingerprint(session: Session, document_id: str, fingerprint: Fingerprint | None) -> bool:
    """Whether this fingerprint, or none, is stored for the document."""
    stored = session.get(FingerprintRow, document_id)
    if stored is None or fingerprint is None:
        return stored is None and fingerprint is None
    return all(getattr(stored, name) == value for name, value in _values(fingerprint).items())


def _values(fingerprint: Fingerprint) -> dict[str, bytes]:
    signature = np.asarray(fingerprint.signature, dtype="<u4").tobytes()
    return {"numbers": fingerprint.numbers, "words": fingerprint.words, "signature": signature}


def followers(session: Session, document_id: str) -> list[str]:
    """The documents that point to this one. To be asked before it is changed, relabelled or removed."""
    statement = select(DocumentRow.id).where(DocumentRow.duplicate_of == document_id)
    return list(session.scalars(statement.order_by(DocumentRow.added_at, DocumentRow.id)))


def fold(session: Session, document_ids: Sequence[str]) -> None:
    """Decide anew, in this order, which document each of these repeats, if any.

    One that is repeated by a fuller text points to that from now on, and what pointed to it is decided anew too.
    """
    waiting = deque(document_ids)
    _point(session, document_ids, None)
    while waiting:
        document_id = waiting.popleft()
        alike = [other for other in _alike(session, document_id) if other.id not in waiting]
        kept = next((other for other in alike if other.covers), None)
        if kept is not None:
            _point(session, [document_id], kept.id)
            continue
        for other in alike:
            if other.is_covered:
                released = followers(session, other.id)
                _point(session, [*released], None)
                _point(session, [other.id], document_id)
                waiting.extend(released)


def _point(session: Session, document_ids: Sequence[str], to: str | None) -> None:
    for document_id in document_ids:
        session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(duplicate_of=to))


@dataclass(frozen=True, slots=True)
class _Alike:
    """A document that says all that another says, or the other way round."""

    id: str
    covers: bool
    is_covered: bool


def _alike(session: Session, document_id: str) -> list[_Alike]:
    """The documents that are found themselves and with which this one may be folded, the longest held first."""
    own = session.execute(_fingerprints().where(DocumentRow.id == document_id)).one_or_none()
    if own is None:
        return []
    conditions = [
        DocumentRow.id != document_id,
        DocumentRow.duplicate_of.is_(None),
        DocumentRow.audience == own.audience,
        FingerprintRow.numbers == own.numbers,
        _shares_a_band(own.signature),
    ]
    if own.date is not None:
        conditions.append(or_(DocumentRow.date.is_(None), DocumentRow.date == own.date))
    text: str | None = None
    alike: list[_Alike] = []
    for other in session.execute(_fingerprints().where(*conditions).order_by(DocumentRow.added_at, DocumentRow.id)):
        if other.words == own.words:
            alike.append(_Alike(other.id, covers=True, is_covered=True))
        elif _likeness(own.signature, other.signature) >= LIKENESS:
            text = _text(session, document_id) if text is None else text
            theirs = _text(session, other.id)
            alike.append(_Alike(other.id, covers(theirs, text), covers(text, theirs)))
    return alike


def _shares_a_band(signature: bytes) -> ColumnElement[bool]:
    """Whether a stored signature has a run of four values in common with this one, at the same place.

    Of texts with `LIKENESS` one pair in 10^10 has none; of others hardly any has one. So texts without numbers, which
    all have the same ones, need not all be fetched and compared.
    """
    bands = range(0, len(signature), _BAND)
    return or_(*(func.substr(FingerprintRow.signature, at + 1, _BAND) == signature[at : at + _BAND] for at in bands))


def _fingerprints() -> Select[str, str, date | None, bytes, bytes, bytes]:
    fingerprint = (FingerprintRow.numbers, FingerprintRow.words, FingerprintRow.signature)
    statement = select(DocumentRow.id, DocumentRow.audience, DocumentRow.date, *fingerprint)
    return statement.join(FingerprintRow, FingerprintRow.document_id == DocumentRow.id)


def _text(session: Session, document_id: str) -> str:
    return session.scalars(select(DocumentRow.text).where(DocumentRow.id == document_id)).one()


def _likeness(one: bytes, other: bytes) -> float:
    return float(np.mean(np.frombuffer(one, dtype="<u4") == np.frombuffer(other, dtype="<u4")))
