"""What a streamed answer consists of, before the whole `Answer` that ends it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answer import Citation, Statement


@dataclass(frozen=True, slots=True)
class Sources:
    """The passages that were found, each by its first sentence, before any of them is known to answer."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """One proven statement, with the citations that were not sent before."""

    statement: Statement
    citations: tuple[Citation, ...]
