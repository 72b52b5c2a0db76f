"""Keyword search in tantivy, on disk for a generation and in memory for what is newer."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.analysis import WordTerms, analyse, language_term
from index.entry import IndexEntry

K1 = 1.2
"""tantivy's BM25 constant: one term contributes at most its idf times (K1 + 1)."""
WRITER_BYTES = 64_000_000
MAX_QUERY_WORDS = 64
"""Words of a query that are looked up; questions are shorter, and pasted pages would only cost time."""

FREQUENT = 0.3
"""Share of a language's passages from which on a word says nothing: "der", "what", and in a handbook its subject.

The best of .2, .3 and .5 on average over training questions in de, fr, ar and uk; French alone loses .006 by it.
"""
FEW = 50
"""Passages of a language below which their number says nothing; then words are weighed by all passages. Set by hand."""
NAME_WEIGHT = 0.3
"""What a name in another script is worth beside the word itself; .3 to .8 find the same."""

MAX_QUERY_CHARACTERS = 2000
"""Read of a query, for the same reason. Set by hand."""

_TERMS = "terms"
_NUMBER = "number"
_COLLECTION = "collection"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TERMS, tokenizer_name="terms", index_option="freq")
    builder.add_text_field(_COLLECTION, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(_NUMBER, stored=True, indexed=True, fast=True)
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
            words = analyse(entry.text, entry.language)
            terms = " ".join([language_term(entry.language), *(term for word in words for term in word.all)])
            document = tantivy.Document()
            document.add_text(_TERMS, terms)
            document.add_text(_COLLECTION, entry.collection)
            document.add_unsigned(_NUMBER, entry.number)
            writer.add_document(document)

        yield fill
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(
        self, query: str, language: str, limit: int, among: Sequence[int] | None = None,
        collections: Collection[str] | None = None,
    ) -> list[tuple[int, float]]:  # fmt: skip
        """Passage numbers with scores, best first, of all passages or of those `among` these numbers.

        Of the passages of other `collections` none is found, and none counts for how rare a word is: a score would
        tell what they hold.

        A score is the BM25 sum divided by the most that the words of the query could bring, so it lies in [0, 1] and
        says how much of the query was matched: near zero for a question whose words are of another language. Words
        that are frequent in the query's language do not count, unless there is nothing else.
        """
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        words = analyse(query[:MAX_QUERY_CHARACTERS], language)[:MAX_QUERY_WORDS]
        if not words:
            return []
        weighed = _Weights(searcher, language, _Counter(searcher, self._index.schema, collections))
        if not weighed.any:
            return []
        telling = [word for word in words if not weighed.is_frequent(word)] or words
        best = (K1 + 1) * sum(weighed.most(word) for word in telling)
        clauses = [(tantivy.Occur.Should, self._query(word, weighed)) for word in telling]
        wanted = tantivy.Query.boolean_query(clauses)
        if among is not None:
            wanted = _within(self._index.schema, wanted, _NUMBER, among)
        if collections is not None:
            wanted = _within(self._index.schema, wanted, _COLLECTION, collections)
        found = searcher.search(wanted, limit, count=False).hits
        return [(int(searcher.doc(address)[_NUMBER][0]), min(1.0, score / best)) for score, address in found]

    def _query(self, word: WordTerms, weighed: _Weights) -> tantivy.Query:
        """A word scores as whichever of its forms is most; its n-grams share one weight."""
        choices = [self._term(term, weighed.factor(term, word)) for term in (word.exact, *word.stems)]
        if word.prefix:
            choices.append(self._term(word.prefix, weighed.factor(word.prefix, word)))
        choices.extend(self._term(name, NAME_WEIGHT) for name in word.names)
        if word.grams:
            share = 1 / len(word.grams)
            grams = [self._term(gram, share * weighed.factor(gram, word)) for gram in word.grams]
            choices.append(tantivy.Query.boolean_query([(tantivy.Occur.Should, gram) for gram in grams]))
        return tantivy.Query.disjunction_max_query(choices)

    def _term(self, term: str, factor: float) -> tantivy.Query:
        query = tantivy.Query.term_query(self._index.schema, _TERMS, term, index_option="freq")
        return tantivy.Query.boost_query(query, factor)


class _Weights:
    """How rare words are among the passages of the query's language, where there are enough of them.

    In a library of many languages every word of a small one would look rare, its function words too.
    """

    def __init__(self, searcher: tantivy.Searcher, language: str, counter: _Counter) -> None:
        self._searcher = searcher
        self._counter = counter
        own = counter.having(language_term(language))
        self._own = own >= FEW
        self._passages = own if self._own else counter.all()

    @property
    def any(self) -> bool:
        """Whether there are any passages at all."""
        return self._passages > 0

    def is_frequent(self, word: WordTerms) -> bool:
        return self._passages >= FEW and self._frequency(word) > FREQUENT * self._passages

    def most(self, word: WordTerms) -> float:
        """A word that no passage has still counts: it is a part of the question left unmatched."""
        return max(self._idf(term, word) for term in (word.exact, *word.stems))

    def factor(self, term: str, word: WordTerms) -> float:
        """From tantivy's weight of a term, which all passages give it, to that among those of the language."""
        return self._idf(term, word) / _idf(self._searcher.doc_freq(_TERMS, term), self._searcher.num_docs)

    def _idf(self, term: str, word: WordTerms) -> float:
        frequency = self._counter.having(term)
        if term == word.exact:
            # A word is in no more passages of its language than its stem is.
            frequency = min(frequency, self._frequency(word))
        return _idf(min(frequency, self._passages), self._passages)

    def _frequency(self, word: WordTerms) -> int:
        """Passages of the language with some form of the word; of all languages where stems cannot tell."""
        forms = word.stems if self._own and word.stems else (word.exact,)
        return max(self._counter.having(term) for term in forms)


class _Counter:
    """Counts passages, all or those of some collections, in which case each term is counted by a search."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, collections: Collection[str] | None) -> None:
        self._searcher = searcher
        self._schema = schema
        self._collections = collections
        self._counted: dict[str, int] = {}

    def all(self) -> int:
        if self._collections is None:
            return int(self._searcher.num_docs)
        return self._count(tantivy.Query.all_query(), self._collections)

    def having(self, term: str) -> int:
        """Those with this term."""
        if self._collections is None:
            return int(self._searcher.doc_freq(_TERMS, term))
        if term not in self._counted:
            query = tantivy.Query.term_query(self._schema, _TERMS, term, index_option="basic")
            self._counted[term] = self._count(query, self._collections)
        return self._counted[term]

    def _count(self, query: tantivy.Query, collections: Collection[str]) -> int:
        within = _within(self._schema, query, _COLLECTION, collections)
        return int(self._searcher.search(within, 1, count=True).count or 0)  # type: ignore[attr-defined]


def _within(
    schema: tantivy.Schema, query: tantivy.Query, field: str, values: Collection[str] | Collection[int]
) -> tantivy.Query:
    """The query with its scores, for passages only that have one of these values."""
    chosen = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, field, list(values)), 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, chosen), (tantivy.Occur.Must, query)])


def _idf(frequency: int, passages: int) -> float:
    """BM25's inverse document frequency, as tantivy computes it."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
