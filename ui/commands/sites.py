"""`missiondesk sites add`, `list`, `set` and `remove`: the public websites that embed the help widget."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError

from assistant.audit import Audit
from assistant.contact import Contact
from assistant.event import Action, Event
from assistant.site_texts import SiteTexts
from assistant.sites import CONTACTS, TEXTS, Sites
from assistant.wiring import open_library
from index.errors import InvalidRequest
from index.library import Library
from ui.bodies.site import SitesBody
from ui.commands.actor import command_line_actor
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_json, print_sites, remark, say
from ui.widget.snippet import server_address, snippet

app = typer.Typer(help="The public websites that embed the help widget.", no_args_is_help=True, rich_markup_mode=None)

_Value = TypeVar("_Value")

_Name = Annotated[str | None, typer.Option("--name", help="What the site is called here (default: its first origin).")]
_Daily = Annotated[int | None, typer.Option("--daily", min=0, help="Questions a day (default: as by setting).")]
_Contacts = Annotated[
    Path | None,
    typer.Option("--contacts", exists=True, dir_okay=False, help="JSON file with a list of contacts, as in settings."),
]  # fmt: skip
_Texts = Annotated[
    Path | None,
    typer.Option(
        "--texts", exists=True, dir_okay=False, help="JSON file with the site's own words: a list, one a language."
    ),
]  # fmt: skip
_Id = Annotated[str, typer.Argument(metavar="ID", help="As `sites list` shows it.")]


@app.command(no_args_is_help=True)
def add(
    context: typer.Context,
    origins: Annotated[list[str], typer.Argument(metavar="ORIGIN...", help="Such as https://example.org.")],
    name: _Name = None,
    daily: _Daily = None,
    contacts: _Contacts = None,
    texts: _Texts = None,
) -> None:
    """Add a site, and print the line that its pages embed the widget with.

    Scheme, host and port must be exactly those of the site's pages: www.example.org is another origin.
    """
    settings = settings_of(context)
    listed = [readable(origin) for origin in origins]
    with closing(open_library(settings)) as library:
        site = Sites(library.engine).add(
            listed, name=readable(name or ""), contacts=_contacts(contacts) or (), daily_budget=daily,
            texts=_texts(texts) or (),
        )  # fmt: skip
        _record(library, Action.SITE_CREATED, site.id)
    say(site.id)
    say(snippet(site.id, server_address(settings)))
    if settings.public_url is None:
        remark("The setting public_url is not set: put the server's public address into this line.")


@app.command("list")
def list_sites(context: typer.Context, as_json: AsJson = False) -> None:
    """List the sites with their origins."""
    with closing(open_library(settings_of(context))) as library:
        body = SitesBody.of(Sites(library.engine).all())
    print_json(body) if as_json else print_sites(body)


@app.command("set", no_args_is_help=True)
def change(
    context: typer.Context,
    site_id: _Id,
    origins: Annotated[
        list[str] | None, typer.Option("--origin", help="Replace the origins; give it once for each of them.")
    ] = None,
    no_origins: Annotated[
        bool, typer.Option("--no-origins", help="Let nobody embed the widget for the time being.")
    ] = False,
    name: _Name = None,
    daily: _Daily = None,
    contacts: _Contacts = None,
    texts: _Texts = None,
) -> None:
    """Change what is given of a site, and leave the rest.

    In force at once, for running sessions too.
    """
    if origins and no_origins:
        raise InvalidRequest("Give --origin or --no-origins, not both.")
    listed = [readable(origin) for origin in origins] if origins else [] if no_origins else None
    named = readable(name) if name is not None else None
    with closing(open_library(settings_of(context))) as library:
        Sites(library.engine).change(
            readable(site_id), origins=listed, name=named, contacts=_contacts(contacts), daily_budget=daily,
            texts=_texts(texts),
        )  # fmt: skip
        _record(library, Action.SITE_CHANGED, site_id)
    say(f"Changed {site_id}.")


@app.command(no_args_is_help=True)
def remove(context: typer.Context, site_id: _Id) -> None:
    """Remove a site: its pages, and sessions begun there, are answered no more."""
    with closing(open_library(settings_of(context))) as library:
        Sites(library.engine).remove(readable(site_id))
        _record(library, Action.SITE_REMOVED, site_id)
    say(f"Removed {site_id}.")


def _record(library: Library, action: Action, site_id: str) -> None:
    Audit(library.engine).record(command_line_actor(), Event(action, "site", site_id))


def _contacts(path: Path | None) -> tuple[Contact, ...] | None:
    return _read(path, CONTACTS, "contacts")


def _texts(path: Path | None) -> tuple[SiteTexts, ...] | None:
    return _read(path, TEXTS, "texts")


def _read(path: Path | None, adapter: TypeAdapter[_Value], what: str) -> _Value | None:
    """What the file holds; None without one. Raises `InvalidRequest`."""
    if path is None:
        return None
    try:
        return adapter.validate_json(path.read_bytes())
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise InvalidRequest(f"{path} holds no list of {what}: {faults}.") from error
