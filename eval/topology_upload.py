"""Documents sent to the servers of a topology, and looked for afterwards: each once, whole, whatever was killed."""

from __future__ import annotations

import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

COLLECTION = "topology"
A_JOB = 10
"""Documents a request."""
OPEN = {"queued", "running"}
_TRY_SECONDS = 300.0
_PAUSE_SECONDS = 0.3
_CERTIFICATES = ssl.create_default_context()
"""Read once: httpx reads them for each request otherwise, in 40 ms of processor time that what is measured lacks."""
_PARAGRAPHS = (
    "The help desk number {n} in Portovento helps people who have just arrived, without an appointment.",
    "Desk {n} is open on Monday and Thursday from {hour}:00 to {end}:30. The phone is 030 555 {n:04d}.",
    "Bring a paper with your name to desk {n}. Whoever has none is helped as well, and is told which office gives one.",
    "Courses of desk {n} begin on the first Tuesday of each month and last {weeks} weeks, with {hours} hours a week.",
    "For families, desk {n} has a room where children can wait; for people who cannot climb stairs there is a lift.",
)


@dataclass(slots=True)
class Sender:
    """Sends documents by requests that may be repeated: each has a name, and is done once."""

    address: str
    key: str
    jobs: list[str] = field(default_factory=list)
    repeated: int = 0
    _ended: dict[str, str] = field(default_factory=dict)

    def send(self, documents: int, prefix: str = "desk", start: int = 0, sections: int = 1) -> None:
        """Desks from this number on, ten in one request; see `document`.

        Raises `httpx.HTTPError` where a request cannot be sent for five minutes.
        """
        for first in range(start, start + documents, A_JOB):
            numbers = range(first, min(first + A_JOB, start + documents))
            files = [("files", (f"{prefix}-{number}.md", document(number, sections).encode())) for number in numbers]
            self.jobs.append(self._sent(files, f"{prefix}-{first}", COLLECTION))

    def send_files(self, files: Sequence[tuple[str, bytes]], collection: str = "default") -> None:
        """Other files, in one request."""
        self.jobs.append(self._sent([("files", file) for file in files], collection, collection))

    def stages(self) -> Counter[str]:
        """How many jobs have ended how, and how many have not."""
        for job in self.jobs:
            if job not in self._ended and (stage := self._look(f"/v1/jobs/{job}")["stage"]) not in OPEN:
                self._ended[job] = stage
        return Counter(self._ended.get(job, "open") for job in self.jobs)

    def wait(self, pause: float) -> None:
        """Until every job has ended, asking about one at a time: many requests would take time from the workers."""
        for job in self.jobs:
            while (stage := self._look(f"/v1/jobs/{job}")["stage"]) in OPEN:
                time.sleep(pause)
            self._ended[job] = stage

    def texts(self) -> list[tuple[str, str]]:
        """Name and text of every document of the collection, as the servers tell them."""
        return [
            (listed["uri"], self._look(f"/v1/documents/{listed['id']}")["text"])
            for listed in self._listed()
            if listed["collection"] == COLLECTION
        ]

    def _listed(self) -> Iterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            page = self._look("/v1/documents", {"limit": "100", **({"cursor": cursor} if cursor else {})})
            yield from page["documents"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _sent(self, files: list[tuple[str, tuple[str, bytes]]], name: str, collection: str) -> str:
        data = {"audience": "public", "collection": collection}
        headers = {**self._headers, "Idempotency-Key": name}

        def post() -> httpx.Response:
            address = f"{self.address}/v1/documents"
            return httpx.post(address, files=files, data=data, headers=headers, timeout=60, verify=_CERTIFICATES)

        return str(self._tried(post)["id"])

    def _look(self, path: str, params: dict[str, str] | None = None) -> Any:
        def get() -> httpx.Response:
            address = f"{self.address}{path}"
            return httpx.get(address, params=params, headers=self._headers, timeout=60, verify=_CERTIFICATES)

        return self._tried(get)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _tried(self, request: Callable[[], httpx.Response]) -> Any:
        """Again while nobody answers, or says that it cannot now."""
        until = time.monotonic() + _TRY_SECONDS
        while True:
            try:
                response = request()
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR or time.monotonic() > until:
                    response.raise_for_status()
                    return response.json()
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            self.repeated += 1
            time.sleep(_PAUSE_SECONDS)


def document(number: int, sections: int = 1) -> str:
    """One page about a desk of this number, and in further sections about its neighbours; each section is a passage."""
    parts = [f"# Help desk {number} in Portovento\n\n{_section(number)}"]
    for neighbour in range(1, sections):
        other = number + 1000 * neighbour
        parts.append(f"## Desk {other} in the same street\n\n{_section(other)}")
    return "\n\n".join(parts) + "\n"


def _section(number: int) -> str:
    hour, weeks = 8 + number % 3, 6 + number % 9
    values = {"n": number, "hour": hour, "end": hour + 4, "weeks": weeks, "hours": 2 + number % 4}
    return "\n\n".join(paragraph.format(**values) for paragraph in _PARAGRAPHS)


def missing(texts: list[tuple[str, str]], documents: int, prefix: str = "desk") -> list[str]:
    """What is not as it was sent: a name that is missing, there twice, or whose text lacks a paragraph."""
    faults = []
    counted = Counter(name for name, _ in texts)
    by_name = dict(texts)
    for number in range(documents):
        name = f"{prefix}-{number}.md"
        if counted[name] != 1:
            faults.append(f"{name} is there {counted[name]} times")
        elif any(part not in by_name[name] for part in document(number).strip().split("\n\n")[1:]):
            faults.append(f"{name} is not whole")
    return faults
