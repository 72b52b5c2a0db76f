"""What a PDF says of itself, through pypdf: its information dictionary and the language of its catalogue."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import PyPdfError

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on sloppy files are of no use to our reader

_DAMAGE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf is known to raise on files that break the format; anything else is a fault of ours."""


def statements(data: bytes, passwords: Sequence[str]) -> dict[str, str]:
    """Entries by name (`/Title`, `/Author`, …, `/Lang`); none where the file is too damaged to say anything."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not any(reader.decrypt(password) for password in ("", *passwords)):
            return {}
        said = {name: str(value) for name, value in (reader.metadata or {}).items()}
        catalogue = reader.trailer["/Root"].get_object()
        if language := catalogue.get("/Lang"):  # type: ignore[union-attr]
            said["/Language"] = str(language)
    except _DAMAGE:
        return {}
    return said
