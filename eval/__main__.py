"""`python -m eval COMMAND …`: finds the command's module and runs its `command`. Exit 0 done, 1 failed, 2 wrong use."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import zip_longest

import typer

from eval.report import STANDARD_OUTPUT
from index.errors import MissiondeskError


@dataclass(frozen=True, slots=True)
class Command:
    """The module to import, and what it does in one line. `parses`: it reads its arguments itself, with `run`."""

    module: str
    does: str
    parses: bool = False


COMMANDS = {
    "retrieval": Command(
        "eval.retrieval_command", "nDCG, recall and MRR of search, on one set or on all pairs of languages"
    ),
    "keywords": Command("eval.keywords", "what words alone find, in each language and across languages"),
    "keyword-engines": Command("eval.keyword_engines", "what words alone find in tantivy, PostgreSQL and Milvus"),
    "language": Command("eval.language", "whether the language of short and careless questions is told"),
    "answers": Command(
        "eval.answers", "cited sentences, declined questions, language and latency, verbatim and by a chat model"
    ),
    "follow-ups": Command("eval.follow_ups", "documents found for questions that go on from those before them"),
    "ingest": Command("eval.ingest", "what became of each file and at what cost; seconds when nothing has changed"),
    "extraction": Command("eval.extraction", "text and pages read from PDF and DOCX, against the same in Markdown"),
    "frames": Command("eval.frames", "frame text left in passages and body text lost, on pages whose frame is known"),
    "evidence": Command("eval.evidence", "lines of its own page that answer a question, as people marked them"),
    "speed": Command("eval.speed", "pages per second of ingest; milliseconds, recall and memory of search, by size"),
    "engines": Command("eval.engines", "recall, delays, intake, memory and restart of each engine of vectors"),
    "load": Command("eval.load", "errors, delays and memory of a real server under many streamed chats"),
    "cost": Command("eval.work_cost", "processor time of a question and of a passage taken in"),
    "capacity": Command("eval.capacity", "what each way of running takes at each size, from what was measured"),
    "topology": Command("eval.topology", "servers and workers over one database, each process killed once"),
    "workers": Command("eval.workers", "pages a second of two workers over those of one"),
    "filters": Command("eval.filter_speed", "p50 and p95 of searches under filters, and what they miss"),
    "splitting": Command("eval.splitting", "ways of splitting documents into passages, by what search finds"),
    "crash": Command("eval.crash", "what is left after `ingest` is killed"),
    "leak": Command("eval.leak", "internal words told to a visitor, with a chat model that obeys everyone"),
    "screenshots": Command("eval.pictures", "pictures of a running server's chat, search, documents and widget"),
    "widget-screenshots": Command("eval.widget_pictures", "pictures of every state of a running server's widget"),
    "widgets": Command("eval.widgets", "this help widget beside others: size, storage, accessibility, policies"),
    "fusion": Command("eval.fusion", "learns how cosine, keyword and late-interaction scores are added up"),
    "agreement": Command(
        "eval.agreement", "questions about another place or year than their passage's: are they declined?"
    ),
    "conflicts": Command("eval.conflicts", "changed numbers noticed, and true pairs taken for conflicts"),
    "places": Command("eval.places", "makes the list of cities that questions and passages are compared by"),
    "proof": Command("eval.proof", "true and unsupported sentences that the proof of chat answers shows", parses=True),
    "first-sentence": Command("eval.first_sentence", "delay of the first proven sentence over the chat model's own"),
    "balance": Command("eval.balance", "whether a library in many languages is searched fairly"),
    "vectors": Command("eval.vectors", "what each way of making vectors from the same weights brings"),
    "whitening": Command("eval.whitening", "fits what takes the language out of the bundled model's vectors"),
    "train-evidence": Command("eval.train_evidence", "trains the reader that weighs sentences for a question"),
    "calibrate": Command("eval.calibrate", "learns which sentence answers, and when none does", parses=True),
}
WRONG_USE = 2


def main(arguments: Sequence[str]) -> None:
    """Run one command and exit. Its module is imported only now: some need optional packages."""
    name, *rest = arguments or [""]
    command = COMMANDS.get(name)
    if command is None:
        listing = "\n".join(f"  {known:15} {command.does}" for known, command in COMMANDS.items())
        print(f"Usage: python -m eval COMMAND …\n\nCommands:\n{listing}\n\nEach explains itself with --help.")
        sys.exit(0 if name in {"-h", "--help"} else WRONG_USE)
    module = import_module(command.module)
    try:
        if command.parses:
            sys.exit(module.run(rest))
        _parse(name, module.command, rest)
    except MissiondeskError as error:
        print(f"eval: {error.message}", file=sys.stderr)
        sys.exit(WRONG_USE)


def _parse(name: str, command: Callable[..., None], arguments: Sequence[str]) -> None:
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(command)
    app(args=_with_files(arguments), prog_name=f"python -m eval {name}")


def _with_files(arguments: Sequence[str]) -> list[str]:
    """`--json` without a file means standard output."""
    found = []
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue="--"):
        found.append(argument)
        if argument == "--json" and following.startswith("--"):
            found.append(STANDARD_OUTPUT)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
