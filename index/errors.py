"""Errors of every folder, named by what the caller can do about them.

MissiondeskError
├── InvalidRequest        change the request
│   ├── InvalidSetting    change a setting
│   └── BackupUnusable    use another backup
├── NotFound              ask for something else
├── AccessDenied          use another credential
│   ├── CredentialNeeded  send a credential, or sign in
│   ├── ForeignOrigin     ask from a page of the site
│   └── SessionExpired    ask for a new session
├── TooManyRequests       try again after `retry_after` seconds
│   └── TooBusy           the same: nothing is wrong with the request but its moment
│       └── Stopping      the same: this process is about to end
├── Outdated              read again what is to be changed
├── ItemRejected          this one item cannot be read; the rest can
├── LibraryUnusable       the data folder needs attention
│   ├── LibraryDamaged    restore, or start a new data folder
│   ├── LibraryForeign    point at another data folder
│   ├── StorageFull       make room on the disk
│   │   └── StorageLow    the same, before anything fails
│   └── ModelMismatch     run `missiondesk reindex`, or set the model back
├── VectorsUnavailable    search by words meanwhile; start the vector server
│   ├── VectorsForeign    use a server of a version that is known
│   └── VectorsMissing    let a new generation be built
└── ModelUnavailable      install, or name, another model
"""


class MissiondeskError(Exception):
    """Base of all errors that carry a sentence for the person who reads it.

    `code` is stable and part of the JSON contract; the message is for people.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class InvalidRequest(MissiondeskError):
    code = "invalid_request"


class InvalidSetting(InvalidRequest):
    code = "invalid_setting"


class BackupUnusable(InvalidRequest):
    code = "backup_unusable"


class NotFound(MissiondeskError):
    code = "not_found"


class AccessDenied(MissiondeskError):
    code = "access_denied"


class CredentialNeeded(AccessDenied):
    code = "credential_needed"


class SessionExpired(AccessDenied):
    code = "session_expired"


class ForeignOrigin(AccessDenied):
    """The page that asks is not one of the site's, or the site is not known: which of them is not told."""

    code = "foreign_origin"


class TooManyRequests(MissiondeskError):
    """`retry_after` is in seconds."""

    code = "too_many_requests"

    def __init__(self, message: str, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class TooBusy(TooManyRequests):
    code = "too_busy"


class Stopping(TooBusy):
    code = "stopping"


class Outdated(MissiondeskError):
    """Something has changed since the caller read it."""

    code = "changed_meanwhile"


class ItemRejected(MissiondeskError):
    """One file or page that cannot be ingested; `code` says why (e.g. `encrypted`, `empty`, `unsupported`)."""

    code = "rejected"


class LibraryUnusable(MissiondeskError):
    code = "library_unusable"


class LibraryDamaged(LibraryUnusable):
    code = "library_damaged"


class LibraryForeign(LibraryUnusable):
    code = "library_foreign"


class StorageFull(LibraryUnusable):
    code = "storage_full"


class StorageLow(StorageFull):
    code = "storage_low"


class ModelMismatch(LibraryUnusable):
    code = "model_mismatch"


class ModelUnavailable(MissiondeskError):
    code = "model_unavailable"


class VectorsUnavailable(MissiondeskError):
    """The server that keeps the vectors cannot be used now; the library and its words can."""

    code = "vectors_unavailable"


class VectorsForeign(VectorsUnavailable):
    """What answers there is no server of this kind, or of another version."""

    code = "vectors_foreign"


class VectorsMissing(VectorsUnavailable):
    """The server works, but does not hold what was put there."""

    code = "vectors_missing"
