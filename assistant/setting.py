"""What each setting is, as people read it: its kind and range, its default, what is in force and from where."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from assistant.settings import PREFIX, Origin, Settings

HIDDEN = "(set, not shown)"
NOTHING = ""

_KINDS = {"integer": "whole number", "number": "number", "string": "text", "array": "list", "boolean": "true or false"}
_FORMATS = {"path": "path", "uri": "address", "password": "secret"}
_LEAST = {"minimum": "from {}", "exclusiveMinimum": "more than {}"}
_MOST = {"maximum": "up to {}", "exclusiveMaximum": "less than {}"}
# An address may carry a name and a password in front of its host.
_CREDENTIALS = re.compile(r"//[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class Setting:
    """`variable` is its name in the environment; `default` is empty where there is none."""

    name: str
    variable: str
    kind: str
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class SettingInForce:
    """`value` is never a secret's; empty for one that is not set."""

    name: str
    value: str
    origin: Origin


def all_settings() -> list[Setting]:
    """Every setting there is, in the order in which they are declared."""
    properties = Settings.model_json_schema()["properties"]
    return [
        Setting(name, PREFIX + name.upper(), _kind(properties[name]), _shown(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def settings_in_force(settings: Settings, origins: Mapping[str, Origin]) -> list[SettingInForce]:
    """What each setting is now, by the sources that were told (see `assistant.settings.origins`)."""
    return [SettingInForce(name, _shown(getattr(settings, name)), origins[name]) for name in Settings.model_fields]


def _kind(schema: Mapping[str, Any]) -> str:
    stated = next((option for option in schema.get("anyOf", ()) if option.get("type") != "null"), schema)
    kind = _FORMATS.get(stated.get("format", ""), _KINDS.get(stated.get("type", ""), "text"))
    bounds = [text.format(stated[key]) for part in (_LEAST, _MOST) for key, text in part.items() if key in stated]
    return ", ".join((kind, *bounds))


def _shown(value: object) -> str:
    match value:
        case None | ():
            return NOTHING
        case SecretStr():
            return HIDDEN
        case str():
            return _CREDENTIALS.sub("//…@", value)
        case tuple():
            return ", ".join(map(_shown, value))
        case bool() | int() | float():
            return json.dumps(value)
        case _:
            return _CREDENTIALS.sub("//…@", str(value))
