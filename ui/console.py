"""What people read in a terminal: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.messages import message
from index.language import is_rtl

if TYPE_CHECKING:
    # What is printed is made by the commands; one that prints nothing of it does not load the types.
    from pydantic import BaseModel

    from ui.bodies.answer import AnswerBody, CitationBody
    from ui.bodies.document import DocumentsBody
    from ui.bodies.ingest_report import IngestReportBody
    from ui.bodies.key import KeysBody
    from ui.bodies.search import HitBody, SearchBody
    from ui.bodies.site import SitesBody

_ISOLATE, _POP = "\u2068", "\u2069"


def say(line: str) -> None:
    typer.echo(line)


def remark(line: str) -> None:
    """Something the reader should know that is not the result."""
    typer.echo(line, err=True)


def complain(sentence: str) -> None:
    """What went wrong, in one sentence."""
    typer.echo(f"missiondesk: {sentence}", err=True)


def print_json(body: BaseModel) -> None:
    typer.echo(json.dumps(body.model_dump(mode="json"), ensure_ascii=False, indent=2))


def print_file(text: str) -> None:
    """What is meant for a file, just as it is."""
    typer.echo(text, nl=False)


def print_json_line(body: BaseModel) -> None:
    """One of several results, each on a line of its own."""
    typer.echo(json.dumps(body.model_dump(mode="json"), ensure_ascii=False))


@contextmanager
def progress_bar(doing: str = "Reading") -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error for as long as the block runs; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def print_report(report: IngestReportBody) -> None:
    gone = [name for name in ("removed", "missing") if getattr(report, name)]
    counts = ("added", "updated", "unchanged", *gone, "failed")
    say(", ".join(f"{getattr(report, name)} {name}" for name in counts))
    for item in report.items:
        if item.error is not None:
            complain(f"{item.uri}: {item.error.message} ({item.error.code})")
        elif item.status == "removed":
            remark(f"{item.uri}: removed, because it is gone")


def print_answer(answer: AnswerBody) -> None:
    """The text, and below it the sources with their quotes, each in its own language and direction."""
    say(_directed(answer.text, answer.language))
    for warning in answer.warnings:
        say(f"\n{_directed(warning.text, answer.language)}")
    if answer.contacts:
        say(f"\n{_directed(message('chat_contacts', answer.language), answer.language)}")
    for contact in answer.contacts:
        say(f"- {', '.join(filter(None, (contact.name, contact.phone, contact.email, contact.url)))}")
    if not answer.citations:
        return
    say(f"\n{_directed(message('page_sources', answer.language), answer.language)}")
    for citation in answer.citations:
        _print_source(citation)


def _print_source(citation: CitationBody) -> None:
    facts = _facts(citation, citation.language)
    say(f"[{citation.number}] {_directed(citation.title, citation.language)} ({facts})")
    say(f"    {_directed(' '.join(citation.quote.split()), citation.language)}")
    if translation := citation.translation:
        label = message("answer_translation", translation.language)
        say(_directed(f"    {label} {translation.text}", translation.language))
    say(f"    {citation.uri}")


def print_hits(page: SearchBody) -> None:
    for warning in page.warnings:
        remark(f"{warning.text}\n")
    if not page.hits:
        remark("No passage was found.")
    for number, hit in enumerate(page.hits, 1):
        say(f"{number}. {_directed(hit.title, hit.language)} ({_facts(hit, hit.language)}, score {hit.score:.2f})")
        say(f"   {_directed(' '.join(hit.text.split()), hit.language)}")
        say(f"   {hit.uri}\n")


def print_documents(body: DocumentsBody) -> None:
    """One document a line, tab-separated: id, audience, language, date, passages, title."""
    for document in body.documents:
        date = document.date.isoformat() if document.date else "-"
        columns = (document.id, document.audience.value, document.language, date, str(document.passages))
        say("\t".join((*columns, _directed(document.title, document.language))))
    copies = sum(document.duplicate_of is not None for document in body.documents)
    remark(f"Documents: {body.total}" + (f", {copies} of them repeat another" if copies else ""))


def print_sites(body: SitesBody) -> None:
    """One site a line, tab-separated: id, questions a day (- by setting), name, origins with spaces between them."""
    for site in body.sites:
        budget = "-" if site.daily_budget is None else str(site.daily_budget)
        say("\t".join((site.id, budget, site.name, " ".join(site.origins) or "(none: nobody)")))
    remark(f"Sites: {len(body.sites)}")


def print_keys(body: KeysBody) -> None:
    """One key a line, tab-separated: id, role, state, last day, day of its last use, collections, name."""
    for key in body.keys:
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "-"
        collections = ", ".join(key.collections) if key.collections is not None else "all"
        say("\t".join((key.id, key.role, key.state, f"{key.expires_at:%Y-%m-%d}", used, collections, key.name)))
    remark(f"Keys: {len(body.keys)}, in force: {sum(key.state == 'active' for key in body.keys)}")


def _facts(source: CitationBody | HitBody, language: str) -> str:
    page = f"p. {source.page}" if source.page is not None else ""
    date = source.date.isoformat() if source.date else ""
    return ", ".join(fact for fact in (date, page, language) if fact)


def _directed(text: str, language: str) -> str:
    """Keep right-to-left text from disturbing what stands beside it; a file or pipe gets the plain characters."""
    return f"{_ISOLATE}{text}{_POP}" if is_rtl(language) and sys.stdout.isatty() else text
