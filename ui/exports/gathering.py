"""Finds what an export names by its id, as far as the caller may see it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.errors import NotFound
from index.library import Library
from index.passages import passage_number
from index.scope import Scope
from ui.exports.record import Record, document_record, passage_record

_PASSAGE = re.compile(r"[0-9a-f]{1,32}-[0-9]{1,18}")


def gathered(library: Library, ids: Sequence[str], scope: Scope, server: str | None) -> list[Record]:
    """The documents and passages with these ids, in their order, each once.

    All or nothing: raises `NotFound` where one of them does not exist or is outside the scope, and does not say which.
    """
    wanted = list(dict.fromkeys(ids))
    numbers = [passage_number(id_) for id_ in wanted if _PASSAGE.fullmatch(id_)]
    passages = library.passages.read(numbers, scope)
    found = {passage.id: passage_record(passage, document, server) for passage, document in passages.values()}
    summaries = library.summaries([id_ for id_ in wanted if id_ not in found], scope)
    found |= {summary.id: document_record(summary, server) for summary in summaries}
    if any(id_ not in found for id_ in wanted):
        raise NotFound("At least one of these documents or passages does not exist.")
    return [found[id_] for id_ in wanted]
