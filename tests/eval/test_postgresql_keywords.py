from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from eval.postgresql_keywords import PostgresKeywords
from eval.postgresql_server import PostgresServer
from index.document import Audience
from index.entry import IndexEntry

pytestmark = pytest.mark.sqlite  # it is PostgreSQL already

NO_VECTOR = np.zeros(1, dtype=np.float32)
TEXTS = (
    ("en", "The help desk in Portovento opens on Monday."),
    ("it", "Lo sportello di Portovento apre lunedì."),
    ("so", "Xafiiska caawintu wuxuu furan yahay Isniinta."),
)


def test_passages_are_found_by_the_stems_of_their_language(postgresql: PostgresServer, tmp_path: Path) -> None:
    with closing(PostgresKeywords(postgresql.url(tmp_path))) as words:
        entries = [IndexEntry(n, Audience.PUBLIC, lang, text, NO_VECTOR) for n, (lang, text) in enumerate(TEXTS)]
        words.add(entries)

        assert [number for number, _ in words.search("opening desks", "en", 5)] == [0]
        assert [number for number, _ in words.search("sportelli aprono", "it", 5)] == [1]
        assert [number for number, _ in words.search("Isniinta", "so", 5)] == [2]
        assert words.search("nothing of the kind", "en", 5) == []
