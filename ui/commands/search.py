"""`missiondesk search`."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from assistant.question import checked_question
from assistant.search_page import search as find
from assistant.wiring import open_index
from index.errors import InvalidRequest
from index.scope import EVERYTHING
from ui.bodies.search import LARGEST_LIMIT, SearchBody
from ui.commands.options import AsJson, readable, settings_of
from ui.console import print_file, print_hits, print_json
from ui.exports.format import WRITINGS, Format
from ui.exports.record import hit_records
from ui.filters import FilterValues


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Words or a question, in any language.")],
    limit: Annotated[int, typer.Option(help=f"How many passages, from 1 to {LARGEST_LIMIT}.")] = 10,
    language: Annotated[list[str] | None, typer.Option(help="Only passages in this language, such as ro.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only documents about this country (IT, Italy).")] = None,
    theme: Annotated[list[str] | None, typer.Option(help="Only documents on this theme.")] = None,
    organisation: Annotated[list[str] | None, typer.Option(help="Only documents of this organisation.")] = None,
    year: Annotated[list[str] | None, typer.Option(help="Only documents of this year.")] = None,
    type: Annotated[list[str] | None, typer.Option(help="Only documents of this kind of file, such as pdf.")] = None,
    collection: Annotated[list[str] | None, typer.Option(help="Only documents of this collection.")] = None,
    audience: Annotated[list[str] | None, typer.Option(help="Only documents for this audience.")] = None,
    as_json: AsJson = False,
    format: Annotated[Format | None, typer.Option(help="Print a file of this format instead of text.")] = None,
) -> None:
    """Find passages, best first.

    Filters may be given several times: a passage fits by any of an option's values, and must fit every option.
    """
    if not 1 <= limit <= LARGEST_LIMIT:
        raise InvalidRequest(f"--limit {limit} is out of range: use a number from 1 to {LARGEST_LIMIT}.")
    if as_json and format is not None:
        raise InvalidRequest("Use either --json or --format.")
    query = checked_question(readable(query))
    given = {
        "language": language, "country": country, "theme": theme, "organisation": organisation, "year": year,
        "type": type, "collection": collection, "audience": audience,
    }  # fmt: skip
    filters = FilterValues(**{field: values or [] for field, values in given.items()}).filters()
    with closing(open_index(settings_of(context))) as index:
        found = find(index, query, scope=EVERYTHING, limit=limit, filters=filters)
    if format is not None:
        print_file(WRITINGS[format].write(hit_records(found.hits, None)))
        return
    page = SearchBody.of(found)
    print_json(page) if as_json else print_hits(page)
