"""Make the DOCX and PDF sample documents again from the texts in ``sources/``.

Run ``python samples/make_documents.py`` from anywhere.  Each ``sources/*.md``
becomes a DOCX (python-docx) and each ``sources/*.html`` a PDF (headless
Chromium).  ``--check`` only reads the committed files back.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

import docx
from pypdf import PdfReader

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
DOCUMENTS = HERE / "documents"
CHROMIUM = "/usr/bin/chromium"
MAX_BYTES = 200_000
RTL_RUN = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
MISPLACED_MARK = re.compile(r"^([.،؛:؟])\s*(.+)$")
LTR_RUN = re.compile(r"[+(]?\s?[A-Za-z0-9][A-Za-z0-9 .,:/@%+-]*(?<=[A-Za-z0-9%])")


def make_docx(source: Path, target: Path) -> None:
    """Write a small Markdown subset (headings, lists, tables, text) as DOCX."""
    document = docx.Document()
    properties = document.core_properties
    properties.author = "Meridian Migration Agency (invented)"
    properties.language = source.name[:2]
    properties.created = properties.modified = dt.datetime(2024, 1, 1)
    table_rows: list[list[str]] = []

    def flush_table() -> None:
        if not table_rows:
            return
        table = document.add_table(rows=0, cols=len(table_rows[0]))
        table.style = "Table Grid"
        for row in table_rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        table_rows.clear()

    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(set(cell) <= {"-", ":"} for cell in cells):
                table_rows.append(cells)
            continue
        flush_table()
        if line.startswith("# "):
            properties.title = line[2:]
            document.add_heading(line[2:], level=0)
        elif line.startswith("## "):
            document.add_heading(line[3:], level=1)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif match := re.match(r"\d+\. (.*)", line):
            document.add_paragraph(match[1], style="List Number")
        elif line.startswith("*") and line.endswith("*"):
            document.add_paragraph().add_run(line.strip("*")).italic = True
        elif line.strip():
            document.add_paragraph(line)
    flush_table()
    document.save(str(target))


def make_pdf(source: Path, target: Path) -> None:
    """Print an HTML file to PDF with headless Chromium."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                CHROMIUM,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={profile}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


def logical_line(line: str) -> str:
    """Put one line of pypdf text into logical order and plain letters.

    pypdf gives right-to-left pieces in logical order, but the pieces of a
    line (Arabic, number, Arabic) stand as on the page, from left to right,
    and a closing mark may come first.
    Arabic letters come as presentation forms, which NFKC folds back.
    """
    if not RTL_RUN.search(line):
        return line
    pieces: list[str] = []
    position = 0
    for match in LTR_RUN.finditer(line):
        pieces += [line[position : match.start()], match[0]]
        position = match.end()
    pieces.append(line[position:])
    ordered = [MISPLACED_MARK.sub(r"\2\1", piece.strip()) for piece in reversed(pieces)]
    text = unicodedata.normalize("NFKC", " ".join(piece for piece in ordered if piece))
    return re.sub(r" (?=[،؛:.؟])", "", text)


def read_pdf(path: Path) -> str:
    """Return the text of a PDF, each line in logical order."""
    pages = (page.extract_text() for page in PdfReader(path).pages)
    return "\n".join(logical_line(line) for page in pages for line in page.splitlines())


def read_docx(path: Path) -> str:
    """Return the paragraphs and then the table cells of a DOCX file."""
    document = docx.Document(str(path))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)


def check(path: Path) -> str:
    """Describe one made file; raise if it is too large or has hardly any text."""
    text = read_pdf(path) if path.suffix == ".pdf" else read_docx(path)
    size, words = path.stat().st_size, len(text.split())
    if size > MAX_BYTES or words < 300:
        raise ValueError(f"{path.name}: {size} bytes, {words} words")
    return f"{path.name}: {size} bytes, {words} words"


def main(arguments: list[str] | None = None) -> int:
    """Make the files (unless ``--check``) and check them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only read the files back")
    only_check = bool(parser.parse_args(arguments).check)
    for source in sorted(SOURCES.iterdir()):
        suffix = {".md": ".docx", ".html": ".pdf"}.get(source.suffix)
        if suffix is None:
            continue
        target = DOCUMENTS / f"{source.stem}{suffix}"
        if not only_check:
            (make_docx if suffix == ".docx" else make_pdf)(source, target)
        print(check(target))
    return 0


if __name__ == "__main__":
    sys.exit(main())
