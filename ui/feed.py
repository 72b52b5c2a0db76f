"""What a search's feed tells: the documents among its best passages, the newest first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import Request, Response

from assistant.assistant import Assistant
from assistant.messages import message
from index.arrivals import arrivals
from index.hit import Hit
from index.scope import Scope
from ui.bodies.search import BY_SCORE
from ui.entity_tag import tagged
from ui.excerpt import excerpt
from ui.exports.atom import MEDIA_TYPE, Feed, FeedEntry, atom
from ui.search_state import SearchState
from ui.sorting import SORTED, sorted_search

MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A search whose feed is asked for; `begun` is when it was saved, or the library's oldest time."""

    id: str
    title: str
    state: SearchState
    scope: Scope
    language: str
    begun: datetime


def feed_response(request: Request, assistant: Assistant, asked: Asked, server: str) -> Response:
    """The feed, or nothing where the reader has it already. Raises `InvalidRequest`."""
    feed = search_feed(assistant, asked, server)
    return tagged(request, atom(feed), MEDIA_TYPE, modified=feed.updated)


def search_feed(assistant: Assistant, asked: Asked, server: str) -> Feed:
    """Each document once, by its best passage. Every passage has some rank, so only the best of them count."""
    state = asked.state
    found = sorted_search(assistant, state.q, BY_SCORE, asked.scope, state.filters(), SORTED)
    best: dict[str, Hit] = {}
    for hit in found.hits:
        best.setdefault(hit.document.id, hit)
    came = arrivals(assistant.index.library.engine, list(best))
    newest = sorted(came, key=lambda id_: (came[id_], id_), reverse=True)[:MOST_ENTRIES]
    entries = [_entry(best[id_], state.q, came[id_], server) for id_ in newest]
    updated = max((entry.updated for entry in entries), default=asked.begun)
    subtitle = message("feed_subtitle", asked.language, count=SORTED)
    return Feed(asked.id, asked.title, subtitle, server + state.url(), asked.language, updated, entries)


def feed_id(state: SearchState) -> str:
    """The lasting name of a search that is not kept by anybody."""
    return f"urn:missiondesk:search:{hashlib.sha256(state.kept_address.encode()).hexdigest()[:32]}"


def _entry(hit: Hit, query: str, came: datetime, server: str) -> FeedEntry:
    document, shown = hit.document, excerpt(hit.passage, query)
    start, end = shown.span.start, shown.span.end
    url = f"{server}/documents/{quote(document.id)}?start={start}&end={end}#p{start}"
    summary = "".join(piece.text for piece in shown.pieces)
    name = f"urn:missiondesk:document:{document.id}"
    return FeedEntry(name, document.title, url, came, hit.passage.language, document.organisation, summary)
