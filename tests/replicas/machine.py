"""One of several machines over a PostgreSQL library, with a data folder of its own."""

from __future__ import annotations

import io
from contextlib import nullcontext
from pathlib import Path

from index.database import open_database
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.job import Job, NewItem
from index.jobs import Jobs
from index.library import Library
from index.original_parts import shared_originals
from index.originals import Originals
from index.upload_parts import shared_parts
from ingest.jobs import Worker
from ingest.uploads import Uploads, upload_source


class Machine:
    """An index, a worker's parts, and nothing in common with the others but the database."""

    def __init__(self, folder: Path, url: str, embedder: Embedder) -> None:
        engine = open_database(folder, url)
        originals = Originals(folder / "originals", ("pdf", "text"), shared=shared_originals(engine))
        self.library = Library(engine, originals=originals)
        self.originals = originals
        self.generations = Generations(folder / "generations", embedder.name)
        self.index = Index(self.library, embedder, self.generations)
        self.jobs = Jobs(self.library.engine)
        self.uploads = Uploads(folder / "uploads", shared_parts(self.library.engine))
        self.worker = Worker(
            self.index, self.jobs, self.uploads, lambda *_: nullcontext(NoWeb()), folder, gives_way=False
        )

    def upload(self, files: dict[str, bytes]) -> Job:
        items = [NewItem(upload_source("x", n), n, self.uploads.keep(io.BytesIO(data))) for n, data in files.items()]
        return self.jobs.add("upload", Audience.PUBLIC, "x", items=items)

    def fill(self, count: int) -> None:
        """As many desks, without a worker."""
        for number in range(count):
            words = f"The help desk {number} in Portovento is open on Monday."
            span = Span(0, len(words))
            title, passages = f"Help desk {number}", (PassageDraft(span, (span,), "", "en"),)
            self.index.add([DocumentDraft(title, title, title, title, "en", words, passages, Audience.PUBLIC)])

    def close(self) -> None:
        self.worker.stop()
        self.index.close()


class NoWeb:
    def addresses(self, target: str) -> None:
        raise AssertionError(f"nothing is fetched from {target}")
