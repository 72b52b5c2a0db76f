"""Where a search was left: which passages were shown, so that none comes twice whatever is added in between."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter

from assistant.search_page import SearchPage
from index.errors import InvalidRequest
from index.passages import passage_number
from ui.bodies.search import DEEPEST
from ui.cursor import decoded, encoded

_Number = Annotated[int, Field(ge=0, lt=2**63)]
_PLACE = TypeAdapter(tuple[str, Annotated[list[_Number], Field(min_length=1, max_length=DEEPEST - 1)]])


@dataclass(frozen=True, slots=True)
class Shown:
    """The passages of the pages before, by number, and a hash of the search that they belong to."""

    search: str
    numbers: frozenset[int]

    @classmethod
    def of(cls, cursor: str | None, *search: object) -> Shown:
        """What a cursor says; nothing for the first page. Raises `InvalidRequest` for that of another search."""
        digest = hashlib.sha256(repr(search).encode()).hexdigest()[:16]
        if not cursor:
            return cls(digest, frozenset())
        made_for, numbers = decoded("search", _PLACE, cursor)
        if made_for != digest:
            sentence = "This cursor belongs to another search: send the same words and filters with it."
            raise InvalidRequest(sentence, code="bad_cursor")
        return cls(digest, frozenset(numbers))

    def room(self, limit: int) -> int:
        """How many more can be shown, of so many that were asked for."""
        return min(limit, DEEPEST - len(self.numbers))

    def cursor_behind(self, found: SearchPage) -> str | None:
        """The cursor of the next page; None where there is nothing behind this one, or paging ends here."""
        numbers = sorted({*self.numbers, *(passage_number(hit.passage.id) for hit in found.hits)})
        if not found.more or not found.hits or len(numbers) >= DEEPEST:
            return None
        return encoded("search", _PLACE, (self.search, numbers))
