"""Looks for what nobody outside may know in every byte that a server sends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from eval.leak_documents import MARK

_CANARY = re.compile(f"{MARK}[0-9a-f]+".encode(), re.IGNORECASE)


@dataclass(slots=True)
class Findings:
    """Counts, by route, of the responses looked at and of their statuses; `leaks` names what was found where."""

    internal: Sequence[str]
    responses: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    canaries: int = 0
    ids: int = 0
    leaks: list[str] = field(default_factory=list)

    def look(self, route: str, response: httpx.Response, named: str = "") -> httpx.Response:
        """Count in head and body; an id that the request itself `named` tells nothing new."""
        self.responses[route] += 1
        self.statuses[response.status_code] += 1
        sent = b"\n".join(name + b": " + value for name, value in response.headers.raw) + b"\n" + response.content
        # JSON may hide letters behind escapes, but none of these: canaries and ids are plain letters and digits.
        canaries = _CANARY.findall(sent)
        text = sent.decode("utf-8", "replace")
        ids = [id_ for id_ in self.internal if id_ != named and id_ in text]
        self.canaries += len(canaries)
        self.ids += len(ids)
        if canaries or ids:
            self.leaks.append(f"{route}: {[canary.decode() for canary in canaries[:3]]} {ids[:3]}")
        return response
