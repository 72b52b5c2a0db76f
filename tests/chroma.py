"""A Chroma server of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.chroma_process import ChromaProcess


@contextmanager
def chroma_server() -> Iterator[ChromaProcess]:
    """Start a server, and stop it in the end."""
    with TemporaryDirectory(prefix="missiondesk-chroma-") as name:
        server = ChromaProcess(Path(name))
        server.start()
        try:
            yield server
        finally:
            server.kill()
