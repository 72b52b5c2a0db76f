"""The gate on real texts: questions in eight languages over five mission documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.reader import Reader
from assistant.settings import load_settings
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING
from ingest.pipeline import ingest

QUESTIONS = Path(__file__).parents[1] / "data" / "missions_questions.jsonl"
FRAME = re.compile(
    r"Who We Are|WHO WE ARE|Chi siamo|IOM Global|OIM Global|Cosa facciamo|Our Work|OUR WORK|Cross-cutting|"
    r"Data and Resources|Dati e risorse|Take Action|\bAgire\b|presence in over 100 countries|presente in oltre 100|"
    r"175 member states|175 stati membri|UNIUNEA EUROPEANĂ|Inspectoratul General|Nerambursabile|Download this"
)
# Just under what was measured; the aim of both is 0.90.
MIN_FIRST_OR_SECOND = 0.72
MIN_DECLINED = 0.90


@dataclass(frozen=True)
class Asked:
    row: dict[str, object]
    answer: Answer

    @property
    def right(self) -> bool:
        wanted = [str(self.row["quote"]), *map(str, self.row["alternatives"])]  # type: ignore[call-overload]
        return any(fragment in citation.quote for citation in self.answer.citations[:2] for fragment in wanted)


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader, shared_data: Path
) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("missions")
    library = Library(open_database(folder))
    index = Index(library, embedder, Generations(folder / "generations", embedder.name))
    report = ingest([str(shared_data / "documents" / "missions")], lambda: index, library, audience=Audience.PUBLIC)
    assert report.added == 5
    yield Assistant(index, reader, load_settings(chat_model="none"))
    index.close()


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> list[Asked]:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [Asked(row, assistant.answer(row["question"], scope=EVERYTHING)) for row in rows]


def test_questions_cover_the_languages() -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    assert sum(row["answerable"] for row in rows) >= 40
    assert sum(not row["answerable"] for row in rows) >= 6
    assert {row["language"] for row in rows} == {"en", "it", "ro", "fr", "es", "ar", "uk", "so"}


def test_the_right_sentence_is_cited_first_or_second(asked: list[Asked]) -> None:
    answerable = [item for item in asked if item.row["answerable"]]
    wrong = [(item.row["id"], item.row["question"], item.answer.text) for item in answerable if not item.right]
    assert 1 - len(wrong) / len(answerable) >= MIN_FIRST_OR_SECOND, wrong


def test_what_the_texts_do_not_say_is_declined(asked: list[Asked]) -> None:
    unanswerable = [item for item in asked if not item.row["answerable"]]
    told = [(item.row["question"], item.answer.text) for item in unanswerable if item.answer.status == "answered"]
    assert 1 - len(told) / len(unanswerable) >= MIN_DECLINED, told


def test_every_quote_is_the_documents_own_text(asked: list[Asked], assistant: Assistant) -> None:
    quotes = [citation for item in asked for citation in item.answer.citations]
    assert quotes
    for citation in quotes:
        text = assistant.document(citation.document_id, scope=EVERYTHING).text
        assert citation.quote == text[citation.start : citation.end]


def test_no_frame_is_cited_or_stored(asked: list[Asked], assistant: Assistant) -> None:
    for item in asked:
        for citation in item.answer.citations:
            assert not FRAME.search(citation.quote), citation.quote
    for summary in assistant.documents(scope=EVERYTHING):
        assert not FRAME.search(assistant.document(summary.id, scope=EVERYTHING).text)


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("How many municipalities has ADMin4ALL supported?", "35 comuni"),
        ("Care este valoarea totală a proiectului INTEGRARE+?", "1.469.247,47 lei"),
        ("Con chi lavora l'OIM a Lampedusa?", "UNHCR and Save the Children"),
    ],
)
def test_the_questions_of_the_first_release(assistant: Assistant, question: str, quote: str) -> None:
    assert quote in assistant.answer(question, scope=EVERYTHING).citations[0].quote
