"""The assistant: a question in, an answer with citations out, or an honest no."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations

from langchain_core.language_models import BaseChatModel

from assistant.answer import Answer, Notice, Reason, Suggestion
from assistant.calibration import Calibration, load_calibration
from assistant.candidate import SEARCHED, to_read
from assistant.chat import Draft
from assistant.chat_stream import ChatModelFailed
from assistant.citing import marked_text, opening
from assistant.comparison import Comparer, Comparison
from assistant.conflict import contradicting, contradicts
from assistant.contact import Contact, contacts_for
from assistant.events import Delta, Sources
from assistant.evidence import Evidence, of_best_passages, weigh
from assistant.exchange import Exchange, bounded
from assistant.extractive import select
from assistant.follow_up import language_of
from assistant.measured import measured
from assistant.messages import message
from assistant.notices import notices
from assistant.places import countries_of
from assistant.proof import prove, told_texts
from assistant.proof_model import load_proof_model
from assistant.question import checked_question
from assistant.reader import Reader
from assistant.resolving import Rewrite, resolved
from assistant.rewriting import rewritten
from assistant.search_page import SearchPage, search
from assistant.sentence_vectors import SentenceVectors
from assistant.settings import Settings
from assistant.still_shown import StillShown
from assistant.suggestions import suggestions
from assistant.translation import translated
from assistant.turn import Turn
from index.document import Document, DocumentSummary
from index.hit import Filters, Hit
from index.index import Index
from index.language import detect_language
from index.passages import passage_number
from index.scope import Scope

TOLD_PASSAGES = 5
"""Passages that a chat model is given: those with the best evidence."""
EXTRACTIVE = "extractive"

_log = logging.getLogger(__name__)


class Assistant:
    """Answers from one index. Every method takes the caller's scope; nothing outside it is read."""

    def __init__(
        self, index: Index, reader: Reader, settings: Settings, chat_model: BaseChatModel | None = None,
        calibration: Calibration | None = None,
    ) -> None:  # fmt: skip
        self.index = index
        self._reader = reader
        self._settings = settings
        self._chat_model = chat_model
        self._calibration = calibration or load_calibration()
        self._vectors = SentenceVectors(index.embedder)
        if self._calibration.embedding_model != index.embedder.name:
            _log.warning(
                "answers are calibrated for %s, not for %s: run `python -m eval calibrate`",
                self._calibration.embedding_model, index.embedder.name,
            )  # fmt: skip
        if chat_model is not None and (fitted := load_proof_model().embedding_model) != index.embedder.name:
            _log.warning(
                "a chat model's sentences are proven as fitted for %s, not for %s: run `python -m eval proof --fit`",
                fitted, index.embedder.name,
            )  # fmt: skip

    def answer(
        self, question: str, *, scope: Scope, language: str | None = None, filters: Filters = Filters(),
        previous: Sequence[Exchange] = (),
    ) -> Answer:  # fmt: skip
        """Answer one question in `language`, or in the question's own. Raises `InvalidRequest`."""
        for event in self.stream(question, scope=scope, language=language, filters=filters, previous=previous):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, *, scope: Scope, language: str | None = None, filters: Filters = Filters(),
        previous: Sequence[Exchange] = (), contacts: Sequence[Contact] = (),
    ) -> Iterator[Sources | Delta | Answer]:  # fmt: skip
        """`Sources` first, then a `Delta` for each statement once it is proven, and the whole `Answer` last.

        `previous` is what the same person asked before, oldest first, in the same scope: kept by the caller's server,
        or recalled from the questions alone, but never an answer that a request brings. A question that goes on from
        there is searched with what it refers to. `contacts` stand in place of the settings' own. Raises
        `InvalidRequest` at once, not when the first event is asked for.
        """
        question = checked_question(question)
        events = self._events(
            question, scope, language, filters, bounded(previous), contacts or self._settings.contacts
        )
        return measured(events, self.index.measures)

    def search(
        self, query: str, *, scope: Scope, limit: int = 10, language: str | None = None, filters: Filters = Filters(),
        seen: Collection[int] = (),
    ) -> SearchPage:  # fmt: skip
        """Like `assistant.search_page.search`."""
        return search(self.index, query, scope=scope, limit=limit, language=language, filters=filters, seen=seen)

    def compare(
        self, question: str, *, scope: Scope, filters: Filters = Filters(), language: str | None = None
    ) -> Comparison:  # fmt: skip
        """What sources in different languages say on one question; its quotes translated into `language` by setting.

        Raises `InvalidRequest`.
        """
        least = self._settings.answer_probability or self._calibration.answer_probability
        found = Comparer(self.index, self._reader, self._calibration, least).compare(question, scope, filters)
        if language is None or self._chat_model is None or not self._settings.translate:
            return found
        quotes = [each.citation for each in found.said]
        seconds = self._settings.chat_seconds
        return found.translated(translated(quotes, language, self._chat_model, self._settings, self._vectors, seconds))

    def contacts(self, own: Sequence[Contact], language: str) -> tuple[Contact, ...]:
        """Where people can turn at any time who read `language`: to a site's `own` contacts, or the settings'."""
        return contacts_for(own or self._settings.contacts, language, frozenset())

    def documents(self, *, scope: Scope) -> list[DocumentSummary]:
        return self.index.library.documents(scope)

    def document(self, document_id: str, *, scope: Scope) -> Document:
        """Raises `NotFound`, also for a document outside the scope."""
        return self.index.library.document(document_id, scope)

    # -- one question ----------------------------------------------------------------------------------------------

    def _events(
        self, question: str, scope: Scope, language: str | None, filters: Filters, previous: Sequence[Exchange],
        contacts: Sequence[Contact],
    ) -> Iterator[Sources | Delta | Answer]:  # fmt: skip
        turn = self._searched(question, scope, language, filters, previous)
        turn.contacts = contacts
        near = to_read(turn.result.hits, turn.asked_in)
        standing = self._standing(turn, near)
        yield Sources(tuple(opening(hit, number) for number, hit in enumerate(standing, start=1)))
        if not near:
            yield self._no_answer(turn, "no_passage")
            return
        self._read(turn)
        if turn.probability < (self._settings.answer_probability or self._calibration.answer_probability):
            yield self._no_answer(turn, "weak_evidence")
            return
        deltas: list[Delta] = []
        answered_by = EXTRACTIVE
        reason: Reason | None = None
        if self._chat_model is not None:
            try:
                for delta in self._written(turn, self._chat_model):
                    deltas.append(delta)
                    yield delta
            except ChatModelFailed as error:
                _log.warning("chat model failed: %s", error)
                self.index.measures.model_failed(str(error))
                reason = "model_failed"
        if deltas:
            answered_by = self._settings.chat_model
        else:
            for delta in self._quoted(turn):
                deltas.append(delta)
                yield delta
        for delta in self._contradicting(turn):
            deltas.append(delta)
            yield delta
        if self._settings.translate and reason is None:
            self._translate(turn)
        yield self._answer(turn, deltas, answered_by, reason)

    def _searched(
        self, question: str, scope: Scope, language: str | None, filters: Filters, previous: Sequence[Exchange]
    ) -> Turn:
        """`language` is the one asked for in reply, if any; the question's words may be in another."""
        asked_in = language_of(question, previous[-1]) if previous else detect_language(question, language)
        searched = self._resolved(question, asked_in, scope, filters, previous)
        result = self.index.search(searched, language=asked_in, limit=SEARCHED, scope=scope, filters=filters)
        started = time.perf_counter()
        return Turn(question, searched, language or asked_in, asked_in, scope, result, started)

    def _read(self, turn: Turn) -> None:
        with self.index.measures.timed("read"):
            turn.evidence, turn.probability = weigh(
                turn.searched, turn.asked_in, turn.result.hits, self._reader, self._calibration
            )

    def _resolved(
        self, question: str, asked_in: str, scope: Scope, filters: Filters, previous: Sequence[Exchange]
    ) -> str:
        def search(text: str, language: str) -> Sequence[Hit]:
            return self.index.search(text, language=language, limit=SEARCHED, scope=scope, filters=filters).hits

        return resolved(question, asked_in, previous, search, self._rewrite()) or question

    def _rewrite(self) -> Rewrite | None:
        return partial(rewritten, self._chat_model, self._settings) if self._chat_model is not None else None

    def _quoted(self, turn: Turn) -> Iterator[Delta]:
        for item in select(turn.evidence, self._settings.max_statements, self._calibration.least_evidence):
            if self._stands(turn, [item]):
                yield turn.quoted(item)

    def _written(self, turn: Turn, model: BaseChatModel) -> Iterator[Delta]:
        told = of_best_passages(turn.evidence, TOLD_PASSAGES)
        self._vectors.prepare(told_texts(told))
        draft = Draft(model, self._settings, turn.searched, turn.language, told)
        try:
            for sentence in draft.sentences():
                proven = prove(sentence, turn.language, told, self._vectors)
                if proven and self._stands(turn, proven.evidence):
                    yield Delta(*turn.citations.state(sentence, proven.evidence, proven.support))
                else:
                    draft.reject()
        finally:
            turn.withheld = draft.withheld

    def _contradicting(self, turn: Turn) -> Iterator[Delta]:
        for item in contradicting(turn.citations.evidence, turn.evidence):
            if self._stands(turn, [item]):
                yield turn.quoted(item)

    def _standing(self, turn: Turn, hits: Sequence[Hit]) -> list[Hit]:
        """What its reader may still see: a document may be removed, or relabelled, while an answer is written."""
        numbers = {passage_number(hit.passage.id) for hit in hits}
        standing = self.index.library.passages.standing(sorted(numbers), turn.scope)
        return [hit for hit in hits if passage_number(hit.passage.id) in standing]

    def _stands(self, turn: Turn, evidence: Sequence[Evidence]) -> bool:
        return len(self._standing(turn, [item.hit for item in evidence])) == len(evidence)

    def _translate(self, turn: Turn) -> None:
        """Last of all, in what is left of the time for one answer: every statement has been shown by now."""
        if self._chat_model is not None:
            left = self._settings.chat_seconds - (time.perf_counter() - turn.started)
            turn.citations.all = translated(
                turn.citations.all, turn.language, self._chat_model, self._settings, self._vectors, left
            )

    def _answer(self, turn: Turn, deltas: Sequence[Delta], answered_by: str, reason: Reason | None) -> Answer:
        """Of what was sent, what may be shown at the end."""
        if not deltas:
            return self._no_answer(turn, "no_passage")
        answer = self._whole(turn, deltas, answered_by, reason)
        if self._stands(turn, turn.citations.evidence):
            return answer
        left, _ = StillShown(self.index.library, turn.scope).of(answer)
        return replace(left, suggestions=answer.suggestions) if left.statements else self._no_answer(turn, "no_passage")

    def _whole(self, turn: Turn, deltas: Sequence[Delta], answered_by: str, reason: Reason | None) -> Answer:
        statements = tuple(delta.statement for delta in deltas)
        return Answer(
            turn.question, turn.told_in, "answered", marked_text(statements), statements,
            tuple(turn.citations.all), answered_by, reason, turn.timings, turn.completed, self._suggested(turn),
            warnings=self._warnings(turn, reason), withheld=turn.withheld,
        )  # fmt: skip

    def _suggested(self, turn: Turn) -> tuple[Suggestion, ...]:
        return suggestions(
            self._standing(turn, turn.result.hits), turn.citations.all, turn.language, (turn.question, turn.searched)
        )

    def _warnings(self, turn: Turn, reason: Reason | None) -> tuple[Notice, ...]:
        cited = list(zip(turn.citations.all, turn.citations.evidence, strict=True))
        pairs = [(one, other) for (one, item), (other, against) in combinations(cited, 2) if contradicts(item, against)]
        told = notices(
            turn.citations.all, pairs, reason, old_after_years=self._settings.old_after_years, today=date.today(),
            language=turn.told_in,
        )  # fmt: skip
        return turn.by_words + told

    def _no_answer(self, turn: Turn, reason: Reason) -> Answer:
        text = message(f"answer_{reason}", turn.language)
        countries = countries_of(turn.searched, turn.asked_in)
        return Answer(
            turn.question, turn.told_in, "no_answer", text, (), (), EXTRACTIVE, reason, turn.timings,
            turn.completed, self._suggested(turn), warnings=turn.by_words,
            contacts=contacts_for(turn.contacts, turn.language, countries),
        )  # fmt: skip
