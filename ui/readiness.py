"""Whether questions can be answered, by trying each part that an answer needs."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import anyio
from anyio import to_thread

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import MissiondeskError, ModelUnavailable
from ui.admission import Admission

FRESH_SECONDS = 2.0
"""How long a report is given out again, so that probes cannot load the machine."""
PATIENCE_SECONDS = 3.0
"""A part that takes longer counts as failed; what it is doing is not waited for."""
_CONNECT_SECONDS = 1.0
_OLLAMA = "http://127.0.0.1:11434"
_PORTS = {"http": 80, "https": 443}

_log = logging.getLogger("missiondesk.errors")


@dataclass(frozen=True, slots=True)
class Part:
    """`check` raises where the part fails; without one that is not `needed`, answers are poorer but still given."""

    name: str
    check: Callable[[], object]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """One part as it was found, and the milliseconds that took."""

    name: str
    ok: bool
    needed: bool
    ms: float


class Readiness:
    """Tries its parts, one after the other, at most every `FRESH_SECONDS`."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._trying = anyio.Lock()
        self._threads = anyio.CapacityLimiter(2 * len(parts))
        self._report: list[Checked] = []
        self._until = 0.0

    async def report(self) -> list[Checked]:
        async with self._trying:
            if time.monotonic() >= self._until:
                self._report = [await self._tried(part) for part in self._parts]
                self._until = time.monotonic() + FRESH_SECONDS
            return self._report

    async def _tried(self, part: Part) -> Checked:
        started = time.perf_counter()
        ok = False
        reason = f"no answer within {PATIENCE_SECONDS:g} s"
        with anyio.move_on_after(PATIENCE_SECONDS):
            try:
                await to_thread.run_sync(part.check, limiter=self._threads, abandon_on_cancel=True)
                ok = True
            except MissiondeskError as error:
                reason = error.message
            except OSError as error:
                reason = str(error)
        if not ok:
            _log.warning("not ready", extra={"part": part.name, "reason": reason})
        return Checked(part.name, ok, part.needed, round(1000 * (time.perf_counter() - started), 1))


def open_readiness(assistant: Assistant, admission: Admission, settings: Settings) -> Readiness:
    """All that an answer needs, and what makes it better."""
    parts = [
        Part("accepting", admission.check),
        # Looked up at each try: an assistant may fail as a whole.
        Part("library", lambda: assistant.index.library.check_writable()),
        Part("engines", lambda: assistant.index.check()),
        Part("embedder", lambda: assistant.index.embedder.embed_query("ready")),
        Part("disk", lambda: assistant.index.library.check_space(), needed=False),
    ]
    return Readiness([*parts, *_vectors_part(assistant, settings), *chat_part(settings)])


def _vectors_part(assistant: Assistant, settings: Settings) -> list[Part]:
    """Whether the server of the vectors can be used, where one is set; without it words are searched."""
    return [Part("vectors", lambda: _check_vectors(assistant), needed=False)] if settings.vectors_url else []


def _check_vectors(assistant: Assistant) -> None:
    if (server := assistant.index.vector_server) is not None:
        server.check()


def chat_part(settings: Settings) -> list[Part]:
    """Whether the chat model can be reached, where the settings tell its address; without it answers are verbatim."""
    address = _chat_address(settings)
    return [Part("chat_model", lambda: _connect(*address), needed=False)] if address is not None else []


def _chat_address(settings: Settings) -> tuple[str, int] | None:
    """Where the chat model listens, as far as the settings tell."""
    if settings.chat_model == "none":
        return None
    url = settings.chat_base_url or (_OLLAMA if settings.chat_model.startswith("ollama:") else None)
    parts = urlsplit(url or "")
    if not parts.hostname:
        return None
    return parts.hostname, parts.port or _PORTS.get(parts.scheme, 443)


def _connect(host: str, port: int) -> None:
    try:
        socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        raise ModelUnavailable(f"The chat model cannot be reached: {error}.") from error
