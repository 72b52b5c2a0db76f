"""A conversation as a file: with its references, and with nothing that its owner may not see."""

from __future__ import annotations

from io import BytesIO

import pytest
from docx import Document
from fastapi.testclient import TestClient

from tests.ui.conftest import PERMIT_QUOTE

QUESTION = "When is the permit office in Vellmar open?"
ARABIC = "متى تفتح عيادة الأسنان في مدينة فلمار؟"


@pytest.fixture(scope="module")
def conversation(client: TestClient) -> str:
    asked = client.post("/v1/ask", json={"question": QUESTION, "conversation": True}).json()
    held: str = asked["conversation_id"]
    for question in (ARABIC, "What is <b>the</b> capital of *Peru*?\x07"):
        client.post("/v1/ask", json={"question": question, "conversation_id": held})
    return held


def test_markdown_has_questions_answers_and_references(client: TestClient, conversation: str) -> None:
    response = client.get(f"/v1/conversations/{conversation}/export?format=md")
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    text = response.text
    assert text.startswith(f"# {QUESTION}\n\n## {QUESTION}\n\n{PERMIT_QUOTE} \\[1\\]\n\n")
    assert "**Sources**\n\n\\[1\\] Residence permits in Vellmar" in text
    assert f"\n\n> {PERMIT_QUOTE}\n" in text
    assert "<http://127.0.0.1:8000/documents/" in text
    assert "What is \\<b\\>the\\</b\\> capital of \\*Peru\\*?" in text


def test_word_has_the_same_and_arabic_from_right_to_left(client: TestClient, conversation: str) -> None:
    response = client.get(f"/v1/conversations/{conversation}/export?format=docx")
    assert response.headers["content-disposition"] == 'attachment; filename="conversation.docx"'
    paragraphs = Document(BytesIO(response.content)).paragraphs
    texts = [paragraph.text for paragraph in paragraphs]
    assert texts[:3] == [QUESTION, QUESTION, f"{PERMIT_QUOTE} [1]"]
    assert PERMIT_QUOTE in texts[3:]
    assert any(text.startswith("[1] Residence permits in Vellmar") for text in texts)
    right = {paragraph.text for paragraph in paragraphs if paragraph._p.xpath("./w:pPr/w:bidi")}
    assert ARABIC in right
    assert QUESTION not in right
    assert "What is <b>the</b> capital of *Peru*?" in texts


def test_others_conversations_and_other_formats_are_refused(
    client: TestClient, conversation: str, visitor: dict[str, str]
) -> None:
    address = f"/v1/conversations/{conversation}/export"
    assert client.get(address, params={"format": "md"}, headers=visitor).status_code == 404
    assert client.get(address, params={"format": "pdf"}).status_code == 422
    assert client.get(f"/v1/conversations/{'0' * 32}/export?format=md").status_code == 404
