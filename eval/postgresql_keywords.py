"""PostgreSQL's own keyword search, to compare tantivy with it (`eval keywords --beside postgresql`)."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg

from index.entry import IndexEntry

CONFIGURATIONS = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian",
}  # fmt: skip
"""Stemming and stop words of PostgreSQL 15, by language; it has none for the others."""
PLAIN = "simple"
BY_LENGTH = 1
"""Normalisation of `ts_rank`: divided by 1 + the logarithm of the passage's length. It knows no rarity of a word."""

_SEARCH = """
SELECT number, ts_rank(words, wanted, %(normalised)s) AS score
FROM passages, (
    SELECT replace(plainto_tsquery(%(configuration)s::regconfig, %(text)s)::text, '&', '|')::tsquery AS wanted
) AS query
WHERE words @@ wanted ORDER BY score DESC, number LIMIT %(limit)s
"""


class PostgresKeywords:
    """Passages in a new table with a GIN index, each by the words of its own language."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute("DROP TABLE IF EXISTS passages")
        self._connection.execute("CREATE TABLE passages (number integer, words tsvector)")

    def add(self, entries: Iterable[IndexEntry]) -> None:
        rows = ((entry.number, _configuration(entry.language), entry.text) for entry in entries)
        with self._connection.cursor() as cursor:
            cursor.executemany("INSERT INTO passages VALUES (%s, to_tsvector(%s::regconfig, %s))", rows)
        self._connection.execute("CREATE INDEX ON passages USING gin (words)")
        self._connection.execute("ANALYZE passages")

    def search(self, query: str, language: str, limit: int) -> list[tuple[int, float]]:
        """Passages that hold any word of the query, as `KeywordIndex.search`, but for the scale of the scores."""
        given = {
            "normalised": BY_LENGTH, "configuration": _configuration(language), "text": query, "limit": limit,
        }  # fmt: skip
        return [(int(number), float(score)) for number, score in self._connection.execute(_SEARCH, given)]

    def close(self) -> None:
        self._connection.close()


def _configuration(language: str) -> str:
    return CONFIGURATIONS.get(language, PLAIN)
