from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.database import open_database
from index.document import Audience, DocumentDraft
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.generations import Generations
from index.index import Index
from index.library import Library
from ingest.draft import draft
from ingest.origin import Origin
from ingest.pool import Pool
from ingest.readers import read
from ingest.shared_frame import SharedFrames

MakeDocument = Callable[[bytes, str], DocumentDraft]


class CountingEmbedder:
    """Stands in for the model where only what is embedded matters, not where it lies."""

    name = "counting"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_query(self, text: str) -> EmbeddedQuery:
        return EmbeddedQuery.whole(np.full(4, 0.5, dtype=np.float32))

    def embed_passages(self, texts: Sequence[str]) -> list[EmbeddedPassage]:
        self.texts.extend(texts)
        return [EmbeddedPassage(np.full(4, 0.5, dtype=np.float32)) for _ in texts]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path / "data"))
    yield library
    library.close()


@pytest.fixture
def counting() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def index(library: Library, counting: CountingEmbedder, tmp_path: Path) -> Index:
    return Index(library, counting, Generations(tmp_path / "generations", counting.name))


@pytest.fixture(scope="module")
def children() -> Iterator[Pool]:
    """Children that serve a whole module of tests: each takes a second to start."""
    pool = Pool(1)
    yield pool
    pool.close()


@pytest.fixture
def make_document() -> MakeDocument:
    """The draft that one file makes when it is ingested alone."""

    def make(data: bytes, name: str) -> DocumentDraft:
        origin = Origin(f"file:///{name}", name, name)
        (reading,) = SharedFrames().strip([origin.source], [read(data, name)])
        return draft(reading, origin, audience=Audience.PUBLIC, collection="default")

    return make
