"""Counts what callers ask before it is answered."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from assistant.limiter import Limiter
from ui.addresses import Addresses
from ui.callers import CallerDep


def _limiter(request: Request) -> Limiter | None:
    return cast("Limiter | None", request.app.state.limiter)


def _address(request: Request) -> str:
    return cast(Addresses, request.app.state.addresses).of(request.scope)


LimiterDep = Annotated[Limiter | None, Depends(_limiter)]
AddressDep = Annotated[str, Depends(_address)]
"""The address that the request comes from; proxies that are listed do not count."""


def _question(caller: CallerDep, limiter: LimiterDep, address: AddressDep) -> None:
    if limiter is not None:
        limiter.question(caller, address)


def _call(caller: CallerDep, limiter: LimiterDep, address: AddressDep) -> None:
    if limiter is not None:
        limiter.call(caller, address)


CountedQuestion = Depends(_question)
"""For routes that answer questions: they may cost a model's money, so those of the widget have a budget."""
CountedCall = Depends(_call)
"""For routes that cost about as much as a search."""
