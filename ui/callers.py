"""Who is calling, and what the routes work with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.roles import Role
from assistant.saved_searches import SavedSearches
from assistant.widget_access import Sender
from index.errors import AccessDenied, SessionExpired
from ui.admission import Admission
from ui.credentials import admit, admitted_caller, sender_of
from ui.cross_origin import let_read
from ui.intake import Intake
from ui.request_log import remember_role

_bearer = HTTPBearer(
    auto_error=False,
    description="An access key, or a widget's session token. Without one, callers are staff while there are no keys.",
)


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


def _admission(request: Request) -> Admission:
    return cast(Admission, request.app.state.admission)


def _admitted_dialogue(request: Request) -> Dialogue:
    return cast(Dialogue, request.app.state.admitted_dialogue)


def _saved(assistant: Annotated[Assistant, Depends(_assistant)]) -> SavedSearches:
    return SavedSearches(assistant.index.library.engine)


AssistantDep = Annotated[Assistant, Depends(_assistant)]
AccessDep = Annotated[Access, Depends(_access)]
IntakeDep = Annotated[Intake, Depends(_intake)]
DialogueDep = Annotated[Dialogue, Depends(_dialogue)]
AdmittedDialogueDep = Annotated[Dialogue, Depends(_admitted_dialogue)]
"""For routes that are not admitted themselves: their questions count among those at work."""
SavedDep = Annotated[SavedSearches, Depends(_saved)]
FeedbackDep = Annotated[Feedback, Depends(_feedback)]
AdmissionDep = Annotated[Admission, Depends(_admission)]


def _sender(request: Request) -> Sender:
    return sender_of(request)


SenderDep = Annotated[Sender, Depends(_sender)]
"""The page that sends the request, as the browser says."""


def _caller(
    request: Request, access: AccessDep, sender: SenderDep,
    _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:  # fmt: skip
    caller = admitted_caller(request.scope) or admit(request, access).caller
    remember_role(request.scope, caller.role)
    if caller.site is not None:
        let_read(request, sender)
    return caller


CallerDep = Annotated[Caller, Depends(_caller)]
"""Anybody with a credential that is accepted; what they may see is `caller.scope`."""


def _at_least(role: Role, refusal: str) -> Callable[[Caller], Caller]:
    def checked(caller: CallerDep) -> Caller:
        if not caller.is_at_least(role):
            raise AccessDenied(refusal)
        return caller

    return checked


_researcher = _at_least("researcher", "This is for researchers and staff.")
_staff = _at_least("staff", "This is for staff.")
_admin = _at_least("admin", "This is for administrators.")

ResearcherDep = Annotated[Caller, Depends(_researcher)]
StaffDep = Annotated[Caller, Depends(_staff)]
AdminDep = Annotated[Caller, Depends(_admin)]
StaffOnly = Depends(_staff)
ResearchersOnly = Depends(_researcher)

Standing = Callable[[], None]


def _standing(request: Request, access: AccessDep, caller: CallerDep) -> Standing:
    def check() -> None:
        try:
            admit(request, access)
        except SessionExpired:
            # A visitor's quarter of an hour is the time to ask in; what is being answered may be read to its end.
            if caller.role != "widget":
                raise

    return check


StandingDep = Annotated[Standing, Depends(_standing)]
"""Call it while a request is at work for long: it raises as soon as the credential is no longer in force."""
