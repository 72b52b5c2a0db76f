"""Where a link to a conversation leads."""

from __future__ import annotations

PAGE = "/shared"


def link_to(token: str, server: str) -> str:
    """The address to send to colleagues; `server` is this server's own, without a slash at its end.

    The token stands in the query: like a question, it is in no log and no trace there.
    """
    return f"{server}{PAGE}?link={token}"
