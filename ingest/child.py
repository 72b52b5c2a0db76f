"""One child process that handles files, as its parent sees it."""

from __future__ import annotations

import contextlib
import pickle
import signal
import subprocess
import threading
from typing import BinaryIO, cast

from index.child_process import running
from index.errors import ItemRejected
from ingest.limits import Limits
from ingest.pipe import PipeBroken, load_answer, receive, send


class Child:
    """Asked by one thread at a time."""

    def __init__(self, program: str, limits: Limits) -> None:
        """`program` is the module whose `main` the child runs."""
        self._limits = limits
        self._rang = False
        # The threads of the numeric libraries would reserve more memory than a file may take.
        one_thread = "import os; os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = '1'; "
        self._process = subprocess.Popen(
            running(program, pickle.dumps(limits).hex(), first=one_thread),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: object) -> tuple[object, int]:
        """The answer and the child's largest memory in bytes; ItemRejected `too_slow` or `crashed` if none comes."""
        alarm = threading.Timer(self._limits.seconds, self._ring)
        alarm.start()
        try:
            send(self._requests, pickle.dumps(request))
            message = receive(self._answers)
            if message is None:
                raise PipeBroken
            return cast("tuple[object, int]", load_answer(message))
        except PipeBroken:
            self.end()
            return self._failure(), 0
        finally:
            alarm.cancel()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with contextlib.suppress(OSError):  # what was still to be written has nobody to read it
            self._requests.close()

    def _ring(self) -> None:
        self._rang = True
        self._process.kill()

    def _failure(self) -> ItemRejected:
        if self._rang or self._process.returncode == -signal.SIGXCPU:
            sentence = f"Reading this file takes longer than {self._limits.seconds:.0f} seconds."
            return ItemRejected(sentence, code="too_slow")
        return ItemRejected("This file made its reader fail; it is damaged, or made to do harm.", code="crashed")
