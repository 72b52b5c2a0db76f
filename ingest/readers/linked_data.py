"""What a web page says of itself in JSON-LD, by schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

_ARTICLES = (
    "article", "page", "posting", "report", "creativework", "guide", "howto", "faq", "guidelines", "announcement",
    "digitaldocument", "legislation",
)  # fmt: skip
_MOST_SCRIPTS = 20
_DEEPEST = 6
_MOST_NODES = 500

Json = object


def articles(scripts: Sequence[str]) -> list[dict[str, Json]]:
    """The nodes that describe the page's text, in order; scripts that are no JSON are passed over."""
    nodes: list[dict[str, Json]] = []
    for script in scripts[:_MOST_SCRIPTS]:
        try:
            nodes.extend(_nodes(json.loads(script), 0))
        except (ValueError, RecursionError):
            continue
    return [node for node in nodes[:_MOST_NODES] if _is_article(node)]


def texts(node: Json, *keys: str) -> list[str]:
    """The texts under these keys: plain ones, those in lists, and the `name` of things."""
    found: list[str] = []
    for value in (node.get(key) for key in keys) if isinstance(node, dict) else ():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                part = part.get("name")
            if isinstance(part, str) and part.strip():
                found.append(part)
    return found


def things(node: Json, key: str) -> list[Json]:
    """What stands under a key, as a list."""
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, list) else [] if value is None else [value]


def _nodes(value: Json, depth: int) -> Iterator[dict[str, Json]]:
    if isinstance(value, list) and depth < _DEEPEST:
        for part in value:
            yield from _nodes(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), (list, dict)) and depth < _DEEPEST:
                yield from _nodes(value[key], depth + 1)


def _is_article(node: dict[str, Json]) -> bool:
    kinds = [kind.casefold() for kind in texts(node, "@type")]
    return any(kind.endswith(_ARTICLES) for kind in kinds) or "datePublished" in node
