"""The program of a child process in which files are read and documents drafted; see `ingest.pool`."""

from __future__ import annotations

from ingest.child_loop import answer_requests
from ingest.draft import draft
from ingest.readers import read


def main() -> None:
    answer_requests({"read": read, "draft": draft})
