"""The roles, and what each may do."""

from __future__ import annotations

from typing import Literal

KeyRole = Literal["admin", "staff", "researcher"]
"""The roles that a key or an account can have; the visitors of a website have another."""
Role = Literal["admin", "staff", "researcher", "widget"]
RIGHTS: dict[Role, int] = {"widget": 0, "researcher": 1, "staff": 2, "admin": 3}
"""Each role may do what the ones below it may: researchers search and export, staff change documents, admins access."""
