"""Who is calling, and what the routes work with."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from index.errors import AccessDenied, SessionExpired
from ui.intake import Intake
from ui.problems import CredentialRefused

_bearer = HTTPBearer(auto_error=False, description="A widget's session token. Callers without one count as staff.")


def _assistant(request: Request) -> Assistant:
    return cast(Assistant, request.app.state.assistant)


def _access(request: Request) -> Access:
    return cast(Access, request.app.state.access)


def _intake(request: Request) -> Intake:
    return cast(Intake, request.app.state.intake)


def _dialogue(request: Request) -> Dialogue:
    return cast(Dialogue, request.app.state.dialogue)


def _feedback(request: Request) -> Feedback:
    return cast(Feedback, request.app.state.feedback)


AssistantDep = Annotated[Assistant, Depends(_assistant)]
AccessDep = Annotated[Access, Depends(_access)]
IntakeDep = Annotated[Intake, Depends(_intake)]
DialogueDep = Annotated[Dialogue, Depends(_dialogue)]
FeedbackDep = Annotated[Feedback, Depends(_feedback)]


def _caller(
    request: Request, access: AccessDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    if credentials is None and "authorization" in request.headers:
        raise CredentialRefused("The Authorization header holds no bearer token.")
    try:
        return access.caller(credentials.credentials if credentials else None)
    except SessionExpired:
        raise
    except AccessDenied as error:
        raise CredentialRefused(error.message) from error


CallerDep = Annotated[Caller, Depends(_caller)]
"""Anybody with a credential that is accepted; what they may see is `caller.scope`."""


def _staff(caller: CallerDep) -> Caller:
    if caller.role != "staff":
        raise AccessDenied("This is for staff.")
    return caller


StaffDep = Annotated[Caller, Depends(_staff)]
StaffOnly = Depends(_staff)
