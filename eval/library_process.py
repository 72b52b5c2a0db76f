"""Fills a synthetic library and builds its generation, in a process that loads no model; for `eval.search_speed`."""

from __future__ import annotations

import resource
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from assistant.settings import load_settings
from assistant.wiring import BUNDLED_NAME, open_generations, open_library
from eval.synthetic import SyntheticLibrary
from index.database import writing
from index.draft_rows import put_rows
from index.embedding_key import keyed_texts
from index.facts import MODEL
from index.whitening import load_whitenings

MODEL_NAME = f"{BUNDLED_NAME}+{load_whitenings().name}"


@dataclass(frozen=True, slots=True)
class Build:
    """Seconds, and the bytes that the largest of the build's processes held at most."""

    seconds: float
    memory: int


def fill(data_dir: Path, library: SyntheticLibrary) -> None:
    """Write the documents by the library's own row maker, a hundred in a transaction.

    `Library.put` would give each document one of its own and wait for the disk each time.
    """
    settings = load_settings(data_dir=data_dir)
    with closing(open_library(settings)) as target:
        target.settle(MODEL, MODEL_NAME)
        for drafts, vectors in library.blocks():
            rows = library.embedded(vectors, int(drafts[0].content_hash))
            with Session(writing(target.engine)) as session, session.begin():
                for draft in drafts:
                    keys = [key for key, _ in keyed_texts(draft, MODEL_NAME)]
                    put_rows(session, draft, draft.content_hash, 1, keys, {key: next(rows) for key in keys})


def build(data_dir: Path) -> Build:
    """Build the generation as the server does."""
    settings = load_settings(data_dir=data_dir)
    with closing(open_library(settings)) as library:
        started = time.perf_counter()
        open_generations(settings, MODEL_NAME).build(library)
        seconds = time.perf_counter() - started
    return Build(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
