"""A page of search results."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from assistant.search_page import SearchPage
from index.hit import Hit

_EXAMPLE: JsonDict = {
    "query": "family reunification deadline",
    "total": 1,
    "hits": [
        {
            "score": 0.87,
            "document_id": "6f1c0d5b9e4a3f2071c8",
            "passage_id": "6f1c0d5b9e4a3f2071c8-2",
            "title": "Guida al ricongiungimento familiare",
            "uri": "https://example.org/guida.pdf",
            "language": "it",
            "page": 3,
            "section": "Termini",
            "date": "2018-05-15",
            "text": "La domanda va presentata entro sei mesi.",
        }
    ],
    "facets": {"language": {"it": 1}, "collection": {"default": 1}},
}


class HitBody(BaseModel):
    """One passage found; a higher `score` is better, and only comparable within one search."""

    score: float
    document_id: str
    passage_id: str
    title: str
    uri: str
    language: str
    page: int | None
    section: str | None
    date: date | None
    text: str

    @classmethod
    def of(cls, hit: Hit) -> Self:
        passage, document = hit.passage, hit.document
        return cls(
            score=hit.score,
            document_id=document.id,
            passage_id=passage.id,
            title=document.title,
            uri=document.uri,
            language=passage.language,
            page=passage.page,
            section=passage.section,
            date=document.date,
            text=passage.text,
        )


class SearchBody(BaseModel):
    """Passages best first, and how many of those found have each value of a facet."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    query: str
    total: int
    hits: list[HitBody]
    facets: dict[str, dict[str, int]]

    @classmethod
    def of(cls, page: SearchPage) -> Self:
        facets: dict[str, dict[str, int]] = {"language": {}, "collection": {}}
        for facet in page.facets:
            facets.setdefault(facet.field, {})[facet.value] = facet.count
        return cls(query=page.query, total=page.total, hits=[HitBody.of(hit) for hit in page.hits], facets=facets)
