"""What a child process does that handles files: a loop over standard input and output, under limits.

Whatever a file does to its reader happens here, to a process that can be spared. Each purpose has a program of its own
(`ingest.reading_child`, `ingest.picture_child`), so that none loads what only another needs.
"""

from __future__ import annotations

import io
import os
import pickle
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

from index.errors import ItemRejected
from ingest.limits import Limits
from ingest.pipe import receive, send

_LARGE = "Reading this file takes more memory than allowed."


def answer_requests(tasks: Mapping[str, Callable[..., object]]) -> None:
    """Do what the parent asks for by a task's name, until it closes the pipe."""
    limits: Limits = pickle.loads(bytes.fromhex(sys.argv[1]))
    requests, answers = sys.stdin.buffer, _private_output()
    _limit(limits)
    while (request := receive(requests)) is not None:
        task, arguments, keywords = pickle.loads(request)
        _allow_processor_time(limits.processor_seconds)
        try:
            answer: object = tasks[task](*arguments, **keywords)
        except ItemRejected as error:
            answer = error
        except MemoryError:
            answer = ItemRejected(_LARGE, code="too_large")
        send(answers, pickle.dumps((answer, _peak())))


def _private_output() -> BinaryIO:
    """The pipe to the parent, where no library can print between the answers."""
    pipe = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return io.FileIO(pipe, "w")


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_processor_time(seconds: int) -> None:
    """From now on; the system ends the process that uses more."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 1 + seconds, hard))


def _peak() -> int:
    """Bytes of memory this process has held at most. What getrusage gives counts the parent's before the start, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
