"""What became of the files and pages given to `ingest`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


def _is_none(count: int) -> bool:
    return count == 0


class ItemErrorBody(BaseModel):
    """Why an item was not taken in: a stable code, and a sentence for people."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    message: str


class ItemBody(BaseModel):
    """One file or page."""

    model_config = ConfigDict(from_attributes=True)

    uri: str
    status: Literal["added", "updated", "unchanged", "failed", "missing", "removed"]
    document_id: str | None
    error: ItemErrorBody | None


class IngestReportBody(BaseModel):
    """Counts, and every item in the order it was read.

    `missing` and `removed` count documents whose file has left its folder; they are there only when there are any.
    """

    model_config = ConfigDict(from_attributes=True)

    added: int
    updated: int
    unchanged: int
    failed: int
    missing: int = Field(0, exclude_if=_is_none)
    removed: int = Field(0, exclude_if=_is_none)
    items: list[ItemBody]
