"""What the audit keeps of a run of `missiondesk ingest`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.audit import Audit
from assistant.event import Action, Actor, Event, Value
from index.document import Audience
from index.library import Library
from ingest.report import IngestReport
from ui.commands.actor import command_line_actor


@dataclass(frozen=True, slots=True)
class IngestAudit:
    """Each run has an entry before it, so that one which was killed is seen, and one after it with its counts."""

    audit: Audit
    actor: Actor
    labels: dict[str, Value]

    @classmethod
    def begin(cls, library: Library, paths: Sequence[str], audience: Audience, collection: str) -> IngestAudit:
        labels: dict[str, Value] = {"audience": audience.value, "collection": collection}
        begun = cls(Audit(library.engine), command_line_actor(), labels)
        shown = tuple(path.encode("utf-8", "replace").decode() for path in paths)
        begun.audit.record(begun.actor, Event(Action.INGEST_BEGUN, "library", None, {**labels, "paths": shown}))
        return begun

    def end(self, report: IngestReport) -> None:
        """Keep what came of it; a document that was removed because it is gone has an entry of its own."""
        for item in report.items:
            if item.status == "removed":
                removed: dict[str, Value] = {"uri": item.uri, "pruned": True}
                self.audit.record(self.actor, Event(Action.DOCUMENT_REMOVED, "document", item.document_id, removed))
        counts: dict[str, Value] = {
            name: getattr(report, name) for name in ("added", "updated", "unchanged", "removed", "failed")
        }
        self.audit.record(self.actor, Event(Action.INGEST_ENDED, "library", None, {**self.labels, **counts}))
