"""What a site says in its own words, in the widget and on the help page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ConfigDict, Field

from assistant.messages import languages

_LINE = Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f<>]+$")
_SENTENCES = Field(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f<>]+$")


def _known(language: str) -> str:
    if language not in languages():
        raise ValueError(f"there are words in {', '.join(languages())} only")
    return language


@dataclass(frozen=True, slots=True)
class SiteTexts:
    """Words in one language: the panel's title, a welcome, the question's label, the heading above the contacts.

    What is None is said as on every site. That a machine answers is always said, in words that no site changes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    language: Annotated[str, AfterValidator(_known)]
    title: Annotated[str, _LINE] | None = None
    welcome: Annotated[str, _SENTENCES] | None = None
    question: Annotated[str, _LINE] | None = None
    person: Annotated[str, _LINE] | None = None


def texts_in(texts: Sequence[SiteTexts], language: str) -> SiteTexts:
    """Those in `language`; without any words where the site has none: another language would not be understood."""
    return next((own for own in texts if own.language == language), SiteTexts(language))
