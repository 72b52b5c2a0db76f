"""What somebody says about a document beside the document itself; it goes before what the document says."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import date

from index.document import Audience


@dataclass(frozen=True, slots=True)
class Stated:
    """None, or no authors, where nothing is said. `translation_of` is the source of another document."""

    title: str | None = None
    date: date | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    organisation: str | None = None
    country: str | None = None
    theme: str | None = None
    audience: Audience | None = None
    collection: str | None = None
    translation_of: str | None = None

    def narrowed(self, audience: Audience) -> Audience:
        """Who may see the document in a run for `audience`: what is said here can make it internal, never public.

        A file lies in a folder that others may write to, and its rows shift when a comma is forgotten. That a document
        may be shown to everyone is said by the person who ingests it.
        """
        return Audience.INTERNAL if self.audience is Audience.INTERNAL else audience

    def key(self) -> str:
        """Differs whenever something else is said; empty where nothing is."""
        return repr(astuple(self)) if self != NOTHING_STATED else ""


NOTHING_STATED = Stated()
