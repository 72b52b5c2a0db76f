"""`missiondesk ingest --password` and `--ocr`: protected and scanned files, from the command to the library."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from assistant.settings import Settings
from index.generations import Generations
from index.index import Index
from index.library import Library
from ingest.limits import Limits, limits_for
from ingest.options import ReadOptions
from tests.ingest.conftest import CountingEmbedder
from ui.cli import main

SENTENCE = "The desk of Portovento is open on Monday and every service is free."
Ingest = Callable[..., tuple[object, list[str | None], list[str]]]


@pytest.fixture
def ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ingest:
    """Runs the command; gives its exit code, the items' errors, and the texts that were embedded."""
    counting = CountingEmbedder()

    def open_index(settings: Settings, library: Library) -> Index:
        return Index(library, counting, Generations(tmp_path / "generations", counting.name))

    def run(*arguments: str) -> tuple[object, list[str | None], list[str]]:
        with pytest.raises(SystemExit) as ended:
            main(["ingest", *arguments, "--json", "--data-dir", str(tmp_path / "data")])
        items = json.loads(capsys.readouterr().out)["items"]
        return ended.value.code, [item["error"] and item["error"]["code"] for item in items], counting.texts

    monkeypatch.setattr("ui.commands.ingest.open_index", open_index)
    return run


def test_a_disk_with_little_room_ends_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_index(_: Settings, library: Library) -> Index:
        counting = CountingEmbedder()
        return Index(library, counting, Generations(tmp_path / "generations", counting.name))

    monkeypatch.setattr("ui.commands.ingest.open_index", open_index)
    monkeypatch.setenv("MISSIONDESK_MIN_FREE_MEGABYTES", str(10**9))
    (tmp_path / "a.md").write_text("# A desk\n\nThe desk is open on Monday.\n")
    with pytest.raises(SystemExit) as ended:
        main(["ingest", str(tmp_path / "a.md"), "--data-dir", str(tmp_path / "data")])
    assert ended.value.code == 2
    assert "documents are taken in from 1,000,000,000 MB on (setting min_free_megabytes)" in capsys.readouterr().err


def printed() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.setFont("Helvetica", 14)
    canvas.drawString(40, 760, SENTENCE)
    canvas.save()
    return buffer.getvalue()


def protected(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(printed())))
    writer.encrypt(password, "owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def scanned() -> bytes:
    with pypdfium2.PdfDocument(printed()) as document:
        picture = document[0].render(scale=300 / 72).to_pil()
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.save()
    return buffer.getvalue()


def test_each_protected_file_opens_with_one_of_the_passwords(tmp_path: Path, ingest: Ingest) -> None:
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for file, password in zip(files, ("primo", "secondo"), strict=True):
        file.write_bytes(protected(password))
    paths = list(map(str, files))
    assert ingest(*paths) == (1, ["encrypted", "encrypted"], [])
    assert ingest(*paths, "--password", "secondo")[:2] == (1, ["encrypted", None])
    code, errors, texts = ingest(*paths, "--password", "wrong", "--password", "primo", "--password", "secondo")
    assert (code, errors) == (0, [None, None])
    assert any(SENTENCE in text for text in texts)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scan_is_read_in_the_languages_that_are_named(tmp_path: Path, ingest: Ingest) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(scanned())
    assert ingest(str(file)) == (1, ["no_text"], [])
    assert ingest(str(file), "--ocr", "eng+xyz") == (1, ["ocr_unavailable"], [])
    code, errors, texts = ingest(str(file), "--ocr", "eng")
    assert (code, errors) == (0, [None])
    assert any(SENTENCE in text for text in texts)


def test_only_recognition_takes_long() -> None:
    assert limits_for(ReadOptions(passwords=("x",))) == Limits()
    limits = limits_for(ReadOptions(ocr_languages=("ita", "ron")))
    assert (limits.seconds, limits.processor_seconds, limits.memory) == (600, 600, Limits().memory)
