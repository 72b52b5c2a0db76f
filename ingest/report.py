"""What an ingest did, item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.errors import ItemRejected

ItemStatus = Literal["added", "updated", "unchanged", "removed", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One file or page: `error` says why it failed, or is missing, and is None otherwise; `document_id` is None for a
    failure.

    `missing` is a document that is gone from where it was and that the library still holds, `removed` one that was
    taken out for that reason.
    """

    uri: str
    status: ItemStatus
    document_id: str | None
    error: ItemRejected | None = None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """All items in the order they were found."""

    items: tuple[ItemResult, ...]

    @property
    def added(self) -> int:
        return self._count("added")

    @property
    def updated(self) -> int:
        return self._count("updated")

    @property
    def unchanged(self) -> int:
        return self._count("unchanged")

    @property
    def removed(self) -> int:
        return self._count("removed")

    @property
    def failed(self) -> int:
        return self._count("failed")

    @property
    def missing(self) -> int:
        return self._count("missing")

    def _count(self, status: ItemStatus) -> int:
        return sum(item.status == status for item in self.items)
