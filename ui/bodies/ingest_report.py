"""What became of the files and pages given to `ingest`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class ItemErrorBody(BaseModel):
    """Why an item was not taken in: a stable code, and a sentence for people."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    message: str


class ItemBody(BaseModel):
    """One file or page."""

    model_config = ConfigDict(from_attributes=True)

    uri: str
    status: Literal["added", "updated", "unchanged", "removed", "missing", "failed"]
    document_id: str | None
    error: ItemErrorBody | None


class IngestReportBody(BaseModel):
    """Counts, and every item in the order it was read.

    `missing` counts documents that are gone from where they were and stay, `removed` those that were taken out then.
    """

    model_config = ConfigDict(from_attributes=True)

    added: int
    updated: int
    unchanged: int
    removed: int
    missing: int
    failed: int
    items: list[ItemBody]
