"""What the help page's form sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ui.characters import whole_characters

_Text = Annotated[str, AfterValidator(whole_characters)]


class HelpForm(BaseModel):
    """A question; its site is public, its session signed, and what it may see is decided by neither field."""

    model_config = ConfigDict(extra="forbid")

    site: Annotated[_Text, Field(max_length=200)] = ""
    language: Annotated[_Text, Field(max_length=40)] = ""
    session: Annotated[_Text, Field(max_length=400)] = ""
    conversation: Annotated[_Text, Field(max_length=64)] = ""
    question: _Text = ""
