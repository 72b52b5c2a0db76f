"""What the server needs to take in documents: the jobs, the uploaded files, and the worker between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from assistant.settings import Settings
from index.document import Audience
from index.index import Index
from index.jobs import Jobs
from index.library import Library
from index.upload_parts import shared_parts
from ingest.jobs import Worker
from ingest.uploads import Uploads
from ingest.web.site import DEPTH, PAGES, Web
from ui.web import open_web


@dataclass(frozen=True, slots=True)
class Intake:
    """One for each data folder that is served; whoever makes it starts and stops the worker, if it is to work here."""

    library: Library
    jobs: Jobs
    uploads: Uploads
    worker: Worker


def open_intake(settings: Settings, index: Index, *, gives_way: bool = True) -> Intake:
    """With a worker that `gives_way` to the answers of its process, if there are any."""
    jobs = Jobs(index.library.engine)
    uploads = Uploads(settings.data_dir / "uploads", shared_parts(index.library.engine))

    @contextmanager
    def web(audience: Audience, collection: str) -> Iterator[Web]:
        found = open_web(settings, index.library, audience=audience, collection=collection, depth=DEPTH, pages=PAGES)
        with closing(found):
            yield found

    return Intake(
        index.library, jobs, uploads, Worker(index, jobs, uploads, web, settings.data_dir, gives_way=gives_way)
    )
