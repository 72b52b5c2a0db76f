"""Why something failed, in the reader's language."""

from __future__ import annotations

import logging

from assistant.messages import keys, message
from index.errors import AccessDenied, MissiondeskError, NotFound, Outdated, StorageFull
from ui.chat.escaping import escape
from ui.problems import problem_of

_log = logging.getLogger("missiondesk.errors")
_PREFIX = "library_fault_"
REFUSALS = ("loose_sidecar", "duplicate_name", "wrong_file_count", "storage_low", "access_denied", "body_too_large")
"""Codes with which an upload is refused as a whole, and which have a text."""


def reason_text(code: str, language: str) -> str:
    """What is wrong with a file, or with a whole job; what has no text of its own is told in general."""
    key = f"{_PREFIX}{code}"
    return message(key if key in keys() else f"{_PREFIX}other", language)


def reason_html(error: MissiondeskError, language: str) -> str:
    """The reason, and below it the exact one, which may name a row or a limit and is in English."""
    said = f"<span>{escape(reason_text(error.code, language))}</span>"
    if not error.message:
        return said
    detail = escape(message("library_detail", language))
    return f'{said} <span class="md-lib-detail">{detail} <q lang="en" dir="ltr">{escape(error.message)}</q></span>'


def refusals(language: str) -> dict[str, str]:
    """By code, what the page says of an upload that is refused as a whole."""
    return {code: reason_text(code, language) for code in (*REFUSALS, "other")}


def failure_text(error: MissiondeskError, language: str) -> str:
    """Why a change was not made. The sentence of an error that may name paths goes to the log."""
    match error:
        case Outdated():
            return message("library_changed", language)
        case NotFound():
            return message("page_error_not_found", language)
        case StorageFull():
            return reason_text("storage_low", language)
        case AccessDenied():
            return reason_text("access_denied", language)
    if not problem_of(error).told:
        _log.error("problem", extra={"code": error.code, "reason": error.message})
        return message("page_error_unavailable", language)
    return message("page_error_invalid", language)
