"""The settings as `missiondesk settings --json` prints them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from assistant.settings import Origin


class SettingBody(BaseModel):
    """One setting in force; what a secret is set to is never told."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    value: str
    origin: Origin


class SettingsBody(BaseModel):
    """All of them."""

    settings: list[SettingBody]
