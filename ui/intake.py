"""What the server needs to take in documents: the jobs, the uploaded files, and the worker between them."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.settings import Settings
from index.index import Index
from index.jobs import Jobs
from ingest.jobs import Worker
from ingest.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Intake:
    """One for each data folder that is served; whoever makes it starts and stops the worker."""

    jobs: Jobs
    uploads: Uploads
    worker: Worker


def open_intake(settings: Settings, index: Index) -> Intake:
    jobs = Jobs(index.library.engine)
    uploads = Uploads(settings.data_dir / "uploads")
    return Intake(jobs, uploads, Worker(index, jobs, uploads, settings.data_dir))
