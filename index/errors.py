"""Errors of every folder, named by what the caller can do about them.

MissiondeskError
├── InvalidRequest        change the request
│   └── InvalidSetting    change a setting
├── NotFound              ask for something else
├── AccessDenied          use another credential
│   ├── CredentialNeeded  send a credential, or sign in
│   └── SessionExpired    ask for a new session
├── ItemRejected          this one item cannot be read; the rest can
├── LibraryUnusable       the data folder needs attention
│   ├── LibraryDamaged    restore, or start a new data folder
│   ├── LibraryForeign    point at another data folder
│   ├── StorageFull       make room on the disk
│   │   └── StorageLow    the same, before anything fails
│   └── ModelMismatch     run `missiondesk reindex`, or set the model back
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


class NotFound(MissiondeskError):
    code = "not_found"


class AccessDenied(MissiondeskError):
    code = "access_denied"


class CredentialNeeded(AccessDenied):
    code = "credential_needed"


class SessionExpired(AccessDenied):
    code = "session_expired"


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
