"""A library of the first release is brought to the newest tables and keeps everything."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from index.database import MIGRATIONS, open_database
from index.document import Audience
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from index.sqlite import FILE_NAME
from index.verification import verify

pytestmark = pytest.mark.sqlite

DOCUMENTS = [
    ("a" * 20, "file:///a", "a", "hash a", "Guide", "en", "2024-03-05", "public", "press", "One line."),
    ("b" * 20, "file:///b", "b", "hash b", "Ghid", "ro", None, "internal", "default", "O linie."),
]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A library as the first release wrote it."""
    engine = create_engine(f"sqlite:///{tmp_path / FILE_NAME}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as database, database:
        for id_, source, uri, digest, title, language, day, audience, collection, text in DOCUMENTS:
            values = (id_, source, uri, digest, title, language, day, audience, collection, text)
            database.execute(
                "INSERT INTO documents (id, source, uri, content_hash, title, language, date, audience, collection,"
                " text, version, added_at, passages) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 3, '2026-01-02 03:04', 1)",
                values,
            )
            database.execute("INSERT INTO embeddings VALUES (?, ?)", (id_.encode(), b"\0\0" * 4))
            database.execute(
                'INSERT INTO passages (document_id, revision, start, "end", text, sentences, context, language,'
                " embedding_key) VALUES (?, 1, 0, ?, ?, '[]', '', ?, ?)",
                (id_, len(text), text, language, id_.encode()),
            )
    return tmp_path


def test_everything_is_kept(old: Path) -> None:
    with closing(Library(open_database(old))) as library:
        guide, ghid = (library.document(row[0], EVERYTHING) for row in DOCUMENTS)
        assert (guide.title, guide.text, str(guide.date), guide.collection) == (
            "Guide",
            "One line.",
            "2024-03-05",
            "press",
        )
        assert (ghid.audience, ghid.date, ghid.passages) == (Audience.INTERNAL, None, 1)
        assert (guide.authors, guide.organisation, guide.duplicate_of, guide.translations) == ((), None, None, ())
        assert [document.id for document in library.documents(PUBLIC_ONLY)] == [DOCUMENTS[0][0]]
        assert [passage.text for passage in library.passages.of_document(ghid.id, EVERYTHING)] == ["O linie."]
        assert {library.known([row[1]])[row[1]].content_hash for row in DOCUMENTS} == {"hash a", "hash b"}
        # The vectors are made up; nothing else may be wrong.
        assert {fault.split(" has ")[1] for fault in verify(library)} == {"a vector of another text or model."}
    open_database(old).dispose()  # again, with nothing left to migrate


def test_an_old_document_can_be_replaced_and_removed(old: Path) -> None:
    with closing(Library(open_database(old))) as library:
        library.amend(DOCUMENTS[1][0], audience=Audience.PUBLIC)
        library.remove(DOCUMENTS[0][0])
        assert [document.title for document in library.documents(PUBLIC_ONLY)] == ["Ghid"]
