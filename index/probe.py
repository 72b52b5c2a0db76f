"""Opens a generation in a child process and checks it there.

Opening a damaged Chroma folder can end the whole process with a segmentation fault.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index.child_process import running
from index.generation import Generation, GenerationUnusable
from index.vector_store import VectorStore

TIMEOUT_SECONDS = 120.0
"""A generation of a million passages opens in a few seconds; one that takes this long is not usable."""


def check(folder: Path, server: VectorStore | None = None) -> None:
    """Check a generation whole, in a child process unless its vectors lie on a server.

    Raises `GenerationUnusable`, `VectorsUnavailable`.
    """
    if server is None:
        probe(folder)
    else:
        Generation(folder, server).check()


def probe(folder: Path) -> None:
    """Check a generation in a child process. Raises `GenerationUnusable`, whatever happened to the child."""
    try:
        command = running("index.probe", str(folder))
        child = subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise GenerationUnusable(f"{folder.name}: no answer in {TIMEOUT_SECONDS:.0f} s") from error
    if child.returncode:
        reason = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise GenerationUnusable(f"{folder.name}: exit code {child.returncode} {reason}")


def main() -> int:
    """The child: open and check the generation that the command line names; exit code 0 if it is whole."""
    try:
        generation = Generation(Path(sys.argv[1]))
        generation.check()
        generation.close()
    except GenerationUnusable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
