"""Taking in documents: uploads, and web addresses to read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from assistant.event import Action, Actor
from assistant.witness import job_witness
from index.errors import AccessDenied, InvalidRequest
from index.job import Job, NewItem
from index.scope import Scope
from index.submissions import Submission
from ingest.described import NAMES as SIDECARS
from ingest.uploads import shown_name, upload_source
from ui.auditing import ActorDep
from ui.bodies.job import CrawlBody, IntakeBody, JobBody
from ui.bodies.problem import problem_responses
from ui.body_limit import is_multipart
from ui.callers import IntakeDep, StaffDep
from ui.intake import Intake
from ui.upload_form import MOST_FILES, received_form

router = APIRouter(tags=["documents"])

Body = TypeVar("Body", bound=BaseModel)

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1, max_length=255, pattern=r"^[!-~]+$",
        description="The sender's own name of this request, such as a UUID: sent again, it is not done again",
    ),
]  # fmt: skip
_REFERENCE = "#/components/schemas/{model}"
_LABELS = IntakeBody.model_json_schema(ref_template=_REFERENCE)["properties"]
_FILES = {"type": "array", "maxItems": MOST_FILES, "items": {"type": "string", "format": "binary"}}
_CRAWL = CrawlBody.model_json_schema(ref_template=_REFERENCE)
_UPLOAD = {"type": "object", "required": ["files"], "properties": {"files": _FILES, **_LABELS}}
_REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {"schema": _UPLOAD},
            "application/json": {"schema": {name: value for name, value in _CRAWL.items() if name != "$defs"}},
        },
    }
}


@router.post(
    "/v1/documents",
    status_code=202,
    responses=problem_responses(401, 403, 413, 415, 422, 503, 507),
    openapi_extra=_REQUEST,
    summary="Upload documents, or name web addresses to read",
)
async def take_in(
    request: Request, intake: IntakeDep, caller: StaffDep, actor: ActorDep, idempotency_key: IdempotencyKey = None
) -> JobBody:
    """Files of at most 100 MB together, or addresses as JSON. They are read afterwards, as the job that is returned.

    A file is known by its name and its collection: sent again, it is a new version of the same document. Of an archive,
    each file in it is a document, and a `metadata.csv` or `metadata.yaml` in it describes them.

    With an `Idempotency-Key` the same request can be sent again for 24 hours and leads to the same job; a key that
    comes with other files, addresses or labels is refused.
    """
    await run_in_threadpool(intake.library.check_space)
    sender = _Sender(caller.scope, actor, caller.owner, idempotency_key)
    if is_multipart(request.headers):
        async with received_form(request) as form:
            job = await run_in_threadpool(_upload, form, intake, sender)
    elif request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        job = await run_in_threadpool(_crawl, await request.body(), intake, sender)
    else:
        raise HTTPException(415)
    intake.worker.wake()
    return JobBody.with_items(job, await run_in_threadpool(intake.jobs.items, job.id))


@dataclass(frozen=True, slots=True)
class _Sender:
    """Whose request it is, and the key that they gave it, if any."""

    scope: Scope
    actor: Actor
    owner: str
    key: str | None

    def submission(self, labels: IntakeBody, content: object) -> Submission | None:
        if self.key is None:
            return None
        said = json.dumps([labels.model_dump(mode="json"), content], sort_keys=True)
        return Submission(self.owner, self.key, hashlib.sha256(said.encode()).hexdigest())


def _crawl(body: bytes, intake: Intake, sender: _Sender) -> Job:
    crawl = _checked(CrawlBody, body)
    _check_labels(crawl, sender.scope)
    if sender.scope.collections is not None:
        # A page is known by its address, in whatever collection it is: it would be replaced there.
        raise AccessDenied("Web addresses are read for those who may see every collection.")
    targets = list(dict.fromkeys(crawl.urls))
    detail = {"audience": crawl.audience.value, "collection": crawl.collection, "addresses": tuple(targets)}
    return intake.jobs.add(
        "crawl", crawl.audience, crawl.collection, targets=targets, submission=sender.submission(crawl, targets),
        witness=job_witness(sender.actor, Action.DOCUMENTS_CRAWLED, detail),
    )  # fmt: skip


def _upload(form: FormData, intake: Intake, sender: _Sender) -> Job:
    fields = {name: value for name, value in form.multi_items() if not isinstance(value, UploadFile)}
    labels = _checked(IntakeBody, fields)
    _check_labels(labels, sender.scope)
    files = [value for value in form.getlist("files") + form.getlist("file") if isinstance(value, UploadFile)]
    files_by_name = _one_of_each([file for file in files if file.filename])
    digests = sorted((name, digest) for name, (_, digest) in files_by_name.items())
    submission = sender.submission(labels, digests)
    if submission and (earlier := intake.jobs.submitted(submission)):
        return earlier
    items: list[NewItem] = []
    with ExitStack() as undo:
        for name, (file, _) in files_by_name.items():
            stored = intake.uploads.keep(file.file)
            undo.callback(intake.uploads.discard, stored)
            items.append(NewItem(upload_source(labels.collection, name), name, stored))
        names = tuple(item.uri for item in items)
        detail = {"audience": labels.audience.value, "collection": labels.collection, "count": len(names)}
        witness = job_witness(sender.actor, Action.DOCUMENTS_UPLOADED, {**detail, "files": names})
        job = intake.jobs.add(
            "upload", labels.audience, labels.collection, items=items, submission=submission, witness=witness
        )
        # Sent twice at once, the other one's job has its own copies of the files.
        if any(item.stored == items[0].stored for item in intake.jobs.items(job.id)):
            undo.pop_all()
    return job


def _check_labels(labels: IntakeBody, scope: Scope) -> None:
    if not scope.admits(labels.audience, labels.collection):
        raise AccessDenied("You may not take in documents that you cannot see.")


def _one_of_each(files: Sequence[UploadFile]) -> dict[str, tuple[UploadFile, str]]:
    """The files by name, each with its SHA-256, without those sent twice.

    Raises `InvalidRequest` for none at all, too many, a name with two, or a sidecar, which describes only its archive.
    """
    if not 0 < len(files) <= MOST_FILES:
        raise InvalidRequest(f"An upload holds 1 to {MOST_FILES} files, in the field `files`.", code="wrong_file_count")
    by_name: dict[str, tuple[UploadFile, str]] = {}
    for file in files:
        if shown_name(file.filename or "").casefold() in SIDECARS:
            # Taken in as a document, it would not be obeyed where it calls the others internal.
            sentence = "Put a metadata file and the files it is about into one zip archive."
            raise InvalidRequest(sentence, code="loose_sidecar")
        digest = hashlib.file_digest(file.file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.file.seek(0)
        _, first = by_name.setdefault(shown_name(file.filename or ""), (file, digest))
        if first != digest:
            raise InvalidRequest("Two different files of this upload have the same name.", code="duplicate_name")
    return by_name


def _checked(kind: type[Body], given: bytes | dict[str, Any]) -> Body:
    try:
        return kind.model_validate_json(given) if isinstance(given, bytes) else kind.model_validate(given)
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_url=False)]
        raise RequestValidationError(faults) from error
