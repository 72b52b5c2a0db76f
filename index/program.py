"""The program itself."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The version that is installed; "0" where the program runs from its source without being installed."""
    try:
        return version("missiondesk")
    except PackageNotFoundError:
        return "0"
