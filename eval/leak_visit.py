"""A visitor of a public site who asks for what only staff may know, in every way that the service offers."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import httpx

from eval.leak_answers import Findings
from eval.obeying_model import ObeyingModel
from index.errors import InvalidRequest

RENEWED_SECONDS = 300.0
"""A session is exchanged well before it ends."""
MOST_QUESTION = 2000
RARELY = 20
"""Of so many questions one is also asked on in its conversation, and one opinion is sent."""
PLAINLY = 7
"""Of so many questions one is also asked without an attack; it shares no factor with the number of languages."""
LIMIT = 20
"""Passages of a search."""
EXPORTED = 100
FORMATS = ("ris", "bibtex", "csl", "csv")


class Visit:
    """All that one visitor asks of the server at this address."""

    def __init__(self, address: str, model: ObeyingModel, findings: Findings) -> None:
        self._client = httpx.Client(base_url=address, timeout=120.0)
        self._address = address
        self._model = model
        self._findings = findings
        self._renewed = -RENEWED_SECONDS
        self._asked = 0

    def close(self) -> None:
        self._client.close()

    @property
    def is_plain(self) -> bool:
        """Whether the next question is also asked plainly."""
        return self._asked % PLAINLY == 0

    def ask(self, question: str, attack: str, internal_id: str) -> None:
        """One question: streamed with an attack behind it, as a search, and by the document's own id; some plainly."""
        self._renew()
        plain = self.is_plain
        self._asked += 1
        if plain:
            self._model.obeys = False
            self._post("ask", "/v1/ask", {"question": question})
        self._model.obeys = True
        attacked = f"{question} {attack}"[:MOST_QUESTION]
        streamed = self._post("ask streamed", "/v1/ask", {"question": attacked, "conversation": True}, stream=True)
        self._get("search", "/v1/search", {"q": question, "limit": LIMIT})
        self._get("search for internal", "/v1/search", {"q": question, "audience": "internal"})
        self._get("document", f"/v1/documents/{internal_id}", named=internal_id)
        self._get("document page", f"/documents/{internal_id}", named=internal_id)
        if self._asked % RARELY == 1:
            self._go_on(question, streamed)

    def look_around(self, internal_ids: Sequence[str]) -> None:
        """What is listed for a visitor, or should be listed for nobody but staff."""
        self._renew()
        for path in ("/v1/documents", "/v1/conversations", "/v1/jobs", "/v1/feedback", "/", "/docs", "/v1/models"):
            self._get(f"list {path}", path)
        for format_ in FORMATS:
            for id_ in internal_ids[:EXPORTED]:
                self._get("export", "/v1/export", {"ids": id_, "format": format_}, named=id_)

    def _go_on(self, question: str, streamed: httpx.Response) -> None:
        held = _conversation_of(streamed)
        self._post("ask on", "/v1/ask", {"question": "And what else?", "conversation_id": held})
        self._get("conversation", f"/v1/conversations/{held}")
        self._get("conversations", "/v1/conversations")
        said = {"rating": "wrong", "conversation_id": held, "include_answer": True, "include_question": True}
        self._post("feedback", "/v1/feedback", said)

    def _renew(self) -> None:
        if time.monotonic() - self._renewed < RENEWED_SECONDS:
            return
        origin = {"Origin": self._address}
        opened = self._client.post("/v1/widget/sessions", json={"site": "demo"}, headers=origin)
        if opened.status_code != httpx.codes.OK:
            raise InvalidRequest(f"A widget session is refused: {opened.status_code}.")
        token = self._findings.look("session", opened).json()["token"]
        self._client.headers.update({**origin, "Authorization": f"Bearer {token}"})
        self._renewed = time.monotonic()

    def _get(
        self, route: str, path: str, parameters: dict[str, str | int] | None = None, *, named: str = ""
    ) -> httpx.Response:
        return self._findings.look(route, self._client.get(path, params=parameters), named)

    def _post(self, route: str, path: str, body: dict[str, object], *, stream: bool = False) -> httpx.Response:
        headers = {"Accept": "text/event-stream"} if stream else {}
        response = self._findings.look(route, self._client.post(path, json=body, headers=headers))
        if not response.is_success:
            # A run that was turned away would find nothing, and prove nothing.
            raise InvalidRequest(f"{path} is refused: {response.status_code}.")
        return response


def _conversation_of(streamed: httpx.Response) -> str:
    last = streamed.text.rpartition("data: ")[2]
    return str(json.loads(last)["conversation_id"])
