"""Uploads, crawls, jobs, and changing documents over HTTP; and what is refused on the way."""

from __future__ import annotations

import asyncio
import json
import resource
import time
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_generations, open_library
from index.embedding import Embedder
from index.index import Index
from ingest.uploads import Uploads
from tests.ui.conftest import ORIGIN
from ui.app import LARGEST_UPLOAD, create_app
from ui.intake import Intake, open_intake
from ui.upload_form import LONGEST_FIELD, MOST_FILES

PAGE = "# Ferry desk {n}\n\nThe ferry of Portovento leaves at {n} o'clock. Tickets are sold on board.\n"
HEADERS = {"Content-Type": "multipart/form-data; boundary=x"}
PART = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n'
FILE_PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n'
END = b"\r\n--x--\r\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("uploads") / "data")


@pytest.fixture(scope="module")
def intake(settings: Settings, assistant: Assistant) -> Iterator[Intake]:
    intake = open_intake(settings, assistant.index)
    intake.worker.start()
    yield intake
    intake.worker.stop()


@pytest.fixture(scope="module")
def assistant(settings: Settings, embedder: Embedder, reader: Reader) -> Iterator[Assistant]:
    index = Index(open_library(settings), embedder, open_generations(settings, embedder.name))
    yield Assistant(index, reader, settings)
    index.close()


@pytest.fixture(scope="module")
def client(settings: Settings, assistant: Assistant, intake: Intake) -> TestClient:
    access = open_access(settings, assistant.index.library)
    return TestClient(create_app(assistant, access, intake=intake), base_url=ORIGIN)


@pytest.fixture(scope="module")
def visitor(client: TestClient) -> dict[str, str]:
    session = client.post("/v1/widget/sessions", json={"site": "demo"}, headers={"Origin": ORIGIN}).json()
    return {"Authorization": f"Bearer {session['token']}", "Origin": ORIGIN}


def upload(client: TestClient, files: dict[str, bytes], **fields: str) -> dict[str, object]:
    parts = [("files", (name, data)) for name, data in files.items()]
    response = client.post("/v1/documents", files=parts, data=fields)
    assert response.status_code == 202, response.text
    body: dict[str, object] = response.json()
    return body


def ended(client: TestClient, job: dict[str, object]) -> dict[str, object]:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        body: dict[str, object] = client.get(f"/v1/jobs/{job['id']}").json()
        if body["stage"] in {"done", "failed", "cancelled"}:
            return body
        time.sleep(0.02)
    raise AssertionError(f"still {body['stage']}")


def items_of(job: dict[str, object]) -> list[dict[str, object]]:
    items = job["items"]
    assert isinstance(items, list)
    return items


def stored(settings: Settings) -> list[Path]:
    folder = settings.data_dir / "uploads"
    return list(folder.iterdir()) if folder.is_dir() else []


# -- uploads and jobs --------------------------------------------------------------------------------------------------


def test_an_upload_becomes_a_document_that_answers(client: TestClient, settings: Settings) -> None:
    job = upload(client, {"ferry.md": PAGE.format(n=7).encode()}, audience="public", collection="ferries")
    assert list(job) == [
        "id", "kind", "stage", "cancelling", "audience", "collection", "urls", "created_at", "started_at",
        "finished_at", "progress", "error", "added", "updated", "unchanged", "failed", "items",
    ]  # fmt: skip
    assert (job["kind"], job["audience"], job["collection"]) == ("upload", "public", "ferries")
    done = ended(client, job)
    assert (done["stage"], done["added"], done["progress"]) == ("done", 1, {"done": 1, "total": 1})
    (item,) = items_of(done)
    assert list(item) == ["uri", "status", "document_id", "error"]
    document = client.get(f"/v1/documents/{item['document_id']}").json()
    assert (document["uri"], document["audience"], document["collection"]) == ("ferry.md", "public", "ferries")
    answer = client.post("/v1/ask", json={"question": "When does the ferry of Portovento leave?"}).json()
    assert "7 o'clock" in answer["text"]
    assert stored(settings) == []
    listed = client.get("/v1/jobs", params={"limit": 1}).json()["jobs"]
    assert [entry["id"] for entry in listed] == [job["id"]]
    assert "items" not in listed[0]


def test_documents_are_internal_unless_said_otherwise(client: TestClient) -> None:
    done = ended(client, upload(client, {"quiet.md": PAGE.format(n=1).encode()}))
    assert (done["audience"], done["collection"]) == ("internal", "default")
    assert client.get(f"/v1/documents/{items_of(done)[0]['document_id']}").json()["audience"] == "internal"


def test_the_same_document_again_is_one_version(client: TestClient) -> None:
    files = {"same.md": PAGE.format(n=2).encode()}
    jobs = [upload(client, files, collection="same") for _ in range(3)]
    outcomes = [items_of(ended(client, job))[0] for job in jobs]
    assert [item["status"] for item in outcomes] == ["added", "unchanged", "unchanged"]
    assert len({item["document_id"] for item in outcomes}) == 1
    changed = items_of(ended(client, upload(client, {"same.md": PAGE.format(n=3).encode()}, collection="same")))[0]
    assert (changed["status"], changed["document_id"]) == ("updated", outcomes[0]["document_id"])
    elsewhere = items_of(ended(client, upload(client, files, collection="other")))[0]
    assert (elsewhere["status"], elsewhere["document_id"] != outcomes[0]["document_id"]) == ("added", True)


def test_a_file_that_cannot_be_read_fails_alone_and_can_be_retried(client: TestClient, settings: Settings) -> None:
    files = {"good.md": PAGE.format(n=4).encode(), "empty.txt": b"", "bad.pdf": b"no pdf"}
    done = ended(client, upload(client, files))
    assert (done["stage"], done["added"], done["failed"]) == ("done", 1, 2)
    errors = [item["error"] for item in items_of(done)]
    assert errors[0] is None
    assert [error["code"] for error in errors[1:] if isinstance(error, dict)] == ["empty", "corrupt"]
    assert len(stored(settings)) == 2
    again = client.post(f"/v1/jobs/{done['id']}/retry")
    assert again.status_code == 200
    retried = ended(client, again.json())
    assert (retried["stage"], retried["added"], retried["failed"]) == ("done", 1, 2)
    only_bad = ended(client, upload(client, {"empty.txt": b""}))
    assert only_bad["stage"] == "failed"
    for path in stored(settings):
        path.unlink()


def test_a_finished_job_is_neither_retried_nor_cancelled(client: TestClient) -> None:
    done = ended(client, upload(client, {"fine.md": PAGE.format(n=5).encode()}))
    refused = client.post(f"/v1/jobs/{done['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_failed")
    assert client.post(f"/v1/jobs/{done['id']}/cancel").json()["stage"] == "done"


def test_a_web_address_is_a_job_too(client: TestClient) -> None:
    response = client.post("/v1/documents", json={"urls": ["http://127.0.0.1:9/a", "http://127.0.0.1:9/a"]})
    assert response.status_code == 202
    job = response.json()
    assert (job["kind"], job["urls"]) == ("crawl", ["http://127.0.0.1:9/a"])
    done = ended(client, job)
    assert done["stage"] == "failed"
    (item,) = items_of(done)
    assert isinstance(item["error"], dict)
    assert item["error"]["code"]


@pytest.mark.parametrize("action", ["", "/cancel", "/retry"])
def test_no_such_job(client: TestClient, action: str) -> None:
    response = client.request("POST" if action else "GET", f"/v1/jobs/nope{action}")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


# -- changing documents ------------------------------------------------------------------------------------------------


def test_a_document_is_amended_and_removed(client: TestClient, visitor: dict[str, str]) -> None:
    done = ended(client, upload(client, {"plan.md": PAGE.format(n=6).encode()}, audience="public"))
    path = f"/v1/documents/{items_of(done)[0]['document_id']}"
    assert client.get(path, headers=visitor).status_code == 200
    amended = client.patch(path, json={"audience": "internal", "title": " Ferry\nplan "})
    assert (amended.status_code, amended.json()["title"], amended.json()["audience"]) == (200, "Ferry plan", "internal")
    assert client.get(path, headers=visitor).status_code == 404
    assert client.patch(path, json={"audience": "public"}).json()["title"] == "Ferry plan"
    assert client.get(path, headers=visitor).json()["title"] == "Ferry plan"
    removed = client.delete(path)
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get(path).status_code == 404
    for response in (client.delete(path), client.patch(path, json={"title": "x"})):
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [{}, {"title": ""}, {"title": " \u200b"}, {"title": "x" * 201}, {"audience": "all"}, {"text": "x"}, [], None],
)
def test_bad_amendments_are_refused(client: TestClient, body: object) -> None:
    response = client.patch("/v1/documents/x", json=body)
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("DELETE", "/v1/documents/x"),
        ("PATCH", "/v1/documents/x"),
        ("GET", "/v1/jobs"),
        ("GET", "/v1/jobs/x"),
        ("POST", "/v1/jobs/x/cancel"),
        ("POST", "/v1/jobs/x/retry"),
    ],
)
def test_visitors_change_nothing(client: TestClient, visitor: dict[str, str], method: str, path: str) -> None:
    bodies = [{"json": {"urls": ["https://example.org/"], "title": "x"}}, {"files": {"files": ("a.md", b"# A")}}]
    for body in bodies:
        response = client.request(method, path, headers=visitor, **body)  # type: ignore[arg-type]
        assert (response.status_code, response.json()["code"]) == (403, "access_denied")
    assert client.request(method, path, headers={"Authorization": "Bearer x"}).status_code == 401
    assert client.request(method, path, headers={"Origin": "https://evil.example"}).status_code == 403


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/x.md", "etc/x.md"),
        ("n" * 297 + ".md", "n" * 196 + "….md"),
        ("fdp\u202edm.md", "fdp_dm.md"),
        ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
    ],
)
def test_hostile_names_are_only_shown(client: TestClient, settings: Settings, name: str, shown: str) -> None:
    before = {path for path in settings.data_dir.parent.rglob("*") if "uploads" not in path.parts[-2:]}
    body = FILE_PART % name.encode() + PAGE.format(n=9).encode() + END
    response = client.post("/v1/documents", content=body, headers=HEADERS)
    assert response.status_code == 202, response.text
    (item,) = items_of(ended(client, response.json()))
    assert (item["uri"], item["status"]) == (shown, "added")
    page = client.get(f"/documents/{item['document_id']}", headers={"Accept": "text/html"}).text
    assert "<img" not in page
    new = set(settings.data_dir.parent.rglob("*")) - before
    assert {path.name for path in new if path.suffix == ".md"} == set()
    assert not (settings.data_dir.parent / "etc").exists()


class Sending:
    """Sends a body in blocks without saying how long it is, as a server hands it to an application."""

    def __init__(self, head: bytes, total: int) -> None:
        self.left = total
        self.sent = 0
        self._next = head
        self._block = b"a" * 64 * 1024
        self.answer: list[MutableMapping[str, Any]] = []

    async def receive(self) -> MutableMapping[str, Any]:
        body, self._next = self._next, self._block
        self.left -= len(body)
        self.sent += len(body)
        return {"type": "http.request", "body": body, "more_body": self.left > 0}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self.answer.append(message)

    def to(self, client: TestClient) -> int:
        headers = [(b"host", b"127.0.0.1:8000"), (b"content-type", HEADERS["Content-Type"].encode())]
        scope = {
            "type": "http", "method": "POST", "path": "/v1/documents", "raw_path": b"/v1/documents", "headers": headers,
            "query_string": b"", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 50000), "asgi": {"version": "3.0"},
        }  # fmt: skip
        with ThreadPoolExecutor(1) as beside:  # the browser's tests leave a loop running in this thread
            beside.submit(asyncio.run, client.app(scope, self.receive, self.send)).result()  # type: ignore[arg-type]
        return int(self.answer[0]["status"])


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("head", "status", "most_read"),
    [
        (FILE_PART % b"big.txt", 413, LARGEST_UPLOAD + 64 * 1024),
        (PART % b"collection", 413, MIB),
        (b"--x\r\nContent-Disposition: ", 422, MIB),
        (b"--x\r\n" + b"X-A: b\r\n" * 20, 422, MIB),
    ],
)
def test_what_is_too_large_is_refused_while_reading(
    client: TestClient, settings: Settings, head: bytes, status: int, most_read: int
) -> None:
    """101 MB without a length: a file, a field that is no file, a line of a part's head, many such lines."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sending = Sending(head, 101 * MIB)
    assert sending.to(client) == status
    assert sending.sent <= most_read
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 16 * MIB
    assert stored(settings) == []


def test_the_largest_file_is_taken(client: TestClient, settings: Settings) -> None:
    """99 MB of zeros are no document, but they are not refused at the door, and memory stays flat."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sending = Sending(FILE_PART % b"big.bin", 0)
    blocks = iter([sending._next, *[bytes(MIB)] * 99, END])
    left = 101

    async def receive() -> MutableMapping[str, Any]:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": next(blocks), "more_body": left > 0}

    sending.receive = receive  # type: ignore[method-assign]
    assert sending.to(client) == 202
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 300 * MIB
    job = ended(client, json.loads(sending.answer[1]["body"]))
    assert job["failed"] == 1
    for path in stored(settings):
        path.unlink()


def test_an_announced_length_is_refused_before_reading(client: TestClient) -> None:
    headers = {**HEADERS, "Content-Length": str(LARGEST_UPLOAD + 1)}
    response = client.post("/v1/documents", content=b"--x", headers=headers)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    response = client.post("/v1/documents", json={"urls": ["https://example.org/" + "a" * 70_000]})
    assert response.status_code == 413


@pytest.mark.parametrize("part", [PART % b"a", FILE_PART % b"a.txt", FILE_PART % b""])
def test_five_thousand_parts_are_refused(client: TestClient, settings: Settings, part: bytes) -> None:
    body = (part + b"x\r\n") * 5000 + b"--x--\r\n"
    response = client.post("/v1/documents", content=body, headers=HEADERS)
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")
    assert stored(settings) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (END, 422),
        (b"no multipart", 422),
        (FILE_PART % b"a.txt" + b"cut off", 422),
        (FILE_PART % b"a.txt" + b"whole\r\n" + FILE_PART % b"b.txt" + b"cut off", 422),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\nnameless" + END, 422),
        (PART % b"files" + b"a field, not a file" + END, 422),
        (FILE_PART % b"" + END, 422),
        (PART % b"audience" + b"everyone\r\n" + FILE_PART % b"a.txt" + b"text" + END, 422),
        (PART % b"collection" + b"c" * 200 + b"\r\n" + FILE_PART % b"a.txt" + b"text" + END, 422),
        (PART % b"role" + b"admin\r\n" + FILE_PART % b"a.txt" + b"text" + END, 422),
        (PART % b"collection" + b"c" * (LONGEST_FIELD + 1) + END, 413),
        (FILE_PART % b"a.txt" + b"one\r\n" + FILE_PART % b"a.txt" + b"another" + END, 422),
        ((FILE_PART % b"a.txt" + b"one\r\n") * (MOST_FILES + 1) + END, 422),
    ],
)
def test_broken_uploads_are_problems(client: TestClient, settings: Settings, body: bytes, status: int) -> None:
    before = client.get("/v1/jobs").json()
    response = client.post("/v1/documents", content=body, headers=HEADERS)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    assert problem["detail"]
    assert problem["log_id"] == response.headers["x-log-id"]
    assert str(settings.data_dir) not in response.text
    assert "Traceback" not in response.text
    assert client.get("/v1/jobs").json() == before
    assert stored(settings) == []


def test_the_same_file_twice_in_one_upload_is_one(client: TestClient) -> None:
    page = PAGE.format(n=8).encode()
    body = FILE_PART % b"twice.md" + page + b"\r\n" + FILE_PART % b"twice.md" + page + END
    job = client.post("/v1/documents", content=body, headers=HEADERS).json()
    assert [item["status"] for item in items_of(ended(client, job))] == ["added"]


@pytest.mark.parametrize("name", ["metadata.csv", "Metadata.YAML"])
def test_a_sidecar_without_an_archive_is_refused_with_its_files(
    client: TestClient, settings: Settings, name: str
) -> None:
    """As a document it would be shown, and what it calls internal would be public."""
    files = [("files", ("desk.md", PAGE.format(n=9).encode())), ("files", (name, b"file,audience\ndesk.md,internal\n"))]
    before = stored(settings)
    response = client.post("/v1/documents", files=files, data={"audience": "public"})
    assert (response.status_code, response.json()["code"]) == (422, "loose_sidecar")
    assert stored(settings) == before


@pytest.mark.parametrize(
    "urls",
    [
        [],
        "https://example.org/",
        ["/etc/passwd"],
        ["file:///etc/passwd"],
        ["ftp://example.org/x"],
        ["http://a\\@127.0.0.1/"],
        ["https://example.org/a b"],
        ["https://example.org/\u0000"],
        ["\ud800"],
        ["https://example.org/"] * 101,
        [7],
    ],
)
def test_what_is_no_web_address_is_refused(client: TestClient, urls: object) -> None:
    content = json.dumps({"urls": urls})
    response = client.post("/v1/documents", content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    assert response.json()["errors"][0]["field"].startswith("body")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_bodies_are_refused(client: TestClient, content_type: str) -> None:
    response = client.post("/v1/documents", content=b"urls=x", headers={"Content-Type": content_type})
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


def test_a_disk_with_little_room_is_said_and_answers_go_on(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.space.shutil.disk_usage", lambda _: SimpleNamespace(free=5 << 20))
    for sent in ({"files": {"files": ("a.md", b"# A")}}, {"json": {"urls": ["https://example.org/"]}}):
        response = client.post("/v1/documents", **sent)
        assert (response.status_code, response.json()["code"]) == (507, "storage_low")
        assert response.json()["detail"].startswith("Only 5 MB are free")
    assert stored(settings) == []
    assert client.post("/v1/ask", json={"question": "When does the ferry leave?"}).status_code == 200
    assert client.get("/v1/search", params={"q": "ferry"}).status_code == 200


def test_a_full_disk_is_said(
    client: TestClient, settings: Settings, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.uploads.os.fsync", full)
    response = client.post("/v1/documents", files={"files": ("a.md", b"# A")})
    assert (response.status_code, response.json()["code"]) == (507, "storage_full")
    assert stored(settings) == []
    assert isinstance(intake.uploads, Uploads)


def test_no_routes_without_an_intake(settings: Settings, assistant: Assistant) -> None:
    client = TestClient(create_app(assistant, open_access(settings, assistant.index.library)), base_url=ORIGIN)
    assert client.post("/v1/documents", json={"urls": ["https://example.org/"]}).status_code == 405
    assert client.get("/v1/jobs").status_code == 404


def test_the_reference_describes_uploads_and_jobs(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    take_in = description["paths"]["/v1/documents"]["post"]
    assert set(take_in["requestBody"]["content"]) == {"multipart/form-data", "application/json"}
    assert {"/v1/jobs", "/v1/jobs/{job_id}", "/v1/jobs/{job_id}/cancel", "/v1/jobs/{job_id}/retry"} <= set(
        description["paths"]
    )
    schemas = description["components"]["schemas"]
    assert all(schemas[name]["examples"] for name in ("JobBody", "JobsBody", "AmendmentBody"))
    references = [part.split('"')[0] for part in json.dumps(description).split("#/components/schemas/")[1:]]
    assert set(references) <= set(schemas)
    page = client.get("/docs", headers={"Accept": "text/html"}).text
    assert "https://example.org/news/" in page
    assert "/v1/jobs/{job_id}/retry" in page
