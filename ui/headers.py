"""Security headers for every response that has not chosen its own."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: browsers then send `Origin: null` with a page's own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Nothing is done with a click there: whoever frames them cannot lead a reader's click astray.
_FRAMED = "/documents/"
_NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# Gradio's page needs inline scripts and styles; it still may not be framed, or load from elsewhere.
_CHAT = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)


class SecurityHeaders:
    """Middleware that adds what a response has not set itself; the chat's page gets a policy it can live with."""

    def __init__(self, app: ASGIApp, chat_path: str = "/chat", frame_ancestors: Sequence[str] = ()) -> None:
        """Pages of the origins `frame_ancestors` may show documents' pages in a frame."""
        self.app = app
        self.chat_path = chat_path
        self.frame_ancestors = " ".join(frame_ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        is_chat = path == self.chat_path or path.startswith(f"{self.chat_path}/")

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _CHAT if is_chat else _NOTHING)
                if self.frame_ancestors and path.startswith(_FRAMED):
                    policy = headers["Content-Security-Policy"]
                    named = policy.replace("frame-ancestors 'none'", f"frame-ancestors {self.frame_ancestors}")
                    headers["Content-Security-Policy"] = named
                    # It knows no origins, and some browsers would obey it all the same.
                    del headers["X-Frame-Options"]
            await send(message)

        await self.app(scope, receive, send_guarded)
