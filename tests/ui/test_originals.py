"""Originals: kept with their documents, gone with them, shown page by page, and never to whoever may not read them."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import load_settings
from assistant.wiring import open_access, open_generations, open_library
from index.backup import back_up
from index.database import open_database
from index.document import Audience, Document
from index.embedding import Embedder
from index.errors import NotFound, TooBusy
from index.index import Index
from index.library import Library
from index.originals import FOLDER, YOUNG_SECONDS, Originals
from index.restoration import restore
from index.scope import EVERYTHING
from index.verification import verify
from ingest.pictures import MOST_WAITING, Pictures
from ingest.pipeline import ingest
from tests.ingest.pdf_files import page_objects, raw_pdf, text
from tests.ui.conftest import ORIGIN
from tests.ui.test_pages import BROWSER, page, strings
from ui.app import create_app
from ui.document_page import SMALL

PUBLIC = "The ferry to Istmere leaves at nine from the northern pier on every working day."
SECRET = "The vault of the harbour office opens with the word quokka and with nothing else."
FILLER = "Passengers are asked to be at the pier a quarter of an hour before the ferry leaves."


def pdf(sentence: str) -> bytes:
    return raw_pdf(page_objects(text(sentence, 700, size=9) + text(FILLER, 600, size=9)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("originals")


@pytest.fixture(scope="module")
def index(folder: Path, embedder: Embedder) -> Iterator[Index]:
    settings = load_settings(data_dir=folder / "data")
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    yield index
    index.close()


def take_in(index: Index, path: Path, content: bytes, audience: Audience = Audience.PUBLIC) -> Document:
    path.write_bytes(content)
    report = ingest([str(path)], lambda: index, index.library, audience=audience)
    assert report.failed == 0, report.items
    assert report.items[0].document_id is not None
    return index.library.document(report.items[0].document_id, EVERYTHING)


@pytest.fixture(scope="module")
def ferry(index: Index, folder: Path) -> Document:
    return take_in(index, folder / "ferry.pdf", pdf(PUBLIC))


@pytest.fixture(scope="module")
def vault(index: Index, folder: Path) -> Document:
    return take_in(index, folder / "vault.pdf", pdf(SECRET), Audience.INTERNAL)


@pytest.fixture(scope="module")
def access(index: Index) -> Access:
    return open_access(load_settings(), index.library)


@pytest.fixture(scope="module")
def client(index: Index, reader: Reader, access: Access) -> Iterator[TestClient]:
    app = create_app(Assistant(index, reader, load_settings()), access)
    yield TestClient(app, base_url=ORIGIN)
    app.state.pictures.close()


def files(index: Index) -> set[str]:
    assert index.library.originals is not None
    return {path.name for path in index.library.originals.folder.iterdir()}


def span_of(document: Document, sentence: str) -> str:
    start = document.text.index(sentence)
    return f"start={start}&end={start + len(sentence)}"


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_picture_and_links_the_file(client: TestClient, ferry: Document) -> None:
    tree = page(client, f"/documents/{ferry.id}?{span_of(ferry, PUBLIC)}")
    (picture,) = strings(tree, "//section//img/@src")
    assert picture == f"/documents/{ferry.id}/pages/1?{span_of(ferry, PUBLIC)}"
    assert strings(tree, "//section//img/@alt") == ["Page 1 of the original"]
    assert strings(tree, "//a[@class='original']/@href") == [f"/documents/{ferry.id}/original"]
    told = dict(zip(strings(tree, "//meta/@name"), strings(tree, "//meta[@name]/@content"), strict=True))
    assert told["citation_pdf_url"] == f"{ORIGIN}/documents/{ferry.id}/original"
    assert json.loads(strings(tree, "//script/text()")[0])["encoding"]["contentUrl"] == told["citation_pdf_url"]
    assert client.get(picture).headers["x-marks"] == "1"


def test_the_file_comes_as_it_was_and_cannot_act(client: TestClient, ferry: Document) -> None:
    response = client.get(f"/documents/{ferry.id}/original")
    assert response.content == pdf(PUBLIC)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''ferry.pdf"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


def test_a_picture_marks_the_quote_and_nothing_where_less_than_half_is_there(
    client: TestClient, ferry: Document
) -> None:
    address = f"/documents/{ferry.id}/pages/1"
    plain = client.get(address)
    assert plain.headers["content-type"] == "image/webp"
    assert plain.headers["x-marks"] == "0"
    assert Image.open(io.BytesIO(plain.content)).width in range(SMALL, SMALL + 2)
    marked = Image.open(io.BytesIO(client.get(f"{address}?{span_of(ferry, PUBLIC)}").content)).convert("RGB")
    column = [marked.getpixel((160, y)) for y in range(marked.height)]
    yellow = [y for y, (red, _, blue) in enumerate(column) if red > 200 and blue < 160]  # type: ignore[misc]
    scale = SMALL / 595
    assert yellow
    assert (842 - 715) * scale < min(yellow) < max(yellow) < (842 - 690) * scale
    assert client.get(f"{address}?large=true").content != plain.content


def test_a_page_that_is_not_there_has_no_picture(client: TestClient, ferry: Document) -> None:
    for number in ("2", "0", "-1", "99999999"):
        assert client.get(f"/documents/{ferry.id}/pages/{number}").status_code == 404


def test_nobody_sees_of_an_internal_document_that_there_is_one(
    client: TestClient, access: Access, vault: Document, ferry: Document
) -> None:
    session = client.post("/v1/widget/sessions", json={"site": "demo"}, headers={"Origin": ORIGIN}).json()
    visitor = {"Authorization": f"Bearer {session['token']}", "Origin": ORIGIN}
    for ending in ("", "/original", "/pages/1", f"/pages/1?{span_of(vault, SECRET)}"):
        hidden = client.get(f"/documents/{vault.id}{ending}", headers={**visitor, **BROWSER})
        missing = client.get(f"/documents/{'0' * 20}{ending}", headers={**visitor, **BROWSER})
        assert hidden.status_code == missing.status_code == 404
        strange = {"date", "x-log-id", "content-length"}
        told = [{k: v for k, v in each.headers.items() if k not in strange} for each in (hidden, missing)]
        assert told[0] == told[1]
        assert client.get(f"/documents/{ferry.id}{ending.partition('?')[0]}", headers=visitor).status_code == 200
        assert client.get(f"/documents/{vault.id}{ending}").status_code == 200
    assert client.get(f"/documents/{vault.id}/pages/1").headers["cache-control"] == "no-store"


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_an_original_goes_with_the_last_document_that_has_it(index: Index, folder: Path) -> None:
    content = pdf("The library of Corvale lends bicycles to everybody who has a card of its own.")
    first = take_in(index, folder / "first.pdf", content)
    second = take_in(index, folder / "second.pdf", content, Audience.INTERNAL)
    assert first.original == second.original
    assert first.original is not None
    before = files(index)
    index.remove(first.id)
    assert files(index) == before
    index.remove(second.id)
    assert files(index) == before - {first.original.sha256}


def test_a_new_version_replaces_the_original_under_the_same_id(index: Index, folder: Path) -> None:
    old = take_in(index, folder / "changing.pdf", pdf("The swimming pool of Dunmere is open until six in winter."))
    new = take_in(index, folder / "changing.pdf", pdf("The swimming pool of Dunmere is open until eight in summer."))
    assert (old.id, old.version, new.version) == (new.id, 1, 2)
    assert old.original is not None
    assert new.original is not None
    assert old.original.sha256 not in files(index)
    assert new.original.sha256 in files(index)
    before = files(index)
    assert take_in(index, folder / "changing.pdf", (folder / "changing.pdf").read_bytes()) == new
    assert files(index) == before


def test_what_a_process_left_behind_is_swept(index: Index, ferry: Document) -> None:
    originals = index.library.originals
    assert originals is not None
    before = files(index)
    staged = originals.stage(b"%PDF-1.7 left behind", "pdf")
    assert staged is not None
    assert staged.staged is not None
    (originals.folder / ("a" * 64)).write_bytes(b"of a document that was not stored")
    originals.sweep(index.library.engine)
    assert files(index) == {*before, staged.staged}
    old = time.time() - YOUNG_SECONDS - 1
    os.utime(originals.folder / staged.staged, (old, old))
    originals.sweep(index.library.engine)
    assert files(index) == before


def test_only_the_kinds_and_sizes_that_are_asked_for_are_kept(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals", ("pdf",), largest=10)
    assert originals.stage(b"x" * 11, "pdf") is None
    assert originals.stage(b"<p>", "html") is None
    assert originals.stage(b"x", None) is None
    assert originals.stage(b"x" * 10, "pdf") is not None


def test_a_backup_holds_the_originals_and_restores_them(index: Index, ferry: Document, tmp_path: Path) -> None:
    manifest = back_up(index.library.engine, Path(str(index.library.engine.url.database)).parent, tmp_path / "b.zip")
    assert ferry.original is not None
    assert f"{FOLDER}/{ferry.original.sha256}" in {file.name for file in manifest.files}
    restore(tmp_path / "b.zip", tmp_path / "fresh")
    library = Library(open_database(tmp_path / "fresh"), originals=Originals(tmp_path / "fresh" / FOLDER))
    assert library.originals is not None
    assert verify(library) == []
    assert library.originals.read(ferry.original) == pdf(PUBLIC)
    (library.originals.folder / ferry.original.sha256).write_bytes(b"cut")
    assert [fault for fault in verify(library) if ferry.id in fault]
    with pytest.raises(NotFound):
        library.originals.read(ferry.original)
    # Switched off: what was kept is not told of, and goes.
    library.originals = off = Originals(library.originals.folder, ("docx",))
    assert library.document(ferry.id, EVERYTHING).original is None
    off.sweep(library.engine)
    assert list(off.folder.iterdir()) == []
    library.close()


# -- drawing -----------------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_drawn_costs_nobody_else(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals")
    pictures = Pictures()
    try:
        broken, whole = (originals.stage(each, "pdf") for each in (b"%PDF-1.7 nothing", pdf(PUBLIC)))
        assert broken is not None
        assert whole is not None
        for each in (broken, whole):
            os.rename(originals.folder / str(each.staged), originals.folder / each.sha256)
        with pytest.raises(NotFound):
            pictures.page(originals, broken, 1, "", SMALL)
        drawn = pictures.page(originals, whole, 1, PUBLIC, SMALL)
        assert drawn.marks == 1
        assert pictures.page(originals, whole, 1, "Nothing of this stands on that page at all.", SMALL).marks == 0
        assert pictures.page(originals, whole, 1, PUBLIC, SMALL) is drawn
    finally:
        pictures.close()


def test_no_more_wait_for_a_picture_than_there_is_room_for(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals")
    pictures = Pictures()
    staged = originals.stage(pdf(PUBLIC), "pdf")
    assert staged is not None
    for _ in range(MOST_WAITING + 1):
        assert pictures._places.acquire(blocking=False)
    with pytest.raises(TooBusy):
        pictures.page(originals, staged, 1, "", SMALL)
