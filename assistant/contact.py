"""Where people can turn who get no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

_TEXT = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f<>]+$")


@dataclass(frozen=True, slots=True)
class Contact:
    """A person, office or telephone line, as the settings name it, with at least one way to reach it.

    One with `languages` is for people who ask in one of them, one with `countries` (ISO 3166, two letters) for those
    who ask about one of them. Raises ValueError where there is no way to reach it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: Annotated[str, _TEXT]
    phone: Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()/.\-]{1,30}$")] | None = None
    email: Annotated[str, Field(max_length=254, pattern=r"^[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+$")] | None = None
    url: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s<>\"'\\]+$")] | None = None
    languages: tuple[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], ...] = ()
    countries: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = ()

    def __post_init__(self) -> None:
        if not (self.phone or self.email or self.url):
            raise ValueError("a contact needs a phone, an email or a url")


def contacts_for(contacts: Sequence[Contact], language: str, countries: frozenset[str]) -> tuple[Contact, ...]:
    """The contacts for somebody who asks in `language`, about `countries` if any; all of them where none fits.

    Those meant for just this language or country come first.
    """
    fitting = [
        contact
        for contact in contacts
        if (not contact.languages or language in contact.languages)
        and (not contact.countries or not countries or countries & set(contact.countries))
    ]
    return tuple(sorted(fitting or contacts, key=lambda contact: not (contact.languages or contact.countries)))
