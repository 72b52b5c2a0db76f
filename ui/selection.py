"""The passages that somebody has put aside, by their numbers, as the address carries them from page to page.

Nothing of it is kept on the server: the address is the basket. It works without a script and without an account, can
be kept as a bookmark or sent to a colleague, and tells nobody's interests to the machine. A number says nothing of a
passage, and what may be read of it is decided anew by whoever opens the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_SELECTED = 200
"""Passages of one basket: their ids make an export's address of some 6 KB, which servers in between still take."""
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


def selected(value: object) -> tuple[int, ...]:
    """The numbers in one or several values of an address, with commas or each by itself; anything else is passed over.

    Each once, in their order, and no more than fit.
    """
    values = value if isinstance(value, list | tuple) else [value]
    parts = (part.strip() for item in values for part in str(item).split(","))
    return limited(int(part) for part in parts if part.isascii() and _NUMBER.fullmatch(part))


def limited(numbers: Iterable[int]) -> tuple[int, ...]:
    """Each number once, in their order, and no more than fit."""
    return tuple(dict.fromkeys(numbers))[:MOST_SELECTED]


def as_text(numbers: Iterable[int]) -> str:
    """As an address holds them."""
    return ",".join(map(str, numbers))
