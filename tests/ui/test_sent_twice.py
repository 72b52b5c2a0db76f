"""Uploads that are sent twice under the sender's own key."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.access import Access, Caller
from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_generations, open_library
from index.embedding import Embedder
from index.index import Index
from index.scope import EVERYTHING
from index.submissions import KEPT
from index.tables import SubmissionRow
from tests.ui.conftest import ORIGIN
from ui.app import create_app
from ui.intake import Intake, open_intake

CRAWL: dict[str, object] = {"urls": ["https://example.org/news/"]}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("twice") / "data")


@pytest.fixture(scope="module")
def assistant(settings: Settings, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    yield Assistant(index, reader, settings)
    index.close()


@pytest.fixture
def intake(settings: Settings, assistant: Assistant) -> Iterator[Intake]:
    """Its worker rests, so jobs stay as they are."""
    intake = open_intake(settings, assistant.index)
    yield intake
    for job in intake.jobs.newest(100):
        intake.jobs.cancel(job.id)


@pytest.fixture
def access(settings: Settings, assistant: Assistant) -> Access:
    return open_access(settings, assistant.index.library)


@pytest.fixture
def client(assistant: Assistant, access: Access, intake: Intake) -> TestClient:
    return TestClient(create_app(assistant, access, intake=intake), base_url=ORIGIN)


def upload(client: TestClient, key: str, files: dict[str, bytes], **labels: str) -> tuple[int, dict[str, object]]:
    parts = [("files", (name, data)) for name, data in files.items()]
    response = client.post("/v1/documents", files=parts, data=labels, headers={"Idempotency-Key": key})
    return response.status_code, response.json()


def crawl(client: TestClient, key: str, body: dict[str, object]) -> tuple[int, dict[str, object]]:
    response = client.post("/v1/documents", json=body, headers={"Idempotency-Key": key})
    return response.status_code, response.json()


def test_the_same_upload_leads_to_the_same_job(client: TestClient, intake: Intake, settings: Settings) -> None:
    files = {"a.txt": b"The ferry leaves at nine.", "b.txt": b"Tickets are sold on board."}
    status, first = upload(client, "one", files)
    kept = sorted(path.name for path in (settings.data_dir / "uploads").iterdir())
    jobs = len(intake.jobs.newest(100))
    again = upload(client, "one", dict(reversed(files.items())))
    assert (status, again[0], again[1]["id"]) == (202, 202, first["id"])
    assert len(intake.jobs.newest(100)) == jobs
    assert sorted(path.name for path in (settings.data_dir / "uploads").iterdir()) == kept
    assert intake.jobs.stored() >= set(kept)


@pytest.mark.parametrize(
    ("files", "labels"),
    [
        ({"a.txt": b"Another text."}, {}),
        ({"b.txt": b"The same text."}, {}),
        ({"a.txt": b"The same text.", "c.txt": b"More."}, {}),
        ({"a.txt": b"The same text."}, {"audience": "public"}),
        ({"a.txt": b"The same text."}, {"collection": "press"}),
    ],
)
def test_a_key_with_another_upload_is_refused(
    client: TestClient, intake: Intake, files: dict[str, bytes], labels: dict[str, str]
) -> None:
    upload(client, "two", {"a.txt": b"The same text."})
    jobs, stored = len(intake.jobs.newest(100)), intake.jobs.stored()
    status, body = upload(client, "two", files, **labels)
    assert (status, body["code"]) == (422, "idempotency_key_reused")
    assert (len(intake.jobs.newest(100)), intake.jobs.stored()) == (jobs, stored)


def test_addresses_are_taken_once_too(client: TestClient) -> None:
    first = crawl(client, "three", CRAWL)
    assert crawl(client, "three", CRAWL)[1]["id"] == first[1]["id"]
    assert crawl(client, "three", {**CRAWL, "audience": "public"})[0] == 422
    assert crawl(client, "four", CRAWL)[1]["id"] != first[1]["id"]
    plain = [client.post("/v1/documents", json=CRAWL).json()["id"] for _ in range(2)]
    assert len({*plain, first[1]["id"]}) == 3


def test_a_key_is_its_owners(client: TestClient, access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    first = crawl(client, "five", CRAWL)[1]["id"]
    monkeypatch.setattr(access, "caller", lambda *_: Caller("staff", EVERYTHING, "somebody else"))
    assert crawl(client, "five", {"urls": ["https://example.org/other/"]})[0] == 202
    assert crawl(client, "five", CRAWL)[0] == 422
    monkeypatch.undo()
    assert crawl(client, "five", CRAWL)[1]["id"] == first


def test_a_key_is_kept_for_a_day(client: TestClient, assistant: Assistant) -> None:
    first = crawl(client, "six", CRAWL)[1]["id"]
    for age, same in ((KEPT - timedelta(minutes=1), True), (timedelta(minutes=2), False)):
        with Session(assistant.index.library.engine) as session, session.begin():
            row = session.scalars(select(SubmissionRow).where(SubmissionRow.key == "six")).one()
            earlier = row.created_at - age
            session.execute(update(SubmissionRow).where(SubmissionRow.key == "six").values(created_at=earlier))
        assert (crawl(client, "six", CRAWL)[1]["id"] == first) is same


def test_sent_twice_at_once_it_is_one_job(client: TestClient, intake: Intake, settings: Settings) -> None:
    files = {"c.txt": b"Both at once."}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: upload(client, "seven", files), range(6)))
    assert {status for status, _ in answers} == {202}
    assert len({str(body["id"]) for _, body in answers}) == 1
    assert {path.name for path in (settings.data_dir / "uploads").iterdir()} <= intake.jobs.stored()


@pytest.mark.parametrize("key", ["", " ", "a" * 256, "two words", "ключ"])
def test_what_is_no_key_is_refused(client: TestClient, key: str) -> None:
    headers = {"Idempotency-Key": key.encode()}
    assert client.post("/v1/documents", json=CRAWL, headers=headers).status_code == 422  # type: ignore[arg-type]
