"""A page of search results."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from assistant.messages import message
from assistant.search_page import SearchPage
from index.hit import FIELDS, Hit
from ui.cursor import Cursor
from ui.filters import FilterValues

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
    "facets": {
        "language": {"it": 1},
        "country": {"IT": 1},
        "theme": {"family": 1},
        "organisation": {},
        "year": {"2018": 1},
        "type": {"pdf": 1},
        "collection": {"default": 1},
        "audience": {"public": 1},
    },
    "warnings": [],
}


Sort = Literal["score:desc", "date:desc", "date:asc"]
BY_SCORE: Sort = "score:desc"
LARGEST_LIMIT = 100
DEEPEST = 500
"""Passages that can be reached from page to page."""
MOST_FACET_VALUES = 200
"""Values told of one field, the most frequent first."""


class SearchQuery(FilterValues):
    """The parameters of a search."""

    q: str = Field(description="Words or a question, in any language", examples=["family reunification"])
    sort: Sort = Field(default=BY_SCORE, description="By relevance, or the 100 best passages by date")
    limit: int = Field(default=10, ge=1, le=LARGEST_LIMIT, description="How many passages")
    cursor: Cursor = None


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


class SearchWarningBody(BaseModel):
    """What the reader must know about the whole search; `text` says it in the language of the query."""

    kind: Literal["by_words"]
    text: str

    @classmethod
    def of(cls, page: SearchPage) -> list[Self]:
        """Nothing where all is well."""
        return [cls(kind="by_words", text=message("answer_by_words", page.language))] if page.by_words else []


class SearchBody(BaseModel):
    """Passages, best first.

    `total` counts all passages that the caller may see and that fit the filters: each has its rank, so the words of the
    query do not change how many there are. A facet says how many passages choosing that value alone would leave.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    query: str
    total: int
    hits: list[HitBody]
    facets: dict[str, dict[str, int]]
    warnings: list[SearchWarningBody] = Field(
        description="`by_words`: the server of the vectors does not answer, so that only words found these passages."
    )

    @classmethod
    def of(cls, page: SearchPage) -> Self:
        facets: dict[str, dict[str, int]] = {field: {} for field in FIELDS}
        for facet in page.facets:
            if len(facets[facet.field]) < MOST_FACET_VALUES:
                facets[facet.field][facet.value] = facet.count
        hits = [HitBody.of(hit) for hit in page.hits]
        return cls(query=page.query, total=page.total, hits=hits, facets=facets, warnings=SearchWarningBody.of(page))


class SearchPageBody(SearchBody):
    """One page of passages; `next_cursor` leads to the next, until there are no more or 500 were given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "next_cursor": None}]})

    next_cursor: str | None = None
