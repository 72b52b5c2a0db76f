"""The help page: what the widget does, for browsers that run no script."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import HTMLResponse

from assistant.answer import Answer
from assistant.budget import BUDGET_SPENT
from assistant.contact import Contact
from assistant.messages import languages
from assistant.question import MAX_QUESTION
from assistant.site_texts import SiteTexts
from index.errors import ForeignOrigin, InvalidRequest, MissiondeskError, TooManyRequests
from ui.languages import language_name
from ui.page import render_page_in
from ui.problems import problem_of
from ui.widget.texts import own_words

_EXIT = "https://www.wikipedia.org/"
"""Where somebody is taken who must leave at once: a page that says nothing about this one."""
_LONG_WAIT_SECONDS = 3600
"""From here on people are told to come back tomorrow, whatever has refused them."""


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What is shown: an answer, or the key of the text that says what is wrong, or neither before the first question.

    `session` and `conversation` are carried by the form; without a `site_id` there is no form.
    """

    site_id: str
    language: str
    contacts: tuple[Contact, ...]
    texts: tuple[SiteTexts, ...] = ()
    answer: Answer | None = None
    session: str = ""
    conversation: str = ""
    question: str = ""
    problem: str | None = None


def render_help(request: Request, page: HelpPage, error: MissiondeskError | None = None) -> HTMLResponse:
    """The page; after an `error` with its status, and the wait that it asks for."""
    response = render_page_in(
        page.language, request, "help.html", problem_of(error).status if error else 200,
        site_id=page.site_id, own=own_words(page.texts, page.language), contacts=page.contacts,
        answer=page.answer, session=page.session,
        conversation=page.conversation, question=page.question, problem=page.problem or (error and _problem(error)),
        longest=MAX_QUESTION, exit=_EXIT, dialled=_dialled,
        languages=[(code, language_name(code, code)) for code in languages()],
    )  # fmt: skip
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _dialled(phone: str) -> str:
    """A telephone number as a link takes it."""
    return re.sub(r"[^+\d]", "", phone)


def _problem(error: MissiondeskError) -> str:
    match error:
        case TooManyRequests():
            over = error.code == BUDGET_SPENT or error.retry_after > _LONG_WAIT_SECONDS
            return "widget_tomorrow" if over else "widget_busy"
        case ForeignOrigin():
            return "widget_refused"
        case InvalidRequest():
            return "page_error_invalid"
    return "page_error_unavailable"
