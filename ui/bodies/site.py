"""Sites that embed the widget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.contact import Contact
from assistant.site_texts import SiteTexts
from assistant.sites import Site
from index.errors import InvalidRequest
from ui.characters import whole_characters

_Text = Annotated[str, AfterValidator(whole_characters)]


class EmbeddingSiteBody(BaseModel):
    """One site; its id is public."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    origins: list[str]
    contacts: list[Contact]
    texts: list[SiteTexts]
    daily_budget: int | None = Field(description="Questions a day; null: as many as by setting.")
    created_at: datetime | None


class SiteForm(BaseModel):
    """What an administrator's form says of a new site."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[_Text, Field(max_length=1000)] = ""
    origins: Annotated[_Text, Field(max_length=20_000)] = ""
    daily: Annotated[_Text, Field(max_length=20)] = ""

    @property
    def listed(self) -> list[str]:
        """The origins, which stand one a line."""
        return self.origins.split()

    @property
    def budget(self) -> int | None:
        """Questions a day; None: as by setting. Raises `InvalidRequest`."""
        if not self.daily.strip():
            return None
        if not re.fullmatch(r"[0-9]{1,9}", self.daily.strip()):
            raise InvalidRequest("A daily budget is a number of questions.")
        return int(self.daily)


class SitesBody(BaseModel):
    """All sites, oldest first."""

    sites: list[EmbeddingSiteBody]

    @classmethod
    def of(cls, sites: Sequence[Site]) -> SitesBody:
        return cls(sites=[EmbeddingSiteBody.model_validate(site) for site in sites])
