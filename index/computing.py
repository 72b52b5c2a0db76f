"""One thread that computes for all others, in the order in which they ask."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import torch

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

CORES = torch.get_num_threads()
"""What torch takes of this machine. Asked now: a thread that begins later has as many as any thread was given last."""


class Computing:
    """Work for a network that takes all cores, a piece at a time: two side by side are slower than in turn.

    A lock would do for that, but torch keeps threads and memory of its own for each thread that ever calls it, and
    questions are answered by hundreds.
    """

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, name, torch.set_num_threads, (CORES,))

    def run(
        self, function: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result:
        """What the function returns or raises."""
        return self._executor.submit(function, *arguments, **named).result()
