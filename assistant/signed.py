"""Signed texts with the time of their making, read by servers whose clocks differ a little."""

from __future__ import annotations

import time
from typing import Any

from itsdangerous import SignatureExpired, URLSafeTimedSerializer

SKEW_SECONDS = 300
"""How far another server's clock may be ahead: what it has just signed seems to come from the future. Time servers keep
clocks within milliseconds; five minutes is what Kerberos allows too."""


def opened(serializer: URLSafeTimedSerializer, token: str, seconds: float) -> tuple[Any, float]:
    """What was signed at most so many seconds ago, and when (seconds since 1970).

    Raises `BadSignature`, and of its kinds `SignatureExpired` for what is too old or too far ahead.
    """
    payload, begun = serializer.loads(token, return_timestamp=True)
    age = time.time() - begun.timestamp()
    if not -SKEW_SECONDS <= age <= seconds:
        raise SignatureExpired(f"Signed {age:.0f} s ago.", payload=payload, date_signed=begun)
    return payload, begun.timestamp()
