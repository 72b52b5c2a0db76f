"""A comparison as its page shows it: languages, in them countries, in them what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.comparison import Comparison, Said
from ui.api_call import export_links_of
from ui.exports.record import passage_record
from ui.exports.reference import references


@dataclass(frozen=True, slots=True)
class ShownSource:
    """One sentence with how it is cited."""

    said: Said
    reference: str
    exports: list[tuple[str, str]]


Grouped = Mapping[str, Mapping[str | None, list[ShownSource]]]


def grouped(comparison: Comparison, server: str) -> Grouped:
    """By language and country, None where no country is named."""
    cited = references([passage_record(each.hit.passage, each.hit.document, server) for each in comparison.said])
    found: dict[str, dict[str | None, list[ShownSource]]] = {}
    for said, reference in zip(comparison.said, cited, strict=True):
        source = ShownSource(said, reference, export_links_of([said.hit.passage.id]))
        found.setdefault(said.group.language, {}).setdefault(said.group.country, []).append(source)
    return found
