from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel

from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library
from ingest.pipeline import ingest

PUBLIC = {
    "marseille.md": "# The office in Marseille\n\nThe office in Marseille opens at 9:00 from Monday to Friday. "
    "Bring your passport and two photographs.\n\nThe language course lasts 12 weeks and is free of charge.",
    "torino.md": "# Sportello di Torino\n\nLo sportello di Torino ha assistito 386 famiglie nel 2023. "
    "Il numero verde è 800 555 019.",
}
INTERNAL = {
    "duty.md": "# Duty roster\n\nThe duty telephone of the Marseille office is 0700 111 222, the canary is Quetzal."
}

Build = Callable[..., Assistant]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Index]:
    """Three small documents, one of them internal, read by the product's own ingest."""
    folder = tmp_path_factory.mktemp("desk")
    library = Library(open_database(folder / "data"))
    index = Index(library, embedder, Generations(folder / "data" / "generations", embedder.name))
    for audience, documents in ((Audience.PUBLIC, PUBLIC), (Audience.INTERNAL, INTERNAL)):
        source = folder / audience.value
        source.mkdir()
        for name, text in documents.items():
            Path(source / name).write_text(text, encoding="utf-8")
        report = ingest([str(source)], lambda: index, library, audience=audience)
        assert report.failed == 0
    yield index
    index.close()


@pytest.fixture
def build(index: Index, reader: Reader) -> Build:
    """Assistants over the same index, with or without a chat model."""

    def build(chat_model: BaseChatModel | None = None, **settings: object) -> Assistant:
        name = "fake:model" if chat_model else "none"
        return Assistant(index, reader, load_settings(**{"chat_model": name, **settings}), chat_model)

    return build
