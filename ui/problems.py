"""One table: what each error means to a program that calls, over HTTP or from the shell."""

from __future__ import annotations

from dataclasses import dataclass

from index.errors import (
    AccessDenied,
    CredentialNeeded,
    InvalidRequest,
    ItemRejected,
    LibraryUnusable,
    MissiondeskError,
    ModelUnavailable,
    NotFound,
    Outdated,
    SessionExpired,
    Stopping,
    StorageFull,
    StorageLow,
    TooBusy,
    TooManyRequests,
)

EXIT_SOME_FAILED = 1
EXIT_WRONG_USE = 2


class CredentialRefused(AccessDenied):
    """The credential itself is not accepted, as opposed to one that does not reach far enough."""

    code = "credential_refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """The HTTP status, the exit code and the title of a family of errors.

    `told` says whether the error's own sentence may leave the server: those about the data folder name paths.
    """

    status: int
    exit_code: int
    title: str
    told: bool = True


_PROBLEMS: dict[type[MissiondeskError], Problem] = {
    InvalidRequest: Problem(422, EXIT_WRONG_USE, "Request not understood"),
    NotFound: Problem(404, EXIT_SOME_FAILED, "Not found"),
    CredentialNeeded: Problem(401, EXIT_WRONG_USE, "Credential needed"),
    SessionExpired: Problem(401, EXIT_WRONG_USE, "Session expired"),
    CredentialRefused: Problem(401, EXIT_WRONG_USE, "Credential not accepted"),
    Stopping: Problem(503, EXIT_SOME_FAILED, "Being stopped"),
    TooBusy: Problem(429, EXIT_SOME_FAILED, "Too many questions"),
    TooManyRequests: Problem(429, EXIT_SOME_FAILED, "Too many requests"),
    AccessDenied: Problem(403, EXIT_WRONG_USE, "Not allowed"),
    Outdated: Problem(412, EXIT_SOME_FAILED, "Changed meanwhile"),
    ItemRejected: Problem(422, EXIT_SOME_FAILED, "Item rejected"),
    StorageLow: Problem(507, EXIT_WRONG_USE, "Little room left"),
    StorageFull: Problem(507, EXIT_WRONG_USE, "No room left", told=False),
    LibraryUnusable: Problem(503, EXIT_WRONG_USE, "Library unusable", told=False),
    ModelUnavailable: Problem(503, EXIT_WRONG_USE, "Model unavailable", told=False),
    MissiondeskError: Problem(500, EXIT_WRONG_USE, "Failed", told=False),
}


def problem_of(error: MissiondeskError) -> Problem:
    """The entry of the nearest class among the error's ancestors."""
    return next(_PROBLEMS[kind] for kind in type(error).__mro__ if kind in _PROBLEMS)
