"""Milvus's keyword search (BM25), to compare tantivy with it (`eval keywords --beside milvus`). Needs pymilvus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pymilvus import DataType, Function, FunctionType, MilvusClient

from index.entry import IndexEntry

ANALYSER = {"type": "standard"}
"""Words in small letters: all that `milvus-lite` has but for Chinese. A field has one analyser for all languages."""
LONGEST = 65_535
"""Bytes of a text field."""
BATCH = 500
_NAME = "passages"


class MilvusKeywords:
    """Passages in a new collection of a file, or of a cluster."""

    def __init__(self, uri: str) -> None:
        self._client = MilvusClient(uri)
        schema = self._client.create_schema(auto_id=False)
        schema.add_field("number", DataType.INT64, is_primary=True)
        analysed = {"enable_analyzer": True, "analyzer_params": ANALYSER}
        schema.add_field("text", DataType.VARCHAR, max_length=LONGEST, **analysed)
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                input_field_names=["text"],
                output_field_names=["words"],
                function_type=FunctionType.BM25,
            )
        )
        indexes = self._client.prepare_index_params()
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        self._client.create_collection(_NAME, schema=schema, index_params=indexes)

    def add(self, entries: Iterable[IndexEntry]) -> None:
        rows = [{"number": entry.number, "text": entry.text} for entry in entries]
        for first in range(0, len(rows), BATCH):
            self._client.insert(_NAME, rows[first : first + BATCH])
        self._client.flush(_NAME)

    def search(self, query: str, language: str, limit: int) -> Sequence[tuple[int, float]]:
        """As `KeywordIndex.search`, but for the scale of the scores; the language says nothing to it."""
        (found,) = self._client.search(_NAME, [query], anns_field="words", limit=limit)
        return [(int(hit["number"]), float(hit["distance"])) for hit in found]

    def close(self) -> None:
        self._client.close()
