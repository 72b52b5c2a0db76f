"""Sites that embed the widget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from assistant.contact import Contact
from assistant.sites import Site


class EmbeddingSiteBody(BaseModel):
    """One site; its id is public."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    origins: list[str]
    contacts: list[Contact]
    daily_budget: int | None = Field(description="Questions a day; null: as many as by setting.")
    created_at: datetime | None


class SitesBody(BaseModel):
    """All sites, oldest first."""

    sites: list[EmbeddingSiteBody]

    @classmethod
    def of(cls, sites: Sequence[Site]) -> SitesBody:
        return cls(sites=[EmbeddingSiteBody.model_validate(site) for site in sites])
