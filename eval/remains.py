"""What stands in a data folder, looked at as a new process would."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import load_settings
from assistant.wiring import open_library
from eval.product import finish, start
from index.scope import EVERYTHING


@dataclass(frozen=True, slots=True)
class Remains:
    """Hash of each document's text by document id, and the faults that `missiondesk verify` names."""

    documents: Mapping[str, str]
    faults: tuple[str, ...]


def remains(data_dir: Path) -> Remains:
    """Verify a library in a process of its own, then read what it holds."""
    code, _, errors = finish(start(data_dir, "verify"))
    faults = tuple(errors.splitlines()) or (f"verify ended with {code}",)
    with closing(open_library(load_settings(data_dir=data_dir))) as library:
        texts = {summary.id: library.document(summary.id, EVERYTHING).text for summary in library.documents(EVERYTHING)}
    hashes = {document_id: hashlib.sha256(text.encode()).hexdigest() for document_id, text in texts.items()}
    return Remains(hashes, faults if code else ())
