"""What `POST /v1/search` finds: the fields and facets that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, JsonValue

from assistant.search_page import SearchPage
from ui.bodies.search import HitBody, SearchWarningBody
from ui.bodies.search_request import FacetBody, FieldsBody


class FoundBody(BaseModel):
    """Passages with the fields that were asked for, and counts of the facets that were; see `SearchBody`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "family reunification",
                    "total": 1,
                    "hits": [
                        {
                            "document_id": "6f1c0d5b9e4a3f2071c8",
                            "passage_id": "6f1c0d5b9e4a3f2071c8-2",
                            "title": "Guida al ricongiungimento familiare",
                        }
                    ],
                    "facets": {"country": {"IT": 1}},
                    "warnings": [],
                    "next_cursor": None,
                }
            ]
        }
    )

    query: str
    total: int
    hits: list[dict[str, JsonValue]]
    facets: dict[str, dict[str, int]]
    warnings: list[SearchWarningBody]
    next_cursor: str | None

    @classmethod
    def of(cls, found: SearchPage, facets: Sequence[FacetBody], fields: FieldsBody, next_cursor: str | None) -> Self:
        names = set(fields.names())
        hits = [HitBody.of(hit).model_dump(mode="json", include=names) for hit in found.hits]
        counted = {str(facet.field): _counted(found, facet) for facet in facets}
        warnings = SearchWarningBody.of(found)
        return cls(
            query=found.query, total=found.total, hits=hits, facets=counted, warnings=warnings, next_cursor=next_cursor
        )


def _counted(found: SearchPage, asked: FacetBody) -> dict[str, int]:
    """They are found with the most frequent first; by name, all are put in order before the first are taken."""
    pairs = [(facet.value, facet.count) for facet in found.facets if facet.field == asked.field]
    return dict((sorted(pairs) if asked.sort == "value:asc" else pairs)[: asked.limit])
