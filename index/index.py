"""The index: adds documents to the library and finds passages in it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from index.document import DocumentDraft
from index.embedding import Embedder
from index.embedding_key import keyed_texts
from index.engines import CurrentEngines, Engines
from index.errors import ModelMismatch
from index.facts import MODEL
from index.fusion import Weights, fuse
from index.generation import GenerationUnusable
from index.generations import Generations
from index.hit import Filters, Hit, Mode, Scope, SearchResult, Timings, Vector
from index.library import Library, StoredDocument
from index.passages import Admitted, PassageReader

MIN_DELTA = 64
DELTA_SHARE = 0.1
"""A new generation is due when the delta holds more passages than both."""
MIN_CANDIDATES = 60
"""Passages asked of each engine: enough for fusion to find what only one engine ranks high."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Scored:
    number: int
    score: float
    dense: float
    keywords: float


class Index:
    """Search over one library. Safe to use from several threads; other processes' changes are seen at each search."""

    def __init__(
        self, library: Library, embedder: Embedder, generations: Generations, weights: Weights = Weights()
    ) -> None:
        """Raises `ModelMismatch` where the library holds vectors of another model."""
        self.library = library
        self.embedder = embedder
        self._generations = generations
        self._weights = weights
        self._lock = threading.Lock()
        self._engines = CurrentEngines(generations)
        _check_model(library, embedder.name)

    # -- changing ------------------------------------------------------------------------------------------------

    def add(self, drafts: Sequence[DocumentDraft]) -> list[StoredDocument]:
        """Embed what is new and store each draft in a transaction of its own, in order.

        Give many at once: passages of like length are embedded together.
        """
        keys = [keyed_texts(draft, self.embedder.name) for draft in drafts]
        texts = {key: text for draft_keys in keys for key, text in draft_keys}
        stored = self.library.stored_embeddings(list(texts))
        vectors = self._embed({key: text for key, text in texts.items() if key not in stored})
        return [
            self.library.put(draft, [key for key, _ in draft_keys], vectors)
            for draft, draft_keys in zip(drafts, keys, strict=True)
        ]

    def remove(self, document_id: str) -> None:
        """Raises `NotFound`."""
        self.library.remove(document_id)

    def settle(self, *, force: bool = False, stopped: threading.Event | None = None) -> bool:
        """Build a new generation if the delta has grown large, or if forced; returns whether one was built.

        A build that is under way is given up once `stopped` is set.
        """
        with self._current() as (engines, _):
            pass
        large = max(MIN_DELTA, DELTA_SHARE * (engines.generation.count() if engines.generation else 0))
        if not force and engines.delta.count() <= large:
            return False
        try:
            built = self._generations.build(self.library, stopped)
        except GenerationUnusable as error:
            # Nothing is lost: everything stays searchable through the delta.
            _log.warning("a new generation cannot be used: %s", error.message)
            return False
        self._engines.renew()
        return built

    def close(self) -> None:
        self._engines.close()
        self.library.close()

    # -- searching -----------------------------------------------------------------------------------------------

    def search(
        self, query: str, *, language: str, limit: int = 10, scope: Scope, filters: Filters = Filters(),
        mode: Mode = Mode.HYBRID,
    ) -> SearchResult:  # fmt: skip
        """The passages in scope that fit the query best, by meaning, by words, or by both.

        `language` is the query's; words are matched by its rules.
        """
        started = time.perf_counter()
        vector = None if mode is Mode.KEYWORDS else self.embedder.embed_query(query)
        embedded = time.perf_counter()
        wanted = max(MIN_CANDIDATES, 3 * limit)
        with self._current() as (engines, passages):
            while True:
                dense, keywords, exhausted = _candidates(engines, query, language, vector, wanted, scope, mode)
                admitted = passages.admitted(list(dense | keywords), scope, filters)
                if len(admitted) >= limit or exhausted:
                    break
                # The filters, or removals since the generation was built, left too little: ask the engines for more.
                wanted *= 4
            ranked = self._ranked(admitted, vector, keywords, language)
            hits = _hits(passages, ranked[:limit], scope)
        timings = Timings(1000 * (embedded - started), 1000 * (time.perf_counter() - embedded))
        return SearchResult(hits, len(ranked), timings)

    def refresh(self) -> None:
        """Take in what other threads and processes have written; every search does so by itself."""
        with self._current():
            pass

    def _ranked(
        self, admitted: Sequence[Admitted], vector: Vector | None, keywords: Mapping[int, float], language: str
    ) -> list[_Scored]:
        ranked = []
        for item in admitted:
            # From the library's own vector: exact, and there also for passages that only keywords found.
            cosine = float(item.vector @ vector) if vector is not None else 0.0
            matched = keywords.get(item.number, 0.0)
            same = item.language == language
            score = fuse(cosine, matched, same_language=same, weights=self._weights)
            ranked.append(_Scored(item.number, score, cosine, matched))
        # The number settles ties, so that equal searches give equal lists.
        return sorted(ranked, key=lambda scored: (-scored.score, scored.number))

    @contextmanager
    def _current(self) -> Iterator[tuple[Engines, PassageReader]]:
        """Engines that hold every passage of the library as it is now, and a reader for which it stays like that.

        The engines may learn of more for another search meanwhile; they forget nothing before a new generation.
        """
        with ExitStack() as stack:
            engines = stack.enter_context(self._engines.newest())
            with self._lock:
                # After the engines, so that it is never behind them.
                revision, passages = stack.enter_context(self.library.snapshot())
                if revision != engines.delta.revision:
                    engines.delta.extend(passages.entries(engines.delta.revision, revision), revision)
            yield engines, passages

    def _embed(self, texts: Mapping[bytes, str]) -> dict[bytes, Vector]:
        if not texts:
            return {}
        return dict(zip(texts, self.embedder.embed_passages(list(texts.values())), strict=True))


def _candidates(
    engines: Engines, query: str, language: str, vector: Vector | None, wanted: int, scope: Scope, mode: Mode
) -> tuple[dict[int, float], dict[int, float], bool]:
    """Scores by passage number from the vector and the keyword engines, and whether no more can be had."""
    dense: dict[int, float] = {}
    keywords: dict[int, float] = {}
    largest = 0
    for audience in scope:
        delta = engines.delta.part(audience)
        answers: list[tuple[dict[int, float], list[tuple[int, float]]]] = []
        if vector is not None:
            answers.append((dense, delta.search(vector, wanted)))
        if mode is not Mode.DENSE:
            answers.append((keywords, delta.keywords.search(query, language, wanted)))
        if engines.generation and vector is not None:
            answers.append((dense, engines.generation.vectors(audience).search(vector, wanted)))
        if engines.generation and mode is not Mode.DENSE:
            answers.append((keywords, engines.generation.keywords(audience).search(query, language, wanted)))
        for scores, answer in answers:
            scores.update(answer)
            largest = max(largest, len(answer))
    return dense, keywords, largest < wanted


def _hits(passages: PassageReader, ranked: Sequence[_Scored], scope: Scope) -> tuple[Hit, ...]:
    read = passages.read([scored.number for scored in ranked], scope)
    return tuple(
        Hit(*read[scored.number], scored.score, scored.dense, scored.keywords)
        for scored in ranked
        if scored.number in read
    )


def _check_model(library: Library, model: str) -> None:
    standing = library.settle(MODEL, model)
    if standing != model:
        raise ModelMismatch(
            f"This library was embedded with {standing}, not with {model}. "
            "Run `missiondesk reindex` to embed it again, or set embedding_model back."
        )
