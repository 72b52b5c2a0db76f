"""Whose doing a command is."""

from __future__ import annotations

import os
import pwd

from assistant.event import Actor


def command_line_actor() -> Actor:
    """The account that the process runs under: what the environment says of it, anybody may have set."""
    number = os.getuid()
    try:
        return Actor(f"cli:{pwd.getpwuid(number).pw_name}")
    except KeyError:  # in a container an account often has no name
        return Actor(f"cli:{number}")
