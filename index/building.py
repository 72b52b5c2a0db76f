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
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile

from index import generation
from index.child_process import running
from index.database import engine_at
from index.errors import LibraryUnusable
from index.generation import GenerationUnusable
from index.library import Library

FEW = 300
"""Passages of which a generation is built in less time than a process starts, without it."""
POLL_SECONDS = 0.05
NICENESS = 10
"""The child gives way to searches where both want the same core."""


@dataclass(frozen=True, slots=True)
class Building:
    """A generation to be built of a library's first `revision` changes, in an empty folder.

    `url` names the library's database, with its password: it goes through a pipe, not through the command line.
    """

    url: str
    folder: str
    model: str
    revision: int


def build(library: Library, folder: Path, model: str, revision: int, stopped: threading.Event) -> None:
    """Fill the folder. Raises `GenerationUnusable` where the child ends without having done so, or is `stopped`.

    The child ends when this process does, so nothing is written that nobody waits for.
    """
    few = list(islice(library.passages.entries(0, revision), FEW + 1))
    if len(few) <= FEW:
        generation.build(folder, few, model, revision)
        return
    url = library.engine.url.render_as_string(hide_password=False)
    building = Building(url, str(folder), model, revision)
    command = running("index.building")
    with TemporaryFile("w+") as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stderr=errors) as child:
        assert child.stdin
        child.stdin.write(f"{json.dumps(asdict(building))}\n".encode())
        child.stdin.flush()  # and left open: its end tells the child that this process has ended
        while child.poll() is None:
            if stopped.wait(POLL_SECONDS):
                child.kill()
                child.wait()
        errors.seek(0)
        reason = errors.read().strip().rpartition("\n")[2]
    if child.returncode:
        raise GenerationUnusable(f"{folder.name}: its build ended with exit code {child.returncode} {reason}")


def main() -> int:
    """The child: build what the first line of standard input names; exit code 0 if that was done."""
    building = Building(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(NICENESS)
    try:
        with closing(Library(engine_at(building.url))) as library:
            entries = library.passages.entries(0, building.revision)
            generation.build(Path(building.folder), entries, building.model, building.revision)
    except (LibraryUnusable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)
