"""What a search engine is given of a passage. Imports no database: whoever only opens engines needs none."""

from __future__ import annotations

from dataclasses import dataclass

from index.document import Audience
from index.hit import Vector


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """What the search engines need of one passage; `text` has the context in front."""

    number: int
    audience: Audience
    language: str
    text: str
    vector: Vector
    collection: str = "default"
