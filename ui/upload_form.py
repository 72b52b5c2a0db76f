"""Reads an upload from a request: files go to disk while they come in, and everything is counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from index.errors import InvalidRequest
from ingest.uploads import unusable

MOST_FILES = 200
"""Files of one upload."""
MOST_PARTS = MOST_FILES + 20
LONGEST_FIELD = 4096
"""Bytes of a field that is no file: the longest that is expected is a collection's name."""


@asynccontextmanager
async def received_form(request: Request) -> AsyncIterator[FormData]:
    """The parts of a multipart body, whose files are closed afterwards.

    Raises HTTPException 413 while reading for too many parts, a field that is too long, or, with `BodyLimit` in front,
    a body that is too large; `InvalidRequest` for what is no multipart body; `LibraryUnusable` where it cannot be
    written down.
    """
    try:
        form = await _CountedParser(request.headers, request.stream()).parse()
    except MultiPartException as error:
        raise InvalidRequest("The body is not a multipart form that can be read.", code="malformed_body") from error
    except OSError as error:
        raise unusable(error) from error
    try:
        yield form
    finally:
        await form.close()


class _CountedParser(MultiPartParser):
    # Its own limits would be told as errors of syntax. Beyond this many bytes a file is no longer kept in memory.
    spool_max_size = 64 * 1024

    _parts = 0

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise HTTPException(413)
        super().on_part_begin()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._current_part
        if part.file is None and len(part.data) + end - start > LONGEST_FIELD:
            raise HTTPException(413)
        super().on_part_data(data, start, end)
