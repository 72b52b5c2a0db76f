"""A sidecar: `metadata.csv` or `metadata.yaml` in a folder, saying more about the files in and below it.

A row that cannot be understood is believed in nothing, and makes its file internal until it is mended: a forgotten
comma moves every value one column on, and the one that it moved may be "internal".
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from babel import Locale

from index.document import Audience
from ingest.cleaning import clean_line
from ingest.countries import country_code
from ingest.encoding import decode
from ingest.plain_yaml import Value, parse_yaml
from ingest.stated import Stated

COLUMNS = (
    "title", "date", "language", "authors", "organisation", "country", "theme", "audience", "collection",
    "translation_of",
)  # fmt: skip
"""What may be said about a file, beside `file`: its path from the sidecar's folder."""
LONGEST = {"collection": 128, "title": 300}
"""Characters; other values may have 200."""
_LONGEST_VALUE = 200
_DELIMITERS = ",;\t"
_UNREADABLE = Stated(audience=Audience.INTERNAL)

Cells = Mapping[str, str]


@dataclass(slots=True)
class Sidecar:
    """`rows` by file, in NFC; `faults` in sentences. One that is not `whole` may have said anything about any file."""

    rows: dict[str, Stated] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    whole: bool = True


def parse_sidecar(data: bytes, name: str) -> Sidecar:
    """Never raises: what cannot be understood is in `faults`."""
    sidecar = Sidecar()
    try:
        rows = list(_csv_rows(decode(data)) if name.endswith(".csv") else _yaml_rows(decode(data)))
    except ValueError as error:
        return unusable(f"The file cannot be used: {error}.")
    for place, cells in rows:
        _add(sidecar, place, cells)
    return sidecar


def unusable(reason: str) -> Sidecar:
    return Sidecar(faults=[reason], whole=False)


def file_key(name: str) -> str:
    """A file's path as rows name it: with slashes, in NFC, which not every system keeps names in."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def _add(sidecar: Sidecar, place: str, cells: Cells) -> None:
    file = file_key(cells.get("file", ""))
    try:
        if not file:
            raise ValueError("it does not say which file it is about")
        if file in sidecar.rows:
            raise ValueError("the file has another row already")
        sidecar.rows[file] = _stated(cells)
    except ValueError as error:
        sidecar.faults.append(f"{place}{f' ({file})' if file else ''} cannot be used: {error}.")
        if file:
            sidecar.rows[file] = _UNREADABLE
        else:
            sidecar.whole = False


def _csv_rows(text: str) -> Iterator[tuple[str, Cells]]:
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        names, *rows = list(csv.reader(lines, delimiter=delimiter, strict=True)) or [[]]
    except csv.Error as error:
        raise ValueError(f"it is not CSV ({error})") from error
    columns = [name.strip().casefold() for name in names]
    _check_columns(columns)
    for number, row in enumerate(rows, start=2):
        cells = [cell.strip() for cell in row]
        if any(cells):
            # What stands beyond the last column is kept under no name, for `_stated` to refuse.
            yield f"Row {number}", {**dict(zip(columns, cells, strict=False)), "": "".join(cells[len(columns) :])}


def _yaml_rows(text: str) -> Iterator[tuple[str, Cells]]:
    value = parse_yaml(text)
    entries: list[tuple[str | None, Value]] = [(None, entry) for entry in value] if isinstance(value, list) else []
    if isinstance(value, dict):
        entries = list(value.items())
    if not entries:
        raise ValueError("it must name files, and for each of them what is said about it")
    for number, (file, entry) in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            raise ValueError("it must name files, and for each of them what is said about it")
        cells = {key.strip().casefold(): _text(value) for key, value in entry.items()}
        if file is not None:
            cells.setdefault("file", file)
        _check_columns(["file", *(key for key in cells if key != "file")])
        yield f"Entry {number}", cells


def _check_columns(columns: list[str]) -> None:
    if "file" not in columns:
        raise ValueError("it has no column `file`")
    unknown = [column for column in columns if column != "file" and column not in COLUMNS]
    if unknown:
        raise ValueError(f"it has the unknown column `{unknown[0]}`; known are {', '.join(('file', *COLUMNS))}")
    if len(set(columns)) < len(columns):
        raise ValueError("it has a column twice")


def _text(value: Value) -> str:
    if isinstance(value, dict):
        raise ValueError("a value is neither text nor a list")
    return "; ".join(_text(part) for part in value) if isinstance(value, list) else value


def _stated(cells: Cells) -> Stated:
    if cells.get(""):
        raise ValueError("it has more values than there are columns")
    said = {name: clean_line(cells.get(name, "")) or None for name in COLUMNS}
    for name, value in said.items():
        if value is not None and len(value) > (limit := LONGEST.get(name, _LONGEST_VALUE)):
            raise ValueError(f"its {name} is longer than {limit} characters")
    return Stated(
        title=said["title"],
        date=_date(said["date"]),
        language=_language(said["language"]),
        authors=tuple(author for part in (said["authors"] or "").split(";") if (author := part.strip())),
        organisation=said["organisation"],
        country=_country(said["country"]),
        theme=said["theme"],
        audience=_audience(said["audience"]),
        collection=said["collection"],
        translation_of=said["translation_of"],
    )


def _date(text: str | None) -> date | None:
    try:
        if text is not None and len(text) != len("2024-03-05"):
            raise ValueError
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise ValueError(f"the date {text!r} is not written like 2024-03-05") from None


def _language(text: str | None) -> str | None:
    if text is None:
        return None
    code = text.casefold().replace("_", "-").partition("-")[0]
    if code not in Locale("en").languages or not 2 <= len(code) <= 3:
        raise ValueError(f"the language {text!r} is not a code such as en, ro or ar")
    return code


def _country(text: str | None) -> str | None:
    code = country_code(text) if text is not None else None
    if text is not None and code is None:
        raise ValueError(f"the country {text!r} is neither a code of two letters nor a country's name")
    return code


def _audience(text: str | None) -> Audience | None:
    if text is not None and text.casefold() not in set(Audience):
        raise ValueError(f"the audience {text!r} is neither public nor internal")
    return Audience(text.casefold()) if text is not None else None
