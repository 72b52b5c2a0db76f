"""Evaluation cases as the file that `python -m eval answers FILE` reads: JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass

from assistant.cases import Case, Cases, Place
from index.document import Audience, Document
from index.scope import Scope


@dataclass(frozen=True, slots=True)
class CaseFile:
    """`text` has a line a case; `withheld` counts the cases whose words stand nowhere that may be seen now."""

    text: str
    count: int
    withheld: int


def case_file(cases: Cases, scope: Scope) -> CaseFile:
    """The cases of all accepted reports that somebody with this scope may read, the oldest first."""
    lines = []
    accepted = cases.accepted(scope)
    for case in accepted:
        standing = cases.standing(case, scope)
        if standing or not case.places:
            lines.append(json.dumps(_fields(case, standing), ensure_ascii=False))
    return CaseFile("".join(f"{line}\n" for line in lines), len(lines), len(accepted) - len(lines))


def _fields(case: Case, standing: list[tuple[Place, Document]]) -> dict[str, object]:
    """The scope is that of whoever asked: a visitor's question is not answered from an internal document."""
    quotes = [place.quote for place, _ in standing]
    fields: dict[str, object] = {
        "id": case.id, "question": case.question, "language": case.language,
        "document": standing[0][1].uri if standing else None, "quote": quotes[0] if quotes else None,
        "alternatives": quotes[1:], "answerable": bool(quotes),
        "audience": (Audience.INTERNAL if Audience.INTERNAL in case.scope.audiences else Audience.PUBLIC).value,
    }  # fmt: skip
    if case.scope.collections is not None:
        fields["collections"] = sorted(case.scope.collections)
    return fields
