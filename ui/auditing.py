"""Whose doing a request is, and where that is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from assistant.audit import Audit
from assistant.event import UNKNOWN, Actor
from assistant.sign_ins import SignIn
from ui.callers import AssistantDep, CallerDep
from ui.request_log import log_id_of


def _audit(assistant: AssistantDep) -> Audit:
    return Audit(assistant.index.library.engine)


def _actor(request: Request, caller: CallerDep) -> Actor:
    return Actor(caller.owner, caller.role, log_id_of(request.scope))


def signing_in(request: Request, session: SignIn) -> Actor:
    """Whoever begins or ends a session."""
    return Actor(session.owner, session.role, log_id_of(request.scope))


def unknown(request: Request) -> Actor:
    """Whoever was refused before it was known who it is."""
    return Actor(UNKNOWN, None, log_id_of(request.scope))


AuditDep = Annotated[Audit, Depends(_audit)]
ActorDep = Annotated[Actor, Depends(_actor)]
