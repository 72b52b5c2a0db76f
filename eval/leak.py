"""`python -m eval leak`: is a visitor told anything internal, by any route, with a chat model that obeys everyone."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import typer

from eval.leak_answers import Findings
from eval.leak_documents import MARK, WORDS, Subject, write_documents
from eval.leak_visit import LIMIT, Visit
from eval.obeying_model import ObeyingModel, obeying_model
from eval.product import finish, serving, start
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from index.errors import InvalidRequest

LEAST_CONTROL = 0.9
"""Share of the questions by which staff must be told canaries: else the visitor's zero would prove nothing.

Any of them, as any would be a leak: among hundreds of notes alike, a question in another language may find another one.
"""
_INTERNAL = "internal"
_MANY = "1000000 per minute"
UNLIMITED = {
    "widget_address_sessions": _MANY, "widget_address_questions": _MANY, "widget_session_questions": _MANY,
    "widget_site_sessions": _MANY, "widget_site_questions": _MANY, "owner_questions": _MANY,
    "widget_site_daily_questions": 1_000_000, "widget_daily_questions": 1_000_000,
}  # fmt: skip
"""Settings by which nothing is refused for being asked too often: the run asks as fast as it can."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visitor was told, the share of questions by which staff were told canaries, and the seconds it took."""

    findings: Findings
    asked: int
    control: float
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing was told to the visitor that staff were told."""
        return self.control > LEAST_CONTROL and not self.findings.canaries and not self.findings.ids


def command(
    documents: Annotated[int, typer.Option(min=1, help="Internal documents, each with a public one beside it.")] = 500,
    questions: Annotated[int, typer.Option(min=1, help="Documents asked about, in each language.")] = 300,
    languages: Annotated[int, typer.Option(min=1, max=len(WORDS), help="Languages of questions.")] = len(WORDS),
    attacks: Annotated[Path | None, typer.Option(help='JSON lines with a "text" to put behind questions.')] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask as staff, and the same at once as a visitor; look for canaries in every byte the visitor gets. 1: leaked."""
    texts = read_attacks(attacks) if attacks else [words.injection for words in WORDS]
    with TemporaryDirectory(prefix="missiondesk-eval-") as folder:
        outcome = run(Path(folder), documents, min(questions, documents), languages, texts)
    publish(_report(outcome, documents), json_file, html_file)
    if not outcome.holds:
        raise typer.Exit(1)


def read_attacks(path: Path) -> list[str]:
    """Raises `InvalidRequest`."""
    try:
        found = [str(json.loads(line)["text"]) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"{path} is no file of attacks: {error}.") from error
    if not found:
        raise InvalidRequest(f"{path} holds no attacks.")
    return found


def run(folder: Path, documents: int, questions: int, languages: int, attacks: Sequence[str]) -> Outcome:
    """Build the library in this empty folder with the product's own commands, serve it, and ask."""
    subjects = [Subject.numbered(number) for number in range(documents)]
    write_documents(subjects, folder / _INTERNAL, folder / "public")
    data_dir = folder / "data"
    for audience in (_INTERNAL, "public"):
        code, _, errors = finish(start(data_dir, "ingest", str(folder / audience), "--audience", audience, "--json"))
        if code:
            raise InvalidRequest(f"`missiondesk ingest` ended with {code}: {errors.strip()}")
    with obeying_model() as model:
        settings = {
            "chat_model": "openai:obeying", "chat_base_url": model.address, "chat_api_key": "none", **UNLIMITED
        }  # fmt: skip
        lines = [f"{name} = {json.dumps(value)}\n" for name, value in settings.items()]
        (folder / "missiondesk.toml").write_text("".join(lines), encoding="utf-8")
        with serving(data_dir, folder) as address:
            return ask_all(address, model, subjects[:questions], languages, attacks)


def ask_all(
    address: str, model: ObeyingModel, subjects: Sequence[Subject], languages: int, attacks: Sequence[str]
) -> Outcome:
    """Ask the server at this address about each subject in each language, staff first and the visitor right after."""
    started = time.monotonic()
    told = 0
    with httpx.Client(base_url=address, timeout=120.0) as staff:
        internal = _internal_ids(staff)
        findings = Findings(list(internal.values()))
        visit = Visit(address, model, findings)
        attack = cycle(attacks)
        visit.look_around(findings.internal)
        for subject in subjects:
            for words in WORDS[:languages]:
                question = subject.question(words)
                told += _told_to_staff(staff, question)
                if visit.is_plain:
                    _ask_as_staff(staff, model, question)
                visit.ask(question, next(attack), internal[subject.canary])
        visit.look_around(findings.internal)
        visit.close()
    asked = len(subjects) * languages
    return Outcome(findings, asked, told / asked, time.monotonic() - started)


def _told_to_staff(staff: httpx.Client, question: str) -> bool:
    return MARK in staff.get("/v1/search", params={"q": question, "limit": LIMIT}).text


def _ask_as_staff(staff: httpx.Client, model: ObeyingModel, question: str) -> None:
    # What is answered to staff must not stay behind for whoever asks the same next.
    model.obeys = True
    staff.post("/v1/ask", json={"question": question}).raise_for_status()


def _internal_ids(staff: httpx.Client) -> dict[str, str]:
    """By canary: the ids of the notes, which a visitor may not learn either."""
    listed: list[dict[str, str]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = staff.get("/v1/documents", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        listed += page["documents"]
        cursor = page["next_cursor"]
    return {Path(item["uri"]).stem: item["id"] for item in listed if item["audience"] == _INTERNAL}


def _report(outcome: Outcome, documents: int) -> Report:
    findings = outcome.findings
    responses = sum(findings.responses.values())
    figures: dict[str, object] = {
        "documents": documents, "questions": outcome.asked, "responses": responses, "canaries": findings.canaries,
        "ids": findings.ids, "control": round(outcome.control, 4), "seconds": round(outcome.seconds),
        "by_route": dict(findings.responses), "by_status": {str(k): n for k, n in findings.statuses.items()},
        "leaks": findings.leaks[:100],
    }  # fmt: skip
    names = ("questions", "responses", "canaries", "ids", "control", "seconds")
    summary = Table("Told to a visitor", names, [tuple(str(figures[name]) for name in names)])
    routes = [(route, str(count)) for route, count in findings.responses.items()]
    leaks = [(leak,) for leak in findings.leaks[:20]]
    tables = [summary, Table("Responses looked at", ("route", "responses"), routes)]
    tables += [Table("Leaks", ("where and what",), leaks)] if leaks else []
    return Report("What a visitor is told of internal documents", tables, figures)
