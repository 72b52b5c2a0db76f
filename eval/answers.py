"""`python -m eval answers`: does an answer cite the right sentence, and is there none where there should be none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from assistant.assistant import EXTRACTIVE, Assistant
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from eval.answer_sets import AnswerSet, read_answer_set
from eval.answers_report import Found, answers_report
from eval.gold import GoldQuestion
from eval.outcome import Outcome
from eval.report import HtmlFile, JsonFile, publish
from eval.workspace import DataDir, workspace
from index.document import Audience
from index.errors import InvalidRequest
from index.hit import Filters
from index.scope import PUBLIC_ONLY
from ingest.pipeline import ingest

NO_MODEL = "none"
_AT_ONCE = 100


def command(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE…", help="Files of questions with their quotes; folders of OMoS-QA or XQuAD."),
    ],
    documents: Annotated[
        Path | None,
        typer.Option(help="Folder or file that the answers to a file stand in (default: what the library holds)."),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option(help="Folder with the texts, where they are in another language.")
    ] = None,
    split: Annotated[str, typer.Option(help="Questions of this split of OMoS-QA.")] = "dev",
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many questions of each source.")] = None,
    read: Annotated[int, typer.Option(min=0, help="Written sentences to list for reading, drawn by lot.")] = 50,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask every question, and compare what is cited with what should be.

    With --documents they are ingested first, as public; without, a file's questions go to the library as it is. Where
    the settings name a chat model, every question is asked twice: answered verbatim, and by the model.
    """
    sets = [read_answer_set(s, documents=documents, corpus=corpus, split=split, limit=limit) for s in sources]
    if empty := [data.name for data in sets if not data.questions]:
        raise InvalidRequest(f"{', '.join(empty)} holds no questions.")
    found = {data.name: outcomes_of(data, data_dir) for data in sets}
    publish(answers_report(sets, found, read), json_file, html_file)


def outcomes_of(data: AnswerSet, data_dir: Path | None = None) -> Found:
    """Answers to every question of a set, verbatim and, where the settings name one, by a chat model."""
    fills = bool(data.drafts or data.documents)
    found: Found = {}
    with workspace(data_dir) if fills else nullcontext(load_settings(data_dir=data_dir)) as settings:
        for model in dict.fromkeys([NO_MODEL, settings.chat_model]):
            with _opened(data, settings.data_dir, model, filled=bool(found)) as assistant:
                assistant.answer(data.questions[0].text, scope=PUBLIC_ONLY)  # the first one also warms the model
                name = EXTRACTIVE if model == NO_MODEL else model
                found[name] = [ask(assistant, question) for question in data.questions]
    return found


@contextmanager
def _opened(data: AnswerSet, data_dir: Path, model: str, *, filled: bool) -> Iterator[Assistant]:
    assistant = open_assistant(load_settings(data_dir=data_dir, chat_model=model))
    with closing(assistant.index):
        if data.documents and not filled:
            ingest([str(data.documents)], lambda: assistant.index, assistant.index.library, audience=Audience.PUBLIC)
        for first in range(0, 0 if filled else len(data.drafts), _AT_ONCE):
            assistant.index.add(data.drafts[first : first + _AT_ONCE])
        if not any(assistant.documents(scope=scope) for scope in {question.scope for question in data.questions}):
            raise InvalidRequest("The library holds no documents that may be asked: name some with --documents.")
        yield assistant


def ask(assistant: Assistant, question: GoldQuestion) -> Outcome:
    """Ask as a visitor would, or staff where the question is theirs: the language is not given but found."""
    filters = Filters(collection=(question.collection,)) if question.collection else Filters()
    started = time.perf_counter()
    answer = assistant.answer(question.text, scope=question.scope, filters=filters)
    milliseconds = 1000 * (time.perf_counter() - started)
    texts = {
        citation.document_id: assistant.document(citation.document_id, scope=question.scope).text
        for citation in answer.citations
    }
    broken = sum(texts[cited.document_id][cited.start : cited.end] != cited.quote for cited in answer.citations)
    return Outcome(question, answer, broken, milliseconds)
