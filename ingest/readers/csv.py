"""Tables kept as text: CSV with any delimiter, TSV."""

from __future__ import annotations

import csv
import io

from index.errors import ItemRejected
from ingest.block import Reading
from ingest.delimiter import after_statement, find_delimiter
from ingest.encoding import decode
from ingest.options import ReadOptions
from ingest.table import table_blocks

_LONGEST_CELL = 1024 * 1024  # characters; a quotation mark that is never closed would make the rest of a file one cell


def read(data: bytes, name: str, options: ReadOptions) -> Reading:
    """A table in any encoding; each row is one block. Raises ItemRejected `corrupt` for a cell without end."""
    text = decode(data).replace("\x00", "")
    delimiter = find_delimiter(text, named=True) or ","
    rows = csv.reader(io.StringIO(after_statement(text), newline=""), delimiter=delimiter, skipinitialspace=True)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return Reading(tuple(table_blocks(dict(enumerate(row)) for row in rows)))
    except csv.Error as error:
        raise ItemRejected("The table is damaged: a quotation mark in it is never closed.", code="corrupt") from error
