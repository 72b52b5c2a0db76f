"""What one file may cost to read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """For one child process and one file: seconds by the clock, seconds of processor, bytes of memory.

    30 s is the longest that a person should wait for a reason; real handbooks of hundreds of pages take under 10 s. A
    gigabyte holds them many times over and leaves room beside the model on a machine of 4 GB.
    """

    seconds: float = 30.0
    processor_seconds: int = 20
    memory: int = 1 << 30
