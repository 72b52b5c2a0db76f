"""Entity tags: what lets a caller ask for something only if it is new, and change it only if nobody else did."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel

from index.errors import Outdated

IfMatch = Annotated[
    str | None, Header(description="The entity tag that was read; the request is refused if it holds no longer")
]
_TAG = re.compile(r'(?:W/)?("[^"]*")')
# One address answers each credential differently, so a copy is kept by nobody else and never used unasked.
_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def entity_tag(content: bytes) -> str:
    """The tag of just these bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def body_tag(body: BaseModel) -> str:
    """The tag of a body as `tagged_json` sends it."""
    return entity_tag(body.model_dump_json().encode())


def tagged(
    request: Request, content: bytes, media_type: str, headers: Mapping[str, str] | None = None,
    modified: datetime | None = None,
) -> Response:  # fmt: skip
    """The content with its tag; or nothing, with 304, where the caller has it already (`If-None-Match`).

    Where it is known when it was `modified` last (UTC), `If-Modified-Since` does as well.
    """
    tag = entity_tag(content)
    kept = {**_KEPT, "ETag": tag}
    if modified is not None:
        kept["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _is_known(request, tag, modified):
        return Response(status_code=304, headers=kept)
    return Response(content, media_type=media_type, headers={**kept, **(headers or {})})


def _is_known(request: Request, tag: str, modified: datetime | None) -> bool:
    known = request.headers.get("if-none-match")
    if known is not None:
        return known.strip() == "*" or tag in _TAG.findall(known)
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        # No date, or one without a zone: it says nothing.
        return False


def tagged_json(request: Request, body: BaseModel) -> Response:
    """A body as JSON, like `tagged`."""
    return tagged(request, body.model_dump_json().encode(), "application/json")


def check_match(if_match: str | None, tag: str) -> None:
    """Raises `Outdated` where the caller has read something else than what `tag` stands for; without one nothing."""
    if if_match is None or if_match.strip() == "*":
        return
    if tag not in (part.strip() for part in if_match.split(",")):
        raise Outdated("It has changed since you read it. Read it again, and decide anew.")
