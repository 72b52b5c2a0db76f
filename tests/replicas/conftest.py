from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from eval.postgresql_server import PostgresServer
from index.embedding import Embedder
from tests.replicas.machine import Machine

MakeMachine = Callable[[str], Machine]


@pytest.fixture
def machine(postgresql: PostgresServer, tmp_path: Path, embedder: Embedder) -> Iterator[MakeMachine]:
    with ExitStack() as ends:

        def make(name: str) -> Machine:
            made = Machine(tmp_path / name, postgresql.url(tmp_path), embedder)
            ends.callback(made.close)
            return made

        yield make
