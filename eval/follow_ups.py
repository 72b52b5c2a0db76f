"""`python -m eval follow-ups`: is the right document found for a question that goes on from the ones before it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from assistant.assistant import Assistant
from assistant.exchange import Exchange
from assistant.wiring import open_assistant
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from eval.workspace import DataDir, workspace
from index.document import Audience
from index.errors import InvalidRequest
from index.language import detect_language
from index.scope import PUBLIC_ONLY
from ingest.pipeline import ingest

SAMPLES = Path(__file__).parents[1] / "samples"
HALVES = ("develop", "report")
"""The rules were made with the first half in view, and not changed after the second was looked at."""
WAYS = ("alone", "joined", "ours", "by hand")
"""The last question as it stands; with all before it; as the product searches it; as a person completed it."""
KINDS = {"follow-ups": True, "topic changes": False}
DEPTH = 50
FIRST = 3


@dataclass(frozen=True, slots=True)
class Conversation:
    """Questions in order, and the documents of which any answers the last. `standalone`: None for a change of topic."""

    id: str
    half: str
    language: str
    turns: tuple[str, ...]
    standalone: str | None
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one last question asked in one way: the text searched, the right document's place from 1, if it
    was found, and whether the answer's first citation is from it."""

    searched: str
    rank: int | None
    cited: bool


def command(
    conversations: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines of conversations.")] = (
        SAMPLES / "follow_ups.jsonl"
    ),
    documents: Annotated[Path, typer.Option(help="Folder that the answers stand in.")] = SAMPLES / "documents",
    beside: Annotated[Path | None, typer.Option(help="Folder of other documents to find them among.")] = None,
    data_dir: DataDir = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Ask the last question of each conversation in four ways, and look for the document that answers it."""
    asked = read_conversations(conversations)
    with workspace(data_dir) as settings:
        assistant = open_assistant(settings)
        with closing(assistant.index):
            paths = [str(path) for path in (documents, beside) if path]
            ingest(paths, lambda: assistant.index, assistant.index.library, audience=Audience.PUBLIC)
            results = {conversation: ask(assistant, conversation) for conversation in asked}
            count = len(assistant.documents(scope=PUBLIC_ONLY))
    publish(_report(results, count), json_file, html_file)


def read_conversations(path: Path) -> tuple[Conversation, ...]:
    """Lines of {"id", "half", "language", "turns", "standalone", "documents"}. Raises `InvalidRequest`."""
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return tuple(
            Conversation(
                line["id"], line["half"], line["language"], tuple(line["turns"]), line["standalone"],
                frozenset(line["documents"]),
            )
            for line in lines
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"{path} is no file of conversations: {error}.") from error


def ask(assistant: Assistant, conversation: Conversation) -> dict[str, Found]:
    """The last question in each of the `WAYS`. The ones before it are asked as a person would, one after the other."""
    *before, last = conversation.turns
    previous: list[Exchange] = []
    for question in before:
        answer = assistant.answer(question, scope=PUBLIC_ONLY, previous=previous)
        previous.append(Exchange.of(answer))
    ours = assistant.answer(last, scope=PUBLIC_ONLY, previous=previous).searched
    texts = {"alone": last, "joined": " ".join(conversation.turns), "ours": ours or last}
    texts["by hand"] = conversation.standalone or last
    found = {text: _find(assistant, text, conversation) for text in dict.fromkeys(texts.values())}
    return {way: found[text] for way, text in texts.items()}


def _find(assistant: Assistant, text: str, conversation: Conversation) -> Found:
    language = detect_language(text, conversation.language)
    hits = assistant.index.search(text, language=language, limit=DEPTH, scope=PUBLIC_ONLY).hits
    names = list(dict.fromkeys(Path(hit.document.uri).name for hit in hits))
    rank = next((place for place, name in enumerate(names, 1) if name in conversation.documents), None)
    citations = assistant.answer(text, scope=PUBLIC_ONLY).citations
    return Found(text, rank, bool(citations) and Path(citations[0].uri).name in conversation.documents)


def _report(results: Mapping[Conversation, Mapping[str, Found]], documents: int) -> Report:
    figures: dict[str, object] = {"conversations": len(results), "documents": documents}
    tables = []
    for half in HALVES:
        rows = []
        scores: dict[str, dict[str, dict[str, float]]] = {}
        for kind, follows in KINDS.items():
            group = [
                found
                for conversation, found in results.items()
                if conversation.half == half and (conversation.standalone is not None) == follows
            ]
            scores[kind] = {way: _score([found[way] for found in group]) for way in WAYS} if group else {}
            rows += [
                (kind, str(len(group)), way, *(f"{value:.3f}" for value in values.values()))
                for way, values in scores[kind].items()
            ]
        columns = ("last question", "asked", "searched", f"recall@{FIRST}", "MRR", "first citation right")
        tables.append(Table(f"{half}: {documents} documents", columns, rows))
        figures[half] = scores
    lines = [
        (conversation.half, conversation.id, _place(found["by hand"]), _place(found["ours"]), found["ours"].searched)
        for conversation, found in results.items()
    ]
    tables.append(Table("Each last question", ("half", "id", "by hand", "ours", "searched"), lines))
    return Report("Follow-up questions", tables, figures)


def _score(found: Sequence[Found]) -> dict[str, float]:
    ranks = [item.rank for item in found]
    return {
        f"recall@{FIRST}": round(sum(rank is not None and rank <= FIRST for rank in ranks) / len(ranks), 4),
        "mrr": round(sum(1 / rank for rank in ranks if rank) / len(ranks), 4),
        "cited": round(sum(item.cited for item in found) / len(found), 4),
    }


def _place(found: Found) -> str:
    return f"{found.rank or '-'}{' cited' if found.cited else ''}"
