"""What signing in with an organisation's own accounts needs of whoever provides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request

from assistant.roles import KeyRole
from index.errors import MissiondeskError


class ProviderFailed(MissiondeskError):
    """The provider cannot be reached, or what it or the browser brought is not to be believed."""

    code = "provider_failed"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody whom the provider has named; no role: this service is not for them."""

    owner: str
    role: KeyRole | None


@dataclass(frozen=True, slots=True)
class Departure:
    """The address at the provider to send a browser to, and what the browser must bring back."""

    url: str
    state: Mapping[str, Any]


class Provider(Protocol):
    """Names the person at a browser, whom it sends there and back."""

    async def leave(self, return_to: str) -> Departure:
        """Raises `ProviderFailed`."""
        ...

    async def arrive(self, request: Request, state: Mapping[str, Any]) -> Account:
        """Who has come back with this request. Raises `ProviderFailed`."""
        ...
