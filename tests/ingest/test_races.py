"""The same document taken in twice at the same time: one version, no error."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from index.document import Audience
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING
from index.tables import DocumentRow
from index.verification import verify
from ingest.pipeline import ingest

RACES = 10
TEXT = "Ferry desk {n}\n\nThe ferry of Portovento leaves at {n} o'clock. Tickets are sold on board.\n"
PROGRAM = """
import json, sys
from pathlib import Path
import numpy as np
from index.database import open_database
from index.document import Audience
from index.embedded import EmbeddedDrafts, EmbeddedPassage
from index.embedding_key import keyed_texts
from index.facts import MODEL
from index.library import Library
from ingest.pipeline import ingest

class Adding:
    # As `Index` does it, without the search engines, which take long to load.
    def embedded(self, drafts):
        keys = [[key for key, _ in keyed_texts(draft, "counting")] for draft in drafts]
        vectors = {key: EmbeddedPassage(np.full(4, 0.5, dtype=np.float32)) for each in keys for key in each}
        return EmbeddedDrafts(drafts, keys, vectors)

    def put(self, embedded):
        pairs = zip(embedded.drafts, embedded.keys, strict=True)
        return [library.put(draft, each, embedded.embeddings) for draft, each in pairs]

library = Library(open_database(Path(sys.argv[1])))
library.settle(MODEL, "counting")
for number in map(int, sys.stdin):
    report = ingest([sys.argv[2]], Adding, library, audience=Audience.PUBLIC)
    items = [[item.status, item.document_id, item.error and item.error.code] for item in report.items]
    print(json.dumps(items), flush=True)
"""


def test_two_processes(tmp_path: Path, library: Library) -> None:
    document = tmp_path / "ferry.txt"
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "data"), str(document)]
    processes = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        for _ in range(2)
    ]
    outcomes: list[tuple[str, ...]] = []
    for number in range(RACES):
        document.write_text(TEXT.format(n=number))
        for process in processes:
            assert process.stdin
            process.stdin.write(f"{number}\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for process in processes if process.stdout]
        outcomes.append(tuple(sorted(answer[0][0] for answer in answers)))
        assert len({answer[0][1] for answer in answers}) == 1
    for process in processes:
        process.communicate(timeout=30)
        assert process.returncode == 0
    assert outcomes == [("added", "unchanged"), *[("unchanged", "updated")] * (RACES - 1)]
    check(library, RACES)


def test_two_threads(tmp_path: Path, library: Library, index: Index) -> None:
    document = tmp_path / "ferry.txt"
    together = threading.Barrier(2)
    failed: list[object] = []

    def take_in() -> None:
        together.wait()
        report = ingest([str(document)], lambda: index, library, audience=Audience.PUBLIC)
        failed.extend(item for item in report.items if item.error is not None)

    for number in range(RACES):
        document.write_text(TEXT.format(n=number))
        threads = [threading.Thread(target=take_in) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    check(library, RACES)


def check(library: Library, versions: int) -> None:
    (document,) = library.documents(EVERYTHING)
    assert f"{versions - 1} o'clock" in library.document(document.id, EVERYTHING).text
    with library.engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT version FROM {DocumentRow.__tablename__}").scalar() == versions
    assert verify(library) == []
