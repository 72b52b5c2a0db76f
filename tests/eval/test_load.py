"""A small load on a real server, which is told to stop while somebody is being answered."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from eval.load import fill, server_settings
from eval.load_client import chats
from eval.load_report import percentiles, slope
from eval.server_process import ServerProcess, server_process
from eval.stub_model import stub_model, words_of
from index.errors import MissiondeskError

QUESTIONS = ["How much is the Family Links file-handling fee for an adult since April 2024?"]
STREAMS = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("load")
    fill(folder / "data")
    with stub_model(2.0) as model, server_process(folder, server_settings(model, STREAMS)) as server:
        yield server


def test_many_streams_end_whole_and_a_stop_waits_for_the_last(server: ServerProcess) -> None:
    done = asyncio.run(chats(server.port, QUESTIONS, STREAMS, 1.0, 0.5))
    assert [chat.fault for chat in done] == [None] * len(done)
    assert len(done) >= STREAMS
    assert all(0 < chat.first < chat.whole for chat in done)
    assert 'missiondesk_questions_total{language="en",outcome="answered"' in httpx.get(f"{server.address}/metrics").text
    with ThreadPoolExecutor(1) as pool:
        last = pool.submit(asyncio.run, chats(server.port, QUESTIONS, 1, 0.01, 0))
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert [chat.fault for chat in last.result()] == [None]
    assert server.process.wait(20) == 0
    assert "How much" not in server.log()


def test_the_stub_says_what_the_passages_say() -> None:
    prompt = "Passages:\n<<ab>>\nOffice\nThe office in Vellmar opens on Tuesdays from nine to one. Bring it.\n<<ab>>\n"
    assert "".join(words_of(prompt)) == "The office in Vellmar opens on Tuesdays from nine to one. "
    assert words_of("Passages:\n") == ["NONE"]


def test_growth_is_that_of_the_later_half() -> None:
    start = [(float(second), second << 20) for second in range(30)]
    flat = [(float(second), 30 << 20) for second in range(30, 60)]
    assert slope([*start, *flat]) == pytest.approx(0, abs=0.01)
    assert slope([(float(second), second << 20) for second in range(60)]) == pytest.approx(60, abs=0.1)
    assert percentiles([])["p95"] == float("inf")


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(MissiondeskError, match="no_such_setting"), server_process(tmp_path, "no_such_setting = 1"):
        pass
