"""Spreadsheets, through openpyxl: visible sheets, rows and columns, values as they are shown.

openpyxl's own read-only sheets neither say what is hidden nor spare the empty cells between two far ones; the parser
below them does both.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser

from index.errors import ItemRejected
from ingest.block import Block, Reading
from ingest.cleaning import clean_line
from ingest.options import ReadOptions
from ingest.package import Package
from ingest.readers.properties import app_properties, core_properties, properties
from ingest.table import table_blocks

_DAMAGE = (
    InvalidFileException,
    zipfile.BadZipFile,
    etree.XMLSyntaxError,
    SyntaxError,  # xml.etree's ParseError
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What openpyxl is known to raise on files that break the format."""
_UNNAMED = re.compile(
    r"(?:sheet|foglio|foaie|feuil|hoja|tabelle|folha|planilha|arkusz|blad|ark|sayfa|лист|аркуш|ورقة)\s?\d*", re.I
)
_LITERAL = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.")  # quoted parts and conditions of a number's format
_COLUMNS = 16_384  # of the widest sheet
_ZEROS = re.compile(r"0{2,}")


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """Each visible sheet under its name, each row as one block.

    Formulas give the value that was last calculated; errors, comments and what is hidden or filtered out are left out.
    Raises ItemRejected `corrupt`, `encrypted`, `too_large`.
    """
    app = app_properties(Package(data))
    try:
        with warnings.catch_warnings(action="ignore"):  # about drawings and styles that would be lost on saving
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            blocks = [block for sheet in workbook.worksheets for block in _sheet_blocks(sheet)]
            head = properties({**core_properties(workbook.properties), "company": app.get("Company")})
            workbook.close()
    except _DAMAGE as error:
        raise ItemRejected("The spreadsheet is damaged: it cannot be read.", code="corrupt") from error
    return replace(head, blocks=tuple(blocks))


def _sheet_blocks(sheet: Any) -> Iterator[Block]:
    if sheet.sheet_state != "visible":
        return
    blocks = list(table_blocks(_rows(sheet)))
    label = clean_line(sheet.title)
    if blocks and not _UNNAMED.fullmatch(label):
        yield Block("heading", label, level=1)
    yield from blocks


def _rows(sheet: Any) -> Iterator[dict[int, str]]:
    """The filled cells of each row, by column; one empty row for a gap of any size."""
    workbook = sheet.parent
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=workbook.epoch,
            date_formats=workbook._date_formats,
            timedelta_formats=workbook._timedelta_formats,
        )
        previous = 0
        hidden: frozenset[int] | None = None
        for number, cells in parser.parse():
            if _is_hidden(parser.row_dimensions.pop(str(number), {})):
                previous += 1 if number == previous + 1 else 0
                continue
            if number > previous + 1:
                yield {}
            previous = number
            if hidden is None:  # columns are described before the first row
                hidden = _hidden_columns(parser.column_dimensions)
            yield {cell["column"]: _shown(workbook, cell) for cell in cells if cell["column"] not in hidden}


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden", "0") in ("1", "true") or float(attributes.get("ht", 1)) == 0


def _hidden_columns(dimensions: dict[str, dict[str, str]]) -> frozenset[int]:
    return frozenset(
        column
        for attributes in dimensions.values()
        if attributes.get("hidden", "0") in ("1", "true") or float(attributes.get("width", 1)) == 0
        for column in range(int(attributes["min"]), min(int(attributes["max"]), _COLUMNS) + 1)
    )


def _shown(workbook: Any, cell: dict[str, Any]) -> str:
    """The value nearly as the sheet shows it: days without midnight, percentages, leading zeros."""
    value, kind = cell["value"], cell["data_type"]
    if value is None or kind == "e":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return _number(value, _number_format(workbook, cell["style_id"])) if isinstance(value, int | float) else str(value)


def _number(value: float, number_format: str) -> str:
    plain = _LITERAL.sub("", number_format)
    if "%" in plain:
        return f"{value * 100:.15g}%"
    if _ZEROS.fullmatch(plain) and value == int(value):
        return f"{int(value):0{len(plain)}}"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _number_format(workbook: Any, style: int) -> str:
    number = workbook._cell_styles[style].numFmtId
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(number, "General"))
    return str(workbook._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])
