"""A search of the researchers' page as calls of the API, and as files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from index.hit import FIELDS
from ui.bodies.search import BY_SCORE, LARGEST_LIMIT, MOST_FACET_VALUES
from ui.exports.format import WRITINGS
from ui.search_state import SearchState

# Characters that would turn round, on the page, what stands behind them in the call.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class ApiCall:
    """The same search twice: the address of a GET, and the body of a POST to `/v1/search` as JSON."""

    get: str
    post: str


def api_call(state: SearchState) -> ApiCall:
    """The calls that find what the page shows, with all that the pages before it showed."""
    address = "/v1/search?" + urlencode([*_asked(state), ("limit", str(state.limit))])
    body: dict[str, object] = {"query": {"value": state.q}}
    chosen = [{"field": field, "value": getattr(state, field)} for field in FIELDS if getattr(state, field)]
    chosen += [{"field": field, "value": out, "negate": True} for field in FIELDS if (out := state.excluded(field))]
    if chosen:
        body["filter"] = {"operator": "AND", "conditions": chosen}
    body["facets"] = [{"field": field, "limit": MOST_FACET_VALUES} for field in FIELDS]
    if state.sort != BY_SCORE:
        body["sort"] = [state.sort]
    body["limit"] = state.limit
    content = json.dumps(body, ensure_ascii=False, indent=2)
    return ApiCall(address, _DIRECTIONS.sub(lambda found: f"\\u{ord(found[0]):04x}", content))


def export_links(state: SearchState) -> list[tuple[str, str]]:
    """The names of the formats, with the addresses of the best passages in each."""
    asked = [*_asked(state), ("limit", str(LARGEST_LIMIT))]
    return [
        (writing.name, "/v1/export?" + urlencode([*asked, ("format", format_.value)]))
        for format_, writing in WRITINGS.items()
    ]


def export_links_of(ids: Sequence[str]) -> list[tuple[str, str]]:
    """The names of the formats, with the addresses of just these documents and passages in each."""
    named = urlencode({"ids": ",".join(ids)}, safe=",")
    return [(writing.name, f"/v1/export?{named}&format={format_.value}") for format_, writing in WRITINGS.items()]


def _asked(state: SearchState) -> list[tuple[str, str]]:
    sorted_by = [("sort", state.sort)] if state.sort != BY_SCORE else []
    return [("q", state.q), *state.chosen, *sorted_by]
