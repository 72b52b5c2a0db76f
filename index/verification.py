"""Checks that a library is whole, and that its search engines agree with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from index.document import Audience, Original
from index.embedding_key import embedding_key, passage_text
from index.errors import LibraryUnusable, VectorsUnavailable
from index.facts import MODEL, read_fact
from index.generation import GenerationUnusable
from index.generations import Generations
from index.library import Library
from index.probe import check
from index.tables import DocumentRow, EmbeddingRow, OriginalRow, PassageRow


def verify(library: Library, generations: Generations | None = None) -> list[str]:
    """Every fault found, as a sentence each; an empty list means that the library is whole.

    Checks the database's own structure, that every passage and sentence lies in its document's text, that passages are
    counted and embedded, that no copy is hidden behind what is not found itself, that originals are there, and, given
    `generations`, that the current one opens and holds what its manifest says.
    """
    try:
        with Session(library.engine) as session:
            faults = [*_structure(session), *_passages(session), *_documents(session), *_duplicates(session)]
    except LibraryUnusable as error:
        return [error.message]
    return [*faults, *_originals(library), *_generation(generations)]


def _structure(session: Session) -> Iterator[str]:
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        return
    for (report,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if report != "ok":
            yield f"The database is damaged: {report}."
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} points at a missing row of {parent}."


def _documents(session: Session) -> Iterator[str]:
    counted = (
        select(DocumentRow.id, DocumentRow.passages, DocumentRow.audience, func.count(PassageRow.number))
        .join(PassageRow, PassageRow.document_id == DocumentRow.id, isouter=True)
        .group_by(DocumentRow.id)
    )
    for document_id, expected, audience, found in session.execute(counted):
        if expected != found:
            yield f"Document {document_id} has {found} passages, not {expected}."
        if audience not in set(Audience):
            yield f"Document {document_id} has the unknown audience {audience!r}; it is treated as internal."


def _duplicates(session: Session) -> Iterator[str]:
    kept = aliased(DocumentRow)
    columns = (DocumentRow.id, DocumentRow.audience, kept.id, kept.audience, kept.duplicate_of)
    for document_id, audience, kept_id, kept_audience, further in session.execute(
        select(*columns).join(kept, kept.id == DocumentRow.duplicate_of)
    ):
        if audience != kept_audience:
            yield f"Document {document_id} is hidden behind {kept_id}, which is for another audience."
        if further is not None:
            yield f"Document {document_id} is hidden behind {kept_id}, which is hidden itself."


def _passages(session: Session) -> Iterator[str]:
    model = read_fact(session, MODEL) or ""
    sizes = set(session.scalars(select(func.length(EmbeddingRow.vector)).distinct()))
    if len(sizes) > 1:
        yield f"Vectors have different sizes: {sorted(sizes)} bytes."
    rows = select(PassageRow, DocumentRow.text).join(DocumentRow, DocumentRow.id == PassageRow.document_id)
    for passage, text in session.execute(rows.execution_options(yield_per=200)):
        if text[passage.start : passage.end] != passage.text:
            yield f"Passage {passage.number} does not stand in its document at {passage.start}–{passage.end}."
        if not _sentences_fit(passage):
            yield f"Passage {passage.number} has sentences outside itself."
        if passage.embedding_key != embedding_key(model, passage_text(passage.context, passage.text)):
            yield f"Passage {passage.number} has a vector of another text or model."


def _sentences_fit(passage: PassageRow) -> bool:
    try:
        bounds = json.loads(passage.sentences)
        return all(passage.start <= start < end <= passage.end for start, end in bounds)
    except (TypeError, ValueError):  # not JSON, or not pairs of numbers
        return False


def _originals(library: Library) -> Iterator[str]:
    if library.originals is None:
        return
    with Session(library.engine) as session:
        for row in session.scalars(select(OriginalRow)):
            if not library.originals.is_whole(Original(row.sha256, row.bytes)):
                yield f"The original of document {row.document_id} is missing or damaged; ingest it again."


def _generation(generations: Generations | None) -> list[str]:
    if generations is None or (folder := generations.current_folder()) is None:
        return []
    try:
        check(folder, generations.server)
    except (GenerationUnusable, VectorsUnavailable) as error:
        return [f"The search engines' current generation cannot be used ({error}); `missiondesk reindex` rebuilds it."]
    return []
