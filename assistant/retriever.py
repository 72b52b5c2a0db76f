"""The library as a LangChain retriever, for people who build chains of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from assistant.assistant import Assistant
from assistant.question import checked_question
from assistant.settings import load_settings
from assistant.wiring import open_index
from index.errors import InvalidRequest
from index.hit import Filters, Hit
from index.index import Index
from index.language import detect_language
from index.scope import PUBLIC_ONLY, Scope

MOST_PASSAGES = 100


class MissiondeskRetriever(BaseRetriever):
    """Passages for words or a question in any language, by meaning and by words, re-ranked, the best first.

    Each document is one passage: `page_content` is its exact text, `text[start:end]` of the stored document, and
    `metadata` says where it stands. Only what is in `scope` is read, public documents unless another one is named, and
    of that what fits the `filters`. A query can raise `InvalidRequest`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index = Field(exclude=True, repr=False)
    k: int = Field(default=10, ge=1, le=MOST_PASSAGES)
    scope: Scope = PUBLIC_ONLY
    filters: Filters = Filters()

    @classmethod
    def from_folder(
        cls, data_dir: str | Path, *, scope: Scope = PUBLIC_ONLY, k: int = 10, filters: Filters = Filters()
    ) -> Self:
        """Over a data folder, with the settings of file and environment; close it when it is no longer needed.

        Raises `LibraryUnusable`, `ModelUnavailable`, `InvalidSetting`.
        """
        return cls(index=open_index(load_settings(data_dir=data_dir)), scope=scope, k=k, filters=filters)

    @classmethod
    def from_assistant(
        cls, assistant: Assistant, *, scope: Scope = PUBLIC_ONLY, k: int = 10, filters: Filters = Filters()
    ) -> Self:
        """Over what an assistant answers from, which whoever opened it closes."""
        return cls(index=assistant.index, scope=scope, k=k, filters=filters)

    def close(self) -> None:
        """Close the library and its engines."""
        self.index.close()

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        query = checked_question(query)
        limit = self.k if k is None else k
        if not 1 <= limit <= MOST_PASSAGES:
            raise InvalidRequest(f"The number of passages, k, is {limit}; it lies between 1 and {MOST_PASSAGES}.")
        found = self.index.search(
            query, language=detect_language(query), limit=limit, scope=self.scope, filters=self.filters
        )
        return [_document(hit) for hit in found.hits]


def _document(hit: Hit) -> Document:
    passage, document = hit.passage, hit.document
    metadata = {
        "title": document.title,
        "uri": document.uri,
        "language": passage.language,
        "page": passage.page,
        "section": passage.section,
        "date": document.date.isoformat() if document.date else None,
        "document_id": document.id,
        "passage_id": passage.id,
        "start": passage.span.start,
        "end": passage.span.end,
        "score": hit.score,
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.id)
