"""`missiondesk keys`: who may use the server beyond this machine."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from assistant.audit import Audit
from assistant.event import Action, Event
from assistant.keys import MOST_DAYS, Keys
from assistant.roles import KeyRole
from assistant.wiring import open_library
from ui.bodies.key import KeysBody, NewKeyBody
from ui.commands.actor import command_line_actor
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_keys, remark, say

keys = typer.Typer(help="Make, list and revoke access keys.", no_args_is_help=True, rich_markup_mode=None)


@keys.command("create")
def create(
    context: typer.Context,
    role: Annotated[
        KeyRole, typer.Option(help="admin: everything; staff: documents, too; researcher: ask, search and export.")
    ],
    name: Annotated[str, typer.Option(help="Whose it is, or what for: for the list of keys.")] = "",
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="Days until it ends.")] = 365,
    collection: Annotated[
        list[str] | None, typer.Option(help="Reads this collection only; may be given several times.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key, and print it: it cannot be shown again.

    With the first key, nobody can use the server any more without one.
    """
    collections = [readable(part) for part in collection] if collection else None
    with closing(open_library(settings_of(context))) as library:
        access_keys = Keys(library.engine)
        is_first = not access_keys.exist()
        made = access_keys.create(role, name=readable(name), days=days, collections=collections)
        event = Event(Action.KEY_CREATED, "key", made.key.id, {"role": role})
        Audit(library.engine).record(command_line_actor(), event)
    print_json(NewKeyBody.shown_once(made)) if as_json else say(made.secret)
    remark(f"Key {made.key.id} for {role}, until {made.key.expires_at:%Y-%m-%d}. Keep it now: it is not shown again.")
    if is_first:
        remark("It is the first: from now on all callers need a key or must sign in, this machine's own too.")


@keys.command("list")
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """List all keys that were made, without their secrets."""
    with closing(open_library(settings_of(context))) as library:
        body = KeysBody.of(Keys(library.engine).all())
    print_json(body) if as_json else print_keys(body)


@keys.command("revoke", no_args_is_help=True)
def revoke(
    context: typer.Context, key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it.")]
) -> None:
    """End a key at once, with all sessions that people signed in to with it."""
    with closing(open_library(settings_of(context))) as library:
        key = Keys(library.engine).revoke(readable(key_id))
        Audit(library.engine).record(command_line_actor(), Event(Action.KEY_REVOKED, "key", key.id))
    say(f"Revoked {key.id}.")
