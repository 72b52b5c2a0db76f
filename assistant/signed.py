"""Signed texts with the time of their making, read by servers whose clocks differ a little."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from itsdangerous import SignatureExpired, URLSafeTimedSerializer

SKEW_SECONDS = 300
"""How far another server's clock may be ahead: what it has just signed seems to come from the future. Time servers keep
clocks within milliseconds; five minutes is what Kerberos allows too."""


def opened(serializer: URLSafeTimedSerializer, token: str, seconds: float) -> Any:
    """What was signed at most so many seconds ago.

    Raises `BadSignature`, and of its kinds `SignatureExpired` for what is too old or too far ahead.
    """
    payload, begun = serializer.loads(token, return_timestamp=True)
    if not is_current(begun, seconds):
        raise SignatureExpired("Signed too long ago, or by a clock too far ahead.", payload=payload, date_signed=begun)
    return payload


def is_current(begun: datetime, seconds: float) -> bool:
    """Whether what was signed then is still good, if it is good for so many seconds."""
    return -SKEW_SECONDS <= time.time() - begun.timestamp() <= seconds
