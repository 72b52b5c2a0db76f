"""Refuses bodies of too many bytes, announced or not, before anything reads them."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.refusals import Refusal, refuse


class BodyLimit:
    """Middleware for the paths that begin with `prefix`; `largest` and `largest_upload` (at `uploads`) are in bytes."""

    def __init__(
        self, app: ASGIApp, prefix: str | tuple[str, ...], largest: int, uploads: str = "", largest_upload: int = 0
    ) -> None:
        self.app = app
        self.prefix = prefix
        self.largest = largest
        self.uploads = uploads
        self.largest_upload = largest_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        largest = self._largest(scope["path"], headers)
        announced = headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > largest:
            refusal = Refusal(413, "body_too_large", f"The body is too large: at most {largest:,} bytes.")
            await refuse(Request(scope), refusal)(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                # Raised where the route reads its body; answered like any other refusal.
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)

    def _largest(self, path: str, headers: Headers) -> int:
        is_upload = path == self.uploads and is_multipart(headers)
        return self.largest_upload if is_upload else self.largest


def is_multipart(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"
