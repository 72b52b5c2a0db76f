"""`missiondesk search`."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from assistant.question import checked_question
from assistant.search_page import search as find
from assistant.wiring import open_index
from index.errors import InvalidRequest
from index.hit import EVERYTHING, Filters
from ui.bodies.search import SearchBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_hits, print_json
from ui.languages import check_document_language

LARGEST_LIMIT = 100


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question, in any language.")],
    limit: Annotated[int, typer.Option(help=f"How many passages, from 1 to {LARGEST_LIMIT}.")] = 10,
    language: Annotated[str | None, typer.Option(help="Only passages in this language, such as ro.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find passages, best first."""
    if not 1 <= limit <= LARGEST_LIMIT:
        raise InvalidRequest(f"--limit {limit} is out of range: use a number from 1 to {LARGEST_LIMIT}.")
    query = checked_question(readable(query))
    filters = Filters(language=check_document_language(language))
    with closing(open_index(settings_of(context))) as index:
        found = find(index, query, scope=EVERYTHING, limit=limit, filters=filters)
    page = SearchBody.of(found)
    print_json(page) if as_json else print_hits(page)
