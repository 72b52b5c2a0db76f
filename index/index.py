"""The index: adds documents to the library and finds passages in it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np

from index.candidates import Asked, Candidates, filtered, unfiltered
from index.catalogues import Catalogues
from index.change import Witness, unwitnessed
from index.document import Document, DocumentDraft
from index.embedded import EmbeddedDrafts, EmbeddedQuery
from index.embedding import Embedder
from index.embedding_key import keyed_texts
from index.engines import CurrentEngines, Engines, Standing
from index.errors import ModelMismatch, StorageLow, VectorsUnavailable
from index.facts import MODEL
from index.folding import folded
from index.fusion import Weights
from index.generation import GenerationUnusable
from index.generations import Generations
from index.hit import Counts, Filters, Hit, Mode, SearchResult, Timings
from index.library import Library, StoredDocument
from index.measures import Measures
from index.passages import Admitted, PassageReader
from index.ranking import Scored, ranked, reranked
from index.reranking import LATE_INTERACTION, Reranker
from index.scope import EVERYTHING, Scope
from index.vector_store import VectorServer

MIN_DELTA = 64
DELTA_SHARE = 0.1
"""A new generation is due when the delta holds more passages than both."""
ARRIVING = 2000
"""Passages that the delta may hold while documents arrive: to compare them all takes less than a millisecond, and a
generation built now, in seconds of processor time that whoever takes them in lacks, would soon be behind again."""

_log = logging.getLogger(__name__)


class Index:
    """Search over one library. Safe to use from several threads; other processes' changes are seen at each search."""

    def __init__(
        self, library: Library, embedder: Embedder, generations: Generations,
        reranker: Reranker | None = LATE_INTERACTION, weights: Weights = Weights(),
    ) -> None:  # fmt: skip
        """Without a `reranker` candidates stay in the order of both engines' scores.

        Raises `ModelMismatch` where the library holds vectors of another model.
        """
        self.library = library
        self.embedder = embedder
        self.measures = Measures()
        self._generations = generations
        self._reranker = reranker
        self._weights = weights
        self._lock = threading.Lock()
        self._engines = CurrentEngines(generations)
        self._catalogues = Catalogues()
        _check_model(library, embedder.name)

    # -- changing ------------------------------------------------------------------------------------------------

    def add(self, drafts: Sequence[DocumentDraft]) -> list[StoredDocument]:
        """Embed what is new and store each draft in a transaction of its own, in order.

        Give many at once: passages of like length are embedded together. Raises `StorageLow` before anything is done.
        """
        return self.put(self.embedded(drafts))

    def embedded(self, drafts: Sequence[DocumentDraft]) -> EmbeddedDrafts:
        """The first half of `add`, which takes the processor; others may be `put` meanwhile, which waits for the disk.

        Raises `StorageLow` before anything is done.
        """
        self.library.check_space()
        keyed = [keyed_texts(draft, self.embedder.name) for draft in drafts]
        texts = {key: text for draft_keys in keyed for key, text in draft_keys}
        stored = self.library.stored_embeddings(list(texts))
        new = {key: text for key, text in texts.items() if key not in stored}
        passages = self.embedder.embed_passages(list(new.values())) if new else []
        keys = tuple(tuple(key for key, _ in draft_keys) for draft_keys in keyed)
        return EmbeddedDrafts(tuple(drafts), keys, dict(zip(new, passages, strict=True)))

    def put(self, embedded: EmbeddedDrafts) -> list[StoredDocument]:
        """The second half of `add`."""
        pairs = zip(embedded.drafts, embedded.keys, strict=True)
        return [self.library.put(draft, keys, embedded.embeddings) for draft, keys in pairs]

    def remove(
        self, document_id: str, *, scope: Scope = EVERYTHING, seen: Document | None = None,
        witness: Witness = unwitnessed,
    ) -> None:  # fmt: skip
        """Like `Library.remove`."""
        self.library.remove(document_id, scope=scope, seen=seen, witness=witness)

    def settle(
        self, *, force: bool = False, arriving: bool = False, stopped: threading.Event | None = None
    ) -> bool:  # fmt: skip
        """Build a new generation if the delta has grown large, or if forced; returns whether one was built.

        While documents are `arriving` the delta may grow larger. A build that is under way is given up once `stopped`
        is set.
        """
        self._follow(stopped)
        with self._current() as (engines, _):
            pass
        built_of = engines.generation.count() if engines.generation else 0
        large = max(ARRIVING if arriving else MIN_DELTA, DELTA_SHARE * built_of)
        if not force and engines.delta.count() <= large:
            return False
        try:
            self.library.check_space()
            built = self._generations.build(self.library, stopped)
        except (GenerationUnusable, StorageLow, VectorsUnavailable) as error:
            # Nothing is lost: everything stays searchable through the delta.
            _log.warning("no new generation: %s", error.message)
            return False
        self._engines.renew()
        return built

    def _follow(self, stopped: threading.Event | None) -> None:
        try:
            if self._generations.follow(self.library, stopped):
                self._engines.renew()
        except (GenerationUnusable, VectorsUnavailable) as error:
            _log.warning("not taken over from the vector server: %s", error.message)

    def standing(self) -> Standing:
        """What searches use now; opens nothing and does not wait for a search."""
        return self._engines.standing()

    def close(self) -> None:
        self._engines.close()
        self._generations.close()
        self.library.close()

    # -- searching -----------------------------------------------------------------------------------------------

    def counts(self, scope: Scope, filters: Filters = Filters()) -> Counts:
        """What a search with these filters would choose from, without one."""
        with self._current() as (_, passages):
            return self._catalogues.at(passages).counts(scope, filters)

    def search(
        self, query: str, *, language: str, limit: int = 10, scope: Scope, filters: Filters = Filters(),
        mode: Mode = Mode.HYBRID, counting: bool = False,
    ) -> SearchResult:  # fmt: skip
        """The passages that scope and filters admit and that fit the query best, by meaning, by words, or by both.

        `language` is the query's; words are matched by its rules. Where `counting`, the result tells also how many
        passages were chosen from, and by facet, as they stood when they were searched.
        """
        started = time.perf_counter()
        embedded = None if mode is Mode.KEYWORDS else self._embedded_query(query)
        ready = time.perf_counter()
        asked = Asked(query, language, embedded.vector if embedded else None, mode, scope, filters, limit)
        with self.measures.timed("search"), self._current() as (engines, passages):
            found = self._candidates(asked, engines, passages)
            best = self._ranked(asked, embedded, found, passages)
            hits = _hits(passages, best[:limit], scope)
            counts = self._catalogues.at(passages).counts(scope, filters) if counting else Counts(0, ())
        timings = Timings(1000 * (ready - started), 1000 * (time.perf_counter() - ready))
        if found.missing is not None:
            _log.warning("searched by words alone: %s", found.missing.message)
        return SearchResult(hits, timings, counts, found.missing is not None)

    def check(self) -> None:
        """Open the engines and let them catch up, as a search does. Raises `LibraryUnusable`."""
        with self._current():
            pass

    @property
    def vector_server(self) -> VectorServer | None:
        """The server that keeps the vectors, where they are not kept in the data folder."""
        return self._generations.server

    def _embedded_query(self, query: str) -> EmbeddedQuery:
        with self.measures.timed("embed"):
            return self.embedder.embed_query(query)

    def _candidates(self, asked: Asked, engines: Engines, passages: PassageReader) -> Candidates:
        if not asked.chooses:
            return unfiltered(asked, engines, passages)
        catalogue = self._catalogues.at(passages)
        selected = catalogue.select(asked.scope, asked.filters)
        # An engine of vectors holds all collections of its audience.
        everything = catalogue.select(Scope(asked.filters.narrowed(asked.scope).audiences), Filters())
        return filtered(asked, engines, passages, selected, len(selected) / max(1, len(everything)))

    def _ranked(
        self, asked: Asked, embedded: EmbeddedQuery | None, found: Candidates, passages: PassageReader
    ) -> list[Scored]:
        best = ranked(found.admitted, asked.vector, found.keywords, self._weights)
        if asked.filters.document_id is None and (missing := _untranslated(best, asked)):
            further = self._translated(missing, asked, passages)
            best = ranked([*found.admitted, *further], asked.vector, found.keywords, self._weights)
        if asked.mode is Mode.HYBRID and embedded is not None and self._reranker is not None and best:
            best = reranked(best, asked.query, embedded, self._reranker, passages)
        return best if asked.filters.document_id else folded(best, asked.language)

    def _translated(self, groups: set[str], asked: Asked, passages: PassageReader) -> list[Admitted]:
        numbers = passages.translated(groups, asked.language)
        if not asked.chooses:
            found = passages.admitted(numbers, asked.scope)
        else:
            selected = self._catalogues.at(passages).select(asked.scope, asked.filters)
            found = passages.chosen(np.intersect1d(selected, numbers).tolist(), asked.scope)
        # A group may be in parts for who does not see all of it.
        return [item for item in found if item.group in groups]

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


def _untranslated(best: Sequence[Scored], asked: Asked) -> set[str]:
    """Groups of translations that a search may show, and of which it found nothing in the asker's language."""
    groups = {each.item.group for each in best[: asked.limit] if each.item.group is not None}
    return groups - {each.item.group for each in best if each.item.document_language == asked.language}


def _hits(passages: PassageReader, best: Sequence[Scored], scope: Scope) -> tuple[Hit, ...]:
    read = passages.read([scored.number for scored in best], scope)
    return tuple(
        Hit(*read[scored.number], scored.score, scored.dense, scored.keywords)
        for scored in best
        if scored.number in read
    )


def _check_model(library: Library, model: str) -> None:
    standing = library.settle(MODEL, model)
    if standing != model:
        raise ModelMismatch(
            f"This library was embedded with {standing}, not with {model}. "
            "Run `missiondesk reindex` to embed it again, or set embedding_model back."
        )
