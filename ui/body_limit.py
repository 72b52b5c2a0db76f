"""Refuses bodies of too many bytes, announced or not, before anything reads them."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.refusals import Refusal, refuse


class BodyLimit:
    """Middleware for the paths below `prefix`; `largest` is in bytes."""

    def __init__(self, app: ASGIApp, prefix: str, largest: int) -> None:
        self.app = app
        self.prefix = prefix
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self.largest:
            refusal = Refusal(413, "body_too_large", f"The body is too large: at most {self.largest:,} bytes.")
            await refuse(Request(scope), refusal)(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.largest:
                # Raised where the route reads its body; answered like any other refusal.
                raise HTTPException(413)
            return message

        await self.app(scope, receive_counted, send)
