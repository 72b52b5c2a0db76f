"""`python -m eval widgets`: this help widget beside others, all loaded in one browser run."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import load_settings
from assistant.sites import Sites
from assistant.wiring import open_assistant
from eval.chromium import chromium
from eval.report import HtmlFile, JsonFile, Report, publish
from eval.server_process import ServerProcess, server_process
from eval.widget_host import served_pages, served_widgets
from eval.widget_packages import fetch_package
from eval.widget_peers import PEERS, QUOTE, SOURCE, Peer
from eval.widget_table import as_markdown, table_of
from eval.widget_visit import Seen, Ways, look_at
from index.document import Audience
from ingest.pipeline import ingest

_DOCUMENT = (
    "Opening hours in Calderra\n\nThe office in Calderra opens at nine on every working day.\n\n"
    "Bring your passport and two photographs."
)
_SENTENCE = "The office in Calderra opens at nine on every working day."
_QUESTION = "When does the office in Calderra open?"
OWN = Peer(
    "missiondesk", None, '<script src="{api}/widget.js" data-site="{site}" async></script>', "",
    "missiondesk-help .launch", "missiondesk-help .ask textarea", _SENTENCE,
)  # fmt: skip


def command(
    out: Annotated[Path | None, typer.Option(help="Also write the table as Markdown to this file.")] = None,
    anythingllm: Annotated[
        Path | None, typer.Option(help="Folder with anythingllm-chat-widget.min.js and .css: not in the npm registry.")
    ] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Load every widget in Chromium; the others come from the npm registry, into a folder that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="missiondesk-widgets-") as folder:
        files = {peer.name: _files(peer, Path(folder), anythingllm) for peer in PEERS}
        found = _compared(Path(folder), {name: path for name, path in files.items() if path is not None})
    missing = [name for name, path in files.items() if path is None]
    table = table_of(found)
    figures = {name: dataclasses.asdict(seen) | {"foreign": sorted(seen.foreign)} for name, seen in found.items()}
    publish(Report("Help widgets", [table], {"widgets": figures, "not_loaded": missing}), json_file, html_file)
    for name in missing:
        print(f"Not loaded: {name}, whose files are not in the npm registry (--anythingllm FOLDER).")
    if out:
        out.write_text(as_markdown(table, found, missing, datetime.now(UTC).date()), encoding="utf-8")


def _files(peer: Peer, folder: Path, given: Path | None) -> Path | None:
    return fetch_package(peer.package, folder / "packages" / _slug(peer)) if peer.package else given


def _compared(folder: Path, files: Mapping[str, Path]) -> dict[str, Seen]:
    peers = [peer for peer in PEERS if peer.name in files]
    pages: dict[str, tuple[str, str, str]] = {}
    folders = {_slug(peer): files[peer.name] for peer in peers}
    with served_pages(pages) as site, served_widgets(folders) as api, _own_server(folder / "own", site) as own:
        server, site_id = own
        for peer in peers:
            pages |= _pages(peer, site, api, f"{api}/{_slug(peer)}")
        pages |= _pages(OWN, site, server.address, server.address, site_id)
        with chromium() as browser:
            found = {OWN.name: look_at(browser, OWN, _ways(OWN, site, server.address, _QUESTION, _SENTENCE))}
            for peer in peers:
                found[peer.name] = look_at(browser, peer, _ways(peer, site, api, _QUESTION, QUOTE))
        return found


@contextmanager
def _own_server(folder: Path, site: str) -> Iterator[tuple[ServerProcess, str]]:
    """A real server over one public document, whose widget may stand on the pages of `site`; and the site's id."""
    folder.mkdir()
    (folder / "hours.txt").write_text(_DOCUMENT, encoding="utf-8")
    assistant = open_assistant(load_settings(data_dir=folder / "data"))
    try:
        index = assistant.index
        ingest([str(folder / "hours.txt")], lambda: index, index.library, audience=Audience.PUBLIC)
        site_id = Sites(index.library.engine).add([site]).id
    finally:
        assistant.index.close()
    with server_process(folder, "") as server:
        yield server, site_id


def _pages(peer: Peer, site: str, api: str, files: str, site_id: str = "") -> dict[str, tuple[str, str, str]]:
    """The site's pages with this widget on them: plain, Arabic, and under a strict policy."""
    name = _slug(peer)
    given = {"files": files, "api": api, "site": site_id}
    embedding = f'<script type="module" src="/{name}/embed.js"></script>' if peer.script else ""
    body = f"<main><h1>A site</h1><p>Text.</p></main>\n{peer.markup.format(**given)}\n{embedding}"
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    english = f'<!doctype html><html lang="en"><head>{head}<title>A site</title></head><body>{body}</body></html>'
    arabic = english.replace('<html lang="en">', '<html lang="ar" dir="rtl">')
    # All that can be granted without `unsafe-…`.
    policy = (
        f"default-src 'none'; script-src {site} {api}; connect-src {api}; style-src {api}; img-src {api} data:; "
        f"font-src {api}"
    )
    return {
        f"/{name}/embed.js": ("text/javascript", "", peer.script.format(**given)),
        f"/{name}/plain": ("text/html", "", english),
        f"/{name}/arabic": ("text/html", "", arabic),
        f"/{name}/strict": ("text/html", policy, english),
    }


def _ways(peer: Peer, site: str, api: str, question: str, quote: str) -> Ways:
    name = _slug(peer)
    source = f"{api}/documents/" if peer is OWN else SOURCE
    return Ways(
        f"{site}/{name}/plain", f"{site}/{name}/arabic", f"{site}/{name}/strict", (site, api), question, quote,
        ("Opening hours", "opening-hours"), source,
    )  # fmt: skip


def _slug(peer: Peer) -> str:
    return "".join(letter for letter in peer.name.lower() if letter.isalnum())
