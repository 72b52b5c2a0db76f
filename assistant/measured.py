"""An answer's events, timed as whoever asked sees them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from assistant.answer import Answer
from assistant.events import Delta, Sources
from index.measures import Measures


def measured(events: Iterator[Sources | Delta | Answer], measures: Measures) -> Iterator[Sources | Delta | Answer]:
    """The same events; tells the stages `first_statement` and `answer`."""
    asked = found = time.time_ns()
    stated = False
    for event in events:
        match event:
            case Sources():
                found = time.time_ns()
            case Delta() if not stated:
                stated = True
                measures.took("first_statement", asked)
            case Answer():
                measures.took("answer", found)
        yield event
