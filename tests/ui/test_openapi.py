"""Requests made from the API's own description, for each role: none may be answered by a failure of the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as bounded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.feedback import Feedback
from assistant.roles import KeyRole
from assistant.settings import Settings
from assistant.sites import DEMO_SITE
from assistant.widget_access import Sender
from index.database import open_database
from index.library import Library
from tests.ui.conftest import ORIGIN
from ui.app import create_app
from ui.completion_error import is_completion_path
from ui.intake import open_intake

EXAMPLES = 3
"""Of each operation, for each role and each kind of input."""
LIKE_A_BROWSER = {"sec-fetch-mode", "origin", "host", "authorization"}
KEYS: tuple[KeyRole, ...] = ("admin", "staff", "researcher")
ROLES = (*KEYS, "widget", "anonymous")
OPEN = {"GET /health/live", "GET /health/ready", "POST /v1/widget/sessions"}
"""Operations that need no credential."""
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """A server with every route there is, where nobody works on what is uploaded; and what each role sends."""

    app: FastAPI
    credentials: dict[str, Headers]


@pytest.fixture(scope="module")
def desk(
    settings: Settings, assistant: Assistant, conversations: Conversations, feedback: Feedback,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:  # fmt: skip
    # Keys of their own, so that the other tests' server stays open.
    with closing(Library(open_database(tmp_path_factory.mktemp("keys")))) as library:
        access = Access(library, settings.widget_session_seconds)
        keys: dict[str, str] = {role: access.keys.create(role, days=1).secret for role in KEYS}
        site = access.widget.site(DEMO_SITE, Sender(ORIGIN, ORIGIN.removeprefix("http://")))
        tokens: dict[str, str] = {**keys, "widget": access.widget.open(site).token}
        credentials = {role: {"Authorization": f"Bearer {token}"} for role, token in tokens.items()}
        credentials["widget"]["Origin"] = ORIGIN
        app = create_app(
            assistant, access, conversations=conversations, feedback=feedback,
            intake=open_intake(settings, assistant.index),
        )  # fmt: skip
        yield Desk(app, {**credentials, "anonymous": {}})


def statuses(app: FastAPI, mode: GenerationMode, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    """What each generated request is answered with."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
        for result in schema.get_all_operations():
            assert isinstance(result, Ok)
            operation = result.ok()
            answered: list[tuple[str, int]] = []

            @seeded(7)
            @bounded(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def try_out(case: Any) -> None:
                sent = case.as_transport_kwargs(base_url=ORIGIN)
                own = {name: value for name, value in (sent.get("headers") or {}).items() if not _is_set(name)}
                response = client.request(
                    sent["method"], _path(sent["url"]), params=sent.get("params"), headers={**own, **headers},
                    content=_content(sent), json=sent.get("json"),
                )  # fmt: skip
                answered.append((f"{operation.label}: {response.text[:300]}", response.status_code))  # noqa: B023

            # Some take nothing that could be wrong.
            with suppress(Unsatisfiable):
                try_out()
            yield from answered


def _is_set(name: str) -> bool:
    return name.lower() in LIKE_A_BROWSER


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _content(sent: dict[str, object]) -> bytes | None:
    data = sent.get("data")
    return data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data if isinstance(data, bytes) else None


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("role", ROLES)
def test_no_request_ends_in_a_failure_of_the_server(desk: Desk, role: str, mode: GenerationMode) -> None:
    answered = list(statuses(desk.app, mode, desk.credentials[role]))
    assert [text for text, status in answered if status >= 500] == []
    counted = Counter(status // 100 for _, status in answered)
    assert counted[4] > 20, "nothing wrong was sent"
    if role == "anonymous":
        assert {text.partition(":")[0] for text, status in answered if status < 300} <= OPEN
    else:
        assert counted[2] > 5, "nothing was understood"


def test_every_operation_says_how_it_refuses(desk: Desk) -> None:
    for path, operations in desk.app.openapi()["paths"].items():
        for method, operation in operations.items():
            problems = [status for status in operation["responses"] if status[0] in "45"]
            assert problems or path == "/health/live", (method, path)
            for status in problems:
                content = operation["responses"][status].get("content", {})
                # OpenAI's clients know their own shape of errors.
                known = "application/json" if is_completion_path(path) else "application/problem+json"
                assert set(content) == {known}, (method, path, status)
