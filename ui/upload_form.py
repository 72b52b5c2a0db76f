"""Reads an upload from a request: files go to disk while they come in, and everything is counted."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
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
    parser = _CountedParser(request.headers, request.stream())
    try:
        yield await parser.parse()
    except MultiPartException as error:
        raise InvalidRequest("The body is not a multipart form that can be read.", code="malformed_body") from error
    except OSError as error:
        raise unusable(error) from error
    finally:
        parser.close()


class _CountedParser(MultiPartParser):
    # Its own limits would be told as errors of syntax. Beyond this many bytes a file is no longer kept in memory.
    spool_max_size = 64 * 1024

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers, stream)
        self._parts = 0
        self._files: list[UploadFile] = []
        self._ended = False

    async def parse(self) -> FormData:
        form = await super().parse()
        if not self._ended:  # cut off: what came would otherwise be taken for all
            raise MultiPartException("The closing boundary is missing.")
        return form

    def close(self) -> None:
        for file in self._files:
            file.file.close()

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise HTTPException(413)
        super().on_part_begin()

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        if self._current_part.file is not None:
            self._files.append(self._current_part.file)

    def on_end(self) -> None:
        self._ended = True

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        part = self._current_part
        if part.file is None and len(part.data) + end - start > LONGEST_FIELD:
            raise HTTPException(413)
        super().on_part_data(data, start, end)
