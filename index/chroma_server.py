"""Vectors on a Chroma server (`chroma run`), which several processes and machines share.

Spoken to over its HTTP interface (v2), because Chroma's own client waits for answers without an end, and asks for more
than is needed. The server knows no passwords: it must be reached from its own network only, or through a proxy.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import numpy as np

from index.breaker import Breaker
from index.document import Audience
from index.entry import IndexEntry
from index.errors import VectorsForeign, VectorsMissing, VectorsUnavailable
from index.hit import Vector
from index.vector_store import collection_name
from index.vectors import HNSW, LEAST_SYNC

VERSION = "1."
"""What a known server's version begins with. Those of the 0 series have another interface and file format."""
SEARCH_SECONDS = 2.0
"""Longest wait for an answer to a search; one takes some milliseconds."""
CONNECT_SECONDS = 1.0
WRITE_SECONDS = 60.0
"""Longest wait while vectors are written: some batches are answered when the graph has been written to the disk."""
BATCH = 1000
CONNECTIONS = 32
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class ChromaServer:
    """The server at an address such as `chroma://host:8000`, or `chroma+https://name:password@host/path`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        self.address = urlunsplit((parts.scheme, place, parts.path, "", ""))
        scheme = "https" if parts.scheme == "chroma+https" else "http"
        self._client = httpx.Client(
            base_url=urlunsplit((scheme, parts.netloc, parts.path, "", "")),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            trust_env=False,
        )
        self.breaker = Breaker()
        self._known = False

    def writer(self, generation: str, audience: Audience, passages: int) -> ChromaWriter:
        sync = max(passages, LEAST_SYNC)
        body = {
            "name": collection_name(generation, audience),
            "configuration": {"hnsw": {**HNSW, "sync_threshold": sync}},
        }
        return ChromaWriter(self, str(self.request("POST", "", body, WRITE_SECONDS)["id"]), sync)

    def reader(self, generation: str, audience: Audience) -> ChromaReader:
        return ChromaReader(self, collection_name(generation, audience))

    def remove(self, generation: str) -> None:
        for audience in Audience:
            try:
                self.request("DELETE", f"/{collection_name(generation, audience)}", None, WRITE_SECONDS)
            except VectorsMissing:
                continue

    def holds(self, generation: str) -> bool:
        try:
            for audience in Audience:
                self.request("GET", f"/{collection_name(generation, audience)}", None)
        except VectorsMissing:
            return False
        return True

    def check(self) -> None:
        """Raises `VectorsUnavailable` where it does not answer, `VectorsForeign` where it is of another version."""
        answer = self._sent("GET", "/api/v2/version", None, SEARCH_SECONDS)
        version = _read(answer) if answer.status_code == httpx.codes.OK else None
        if not isinstance(version, str):
            raise VectorsForeign(f"What answers at {self.address} is no Chroma server of a version from 1 on.")
        if not version.startswith(VERSION):
            raise VectorsForeign(f"The Chroma server at {self.address} is of version {version}, not {VERSION}x.")
        self._known = True

    def close(self) -> None:
        self._client.close()

    def request(self, method: str, path: str, body: object, seconds: float = SEARCH_SECONDS) -> Any:
        """What the server answers about collections. Raises `VectorsUnavailable` and its kinds."""
        if not self._known:
            self.check()
        try:
            answer = self._sent(method, f"{_COLLECTIONS}{path}", body, seconds)
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise VectorsMissing(f"The Chroma server at {self.address} does not hold what was put there.")
            if answer.is_error:
                reason = " ".join(answer.text[:200].split())
                raise VectorsUnavailable(f"The Chroma server at {self.address} fails ({reason}).")
            return _read(answer)
        except VectorsUnavailable:
            # Another server may stand there next time.
            self._known = False
            raise

    def _sent(self, method: str, path: str, body: object, seconds: float) -> httpx.Response:
        timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
        content = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        try:
            return self._client.request(method, path, content=content, headers=headers, timeout=timeout)
        except httpx.TimeoutException as error:
            sentence = f"The Chroma server at {self.address} has not answered within {seconds:g} seconds."
            raise VectorsUnavailable(sentence) from error
        except httpx.HTTPError as error:
            raise VectorsUnavailable(f"The Chroma server at {self.address} cannot be reached ({error}).") from error


class ChromaWriter:
    """Fills a new collection of the server, a batch a request.

    The server writes the graph to the disk once, when so many records have come as were expected. It keeps the others
    in a journal, adds them anew when it is started again, and answers nobody meanwhile, for minutes.
    """

    def __init__(self, server: ChromaServer, collection: str, expected: int) -> None:
        self._server = server
        self._collection = collection
        self._waiting: list[IndexEntry] = []
        self._last: list[IndexEntry] = []
        self._missing = expected

    def add(self, entries: Sequence[IndexEntry]) -> None:
        self._waiting.extend(entries)
        while len(self._waiting) >= BATCH:
            self._send(self._waiting[:BATCH])
            del self._waiting[:BATCH]

    def finish(self) -> None:
        if self._waiting:
            self._send(self._waiting)
            self._waiting = []
        # Passages were changed or removed meanwhile: what is added and removed again counts twice.
        last = self._last
        while last and self._missing > 0:
            padding = [replace(entry, number=-entry.number) for entry in last[: (self._missing + 1) // 2]]
            self._send(padding)
            self._post("delete", {"ids": _ids(padding)})
            self._missing -= len(padding)

    def _send(self, batch: list[IndexEntry]) -> None:
        vectors = [base64.b64encode(entry.vector.astype("<f4").tobytes()).decode() for entry in batch]
        self._post("add", {"ids": _ids(batch), "embeddings": vectors})
        self._last, self._missing = batch, self._missing - len(batch)

    def _post(self, verb: str, body: object) -> None:
        self._server.request("POST", f"/{self._collection}/{verb}", body, WRITE_SECONDS)


class ChromaReader:
    """Searches one collection, whose id is asked for once."""

    def __init__(self, server: ChromaServer, name: str) -> None:
        self._server = server
        self._name = name
        self._id: str | None = None

    def count(self) -> int:
        return int(self._asked("GET", "count", None))

    def search(self, vector: Vector, limit: int) -> list[tuple[int, float]]:
        body = {"query_embeddings": [vector.tolist()], "n_results": limit, "include": ["distances"]}
        with self._server.breaker.guarded():
            found = self._asked("POST", "query", body)
            try:
                pairs = zip(found["ids"][0], found["distances"][0], strict=True)
                return [(int(number), 1.0 - float(distance)) for number, distance in pairs]
            except (KeyError, IndexError, TypeError, ValueError) as error:
                raise VectorsForeign("The Chroma server answers a search in another way than it should.") from error

    def any_vector(self) -> Vector | None:
        found = self._asked("POST", "get", {"limit": 1, "include": ["embeddings"]})["embeddings"]
        return np.asarray(found[0], dtype=np.float32) if found else None

    def close(self) -> None:
        """The connections are the server's own."""

    def _asked(self, method: str, verb: str, body: object) -> Any:
        try:
            if self._id is None:
                self._id = str(self._server.request("GET", f"/{self._name}", None)["id"])
            return self._server.request(method, f"/{self._id}/{verb}", body)
        except VectorsUnavailable:
            # A server that was put up anew has other ids.
            self._id = None
            raise


def _ids(entries: Sequence[IndexEntry]) -> list[str]:
    return [str(entry.number) for entry in entries]


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise VectorsForeign(f"What answers at {answer.url.host} is no Chroma server.") from error
