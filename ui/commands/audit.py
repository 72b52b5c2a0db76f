"""`missiondesk audit`."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import datetime
from typing import Annotated

import typer

from assistant.audit import Wanted
from assistant.wiring import open_audit, open_library
from ui.bodies.audit import AuditBody, EntryBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, remark, say

_TIMES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def audit(
    context: typer.Context,
    since: Annotated[
        datetime | None, typer.Option(formats=_TIMES, help="Only entries from this time on, in this machine's zone.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Only what this one did, such as key:4f1c0d5b or cli:anna.")] = None,
    action: Annotated[
        str | None, typer.Option(help="Only this action, such as document.removed, or all of `document`.")
    ] = None,
    document: Annotated[
        str | None, typer.Option("--object", help="Only what was done to the object of this id.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most entries that are shown.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show who uploaded, relabelled, removed and exported what, newest first.

    An entry is kept for the days of the setting audit_days. No question and no document's text is in it.
    """
    wanted = Wanted(since, *(None if value is None else readable(value) for value in (actor, action, document)))
    settings = settings_of(context)
    with closing(open_library(settings)) as library:
        body = AuditBody.of(open_audit(settings, library).newest(limit + 1, wanted), limit)
    if as_json:
        print_json(body)
        return
    for entry in body.entries:
        say(_line(entry))
    if body.next_cursor is not None:
        remark(f"Only the last {limit} entries are shown (--limit).")


def _line(entry: EntryBody) -> str:
    """Tab-separated: time, actor, action, object, and the detail as JSON."""
    named = f"{entry.kind}:{entry.object_id}" if entry.object_id else entry.kind
    detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
    return "\t".join((entry.at.isoformat(timespec="seconds"), entry.actor, entry.action, named, detail)).rstrip()
