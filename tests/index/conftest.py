from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from index.database import open_database
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library

MakeDraft = Callable[..., DocumentDraft]


@pytest.fixture
def make_draft() -> MakeDraft:
    """Drafts of one passage a line."""

    def make(
        source: str, text: str, audience: Audience = Audience.PUBLIC, language: str = "en", collection: str = "default"
    ) -> DocumentDraft:
        passages, start = [], 0
        for line in text.split("\n"):
            span = Span(start, start + len(line))
            passages.append(PassageDraft(span, (span,), "", language))
            start += len(line) + 1
        content_hash = sha256(text.encode()).hexdigest()
        return DocumentDraft(
            source, source, content_hash, source, language, text, tuple(passages), audience, collection
        )

    return make


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(open_database(tmp_path / "data"))
    yield library
    library.close()


@pytest.fixture
def generations(tmp_path: Path, embedder: Embedder) -> Generations:
    return Generations(tmp_path / "data" / "generations", embedder.name)


@pytest.fixture
def index(library: Library, embedder: Embedder, generations: Generations) -> Iterator[Index]:
    index = Index(library, embedder, generations)
    yield index
    index.close()
