"""Every route that is served, and what each role gets there: the table of `test_matrix.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.roles import Role

Least = Role | Literal["nobody"]
Kind = Literal[
    "document",
    "passage",
    "conversation",
    "job",
    "ended job",
    "feedback",
    "collection",
    "place",
    "site",
    "embedding",
    "key",
    "model",
    "link",
    "shared conversation",
    "saved search",
    "feed",
]
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
QUESTION = "When is the permit office open?"
TELLS = {"Accept": "application/json, text/event-stream"}
_UPLOAD = "\r\n".join([
    "--x", 'Content-Disposition: form-data; name="collection"', "", "{id}",
    "--x", 'Content-Disposition: form-data; name="files"; filename="a.txt"', "", "The ferry leaves at nine.",
    "--x--", "",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One way to call a route. `{id}` in `at` and `content` stands for the object; the route's parameter is one, too.

    `least` may call it and gets `status` for an object of its own, and `missing` for one that is not there or not
    theirs; whoever stands below gets 403, and without a credential that is in force 401. `nobody`: it is open to all.
    `but` are callers who get something else for their own.
    """

    method: str
    route: str
    least: Least
    status: int = 200
    kind: Kind | None = None
    missing: int = 404
    at: str = ""
    content: str = ""
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    but: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def path(self) -> str:
        return self.at or re.sub(r"\{\w+\}", "{id}", self.route)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.route, self.note)))


def _tool(name: str, **arguments: str) -> str:
    called = {"name": name, "arguments": arguments}
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called})


def _json(**values: object) -> str:
    return json.dumps(values)


_CHAT = _json(model="missiondesk", messages=[{"role": "user", "content": QUESTION}])
_IN_CONVERSATION = _json(question=QUESTION, conversation_id="{id}")
_RATED = _json(rating="helpful", conversation_id="{id}")
_FIND = _json(query={"value": "permit"}, filter={"field": "collection", "value": "{id}"}, facets=[{"field": "theme"}])
_RESOURCE = json.dumps({
    "jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "missiondesk://documents/{id}"},
})  # fmt: skip

ROWS = (
    # Documents
    Row("GET", "/v1/documents", "widget"),
    Row("POST", "/v1/documents", "staff", 202, "place", 403, content=_UPLOAD,
        media="multipart/form-data; boundary=x", note="files"),
    Row("POST", "/v1/documents", "staff", 202, content=_json(urls=["https://example.org/"]), but={"north": 403},
        note="addresses"),
    Row("GET", "/v1/documents/{document_id}", "widget", kind="document"),
    Row("PATCH", "/v1/documents/{document_id}", "staff", kind="document", content=_json(title="Renamed")),
    Row("DELETE", "/v1/documents/{document_id}", "staff", 204, "document"),
    Row("GET", "/documents/{document_id}", "widget", kind="document", but={"anonymous": 200}),
    Row("GET", "/documents/{document_id}/original", "widget", kind="document", but={"anonymous": 200}),
    Row("GET", "/documents/{document_id}/pages/{number}", "widget", 404, "document", at="/documents/{id}/pages/1",
        but={"anonymous": 404}),
    Row("GET", "/v1/export", "widget", kind="document", at="/v1/export?format=csv&ids={id}", note="document"),
    Row("GET", "/v1/export", "widget", kind="passage", at="/v1/export?format=csv&ids={id}", note="passage"),
    Row("GET", "/v1/export", "widget", kind="collection", missing=200,
        at="/v1/export?format=csl&q=permit&collection={id}", note="search"),
    Row("POST", "/v1/export", "widget", kind="document", content=_json(ids=["{id}"], format="ris")),
    # Questions and searches
    Row("POST", "/v1/ask", "widget", content=_json(question=QUESTION)),
    Row("POST", "/v1/ask", "widget", kind="conversation", content=_IN_CONVERSATION, note="conversation"),
    Row("POST", "/v1/ask", "widget", kind="conversation", content=_IN_CONVERSATION, note="conversation, streamed",
        headers={"Accept": "text/event-stream"}),
    Row("GET", "/v1/search", "widget", kind="collection", missing=200, at="/v1/search?q=permit&collection={id}"),
    Row("POST", "/v1/search", "widget", kind="collection", missing=200, content=_FIND),
    Row("POST", "/v1/chat/completions", "researcher", content=_CHAT),
    Row("GET", "/v1/models", "researcher"),
    Row("GET", "/v1/models/{model}", "researcher", kind="model"),
    Row("POST", "/mcp", "researcher", content=_tool("ask", question=QUESTION), headers=TELLS, note="ask"),
    Row("POST", "/mcp", "researcher", content=_tool("search", query="permit"), headers=TELLS, note="search"),
    Row("POST", "/mcp", "researcher", 200, "document", 200, content=_tool("document", document_id="{id}"),
        headers=TELLS, note="document"),
    Row("POST", "/mcp", "researcher", 200, "document", 200, content=_RESOURCE, headers=TELLS, note="resource"),
    # Conversations and feedback
    Row("GET", "/v1/conversations", "widget", 200, "conversation", 200),
    Row("DELETE", "/v1/conversations", "widget", 204, "conversation", 204),
    Row("GET", "/v1/conversations/{conversation_id}", "widget", kind="conversation"),
    Row("DELETE", "/v1/conversations/{conversation_id}", "widget", 204, "conversation"),
    Row("GET", "/v1/conversations/{conversation_id}/export", "widget", kind="conversation",
        at="/v1/conversations/{id}/export?format=md"),
    Row("POST", "/v1/conversations/{conversation_id}/share", "researcher", 201, "shared conversation"),
    Row("GET", "/v1/conversations/{conversation_id}/share", "researcher", kind="shared conversation"),
    Row("DELETE", "/v1/conversations/{conversation_id}/share", "researcher", 204, "shared conversation"),
    # A link is for whoever has it and may sign in: what they see of the conversation depends on who they are.
    Row("GET", "/shared", "researcher", kind="link", at="/shared?link={id}"),
    Row("POST", "/v1/feedback", "widget", 204, content=_json(rating="helpful")),
    Row("POST", "/v1/feedback", "widget", 204, "conversation", content=_RATED, note="conversation"),
    Row("GET", "/v1/feedback", "staff", 200, "feedback", 200),
    Row("DELETE", "/v1/feedback/{feedback_id}", "staff", 204, "feedback"),
    Row("GET", "/reviews", "admin", 200, "feedback", 200),
    Row("GET", "/reviews/cases.jsonl", "admin"),
    Row("GET", "/reviews/{report_id}", "admin", kind="feedback"),
    Row("POST", "/reviews/{report_id}", "admin", 303, "feedback", content="state=accepted", media=FORM),
    Row("POST", "/reviews/{report_id}/case", "admin", 303, "feedback",
        content="expected=none&question=When+does+it+open", media=FORM),
    # Jobs
    Row("GET", "/v1/jobs", "staff", 200, "job", 200),
    Row("GET", "/v1/jobs/{job_id}", "staff", kind="job"),
    Row("POST", "/v1/jobs/{job_id}/cancel", "staff", kind="job"),
    Row("POST", "/v1/jobs/{job_id}/retry", "staff", kind="ended job"),
    # Operations
    Row("GET", "/v1/audit", "admin"),
    Row("GET", "/metrics", "admin"),
    Row("GET", "/health/live", "nobody"),
    Row("GET", "/health/ready", "nobody"),
    Row("GET", "/openapi.json", "researcher"),
    Row("HEAD", "/openapi.json", "researcher"),
    # Pages
    Row("GET", "/", "researcher"),
    # Its numbers are too short to be told from others: see tests/ui/test_basket.py for foreign ones.
    Row("GET", "/basket", "researcher", at="/basket?sel=1"),
    Row("GET", "/compare", "researcher", kind="collection", missing=200, at="/compare?q=permit&collection={id}"),
    Row("GET", "/saved", "researcher", 200, "saved search", 200),
    Row("POST", "/saved", "researcher", 303, content="search=q%3Dpermit", media=FORM),
    Row("POST", "/saved/{search_id}", "researcher", 303, "saved search", content="act=end", media=FORM),
    # Its name tells what was asked for: see tests/ui/test_saved.py for what is in it.
    Row("GET", "/feed.atom", "researcher", at="/feed.atom?q=permit"),
    # Whoever has a feed's address may read it.
    Row("GET", "/feeds/{token}", "nobody", kind="feed"),
    Row("GET", "/docs", "researcher"),
    Row("MOUNT", "/chat", "researcher", at="/chat/"),
    Row("MOUNT", "/static", "nobody", at="/static/site.css"),
    Row("GET", "/favicon.ico", "nobody", 307),
    # Signing in
    Row("GET", "/sign-in", "nobody", but={"loopback": 303}),
    Row("POST", "/sign-in", "nobody", 303, "key", 401, content="key={id}", media=FORM),
    Row("POST", "/sign-out", "widget", 303),
    # The provider of these tests cannot be reached.
    Row("GET", "/sign-in/oidc", "nobody", 502),
    Row("GET", "/sign-in/oidc/callback", "nobody", 401),
    # The widget
    Row("GET", "/help", "nobody", at="/help?site=demo"),
    Row("POST", "/help", "nobody", content=f"site=demo&question={QUESTION.replace(' ', '+')}", media=FORM),
    Row("GET", "/widget/panel.js", "nobody"),
    Row("HEAD", "/widget/panel.js", "nobody"),
    Row("POST", "/v1/widget/sessions", "nobody", 200, "site", 403, content=_json(site="{id}")),
    Row("GET", "/widget.js", "nobody"),
    Row("HEAD", "/widget.js", "nobody"),
    Row("GET", "/widget/texts/{tag}.json", "nobody", at="/widget/texts/ro.json"),
    Row("GET", "/widget-demo", "widget"),
    Row("GET", "/sites", "admin"),
    Row("POST", "/sites", "admin", 303, content="origins=https://new.example", media=FORM),
    Row("GET", "/sites/{site_id}", "admin", kind="embedding"),
    Row("GET", "/sites/{site_id}/preview", "admin", kind="embedding"),
)  # fmt: skip
