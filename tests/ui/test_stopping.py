"""A server that is told to stop: real processes, with answers that take a while."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import ForkProcess

import httpx

from tests.ui.slow_answers import serve

START_SECONDS = 60.0
EVENTS = {"Accept": "text/event-stream"}


@contextmanager
def slow_server(
    seconds: float, drain_seconds: float, delay_seconds: float | None = None
) -> Iterator[tuple[str, ForkProcess]]:
    """Answers take `seconds`; its address and process, which is killed at the end if it still runs.

    It is forked: everything is imported already, and no model is used in it.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("fork").Process(
        target=serve, args=(port, seconds, drain_seconds, delay_seconds)
    )
    process.start()
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(address), START_SECONDS)
        yield address, process
    finally:
        process.kill()
        process.join()


def stop(process: ForkProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)


def exit_code(process: ForkProcess, seconds: float) -> int | None:
    process.join(seconds)
    return process.exitcode


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
        stop(process)
        time.sleep(0.5)
        refused = ask(address)
        assert (refused.status_code, refused.json()["code"]) == (503, "stopping")
        assert int(refused.headers["retry-after"]) > 0
        ready = httpx.get(f"{address}/health/ready", timeout=30)
        assert ready.status_code == 503
        assert "accepting" in ready.json()["detail"]
        assert httpx.get(f"{address}/health/live").status_code == 200
        assert "event: answer" in asked.result().text
        assert exit_code(process, 10) == 0


def test_an_answer_that_takes_too_long_ends_with_an_error_event() -> None:
    with ThreadPoolExecutor(1) as pool, slow_server(60, 1) as (address, process):
        asked = pool.submit(ask, address)
        time.sleep(1)
        stop(process)
        told = time.monotonic()
        text = asked.result().text
        assert "event: sources" in text
        assert "event: error" in text
        assert '"code":"stopping"' in text
        assert "event: answer" not in text
        assert exit_code(process, 10) == 0
        assert time.monotonic() - told < 8


def test_nothing_to_wait_for_is_not_waited_for() -> None:
    with slow_server(1, 15) as (_, process):
        stop(process)
        assert exit_code(process, 5) == 0


def test_a_second_signal_ends_it_at_once() -> None:
    with ThreadPoolExecutor(1) as pool, slow_server(60, 15) as (address, process):
        asked = pool.submit(ask, address)
        time.sleep(1)
        stop(process)
        time.sleep(0.5)
        assert process.exitcode is None
        stop(process)
        assert exit_code(process, 5) == -signal.SIGTERM
        assert isinstance(asked.exception(), httpx.TransportError)


# -- before other servers' eyes ----------------------------------------------------------------------------------------


def test_with_a_delay_no_question_is_refused_until_no_connection_is_taken() -> None:
    """It is not ready at once, answers whoever comes meanwhile, and then is as one that is not there."""
    with ThreadPoolExecutor(2) as pool, slow_server(2, 15, delay_seconds=6) as (address, process):
        stop(process)
        until(lambda: httpx.get(f"{address}/health/ready", timeout=30).status_code == 503, 5)
        asked = pool.submit(ask, address)
        assert asked.result().status_code == 200
        assert "event: answer" in asked.result().text
        assert exit_code(process, 25) == 0


def test_a_rolling_restart_refuses_connections_and_nothing_else() -> None:
    """Whoever is refused a connection asks the other server; every connection that is taken is answered to its end."""
    outcomes: list[str] = []
    with slow_server(0.3, 15, delay_seconds=0.3) as (address, process):
        ended = threading.Event()

        def keep_asking() -> None:
            while not ended.is_set():
                try:
                    outcomes.append("answered" if "event: answer" in ask(address).text else "failed")
                except httpx.ConnectError:
                    outcomes.append("elsewhere")
                    time.sleep(0.02)
                except httpx.TransportError as error:
                    outcomes.append(f"failed: {error}")

        with ThreadPoolExecutor(8) as pool:
            asking = [pool.submit(keep_asking) for _ in range(8)]
            time.sleep(1)
            stop(process)
            assert exit_code(process, 15) == 0
            ended.set()
            for each in asking:
                each.result()
    assert set(outcomes) == {"answered", "elsewhere"}
