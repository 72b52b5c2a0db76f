"""What one check of the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """`WARNING`: it works, but not as well or as safely as it could, or something is to be expected."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and what to do about it; nothing where all is well."""

    check: str
    health: Health
    sentence: str
    remedy: str | None = None


def ok(check: str, sentence: str) -> Finding:
    return Finding(check, Health.OK, sentence)


def warning(check: str, sentence: str, remedy: str) -> Finding:
    return Finding(check, Health.WARNING, sentence, remedy)


def failed(check: str, sentence: str, remedy: str) -> Finding:
    return Finding(check, Health.FAILED, sentence, remedy)
