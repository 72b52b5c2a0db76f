"""`missiondesk demo`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.wiring import open_assistant
from index.document import Audience
from index.scope import EVERYTHING
from ingest.pipeline import ingest
from ui.bodies.answer import AnswerBody
from ui.bodies.ingest_report import IngestReportBody
from ui.commands.ingest_audit import IngestAudit
from ui.commands.options import settings_of
from ui.console import print_answer, print_report, progress_bar, say
from ui.problems import EXIT_SOME_FAILED

if TYPE_CHECKING:
    from index.index import Index

SAMPLES = Path(__file__).parents[1] / "samples"
"""In a checkout its folders are links to those beside the packages; in a wheel they are copies."""

FOLDERS = {Audience.PUBLIC: "documents", Audience.INTERNAL: "internal"}
COLLECTION = "default"
QUESTIONS = (
    "How many days do I have to reflect before I sign the voluntary return declaration?",
    "Quante persone sono arrivate con i corridoi umanitari nel 2023?",
    "Cât durează cursul de limba română?",
    "كم شهرًا يمكن للناجين من الاتجار بالأشخاص أن يقيموا في دار الإيواء؟",
)


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Whether to serve after the answers.")] = True,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on (default: 8000).")] = None,
) -> None:
    """Read the sample documents, answer four questions about them, then serve them.

    The samples go into a temporary folder, or into the one that --data-dir names: never among your own documents by
    what the environment or the settings file says.
    """
    with _folder(context.obj) as folder:
        settings = settings_of(context, data_dir=folder, port=port)
        assistant = open_assistant(settings)
        with closing(assistant.index):
            for audience, name in FOLDERS.items():
                _read(assistant.index, name, audience)
            assistant.index.settle()
            for question in QUESTIONS:
                say(f"\n\n> {question}\n")
                print_answer(AnswerBody.model_validate(assistant.answer(question, scope=EVERYTHING)))
        if serve:
            say("")
            # Gradio takes seconds to import; no other command should wait for it.
            import_module("ui.server").serve(settings)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with TemporaryDirectory(prefix="missiondesk-demo-") as folder:
        yield Path(folder)


def _read(index: Index, name: str, audience: Audience) -> None:
    paths = [str(SAMPLES / name)]
    audit = IngestAudit.begin(index.library, paths, audience, COLLECTION)
    with progress_bar() as progress:
        report = ingest(
            paths, lambda: index, index.library, audience=audience, collection=COLLECTION, progress=progress
        )  # fmt: skip
    audit.end(report)
    body = IngestReportBody.model_validate(report)
    print_report(body)
    if body.failed:
        raise typer.Exit(EXIT_SOME_FAILED)
