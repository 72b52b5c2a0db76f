"""A widget's short-lived session."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ui.characters import whole_characters


class SiteBody(BaseModel):
    """The site a widget stands on."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"site": "demo"}]})

    site: Annotated[str, AfterValidator(whole_characters)] = Field(
        max_length=200, description="The site's id: it is public, and no secret."
    )


class WidgetSessionBody(BaseModel):
    """A token that sees public documents only."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"examples": [{"token": "eyJzaXRlIjoi…", "expires_in": 900}]}
    )

    token: str
    expires_in: int = Field(description="Seconds until the token is refused.")
