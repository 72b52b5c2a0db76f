"""The rows that a draft becomes, and whether they stand already."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence

import numpy as np
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from index.database import utc_now
from index.document import DocumentDraft, Landmark, Span
from index.duplicates import has_fingerprint, put_fingerprint
from index.embedded import EmbeddedPassage
from index.facts import next_revision
from index.passages import BATCH
from index.tables import DocumentRow, EmbeddingRow, PassageRow, TokenEmbeddingRow
from index.translations import names_of, put_names


def free_id(session: Session, source: str) -> str:
    """The source's own id, or the next one when a document that has moved elsewhere keeps it."""
    names = itertools.chain([source], (f"{source}\x00{count}" for count in itertools.count(2)))
    return next(free for free in map(_document_id, names) if session.get(DocumentRow, free) is None)


def _document_id(source: str) -> str:
    """The same file or address keeps its id over all its versions; 80 bits make a clash of two unthinkable."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def put_rows(
    session: Session, draft: DocumentDraft, document_id: str, version: int, keys: Sequence[bytes],
    embeddings: Mapping[bytes, EmbeddedPassage],
) -> None:  # fmt: skip
    """Write a draft whose source has no document. `keys` and `embeddings` as for `Library.put`."""
    session.execute(insert(DocumentRow).values(_document_values(draft, document_id, version)))
    put_embeddings(session, {key: embeddings[key] for key in keys if key in embeddings})
    rows = _passage_values(draft, document_id, next_revision(session), keys)
    if rows:
        session.execute(insert(PassageRow), rows)
    if draft.fingerprint is not None:
        put_fingerprint(session, document_id, draft.fingerprint)
    put_names(session, document_id, draft.translation_names)


def rows_stand(session: Session, earlier: DocumentRow, draft: DocumentDraft, keys: Sequence[bytes]) -> bool:
    """Whether writing the draft would change nothing but the version's number and day."""
    values = _document_values(draft, earlier.id, earlier.version)
    del values["added_at"]
    if any(getattr(earlier, name) != value for name, value in values.items()):
        return False
    if names_of(session, earlier.id) != set(draft.translation_names):
        return False
    if not has_fingerprint(session, earlier.id, draft.fingerprint):
        return False
    statement = select(PassageRow.embedding_key).where(PassageRow.document_id == earlier.id)
    return list(session.scalars(statement.order_by(PassageRow.number))) == list(keys)


def _document_values(draft: DocumentDraft, document_id: str, version: int) -> dict[str, object]:
    return {
        "id": document_id,
        "source": draft.source,
        "uri": draft.uri,
        "content_hash": draft.content_hash,
        "title": draft.title,
        "language": draft.language,
        "date": draft.date,
        "audience": draft.audience.value,
        "collection": draft.collection,
        "version": version,
        "added_at": utc_now(),
        "passages": len(draft.passages),
        "authors": json.dumps(draft.authors, ensure_ascii=False),
        "organisation": draft.organisation,
        "country": draft.country,
        "theme": draft.theme,
        "type": draft.type,
        "text": draft.text,
        "landmarks": json.dumps([(each.span.start, each.span.end, each.level, each.page) for each in draft.landmarks]),
    }


def landmarks_of(row: DocumentRow) -> tuple[Landmark, ...] | None:
    """The landmarks of a document, or None if it was stored before they were kept."""
    if row.landmarks is None:
        return None
    return tuple(Landmark(Span(start, end), level, page) for start, end, level, page in json.loads(row.landmarks))


def _passage_values(
    draft: DocumentDraft, document_id: str, revision: int, keys: Sequence[bytes]
) -> list[dict[str, object]]:
    return [
        {
            "document_id": document_id,
            "revision": revision,
            "start": passage.span.start,
            "end": passage.span.end,
            "text": draft.text[passage.span.start : passage.span.end],
            "sentences": json.dumps([[s.start, s.end] for s in passage.sentences]),
            "context": passage.context,
            "language": passage.language,
            "page": passage.page,
            "section": passage.section,
            "embedding_key": key,
        }
        for passage, key in zip(draft.passages, keys, strict=True)
    ]


def stored_keys(session: Session, keys: Sequence[bytes]) -> set[bytes]:
    """Which of these embeddings the library holds already."""
    stored: set[bytes] = set()
    for first in range(0, len(keys), BATCH):
        batch = keys[first : first + BATCH]
        stored.update(session.scalars(select(EmbeddingRow.key).where(EmbeddingRow.key.in_(batch))))
    return stored


def put_embeddings(session: Session, embeddings: Mapping[bytes, EmbeddedPassage]) -> None:
    """Write those that the library lacks.

    Checked inside the transaction: another process may have removed or added the same text meanwhile.
    """
    stored = stored_keys(session, list(embeddings))
    new = {key: embedded for key, embedded in embeddings.items() if key not in stored}
    # float16 halves the library and changes a cosine by less than 0.0005.
    vectors = [{"key": key, "vector": each.vector.astype(np.float16).tobytes()} for key, each in new.items()]
    tokens = [{"key": key, "tokens": each.tokens} for key, each in new.items() if each.tokens]
    if vectors:
        session.execute(insert(EmbeddingRow), vectors)
    if tokens:
        session.execute(insert(TokenEmbeddingRow), tokens)
