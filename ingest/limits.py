"""What one file may cost to read."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.options import ReadOptions

MOST_PAGES = 5_000
"""Pages of the longest PDF that is read; the longest handbooks have about a thousand."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For one child process and one file: seconds by the clock, seconds of processor, bytes of memory.

    30 s is the longest that a person should wait for a reason; real handbooks of hundreds of pages take under 10 s. A
    gigabyte holds them many times over and leaves room beside the model on a machine of 4 GB.
    """

    seconds: float = 30.0
    processor_seconds: int = 20
    memory: int = 1 << 30


def limits_for(options: ReadOptions) -> Limits:
    """The limits of a run with these options.

    Text recognition gets ten minutes, by the clock and of the processor: a full page takes about eight seconds of one
    core, so that the usual limits would end it with the third page, and these let some seventy be read. A single page
    has a limit of its own in any case (see `ingest.pdf.recognition`).
    """
    return Limits(seconds=600.0, processor_seconds=600) if options.ocr_languages else Limits()
