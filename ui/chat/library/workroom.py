"""What the library tab works with, and who may work there."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from assistant.access import Caller
from assistant.assistant import Assistant
from assistant.event import Actor
from index.errors import AccessDenied, CredentialNeeded
from ui.chat.events import CallerOf
from ui.chat.wishes import wishes_of
from ui.intake import Intake
from ui.request_log import log_id_of


@dataclass(frozen=True, slots=True)
class Curator:
    """Somebody who may change the library: what they may see, who the audit says it was, and the page's language."""

    caller: Caller
    actor: Actor
    language: str


@dataclass(frozen=True, slots=True)
class Workroom:
    """`caller_of` tells who has sent an event, as their credential says now."""

    assistant: Assistant
    intake: Intake
    caller_of: CallerOf

    def curator(self, request: gr.Request) -> Curator:
        """Whoever has sent an event of the tab. Raises `AccessDenied` for those who may not change documents.

        A page's events are addresses like any other: that somebody was shown no tab keeps nobody from calling them.
        """
        caller = self.caller_of(request)
        if not caller.is_at_least("staff"):
            raise AccessDenied("This is for staff.")
        if request.request is None:
            raise CredentialNeeded("This event of the chat's page belongs to no request.")
        log_id = log_id_of(request.request.scope)
        return Curator(caller, Actor(caller.owner, caller.role, log_id), wishes_of(request).language)

    def is_for(self, request: gr.Request) -> bool:
        """Whether whoever has opened the page may see the tab."""
        return self.caller_of(request).is_at_least("staff")
