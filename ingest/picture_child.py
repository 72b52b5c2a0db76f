"""The program of a child process in which pages are drawn; see `ingest.pictures`."""

from __future__ import annotations

from ingest.child_loop import answer_requests
from ingest.pdf.picture import page_picture


def main() -> None:
    answer_requests({"picture": page_picture})
