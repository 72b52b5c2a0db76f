"""`python -m eval frames`: how much of pages' frames is left in passages, and how much of their own text is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from eval.framed_pages import FramedText, framed_pages, words
from eval.report import HtmlFile, JsonFile, Report, Table, publish
from index.document import Audience, DocumentDraft
from index.errors import InvalidRequest, ItemRejected
from ingest.block import Reading
from ingest.options import ReadOptions
from ingest.origin import Origin
from ingest.pool import Pool
from ingest.shared_frame import SharedFrames
from ingest.waiting import Waiting

_BATCH = 32  # files compared at once, as the pipeline does


@dataclass(frozen=True, slots=True)
class Remains:
    """Words of one file or of many: in the frame, of these left in passages, in the body, of these lost."""

    pages: int = 0
    frame: int = 0
    left: int = 0
    body: int = 0
    lost: int = 0

    def __add__(self, other: Remains) -> Remains:
        return Remains(
            self.pages + other.pages,
            self.frame + other.frame,
            self.left + other.left,
            self.body + other.body,
            self.lost + other.lost,
        )

    def figures(self) -> dict[str, float]:
        """Counts and shares in [0, 1]: of the frame, of the stored words, of the body."""
        stored = self.left + self.body - self.lost
        return {
            "pages": self.pages,
            "frame_words": self.frame,
            "frame_left": _share(self.left, self.frame),
            "frame_in_passages": _share(self.left, stored),
            "body_words": self.body,
            "body_lost": _share(self.lost, self.body),
        }


def command(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER…", help="Folders of pages (JSONL with `html`) or of keyed texts.")
    ],
    key: Annotated[
        Path, typer.Option(help="JSONL that says of each text file how the lines of its frame begin.")
    ] = Path("tests/data/missions_frames.jsonl"),
    templates: Annotated[
        str, typer.Option(help="The frames that pages are put into: a folder of eval/frame_templates.")
    ] = "reported",
    site_pages: Annotated[
        int | None, typer.Option(min=3, help="Pages of a site; all that its template gets if not given.")
    ] = None,
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Put pages into frames, or take texts whose frame a person has marked; read them and compare word by word.

    Pages are read twice: as HTML, and as the lines of text that a converter makes of them.
    """
    tables, figures = [], {}
    for folder in folders:
        for name, texts in _sets(folder, key, templates, site_pages):
            found = measure(texts)
            total = sum(found.values(), Remains())
            figures[name] = {"all": total.figures(), **{group: part.figures() for group, part in found.items()}}
            tables.append(_table(name, {**found, "all": total}))
    publish(Report("Frames", tables, figures), json_file, html_file)


def measure(texts: Iterable[FramedText]) -> dict[str, Remains]:
    """What is left and lost of the texts, by group, when they are read in one run."""
    waiting = Waiting[FramedText](SharedFrames(), lambda text: text.source)
    found: dict[str, Remains] = {}
    coming = iter(texts)
    with Pool() as pool:
        while batch := list(islice(coming, _BATCH)):
            outcomes = list(
                zip(batch, pool.read([(text.data, text.name) for text in batch], ReadOptions()), strict=True)
            )
            for text, outcome in outcomes:
                if isinstance(outcome, ItemRejected):
                    _add(found, text, outcome)
            read = [(text, outcome) for text, outcome in outcomes if not isinstance(outcome, ItemRejected)]
            _add_all(found, waiting.strip(read), pool)
        _add_all(found, waiting.rest(), pool)
    return found


def _add_all(found: dict[str, Remains], pages: Sequence[tuple[FramedText, Reading]], pool: Pool) -> None:
    """Count what ingest makes of each text."""
    tasks = [(reading, Origin(text.source, text.source, text.name)) for text, reading in pages]
    for (text, _), outcome in zip(pages, pool.draft(tasks, Audience.PUBLIC, "frames"), strict=True):
        _add(found, text, outcome)


def _add(found: dict[str, Remains], text: FramedText, outcome: DocumentDraft | ItemRejected) -> None:
    found[text.group] = found.get(text.group, Remains()) + compare(text, outcome)


def compare(text: FramedText, outcome: DocumentDraft | ItemRejected) -> Remains:
    """Words are matched in order: a stored word that is not one of the body's is frame if the frame has it."""
    stored: tuple[str, ...] = ()
    if not isinstance(outcome, ItemRejected):
        stored = words("\n".join(outcome.text[p.span.start : p.span.end] for p in outcome.passages))
    matcher = SequenceMatcher(None, text.body, stored, autojunk=False)
    matches = matcher.get_matching_blocks()
    kept = sum(match.size for match in matches)
    own = {place for match in matches for place in range(match.b, match.b + match.size)}
    foreign = Counter(word for place, word in enumerate(stored) if place not in own)
    left = (foreign & Counter(text.frame)).total()
    return Remains(1, len(text.frame), left, len(text.body), len(text.body) - kept)


def _sets(
    folder: Path, key: Path, templates: str, site_pages: int | None
) -> Iterator[tuple[str, Iterable[FramedText]]]:
    if any(folder.glob("*.jsonl")):
        for as_text in (False, True):
            pages = framed_pages(folder, templates, as_text, site_pages)
            yield f"{folder.name} as {'text' if as_text else 'HTML'}", pages
    elif any(folder.glob("*.txt")):
        yield folder.name, _keyed(folder, key)
    else:
        raise InvalidRequest(f"{folder} holds neither pages (*.jsonl) nor texts (*.txt).")


def _keyed(folder: Path, key: Path) -> Iterator[FramedText]:
    if not key.is_file():
        raise InvalidRequest(f"There is no key {key}: it says which lines of the texts are frame.")
    records = map(json.loads, key.read_text("utf-8").splitlines())
    starts: dict[str, list[str]] = {record["document"]: record["frame"] for record in records}
    for file in sorted(folder.glob("*.txt")):
        if file.stem not in starts:
            raise InvalidRequest(f"{key} says nothing of {file.name}.")
        data = file.read_bytes()
        lines = [line.strip() for line in data.decode("utf-8").splitlines() if line.strip()]
        is_frame = [_begins(line, starts[file.stem]) for line in lines]
        frame = "\n".join(line for line, marked in zip(lines, is_frame, strict=True) if marked)
        body = "\n".join(line for line, marked in zip(lines, is_frame, strict=True) if not marked)
        yield FramedText(file.resolve().as_uri(), file.stem, data, file.name, words(body), words(frame))


def _begins(line: str, starts: Sequence[str]) -> bool:
    return any(line == start or (len(start) > 1 and line.startswith(start)) for start in starts)


def _table(name: str, found: dict[str, Remains]) -> Table:
    columns = ("pages of", "pages", "frame words", "left %", "of passages %", "body words", "lost %")
    rows = []
    for group, remains in found.items():
        figures = remains.figures()
        shares = (f"{100 * figures[share]:.2f}" for share in ("frame_left", "frame_in_passages", "body_lost"))
        left, inside, lost = shares
        rows.append((group, str(remains.pages), str(remains.frame), left, inside, str(remains.body), lost))
    return Table(name, columns, rows)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0
