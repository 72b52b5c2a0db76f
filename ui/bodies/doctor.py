"""What the doctor found, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from ui.bodies.settings import SettingBody
from ui.doctor.finding import Health


class FindingBody(BaseModel):
    """One check; `remedy` is null where nothing is to be done."""

    model_config = ConfigDict(from_attributes=True)

    check: str
    health: Health
    sentence: str
    remedy: str | None


class DoctorBody(BaseModel):
    """The worst of all findings, each of them, and the settings they were made with; none where these are wrong."""

    health: Health
    checks: list[FindingBody]
    settings: list[SettingBody]
