"""The library as a LangChain retriever, by LangChain's own tests and in a chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_tests.integration_tests import RetrieversIntegrationTests

from assistant.retriever import MissiondeskRetriever
from assistant.settings import Settings
from assistant.wiring import open_index
from index.document import Audience
from index.errors import InvalidRequest
from index.hit import Filters
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from tests.assistant.conftest import PUBLIC, Build

METADATA = [
    "title", "uri", "language", "page", "section", "date", "document_id", "passage_id", "start", "end", "score",
]  # fmt: skip


@pytest.mark.anyio
class TestStandard(RetrieversIntegrationTests):
    """LangChain's own."""

    @pytest.fixture(autouse=True)
    def _over(self, index: Index) -> None:
        self.index = index

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[MissiondeskRetriever]:
        return MissiondeskRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"index": self.index, "scope": EVERYTHING}

    @property
    def retriever_query_example(self) -> str:
        return "When does the office open?"


@pytest.fixture
def retriever(index: Index) -> MissiondeskRetriever:
    return MissiondeskRetriever(index=index)


def test_a_document_is_a_passage_in_the_stored_text(retriever: MissiondeskRetriever) -> None:
    best = retriever.invoke("When does the office in Marseille open?")[0]
    assert list(best.metadata) == METADATA
    assert best.metadata["title"] == "The office in Marseille"
    assert best.id == best.metadata["passage_id"]
    document = retriever.index.library.document(best.metadata["document_id"], PUBLIC_ONLY)
    assert document.text[best.metadata["start"] : best.metadata["end"]] == best.page_content


def test_internal_documents_need_their_scope(index: Index) -> None:
    def found(**options: Any) -> str:
        retriever = MissiondeskRetriever(index=index, k=100, **options)
        return " ".join(document.page_content for document in retriever.invoke("duty telephone canary Quetzal"))

    assert "Quetzal" not in found()
    assert "Quetzal" not in found(scope=PUBLIC_ONLY, filters=Filters(audience=(Audience.INTERNAL,)))
    assert "Quetzal" in found(scope=EVERYTHING)


def test_filters_narrow(index: Index) -> None:
    retriever = MissiondeskRetriever(index=index, filters=Filters(language=("it",)))
    assert {document.metadata["language"] for document in retriever.invoke("office")} == {"it"}


@pytest.mark.parametrize("k", [0, -1, 101])
def test_a_number_of_passages_that_makes_no_sense_is_refused(retriever: MissiondeskRetriever, k: int) -> None:
    with pytest.raises(InvalidRequest, match="between 1 and 100"):
        retriever.invoke("office", k=k)


def test_no_question_is_refused(retriever: MissiondeskRetriever) -> None:
    with pytest.raises(InvalidRequest):
        retriever.invoke(" ?! ")


def test_over_an_assistant(build: Build) -> None:
    assistant = build()
    retriever = MissiondeskRetriever.from_assistant(assistant, k=1)
    assert len(retriever.invoke("language course")) == 1
    assert retriever.index is assistant.index


def test_over_a_data_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "marseille.md").write_text(PUBLIC["marseille.md"], encoding="utf-8")
    index = open_index(settings)
    report = ingest([str(tmp_path / "marseille.md")], lambda: index, index.library, audience=Audience.PUBLIC)
    assert report.added == 1
    index.close()
    retriever = MissiondeskRetriever.from_folder(settings.data_dir)
    assert "12 weeks" in retriever.invoke("How long is the language course?")[0].page_content
    retriever.close()


def test_in_a_chain(retriever: MissiondeskRetriever) -> None:
    told: list[str] = []

    def joined(documents: list[Document]) -> str:
        told.append("\n".join(document.page_content for document in documents))
        return told[-1]

    chain = (
        {"passages": retriever | joined, "question": RunnablePassthrough()}
        | ChatPromptTemplate.from_template("{passages}\n\n{question}")
        | FakeListChatModel(responses=["It lasts 12 weeks."])
        | StrOutputParser()
    )
    assert chain.invoke("How long is the language course in Marseille?") == "It lasts 12 weeks."
    assert "12 weeks" in told[0]
