"""Embeds the whole library again, for another model or after the rules of a passage's text have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from index.database import writing
from index.draft_rows import put_embeddings
from index.embedding import Embedder
from index.embedding_key import embedding_key, passage_text
from index.facts import MODEL, next_revision, write_fact
from index.generations import Generations
from index.library import Library
from index.tables import EmbeddingRow, PassageRow, TokenEmbeddingRow

BATCH = 256


def reindex(
    library: Library, embedder: Embedder, generations: Generations, progress: Callable[[int, int], None] | None = None
) -> int:
    """Give every passage a vector of `embedder`, then switch to it in one transaction, then build a generation.

    Vectors that exist are kept, so a run that was cut short goes on where it stopped; until the switch the library
    answers with its old model. Returns the number of passages. `progress` is told passages done and in all.
    """
    passages = list(_passages(library))
    for first in range(0, len(passages), BATCH):
        _embed(library, embedder, passages[first : first + BATCH])
        if progress:
            progress(min(first + BATCH, len(passages)), len(passages))
    _switch(library, embedder)
    generations.drop()
    generations.build(library)
    return len(passages)


def _passages(library: Library) -> Iterator[str]:
    with Session(library.engine) as session:
        for context, text in session.execute(select(PassageRow.context, PassageRow.text)):
            yield passage_text(context, text)


def _embed(library: Library, embedder: Embedder, texts: list[str]) -> None:
    keys = {embedding_key(embedder.name, text): text for text in texts}
    missing = [key for key in keys if key not in library.stored_embeddings(list(keys))]
    if not missing:
        return
    embedded = embedder.embed_passages([keys[key] for key in missing])
    with Session(writing(library.engine)) as session, session.begin():
        put_embeddings(session, dict(zip(missing, embedded, strict=True)))


def _switch(library: Library, embedder: Embedder) -> None:
    with Session(writing(library.engine)) as session, session.begin():
        revision = next_revision(session)
        rows = session.execute(select(PassageRow.number, PassageRow.context, PassageRow.text)).all()
        session.execute(
            update(PassageRow),
            [
                {
                    "number": number,
                    "revision": revision,
                    "embedding_key": embedding_key(embedder.name, passage_text(context, text)),
                }
                for number, context, text in rows
            ],
        )
        for table in (EmbeddingRow, TokenEmbeddingRow):
            session.execute(delete(table).where(table.key.not_in(select(PassageRow.embedding_key))))
        write_fact(session, MODEL, embedder.name)
