from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from index.database import open_database
from index.document import Audience
from index.errors import LibraryDamaged, LibraryForeign, LibraryUnusable, NotFound
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from index.sqlite import FILE_NAME
from index.tables import Table
from index.verification import verify
from tests.index.conftest import MakeDraft
from tests.index.damage import overwrite_table


def test_migrations_lead_to_the_tables_of_the_models(library: Library) -> None:
    found = inspect(library.engine)
    for table in Table.metadata.sorted_tables:
        columns = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert columns == {column.name: column.nullable for column in table.columns}
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert {index.name for index in table.indexes} <= indexes


@pytest.mark.sqlite
def test_the_library_survives_power_loss_settings(library: Library) -> None:
    with library.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@pytest.mark.sqlite
def test_a_file_that_is_no_database_is_reported(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database" * 100)
    with pytest.raises(LibraryDamaged, match="Restore a backup"):
        open_database(tmp_path)


@pytest.mark.sqlite
def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("CREATE TABLE invoices (id INTEGER)")
    connection.close()
    with pytest.raises(LibraryForeign, match="another program"):
        open_database(tmp_path)


def test_a_library_of_a_newer_release_is_left_alone(library: Library, tmp_path: Path) -> None:
    with library.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LibraryForeign, match="newer"):
        open_database(tmp_path / "data")


def test_a_data_folder_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(LibraryUnusable, match="cannot be made"):
        open_database(tmp_path / "data")


@pytest.mark.sqlite
def test_damage_that_shows_later_is_reported(index: Index, make_draft: MakeDraft, tmp_path: Path) -> None:
    index.add([make_draft("page", "One line.")])
    index.close()
    overwrite_table(tmp_path / "data" / FILE_NAME, "passages")
    with closing(Library(open_database(tmp_path / "data"))) as library:
        assert len(library.documents(EVERYTHING)) == 1
        with pytest.raises(LibraryDamaged, match="Restore a backup"):
            list(library.passages.entries(0, library.revision()))
        assert "damaged" in " ".join(verify(library))


@pytest.mark.sqlite
def test_a_full_disk_is_no_damage(index: Index, make_draft: MakeDraft) -> None:
    with index.library.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # SQLite takes it as: no more than there are
    with pytest.raises(LibraryUnusable, match="full") as raised:
        index.add([make_draft("page", "One line. " * 5000)])
    assert not isinstance(raised.value, LibraryDamaged)
    assert index.library.documents(EVERYTHING) == []


def test_a_document_outside_the_scope_looks_like_a_missing_one(index: Index, make_draft: MakeDraft) -> None:
    document_id = index.add([make_draft("secret", "Nothing to see.", Audience.INTERNAL)])[0].document_id
    assert index.library.document(document_id, EVERYTHING).text == "Nothing to see."
    with pytest.raises(NotFound) as hidden:
        index.library.document(document_id, PUBLIC_ONLY)
    with pytest.raises(NotFound) as missing:
        index.library.document("0" * 20, PUBLIC_ONLY)
    assert hidden.value.message.replace(document_id, "") == missing.value.message.replace("0" * 20, "")
    assert index.library.documents(PUBLIC_ONLY) == []
    assert index.library.passages.of_document(document_id, PUBLIC_ONLY) == []


def test_verify_finds_what_was_damaged(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft("page", "One line.\nAnother line.")])
    assert verify(index.library) == []
    with index.library.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET text = 'One lime.' || substr(text, 10), passages = 7")
    faults = " ".join(verify(index.library))
    assert "does not stand in its document" in faults
    assert "has 2 passages, not 7" in faults
    for sentences in ("[[0, 99999]]", "[[0", "[0]"):
        with index.library.engine.begin() as connection:
            connection.execute(text("UPDATE passages SET sentences = :sentences"), {"sentences": sentences})
        assert "sentences outside itself" in " ".join(verify(index.library))


def test_an_unknown_audience_is_internal(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft("page", "One line.")])
    with index.library.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET audience = 'everybody'")
    assert index.library.documents(PUBLIC_ONLY) == []
    assert "unknown audience" in " ".join(verify(index.library))
