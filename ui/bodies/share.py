"""A link to a conversation."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

_EXAMPLE: JsonDict = {
    "url": "https://desk.example.org/shared?link=mdl_p7kq3Zt0yR5wq8o2nVf1cXhJ4uLbS6dTgEaMiYvNxPk",
    "ends_at": "2026-12-02T09:02:11Z",
}
_EXAMPLE_STATE: JsonDict = {"ends_at": "2026-12-02T09:02:11Z"}


class NewShareBody(BaseModel):
    """A link that works until `ends_at`, for colleagues with a credential of their own. It is not shown again."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    url: str
    ends_at: datetime


class ShareBody(BaseModel):
    """Whether there is a link."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE_STATE]})

    ends_at: datetime | None = Field(description="When the link ends; null where there is none.")
