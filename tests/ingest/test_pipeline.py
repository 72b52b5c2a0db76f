from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.document import Audience, DocumentDraft
from index.embedded import EmbeddedDrafts
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from ingest.run import BATCH_FILES
from tests.ingest.conftest import CountingEmbedder

TEXT = "Help desk {n} in Portovento\n\nThe desk number {n} is open on Monday. Every service of desk {n} is free.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    (folder / "sub").mkdir(parents=True)
    (folder / "b.txt").write_text(TEXT.format(n=1))
    (folder / "a.md").write_text("# Ghid\n\nBiroul este deschis luni și toate serviciile sunt gratuite.\n")
    (folder / "sub" / "c.txt").write_text(TEXT.format(n=2))
    return folder


def no_index() -> Index:
    raise AssertionError("nothing has changed: the model must not be loaded")


def test_a_folder_is_added_in_order(folder: Path, library: Library, index: Index) -> None:
    seen: list[tuple[int, int]] = []
    report = ingest(
        [str(folder)], lambda: index, library, audience=Audience.PUBLIC, progress=lambda d, t: seen.append((d, t))
    )
    assert [item.uri for item in report.items] == ["office/a.md", "office/b.txt", "office/sub/c.txt"]
    assert (report.added, report.updated, report.unchanged, report.failed) == (3, 0, 0, 0)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    for item in report.items:
        assert item.document_id is not None
        document = library.document(item.document_id, PUBLIC_ONLY)
        assert document.uri == item.uri
        assert document.audience is Audience.PUBLIC
        assert document.passages == 1


def test_unchanged_files_load_no_model(folder: Path, library: Library, index: Index) -> None:
    first = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    second = ingest([str(folder)], no_index, library, audience=Audience.PUBLIC)
    assert (second.unchanged, second.added, second.updated) == (3, 0, 0)
    assert [item.document_id for item in second.items] == [item.document_id for item in first.items]


def test_unchanged_files_are_passed_over_quickly(folder: Path, library: Library, index: Index) -> None:
    for number in range(200):
        (folder / f"n{number}.txt").write_text(TEXT.format(n=number))
    ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    started = time.perf_counter()
    ingest([str(folder)], no_index, library, audience=Audience.PUBLIC)
    assert time.perf_counter() - started < 1


def test_the_pipeline_alone_loads_no_reader() -> None:
    heavy = ("trafilatura", "pypdf", "docx", "sentencex", "py3langid", "babel", "numpy", "lxml", "charset_normalizer")
    program = f"import sys, ingest.pipeline; sys.exit(', '.join(m for m in {heavy!r} if m in sys.modules) or None)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_changed_file_is_updated(folder: Path, library: Library, index: Index, counting: CountingEmbedder) -> None:
    ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    counting.texts.clear()
    (folder / "b.txt").write_text(TEXT.format(n=7))
    report = ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    assert (report.updated, report.unchanged) == (1, 2)
    assert len(counting.texts) == 1
    updated = next(item for item in report.items if item.status == "updated")
    assert "desk number 7" in library.document(str(updated.document_id), EVERYTHING).text


@pytest.mark.parametrize(("audience", "collection"), [(Audience.INTERNAL, "default"), (Audience.PUBLIC, "press")])
def test_a_changed_label_is_an_update_that_embeds_nothing(
    folder: Path, library: Library, index: Index, counting: CountingEmbedder, audience: Audience, collection: str
) -> None:
    ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC)
    counting.texts.clear()
    report = ingest([str(folder)], lambda: index, library, audience=audience, collection=collection)
    assert report.updated == 3
    assert counting.texts == []
    held = library.document(str(report.items[0].document_id), EVERYTHING)
    assert (held.audience, held.collection) == (audience, collection)


def test_hidden_files_and_links_in_circles_are_passed_over(folder: Path, library: Library, index: Index) -> None:
    (folder / ".secret.txt").write_text(TEXT.format(n=3))
    (folder / ".git").mkdir()
    (folder / ".git" / "x.txt").write_text(TEXT.format(n=4))
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "sub" / "dangling.txt").symlink_to(folder / "nowhere.txt")
    assert len(ingest([str(folder)], lambda: index, library, audience=Audience.PUBLIC).items) == 3


def test_a_file_named_twice_is_one_document(folder: Path, library: Library, index: Index) -> None:
    paths = [str(folder / "b.txt"), str(folder), str(folder / "sub" / ".." / "b.txt")]
    report = ingest(paths, lambda: index, library, audience=Audience.PUBLIC)
    assert len(report.items) == 3
    assert report.items[0].uri == "b.txt"


def test_many_documents_come_in_batches(
    tmp_path: Path, library: Library, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = index.embedded

    def embedded(drafts: Sequence[DocumentDraft]) -> EmbeddedDrafts:
        sizes.append(len(drafts))
        return real(drafts)

    monkeypatch.setattr(index, "embedded", embedded)
    for number in range(BATCH_FILES + 5):
        (tmp_path / f"n{number:03}.txt").write_text(TEXT.format(n=number))
    (tmp_path / "n001.txt").write_bytes(b"\x89PNG" + bytes(10))
    files = sorted(str(path) for path in tmp_path.glob("n*.txt"))
    report = ingest(files, lambda: index, library, audience=Audience.PUBLIC)
    assert sizes == [BATCH_FILES - 1, 5]
    assert [item.status for item in report.items[:3]] == ["added", "failed", "added"]


def test_no_paths(library: Library) -> None:
    assert ingest([], no_index, library, audience=Audience.PUBLIC).items == ()


def test_the_missions_twice(shared_data: Path, library: Library, index: Index) -> None:
    folder = str(shared_data / "documents" / "missions")
    assert ingest([folder], lambda: index, library, audience=Audience.PUBLIC).added == 5
    assert ingest([folder], no_index, library, audience=Audience.PUBLIC).unchanged == 5


def test_a_page_added_alone_loses_the_frame_of_its_site(tmp_path: Path, library: Library, index: Index) -> None:
    site = tmp_path / "site"
    site.mkdir()
    page = (
        "<html><body><div>Harbour Portal for all</div><h1>Desk {n}</h1><p>The desk number {n} is open on day {n}"
        " and helps newcomers.</p><div>The portal is run by five associations.</div></body></html>"
    )
    for number in range(10):
        (site / f"p{number}.html").write_text(page.format(n=number))
    ingest([str(site)], lambda: index, library, audience=Audience.PUBLIC)
    (site / "p99.html").write_text(page.format(n=99))
    report = ingest([str(site / "p99.html")], lambda: index, library, audience=Audience.PUBLIC)
    text = library.document(str(report.items[0].document_id), EVERYTHING).text
    assert "desk number 99" in text
    assert "Harbour Portal" not in text
    assert "five associations" not in text
