"""Builds a generation in a child process, so that searches go on meanwhile and its memory is given back afterwards.

Chroma keeps Python's lock while it adds vectors: in the same process everything else would stand still, for seconds at
a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

from index import generation
from index.child_process import running
from index.database import engine_at
from index.errors import LibraryUnusable, VectorsUnavailable
from index.generation import GenerationUnusable, Target
from index.library import Library
from index.passages import PassageReader
from index.vector_server import open_vector_server
from index.vector_store import Served

FEW = 300
"""Passages of which a generation is built in less time than a process starts, without it."""
POLL_SECONDS = 0.05
NICENESS = 10
"""The child gives way to searches where both want the same core."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A generation to be built of a library's first `revision` changes, in an empty folder.

    With a `vectors_url` its vectors are put on that server under `name`, unless they are `served` there already.
    """

    folder: str
    model: str
    revision: int
    vectors_url: str = ""
    name: str = ""
    served: Served | None = None

    def carry_out(self, passages: PassageReader) -> None:
        """Raises `VectorsUnavailable`."""
        folder, entries = Path(self.folder), passages.entries(0, self.revision)
        if self.served is not None:
            generation.build_words(folder, entries, self.model, self.served)
        elif self.vectors_url:
            with closing(open_vector_server(self.vectors_url)) as server:
                target = Target(server, self.name, passages.counts(self.revision))
                generation.build_served(folder, entries, self.model, self.revision, target)
        else:
            generation.build(folder, entries, self.model, self.revision)


def build(library: Library, plan: Plan, stopped: threading.Event) -> None:
    """Fill the folder.

    Raises `GenerationUnusable` where the child ends without having done so, or is `stopped`, and `VectorsUnavailable`.
    The child ends when this process does, so nothing is written that nobody waits for.
    """
    if sum(library.passages.counts(plan.revision).values()) <= FEW:
        plan.carry_out(library.passages)
        return
    # Both addresses have passwords: they go through a pipe, not through the command line.
    told = {"url": library.engine.url.render_as_string(hide_password=False), "plan": asdict(plan)}
    command = running("index.building")
    with TemporaryFile("w+") as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as child:
        assert child.stdin
        child.stdin.write(f"{json.dumps(told)}\n".encode())
        child.stdin.flush()  # and left open: its end tells the child that this process has ended
        while child.poll() is None:
            if stopped.wait(POLL_SECONDS):
                child.kill()
                child.wait()
        errors.seek(0)
        reason = errors.read().strip().rpartition("\n")[2]
    if child.returncode:
        raise GenerationUnusable(
            f"{Path(plan.folder).name}: its build ended with exit code {child.returncode} {reason}"
        )


def main() -> int:
    """The child: build what the first line of standard input names; exit code 0 if that was done."""
    told = json.loads(sys.stdin.readline())
    served = told["plan"].pop("served")
    plan = Plan(**told["plan"], served=Served(**served) if served else None)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)
    try:
        with closing(Library(engine_at(told["url"]))) as library:
            plan.carry_out(library.passages)
    except (LibraryUnusable, VectorsUnavailable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)
