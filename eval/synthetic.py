"""A library of made-up passages of any size, the same for the same seed: only speed and memory are measured on it.

Texts follow Zipf's law over an invented vocabulary per language. Vectors lie as those of a sentence model do: all
roughly in one direction, in topics, and in subjects within them; a document is of one subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eval.synthetic_words import LANGUAGES, Vocabulary
from index.document import Audience, DocumentDraft, PassageDraft, Span
from index.embedded import EmbeddedPassage, EmbeddedQuery
from index.hit import Vectors, units
from index.late_interaction import IN_A_BYTE

DIMENSIONS = 384
PASSAGES = 10
"""Passages a document."""
BLOCK = 100
"""Documents made at once."""
WORDS = (90, 150)
SENTENCE = 15
"""Words a passage, and a sentence: about 120, as pages of the missions have."""
SUBJECT_DOCUMENTS, TOPIC_DOCUMENTS = 5, 100
"""Documents of one subject, and of one topic, on average."""
SHARED, TOPIC, SUBJECT, OWN = 0.35, 0.45, 0.45, 0.6
"""Lengths of the parts of a vector: cosines of .14 between any two and .59 within a subject, as e5's do."""
QUERY_NOISE = 1.2
"""Length of what a query's vector has of its own: a cosine of about .64 with the passage it is near."""
TOKENS, QUERY_TOKENS = 165, 15
"""Tokens a passage and a query: 1.4 a word, as the bundled model counts them."""
INTERNAL_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Query:
    """Words of one passage among frequent words, and a vector near that passage's."""

    text: str
    language: str
    embedded: EmbeddedQuery


@dataclass(frozen=True)
class SyntheticLibrary:
    """Documents by number, made when they are asked for; `passages` is rounded up to whole documents."""

    passages: int
    seed: int = 1

    @property
    def documents(self) -> int:
        return -(-self.passages // PASSAGES)

    def blocks(self) -> Iterator[tuple[list[DocumentDraft], Vectors]]:
        """Drafts with the vectors of all their passages, in order, some documents at a time."""
        for first in range(0, self.documents, BLOCK):
            numbers = range(first, min(first + BLOCK, self.documents))
            yield [self._draft(number) for number in numbers], self.vectors(numbers)

    def embedded(self, vectors: Vectors, number: int) -> Iterator[EmbeddedPassage]:
        """These vectors with tokens that are alike to nothing: comparing them takes the same time."""
        rng = self._rng("tokens", number)
        for vector in vectors:
            yield EmbeddedPassage(vector, rng.bytes(TOKENS * DIMENSIONS // IN_A_BYTE))

    def vectors(self, documents: range) -> Vectors:
        """Unit vectors of these documents' passages, rounded as the library rounds them."""
        made = np.concatenate([self._document_vectors(number) for number in documents])
        return made.astype(np.float16).astype(np.float32)

    def exact(self, queries: Vectors, limit: int) -> NDArray[np.int64]:
        """Places of the passages nearest to each query, counted from 0, by comparing all; shape (queries, limit)."""
        best = np.full((len(queries), limit), -np.inf, dtype=np.float32)
        places = np.zeros((len(queries), limit), dtype=np.int64)
        for first in range(0, self.documents, BLOCK):
            vectors = self.vectors(range(first, min(first + BLOCK, self.documents)))
            here = np.arange(len(vectors)) + first * PASSAGES
            cosines = np.concatenate([best, queries @ vectors.T], axis=1)
            candidates = np.concatenate([places, np.broadcast_to(here, (len(queries), len(here)))], axis=1)
            nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :limit]
            best = np.take_along_axis(cosines, nearest, axis=1)
            places = np.take_along_axis(candidates, nearest, axis=1)
        return places

    def queries(self, count: int) -> list[Query]:
        """Always the same ones for a library of this size and seed."""
        rng = self._rng("queries")
        return [self._query(rng) for _ in range(count)]

    def _query(self, rng: np.random.Generator) -> Query:
        number = int(rng.integers(self.documents))
        draft = self._draft(number)
        place = int(rng.integers(PASSAGES))
        span = draft.passages[place].span
        words = list(rng.choice(draft.text[span.start : span.end].replace(".", "").split(), rng.integers(6, 13)))
        words += list(self._vocabularies[draft.language].frequent(rng, 4))
        rng.shuffle(words)
        vector = self._document_vectors(number)[place] + QUERY_NOISE * _directions(rng, 1)[0]
        embedded = EmbeddedQuery(units(vector[np.newaxis])[0], _directions(rng, QUERY_TOKENS))
        return Query(" ".join(words), draft.language, embedded)

    def _draft(self, number: int) -> DocumentDraft:
        rng = self._rng("text", number)
        language = LANGUAGES[int(rng.choice(len(LANGUAGES), p=[share for _, share in LANGUAGES]))][0]
        vocabulary = self._vocabularies[language]
        title = " ".join(vocabulary.words(rng, 6))
        passages, text, start = [], [], 0
        for count in rng.integers(*WORDS, PASSAGES):
            sentences = []
            words = vocabulary.words(rng, int(count))
            for first in range(0, len(words), SENTENCE):
                sentence = f"{' '.join(words[first : first + SENTENCE])}."
                sentences.append(Span(start, start + len(sentence)))
                text.append(sentence)
                start += len(sentence) + 1
            span = Span(sentences[0].start, sentences[-1].end)
            passages.append(PassageDraft(span, tuple(sentences), title, language))
        source = f"https://synthetic.example/{number}"
        audience = Audience.INTERNAL if rng.random() < INTERNAL_SHARE else Audience.PUBLIC
        return DocumentDraft(
            source, source, str(number), title, language, " ".join(text), tuple(passages), audience, language
        )

    def _document_vectors(self, number: int) -> Vectors:
        rng = self._rng("vectors", number)
        subject = int(rng.integers(len(self._subjects)))
        return units(self._subjects[subject] + OWN * _directions(rng, PASSAGES))

    @cached_property
    def _subjects(self) -> Vectors:
        rng = self._rng("subjects")
        topics = SHARED * _directions(rng, 1) + TOPIC * _directions(rng, 1 + self.documents // TOPIC_DOCUMENTS)
        subjects = _directions(rng, 1 + self.documents // SUBJECT_DOCUMENTS)
        made: Vectors = topics[rng.integers(len(topics), size=len(subjects))] + SUBJECT * subjects
        return made

    @cached_property
    def _vocabularies(self) -> dict[str, Vocabulary]:
        return {
            language: Vocabulary.of(language, self._rng("words", place))
            for place, (language, _) in enumerate(LANGUAGES)
        }

    def _rng(self, purpose: str, number: int = 0) -> np.random.Generator:
        return np.random.default_rng([self.seed, *purpose.encode(), number])


def _directions(rng: np.random.Generator, count: int) -> Vectors:
    """Vectors of about unit length in any direction."""
    made: Vectors = rng.standard_normal((count, DIMENSIONS), dtype=np.float32) / np.float32(np.sqrt(DIMENSIONS))
    return made
