"""Keyword search in tantivy, on disk for a generation and in memory for what is newer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.analysis import WordTerms, analyse
from index.passages import IndexEntry

K1 = 1.2
"""tantivy's BM25 constant: one term contributes at most its idf times (K1 + 1)."""
WRITER_BYTES = 64_000_000
MAX_QUERY_WORDS = 64
"""Words of a query that are looked up; questions are shorter, and pasted pages would only cost time."""

_TERMS = "terms"
_NUMBER = "number"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TERMS, tokenizer_name="terms", index_option="freq")
    builder.add_unsigned_field(_NUMBER, stored=True, fast=True)
    return builder.build()


class KeywordIndex:
    """Passages of one audience, found by their terms (see `index.analysis`)."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        analyser = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("terms", analyser)

    @classmethod
    def in_memory(cls) -> KeywordIndex:
        return cls(tantivy.Index(_schema()))

    @classmethod
    def create(cls, folder: Path) -> KeywordIndex:
        folder.mkdir(parents=True)
        return cls(tantivy.Index(_schema(), path=str(folder)))

    @classmethod
    def open(cls, folder: Path) -> KeywordIndex:
        """Raises ValueError where the folder holds no healthy index."""
        return cls(tantivy.Index.open(str(folder)))

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add passages and make them searchable before returning."""
        with self.filling() as fill:
            for entry in entries:
                fill(entry)

    @contextmanager
    def filling(self) -> Iterator[Callable[[IndexEntry], None]]:
        """Takes passages one by one; they are searchable after the block, all at once and in few segments."""
        writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)

        def fill(entry: IndexEntry) -> None:
            terms = " ".join(term for word in analyse(entry.text, entry.language) for term in word.all)
            document = tantivy.Document()
            document.add_text(_TERMS, terms)
            document.add_unsigned(_NUMBER, entry.number)
            writer.add_document(document)

        yield fill
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(self, query: str, language: str, limit: int) -> list[tuple[int, float]]:
        """Passage numbers with scores, best first.

        A score is the BM25 sum divided by the most that all words of the query could bring, so it lies in [0, 1] and
        says how much of the query was matched: near zero for a question whose words are of another language.
        """
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        words = analyse(query, language)[:MAX_QUERY_WORDS]
        if not words:
            return []
        best = sum(self._bound(searcher, word) for word in words)
        clauses = [(tantivy.Occur.Should, self._query(word)) for word in words]
        found = searcher.search(tantivy.Query.boolean_query(clauses), limit, count=False).hits
        return [(int(searcher.doc(address)[_NUMBER][0]), min(1.0, score / best)) for score, address in found]

    def _query(self, word: WordTerms) -> tantivy.Query:
        """A word scores as its exact term, a stem or its n-grams, whichever is most; the n-grams share one weight."""
        choices = [self._term(term) for term in (word.exact, *word.stems)]
        if word.grams:
            grams = [(tantivy.Occur.Should, self._term(gram)) for gram in word.grams]
            choices.append(tantivy.Query.boost_query(tantivy.Query.boolean_query(grams), 1 / len(grams)))
        return tantivy.Query.disjunction_max_query(choices)

    def _term(self, term: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, _TERMS, term, index_option="freq")

    def _bound(self, searcher: tantivy.Searcher, word: WordTerms) -> float:
        choices = [_idf(searcher, term) for term in (word.exact, *word.stems)]
        if word.grams:
            choices.append(sum(_idf(searcher, gram) for gram in word.grams) / len(word.grams))
        # A word of the query that no passage has still counts: it is a part of the question left unmatched.
        return (K1 + 1) * max(choices)


def _idf(searcher: tantivy.Searcher, term: str) -> float:
    """BM25's inverse document frequency, as tantivy computes it."""
    frequency = searcher.doc_freq(_TERMS, term)
    return math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5))
