"""A re-ranking service on loopback: good, down, refusing, slow and babbling."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from assistant.settings import load_settings
from assistant.wiring import open_reranker
from index.embedded import EmbeddedQuery
from index.errors import InvalidSetting
from index.hit import Mode
from index.index import Index
from index.rerank_service import REST_SECONDS, RerankService
from index.reranking import RankedPassage, RerankerFailed
from index.scope import PUBLIC_ONLY
from tests.index.conftest import MakeDraft

QUERY = EmbeddedQuery(np.zeros(4, dtype=np.float32), np.zeros((0, 4), dtype=np.float32))
PASSAGES = [RankedPassage(text, b"", 0.5, 0.0) for text in ("short", "the longest of all", "longer")]

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Service:
    """Answers as it is told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Answer = by_length
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(body | {"path": self.path})
                service.keys.append(self.headers["Authorization"])
                status, content = service.answer(body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def by_length(body: dict[str, Any]) -> tuple[int, bytes]:
    results = [{"index": n, "relevance_score": len(text)} for n, text in enumerate(body["documents"])]
    return 200, json.dumps({"results": sorted(results, key=lambda item: -item["relevance_score"])}).encode()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


def test_scores_come_back_in_the_passages_order(service: Service) -> None:
    scores = RerankService(service.url, "some-model", "secret").scores("what?", QUERY, PASSAGES)
    assert scores == [len(passage.text) for passage in PASSAGES]
    assert service.asked[0] == {
        "model": "some-model", "query": "what?", "documents": [item.text for item in PASSAGES], "top_n": 3,
        "path": "/v1/rerank",
    }  # fmt: skip
    assert service.keys == ["Bearer secret"]


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (401, b""),
        (200, b"not json"),
        (200, b"[]"),
        (200, b'{"results": [{"index": 0, "relevance_score": 1}]}'),
        (200, b'{"results": [{"index": 0, "relevance_score": null}]}'),
    ],
)
def test_what_is_no_answer_is_a_failure(service: Service, answer: tuple[int, bytes]) -> None:
    service.answer = lambda body: answer
    with pytest.raises(RerankerFailed):
        RerankService(service.url, "m").scores("what?", QUERY, PASSAGES)


def test_a_slow_service_is_given_up_and_left_alone_for_a_while(service: Service) -> None:
    now = [0.0]
    asked = RerankService(service.url, "m", seconds=0.2, clock=lambda: now[0])

    def slow(body: dict[str, Any]) -> tuple[int, bytes]:
        time.sleep(0.6)
        return by_length(body)

    service.answer = slow
    started = time.monotonic()
    with pytest.raises(RerankerFailed):
        asked.scores("what?", QUERY, PASSAGES)
    assert time.monotonic() - started < 0.5
    service.answer = by_length
    with pytest.raises(RerankerFailed):
        asked.scores("what?", QUERY, PASSAGES)
    assert len(service.asked) == 1
    now[0] = REST_SECONDS
    assert asked.scores("what?", QUERY, PASSAGES) == [5, 18, 6]


def test_a_search_keeps_the_first_order_without_it(
    service: Service,
    index: Index,
    make_draft: MakeDraft,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    texts = ["Warm meals.", "Warm meals are given to families every day.", "Warm meals: ask the office."]
    index.add([make_draft(f"file-{number}", text) for number, text in enumerate(texts)])
    fused = index.search("warm meals", language="en", scope=PUBLIC_ONLY, mode=Mode.FUSED).hits
    monkeypatch.setattr(index, "_reranker", RerankService(service.url, "m"))
    ranked = index.search("warm meals", language="en", scope=PUBLIC_ONLY).hits
    assert [hit.passage.text for hit in ranked] == sorted(texts, key=len, reverse=True)
    service.answer = lambda body: (503, b"")
    kept = index.search("warm meals", language="en", scope=PUBLIC_ONLY).hits
    assert [hit.passage.id for hit in kept] == [hit.passage.id for hit in fused]
    assert "warm meals" not in caplog.text
    assert "503" in caplog.text


def test_the_setting_names_a_service(service: Service) -> None:
    settings = load_settings(reranker="service:some-model", reranker_url=service.url, reranker_key="qz-71-vx")
    reranker = open_reranker(settings)
    assert reranker is not None
    assert reranker.scores("what?", QUERY, PASSAGES) == [5, 18, 6]
    assert "qz-71-vx" not in repr(settings)


@pytest.mark.parametrize(
    "setting", [{"reranker": "service:m"}, {"reranker": "service:", "reranker_url": "http://a/v1"}]
)
def test_a_service_needs_model_and_address(setting: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting, match="reranker_url"):
        open_reranker(load_settings(**setting))
