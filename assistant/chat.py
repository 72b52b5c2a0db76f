"""Asks a chat model for sentences. What it writes is a proposal: `assistant.proof` decides what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing

from langchain_core.language_models import BaseChatModel

from assistant.chat_stream import TRIES, ChatModelFailed, pieces_of
from assistant.evidence import Evidence
from assistant.prompt import INSTRUCTION, messages_of
from assistant.settings import Settings
from assistant.tidying import tidied
from index.language import detect_language
from index.sentences import split_sentences

MAX_CHARACTERS = 4000
"""Longest answer that is read; a model that goes on is stuck."""
MOST_REPEATS = 3
"""Times that a sentence may come again; a model that repeats itself more is in a loop."""
_COPIED_WORDS = 8
_NONE = "NONE"
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)


class Draft:
    """One reply of a chat model. `withheld` counts its sentences that were not worth proving, or `reject`ed."""

    def __init__(
        self, model: BaseChatModel, settings: Settings, question: str, language: str, evidence: Sequence[Evidence]
    ) -> None:
        self._model = model
        self._settings = settings
        self._language = language
        self._messages = messages_of(question, language, evidence, settings.chat_prompt_tokens)
        self._sources = {item.hit.document.uri for item in evidence}
        self._seen: dict[str, int] = {}
        self._foreign = 0
        self.withheld = 0

    def reject(self) -> None:
        """Count a sentence that was given out and not proven."""
        self.withheld += 1

    def sentences(self) -> Iterator[str]:
        """Each sentence as soon as it is complete. Raises `ChatModelFailed`, also where nothing was of use."""
        given = 0
        declined = False
        for raw in self._raw():
            if raw.strip(".! ") == _NONE:
                declined = True
            elif (sentence := self._usable(raw)) is not None:
                given += 1
                yield sentence
        if not given and not declined:
            raise ChatModelFailed("nothing usable" if self.withheld else "empty")
        if given and self._foreign == given == self.withheld:
            raise ChatModelFailed("other language")

    def _usable(self, raw: str) -> str | None:
        if _is_copied(raw):
            self.withheld += 1
            raise ChatModelFailed("copied prompt")
        sentence = tidied(raw, self._sources)
        if sentence is None:
            self.withheld += any(char.isalnum() for char in raw)
            return None
        seen = self._seen[sentence] = self._seen.get(sentence, 0) + 1
        if seen > MOST_REPEATS:
            raise ChatModelFailed("endless")
        self._foreign += seen == 1 and detect_language(sentence, self._language) != self._language
        return sentence if seen == 1 else None

    def _raw(self) -> Iterator[str]:
        first, whole = self._settings.chat_first_token_seconds, self._settings.chat_seconds
        pending = ""
        read = 0
        with closing(pieces_of(self._model, self._messages, first, whole, TRIES)) as pieces:
            for piece in pieces:
                pending = _THOUGHT.sub("", pending + piece) if "</think>" in pending + piece else pending + piece
                read += len(piece)
                if read > MAX_CHARACTERS:
                    raise ChatModelFailed("endless")
                if "<think>" in pending:
                    continue
                spans = split_sentences(pending, self._language)
                # The last sentence may still grow.
                for span in spans[:-1]:
                    yield pending[span.start : span.end]
                if spans:
                    pending = pending[spans[-1].start :]
        pending = _THOUGHT.sub("", pending)
        for span in split_sentences(pending, detect_language(pending, self._language)):
            yield pending[span.start : span.end]


def _is_copied(sentence: str) -> bool:
    """Whether it holds a row of words of the instruction."""
    words = re.findall(r"\w+", sentence.casefold())
    told = " ".join(re.findall(r"\w+", INSTRUCTION.casefold()))
    rows = range(len(words) - _COPIED_WORDS + 1)
    return any(" ".join(words[start : start + _COPIED_WORDS]) in told for start in rows)
