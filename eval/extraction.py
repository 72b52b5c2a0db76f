"""`python -m eval extraction`: how much of a document's text comes out, in order, and whether its pages are right.

The truth is the same text in Markdown. Both sides are compared without white space and Markdown's marks, see `plain`.
Editions differ, and no reader can find what a file does not hold; so the file is read a second time, without any
cleaning and by another program (pypdf, or the bare letters in a DOCX), and what the Markdown does not share with that
reading is counted apart. How like the Markdown that bare reading is says what the edition costs, whoever reads it; how
like that bare reading ours is says what our reader costs.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Annotated

import typer
from lxml import etree
from pypdf import PdfReader

from eval.report import HtmlFile, JsonFile, Report, Table, publish
from index.errors import InvalidRequest
from ingest.block import Block
from ingest.readers import read

RUN = 16
"""Letters in a row that both sides must have for them to count as the same words."""

_FOOTER = re.compile(r"<footer\b.*?</footer>", re.S | re.I)
_TAG = re.compile(r"<[^<>]*>")
_TARGET = re.compile(r"\]\([^()\s]*(?:\s[^()]*)?\)")
_DROPPED = re.compile(r"[\s*_#|>`\\~\[\]\-‐-―•●▪◦]+")
_QUOTES = str.maketrans("‘’‚“”„«»", '\'\'\'"""""')
_NO_TRUTH = re.compile(r"(?:licen[cs]e|readme)", re.I)
_WORD_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
_START = 24  # letters by which a block is looked for on its page


@dataclass(frozen=True, slots=True)
class Extraction:
    """One document against the Markdown. All but the counts of pages are shares from 0 to 1."""

    name: str
    similarity: float
    """Twice the longest common subsequence of letters over the length of both: wrong order counts as lost."""
    file_similarity: float
    """The same between the Markdown and the file's own letters: about what any reader reaches.

    It comes out higher for one that leaves out bullets and a table of contents, which the Markdown has not."""
    similarity_to_file: float
    """The same between what was read and the file's own letters: no edition comes between."""
    of_shared: float
    """Harmonic mean of `recall` and `precision`."""
    recall: float
    """Of what Markdown and file both hold, the share that was extracted."""
    precision: float
    """Of what was extracted, the share that the Markdown or the file's own body holds."""
    only_markdown: float
    """Of the Markdown, the share the file does not hold: another edition's."""
    only_document: float
    """Of what was extracted, the share the Markdown does not hold."""
    pages_right: int
    pages_checked: int


def command(
    documents: Annotated[list[Path], typer.Argument(metavar="DOCUMENT…", help="PDF and DOCX files, or their folder.")],
    against: Annotated[Path, typer.Option(metavar="MARKDOWN", help="The same text: a file, or a folder in order.")],
    json_file: JsonFile = None,
    html_file: HtmlFile = None,
) -> None:
    """Compare what is read from documents with the same text in Markdown, character by character."""
    truth = plain(_markdown(against))
    found = [measure(file, truth) for file in _files(documents)]
    if not truth or not found:
        raise InvalidRequest("There is nothing to compare: name PDF or DOCX files, and Markdown that has text.")
    columns = ("document", "like .md", "file like .md", "like file", "of shared", "recall", "precision", "only .md",
               "only document", "pages right")  # fmt: skip
    rows = [
        (
            item.name,
            *(f"{share:.4f}" for share in (item.similarity, item.file_similarity, item.similarity_to_file)),
            *(f"{share:.4f}" for share in (item.of_shared, item.recall, item.precision)),
            *(f"{share:.3f}" for share in (item.only_markdown, item.only_document)),
            f"{item.pages_right} of {item.pages_checked}",
        )
        for item in found
    ]
    figures = {item.name: _figures(item) for item in found}
    table = Table(f"Extracted text against {against} ({len(truth):,} letters)", columns, rows)
    publish(Report("Extraction", [table], figures), json_file, html_file)


def measure(file: Path, truth: str) -> Extraction:
    """Read one file as ingest does and compare. Raises ItemRejected where ingest would."""
    data = file.read_bytes()
    blocks = read(data, file.name).blocks
    text = plain("\n".join(block.text for block in blocks))
    pages = _bare_pages(data)
    body = plain("\n".join(_without_repeats(pages)))
    in_file, in_text = covered(truth, body), covered(truth, text)
    in_truth, in_body = covered(text, truth), covered(text, body)
    shared = sum(in_file)
    recall = sum(map(bool.__and__, in_file, in_text)) / shared if shared else 0.0
    precision = sum(map(bool.__or__, in_truth, in_body)) / max(1, len(text))
    right, checked = _pages_right(blocks, [plain(page) for page in pages])
    return Extraction(
        file.name,
        similarity=similarity(truth, text),
        file_similarity=similarity(truth, body),
        similarity_to_file=similarity(body, text),
        of_shared=2 * recall * precision / (recall + precision) if recall + precision else 0.0,
        recall=recall,
        precision=precision,
        only_markdown=1 - shared / max(1, len(truth)),
        only_document=1 - sum(in_truth) / max(1, len(text)),
        pages_right=right,
        pages_checked=checked,
    )


def plain(text: str) -> str:
    """Without HTML's tags and `<footer>`, targets of links, white space, dashes, bullets and Markdown's marks.

    In NFKC and small letters, with one kind of quotation marks.
    """
    text = _TARGET.sub("]", _TAG.sub(" ", _FOOTER.sub(" ", text)))
    text = unicodedata.normalize("NFKC", unescape(text)).casefold().translate(_QUOTES)
    return _DROPPED.sub("", text)


def similarity(first: str, second: str) -> float:
    """Twice the letters they have in common, in order, over the letters of both; 1 for equal texts."""
    return 2 * common_letters(first, second) / max(1, len(first) + len(second))


def common_letters(first: str, second: str) -> int:
    """Length of the longest common subsequence, all of `first` at once as the bits of a number (Hyyrö 2004)."""
    places: dict[str, int] = {}
    for at, letter in enumerate(first):
        places[letter] = places.get(letter, 0) | 1 << at
    everything = (1 << len(first)) - 1
    open_places = everything
    for letter in second:
        matched = open_places & places.get(letter, 0)
        open_places = (open_places + matched | open_places - matched) & everything
    return len(first) - open_places.bit_count()


def covered(text: str, by: str) -> list[bool]:
    """For each letter whether it stands in `RUN` letters in a row that `by` has too, wherever."""
    runs = {by[at : at + RUN] for at in range(len(by) - RUN + 1)}
    marks = [False] * len(text)
    for at in range(len(text) - RUN + 1):
        if text[at : at + RUN] in runs:
            marks[at : at + RUN] = [True] * RUN
    return marks


def _files(documents: Sequence[Path]) -> list[Path]:
    found = [entry for path in documents for entry in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [file for file in found if file.suffix.lower() in {".pdf", ".docx"}]


def _markdown(path: Path) -> str:
    if path.is_dir():
        files = [file for file in sorted(path.glob("*.md")) if not _NO_TRUTH.match(file.name)]
        return "\n".join(file.read_text("utf-8") for file in files)
    if not path.is_file():
        raise InvalidRequest(f"There is no {path}.")
    return path.read_text("utf-8")


def _bare_pages(data: bytes) -> list[str]:
    """The file's letters as another program sees them: a PDF's by page, a DOCX's all on one."""
    if not data.startswith(b"PK"):
        return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"), etree.XMLParser(resolve_entities=False))
    return ["".join(element.text or "" for element in root.iter(_WORD_TEXT))]


def _without_repeats(pages: Sequence[str]) -> list[str]:
    """The pages without lines that come again on half of them, whatever their digits, and without lone numbers."""
    keys = Counter(key for page in pages for key in {_key(line) for line in page.splitlines()})
    often = {key for key, count in keys.items() if count >= max(2, len(pages) / 2)}
    return [
        "\n".join(line for line in page.splitlines() if _key(line) not in often and not line.strip().isdigit())
        for page in pages
    ]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())


def _pages_right(blocks: Sequence[Block], pages: Sequence[str]) -> tuple[int, int]:
    """Blocks whose beginning stands on the page they name, of those whose beginning stands on any page."""
    right = checked = 0
    for block in blocks:
        start = plain(block.text)[:_START]
        if block.page is None or len(start) < RUN or not any(start in page for page in pages):
            continue
        checked += 1
        right += start in pages[block.page - 1]
    return right, checked


def _figures(item: Extraction) -> dict[str, float | int]:
    shares = (
        "similarity", "file_similarity", "similarity_to_file", "of_shared", "recall", "precision", "only_markdown",
        "only_document",
    )  # fmt: skip
    figures: dict[str, float | int] = {name: round(float(getattr(item, name)), 4) for name in shares}
    return figures | {"pages_right": item.pages_right, "pages_checked": item.pages_checked}
