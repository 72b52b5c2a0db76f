"""The real assistant over four small documents about Vellmar, a town that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.access import Access
from assistant.assistant import Assistant
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.settings import Settings, load_settings
from assistant.wiring import open_access, open_assistant, open_conversations, open_feedback
from index.document import Audience
from ingest.pipeline import ingest
from tests.browser.serving import served
from tests.ui.keyed import KeyedAccess
from ui.app import create_app

ORIGIN = "http://127.0.0.1:8000"
CANARY = "CANARY-55821"
HOSTILE_TITLE = "Night duty <script>alert(1)</script> & keys"
PERMIT_QUOTE = "The permit office in Vellmar is open on Tuesdays from nine to one."
PUBLIC = {
    "permits.md": f"""# Residence permits in Vellmar

5 March 2024

## Opening hours

{PERMIT_QUOTE} Bring your passport and two photographs.

## Fees

A residence permit costs 46 euros for adults. Children under six pay nothing.
""",
    "ricongiungimento.txt": """Ricongiungimento familiare a Vellmar

La domanda di ricongiungimento va presentata allo sportello di Vellmar entro sei mesi dall'arrivo.

Lo sportello riceve le famiglie ogni giovedì e offre un interprete senza spese.
""",
    "ayada.txt": """عيادة الأسنان في فلمار

تفتح عيادة الأسنان في مدينة فلمار يوم الأربعاء من الساعة العاشرة صباحًا حتى الثانية ظهرًا.

العلاج مجاني للأطفال دون سن الثانية عشرة.
""",
}
INTERNAL = {
    "duty.txt": f"""{HOSTILE_TITLE}

The key of the Vellmar medicine cupboard hangs behind the desk, and its code word is {CANARY}.

Only the night nurse of the Vellmar shelter may open the cupboard.
"""
}


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(data_dir=tmp_path_factory.mktemp("ui") / "data")


@pytest.fixture(scope="session")
def assistant(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = open_assistant(settings)
    index = assistant.index
    for audience, texts in ((Audience.PUBLIC, PUBLIC), (Audience.INTERNAL, INTERNAL)):
        folder = tmp_path_factory.mktemp(audience.value)
        write(folder, texts)
        report = ingest([str(folder)], lambda: index, index.library, audience=audience, collection=audience.value)
        assert report.failed == 0, report.items
    yield assistant
    index.close()


@pytest.fixture(scope="session")
def access(settings: Settings, assistant: Assistant) -> Access:
    return open_access(settings, assistant.index.library)


@pytest.fixture(scope="session")
def conversations(settings: Settings, assistant: Assistant) -> Conversations:
    return open_conversations(settings, assistant.index.library)


@pytest.fixture(scope="session")
def feedback(settings: Settings, assistant: Assistant) -> Feedback:
    return open_feedback(settings, assistant.index.library)


@pytest.fixture(scope="session")
def dialogue(assistant: Assistant, conversations: Conversations) -> Dialogue:
    return Dialogue(assistant, conversations)


@pytest.fixture(scope="session")
def client(assistant: Assistant, access: Access, conversations: Conversations, feedback: Feedback) -> TestClient:
    """Whoever calls from this machine, without a credential: staff."""
    app = create_app(assistant, access, conversations=conversations, feedback=feedback)
    return TestClient(app, base_url=ORIGIN)


@pytest.fixture(scope="module")
def visitor(client: TestClient) -> dict[str, str]:
    """The headers of a visitor of the widget; the session ends after a quarter of an hour, as all do."""
    session = client.post("/v1/widget/sessions", json={"site": "demo"}, headers={"Origin": ORIGIN}).json()
    return {"Authorization": f"Bearer {session['token']}", "Origin": ORIGIN}


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def keyed_access(settings: Settings, assistant: Assistant) -> KeyedAccess:
    return KeyedAccess(assistant.index.library, settings.widget_session_seconds)


@pytest.fixture(scope="session")
def service(assistant: Assistant, keyed_access: KeyedAccess) -> Iterator[str]:
    """The address of a real server that asks for keys; no slash at its end."""
    with served(create_app(assistant, keyed_access)) as address:
        yield address
