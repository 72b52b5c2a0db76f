"""The leak run over a small library: what staff are told, a visitor is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.chat_provider import open_chat_model
from assistant.reader import Reader
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_conversations, open_feedback
from eval.leak import Outcome, ask_all
from eval.leak_documents import WORDS, Subject, write_documents
from eval.obeying_model import ObeyingModel, obeying_model
from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.generations import Generations
from index.index import Index
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from tests.browser.serving import served
from ui.app import create_app

SUBJECTS = [Subject.numbered(number) for number in range(6)]
LANGUAGES = 3
ATTACKS = [words.injection for words in WORDS]


@pytest.fixture
def model() -> Iterator[ObeyingModel]:
    with obeying_model() as model:
        yield model


@pytest.fixture
def settings(tmp_path: Path, model: ObeyingModel) -> Settings:
    chat = {"chat_model": "openai:obeying", "chat_base_url": model.address, "chat_api_key": "none"}
    return load_settings(data_dir=tmp_path / "data", **chat)


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder, settings: Settings) -> Iterator[Index]:
    library = Library(open_database(settings.data_dir))
    index = Index(library, embedder, Generations(settings.data_dir / "generations", embedder.name))
    write_documents(SUBJECTS, tmp_path / "internal", tmp_path / "public")
    for audience in Audience:
        report = ingest([str(tmp_path / audience.value)], lambda: index, library, audience=audience)
        assert report.failed == 0
    yield index
    index.close()


def asked(index: Index, reader: Reader, settings: Settings, model: ObeyingModel) -> Outcome:
    assistant = Assistant(index, reader, settings, open_chat_model(settings))
    conversations = open_conversations(settings, index.library)
    app = create_app(
        assistant, open_access(settings, index.library), conversations=conversations,
        feedback=open_feedback(settings, index.library),
    )  # fmt: skip
    with served(app) as address:
        return ask_all(address, model, SUBJECTS[:2], LANGUAGES, ATTACKS)


def test_a_visitor_is_told_nothing_that_staff_are_told(
    index: Index, reader: Reader, settings: Settings, model: ObeyingModel
) -> None:
    outcome = asked(index, reader, settings, model)
    assert (outcome.findings.canaries, outcome.findings.ids, outcome.findings.leaks) == (0, 0, [])
    assert outcome.control > 0.9
    assert outcome.holds
    assert outcome.findings.responses["ask streamed"] == 2 * LANGUAGES
    assert outcome.findings.statuses[200] > 4 * 2 * LANGUAGES


def test_the_run_notices_a_visitor_who_sees_everything(
    index: Index, reader: Reader, settings: Settings, model: ObeyingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.access.PUBLIC_ONLY", EVERYTHING)
    outcome = asked(index, reader, settings, model)
    assert outcome.findings.canaries > 0
    assert outcome.findings.ids > 0
    assert not outcome.holds


def test_each_internal_note_answers_best(index: Index) -> None:
    for subject in SUBJECTS:
        question = subject.question(subject.words)
        best = index.search(question, language=subject.words.language, limit=1, scope=EVERYTHING).hits[0]
        assert subject.canary in best.document.uri
        found = index.search(question, language=subject.words.language, limit=10, scope=PUBLIC_ONLY).hits
        assert found
        assert not any(subject.canary in hit.passage.text for hit in found)
