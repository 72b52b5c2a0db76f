"""The engines that a measurement is asked to compare."""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import InvalidRequest


def chosen_engines(listed: str, known: Sequence[str]) -> list[str]:
    """Of a list with commas between. Raises `InvalidRequest` for a name that is not known."""
    names = listed.split(",")
    if unknown := sorted(set(names) - set(known)):
        raise InvalidRequest(f"There is no engine {unknown[0]}: name some of {', '.join(known)}.")
    return names
