"""The product over the public documents alone, with whatever else a test puts there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI

from assistant.settings import load_settings
from assistant.wiring import open_assistant
from index.document import Audience
from ingest.pipeline import ingest
from tests.browser.documents import write_documents
from ui.server import build


@contextmanager
def public_app(folder: Path) -> Iterator[FastAPI]:
    public, _ = write_documents(folder)
    settings = load_settings(data_dir=folder / "data")
    assistant = open_assistant(settings)
    index = assistant.index
    assert ingest([str(public)], lambda: index, index.library, audience=Audience.PUBLIC).failed == 0
    yield build(settings, assistant)
    index.close()
