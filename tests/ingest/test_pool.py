"""That a file can cost its own reading and nothing else."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from index.document import Audience, DocumentDraft
from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.limits import Limits
from ingest.options import ReadOptions
from ingest.origin import Origin
from ingest.pipe import PipeBroken, load_answer, receive, send
from ingest.pool import Pool

TEXT = "Help desk in Portovento\n\nThe desk is open on Monday. Every service of the desk is free.\n"
FILE = (TEXT.encode(), "desk.txt")
LONG = b"The desk is open.\n" * 600_000
"""Takes seconds to read."""
USUAL = ReadOptions()


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(2) as pool:
        yield pool


def code(outcome: object) -> str | None:
    return outcome.code if isinstance(outcome, ItemRejected) else None


def test_readings_come_in_order_and_refusals_as_values(pool: Pool) -> None:
    files = [(f"Desk {number} is open.".encode(), f"{number}.txt") for number in range(7)]
    files[3] = (b"", "empty.txt")
    outcomes = pool.read(files, USUAL)
    assert [code(outcome) for outcome in outcomes] == [None, None, None, "empty", None, None, None]
    texts = [outcome.blocks[0].text for outcome in outcomes if isinstance(outcome, Reading)]
    assert texts == [f"Desk {number} is open." for number in (0, 1, 2, 4, 5, 6)]


def test_drafts_are_whole_values(pool: Pool) -> None:
    (reading,) = pool.read([FILE], USUAL)
    assert isinstance(reading, Reading)
    origin = Origin("file:///desk.txt", "desk.txt", "desk.txt", "hash")
    (draft,) = pool.draft([(reading, origin)], Audience.PUBLIC, "press")
    assert isinstance(draft, DocumentDraft)
    assert (draft.source, draft.title, draft.collection) == ("file:///desk.txt", "Help desk in Portovento", "press")
    assert draft.audience is Audience.PUBLIC
    assert draft.passages


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with Pool(1, Limits(seconds=0.05)) as pool:
        slow = [(b"<p>" * 200_000, "deep.html")]
        assert [code(outcome) for outcome in pool.read([*slow, *slow], USUAL)] == ["too_slow", "too_slow"]
        assert pool.efforts[0].seconds < 2


def test_processor_time_is_limited_too() -> None:
    with Pool(1, Limits(seconds=60, processor_seconds=0)) as pool:
        assert code(pool.read([(LONG, "long.txt")], USUAL)[0]) == "too_slow"
        assert code(pool.read([FILE], USUAL)[0]) is None


def test_a_file_that_takes_too_much_memory_is_given_up() -> None:
    with Pool(1, Limits(memory=400 << 20)) as pool:
        outcomes = pool.read([(b"word " * 12_000_000, "large.txt"), FILE], USUAL)
        assert code(outcomes[0]) in {"too_large", "crashed"}
        assert isinstance(outcomes[1], Reading)


def test_a_child_that_dies_costs_one_file() -> None:
    with Pool(1) as pool, ThreadPoolExecutor(1) as beside:
        outcomes = beside.submit(pool.read, [(LONG, "long.txt"), FILE], USUAL)
        while not pool.efforts:
            kill_children()
            time.sleep(0.05)
        first, second = outcomes.result()
        assert code(first) == "crashed"
        assert isinstance(second, Reading)


def kill_children() -> None:
    """Kills what this process has started to read files."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended meanwhile
            parent = int(file.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and "ingest.reading_child" in file.with_name("cmdline").read_text():
                os.kill(int(file.parent.name), signal.SIGKILL)


def test_a_closed_pool_reads_no_more() -> None:
    pool = Pool(1)
    pool.close()
    with pytest.raises(RuntimeError):
        pool.read([FILE], USUAL)


def test_an_answer_names_no_other_class() -> None:
    reading = Reading((Block("paragraph", "Open."),), date=date(2024, 5, 1))
    assert load_answer(pickle.dumps((reading, 5))) == (reading, 5)

    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    for message in (pickle.dumps(Harm()), pickle.dumps(print), b"", b"\x80"):
        with pytest.raises(PipeBroken):
            load_answer(message)


def test_messages_cut_short_are_no_messages() -> None:
    stream = io.BytesIO()
    send(stream, b"hello")
    whole = stream.getvalue()
    assert receive(io.BytesIO(whole)) == b"hello"
    assert receive(io.BytesIO(b"")) is None
    for end in range(1, len(whole)):
        with pytest.raises(PipeBroken):
            receive(io.BytesIO(whole[:end]))
