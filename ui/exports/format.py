"""The formats of an export, with their names on the web and in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ui.exports.bibtex import bibtex
from ui.exports.csl import csl
from ui.exports.linked import linked
from ui.exports.record import Record
from ui.exports.ris import ris
from ui.exports.spreadsheet import spreadsheet


class Format(StrEnum):
    """As requests name them."""

    RIS = "ris"
    BIBTEX = "bibtex"
    CSL = "csl"
    CSV = "csv"
    JSONLD = "jsonld"


@dataclass(frozen=True, slots=True)
class Writing:
    """How one format is written: its name, the whole text, its media type and the end of a file's name."""

    name: str
    write: Callable[[Sequence[Record]], str]
    media_type: str
    suffix: str


WRITINGS = {
    Format.RIS: Writing("RIS", ris, "application/x-research-info-systems", "ris"),
    Format.BIBTEX: Writing("BibTeX", bibtex, "application/x-bibtex", "bib"),
    Format.CSL: Writing("CSL-JSON", csl, "application/vnd.citationstyles.csl+json", "json"),
    Format.CSV: Writing("CSV", spreadsheet, "text/csv; charset=utf-8; header=present", "csv"),
    Format.JSONLD: Writing("JSON-LD", linked, "application/ld+json", "jsonld"),
}
