"""How many questions are worked on at a time, and what becomes of the others."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator, Iterator

import httpx
import pytest

from assistant.settings import load_settings
from index.errors import Stopping, TooBusy
from tests.browser.serving import served
from tests.ui.slow_answers import slow_app
from ui.admission import Admission, open_admission
from ui.event_stream import EventStream


async def here() -> bool:
    return False


async def gone() -> bool:
    return True


def test_beyond_both_bounds_a_question_is_turned_away() -> None:
    admission = Admission(2, 1)
    first, _, third = admission.enter(), admission.enter(), admission.enter()
    assert not third.granted.done()
    with pytest.raises(TooBusy) as refused:
        admission.enter()
    assert refused.value.retry_after > 0
    counts = admission.counts()
    assert (counts.at_work, counts.waiting, counts.refused) == (2, 1, 1)
    admission.leave(first)
    assert third.granted.done()
    assert admission.counts().waiting == 0


def test_the_line_is_first_come_first_served() -> None:
    admission = Admission(1, 3)
    at_work, *line = [admission.enter() for _ in range(4)]
    for _ in range(3):
        admission.leave(at_work)
        at_work, line = line[0], line[1:]
        assert at_work.granted.done()
        assert not any(place.granted.done() for place in line)


def test_whoever_has_gone_leaves_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.admission._LOOK_SECONDS", 0.01)
    admission = Admission(1, 1)
    admission.enter()
    with pytest.raises(TooBusy):
        asyncio.run(admission.granted(gone))
    assert admission.counts().waiting == 0


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.admission._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("ui.admission.LONGEST_WAIT_SECONDS", 0.05)
    admission = Admission(1, 1)
    admission.enter()
    with pytest.raises(TooBusy):
        asyncio.run(admission.granted(here))
    assert admission.counts().waiting == 0


def test_a_stop_turns_away_the_line_too() -> None:
    async def waiting() -> None:
        admission = Admission(1, 1)
        admission.enter()
        turn = asyncio.create_task(admission.granted(here))
        await asyncio.sleep(0.05)
        admission.stop()
        with pytest.raises(Stopping):
            await turn
        with pytest.raises(Stopping):
            admission.enter()

    asyncio.run(waiting())


@pytest.mark.parametrize(("model", "most"), [("none", 16), ("openai:m", 256)])
def test_the_usual_bound_follows_the_cores(monkeypatch: pytest.MonkeyPatch, model: str, most: int) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert open_admission(load_settings(chat_model=model)).most_questions == most
    assert open_admission(load_settings(chat_model=model, most_questions=3)).most_questions == 3


# -- an answer's thread ------------------------------------------------------------------------------------------------


def test_what_a_step_raises_reaches_the_reader_and_the_place_is_given_back() -> None:
    def steps() -> Generator[int]:
        yield 1
        raise ValueError("broken")

    async def read() -> list[int]:
        admission = Admission(1, 0)
        stream = EventStream(admission, admission.enter(), steps)
        reader = aiter(stream)
        read = [await anext(reader)]
        with pytest.raises(ValueError, match="broken"):
            await anext(reader)
        await asyncio.to_thread(_until, lambda: admission.counts().at_work == 0)
        return read

    assert asyncio.run(read()) == [1]


def test_a_closed_stream_ends_its_steps_in_their_own_thread() -> None:
    ended_in: list[str] = []
    go_on = threading.Event()

    def steps() -> Generator[int]:
        try:
            yield 1
            go_on.wait(5)
            yield 2
            yield 3
        finally:
            ended_in.append(threading.current_thread().name)

    async def read() -> None:
        admission = Admission(1, 0)
        stream = EventStream(admission, admission.enter(), steps)
        assert await anext(aiter(stream)) == 1
        stream.close()
        go_on.set()
        await asyncio.to_thread(_until, lambda: admission.counts().at_work == 0)

    asyncio.run(read())
    assert ended_in == ["answer"]


def _until(condition: object) -> None:
    assert callable(condition)
    give_up = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


# -- over HTTP ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Two questions at a time, each a second long; one may wait."""
    app, _ = slow_app(1.0, load_settings(most_questions=2, most_waiting=1))
    with served(app) as address:
        yield address


def test_over_http_the_third_waits_and_the_fourth_comes_again(address: str) -> None:
    async def four() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=10) as client:
            asked = [asyncio.create_task(client.post("/v1/ask", json={"question": "When?"})) for _ in range(4)]
            return list(await asyncio.gather(*asked))

    responses = asyncio.run(four())
    assert sorted(response.status_code for response in responses) == [200, 200, 200, 429]
    refused = next(response for response in responses if response.status_code == 429)
    assert refused.json()["code"] == "too_busy"
    assert int(refused.headers["retry-after"]) > 0
    waited = sorted(response.elapsed.total_seconds() for response in responses if response.status_code == 200)
    assert waited[2] > waited[0] + 0.5


def test_bad_questions_need_no_place(address: str) -> None:
    assert httpx.post(f"{address}/v1/ask", json={"question": " "}).status_code == 422


def test_answers_that_wait_leave_the_shared_threads_free() -> None:
    """More answers than the 40 threads that all other requests share."""
    app, _ = slow_app(3.0, load_settings(most_questions=60))

    async def many(address: str) -> float:
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(base_url=address, timeout=20, limits=limits) as client:
            headers = {"Accept": "text/event-stream"}
            asked = [
                asyncio.create_task(client.post("/v1/ask", json={"question": "When?"}, headers=headers))
                for _ in range(60)
            ]
            await asyncio.sleep(1)
            started = time.monotonic()
            assert (await client.get("/docs")).status_code == 200  # needs a thread
            other = time.monotonic() - started
            assert not any(task.done() for task in asked)
            assert all("event: answer" in response.text for response in await asyncio.gather(*asked))
            return other

    with served(app) as address:
        assert asyncio.run(many(address)) < 1.5
