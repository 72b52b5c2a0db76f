"""What the page's script says with an event: checked like any body of a request."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from index.document import Audience
from index.listing import Remark, Wanted
from ui.characters import whole_characters

MOST_OPENED = 50
"""Jobs whose files are shown at a time."""

Text = Annotated[str, AfterValidator(whole_characters), Field(max_length=200)]
Id = Annotated[str, Field(max_length=64)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ListSaid(_Said):
    """Which documents to list; an empty choice restricts nothing. `start` counts from 0."""

    words: Text = ""
    language: Text = ""
    year: Annotated[str, Field(pattern=r"^([12][0-9]{3})?$")] = ""
    country: Text = ""
    audience: Audience | Literal[""] = ""
    collection: Text = ""
    organisation: Text = ""
    remark: Remark | Literal[""] = ""
    start: Annotated[int, Field(ge=0, le=10_000_000)] = 0

    def wanted(self) -> Wanted:
        return Wanted(
            self.words, self.language or None, int(self.year) if self.year else None, self.country or None,
            self.audience or None, self.collection or None, self.organisation or None, self.remark or None,
        )  # fmt: skip


class JobsSaid(_Said):
    """The jobs whose files are to be shown; with `act` also what is to happen to the job of this id."""

    opened: Annotated[list[Id], Field(max_length=MOST_OPENED)] = []
    id: Id = ""
    act: Literal["cancel", "retry"] | None = None


class OpenSaid(_Said):
    """The document to open; none: close the one that is open."""

    id: Id = ""


class AmendSaid(_Said):
    """A document as it was read (`tag`), and what it is to be, as the form has it."""

    id: Id
    tag: Text
    amendment: dict[str, str]
    listing: ListSaid


class RemoveSaid(_Said):
    """A document as it was read (`tag`), which is to go."""

    id: Id
    tag: Text
    listing: ListSaid


class ShowSaid(_Said):
    """The whole tab."""

    listing: ListSaid = ListSaid()
    opened: Annotated[list[Id], Field(max_length=MOST_OPENED)] = []
