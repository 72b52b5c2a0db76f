"""A server that is told to stop: real processes, with answers that take a while."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
EVENTS = {"Accept": "text/event-stream"}


@contextmanager
def slow_server(seconds: float, drain_seconds: float) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Answers take `seconds`; its address and process, which is killed at the end if it still runs."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    arguments = [str(port), str(seconds), str(drain_seconds)]
    process = subprocess.Popen([sys.executable, "-m", "tests.ui.slow_answers", *arguments], cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(address), START_SECONDS)
        yield address, process
    finally:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/live").status_code == 200
    except httpx.TransportError:
        return False


def ask(address: str) -> httpx.Response:
    return httpx.post(f"{address}/v1/ask", json={"question": "When?"}, headers=EVENTS, timeout=30)


def test_answers_end_while_new_questions_are_sent_away() -> None:
    with ThreadPoolExecutor(1) as pool, slow_server(4, 15) as (address, process):
        asked = pool.submit(ask, address)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        refused = ask(address)
        assert (refused.status_code, refused.json()["code"]) == (503, "stopping")
        assert int(refused.headers["retry-after"]) > 0
        ready = httpx.get(f"{address}/health/ready", timeout=30)
        assert ready.status_code == 503
        assert "accepting" in ready.json()["detail"]
        assert httpx.get(f"{address}/health/live").status_code == 200
        assert "event: answer" in asked.result().text
        assert process.wait(10) == 0


def test_an_answer_that_takes_too_long_ends_with_an_error_event() -> None:
    with ThreadPoolExecutor(1) as pool, slow_server(60, 1) as (address, process):
        asked = pool.submit(ask, address)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        told = time.monotonic()
        text = asked.result().text
        assert "event: sources" in text
        assert "event: error" in text
        assert '"code":"stopping"' in text
        assert "event: answer" not in text
        process.wait(10)
        assert time.monotonic() - told < 8


def test_nothing_to_wait_for_is_not_waited_for() -> None:
    with slow_server(1, 15) as (_, process):
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def test_a_second_signal_ends_it_at_once() -> None:
    with ThreadPoolExecutor(1) as pool, slow_server(60, 15) as (address, process):
        asked = pool.submit(ask, address)
        time.sleep(1)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(2) == -signal.SIGTERM
        assert isinstance(asked.exception(), httpx.TransportError)
