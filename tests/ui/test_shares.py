"""Links to conversations: who makes and ends them, and what of a conversation somebody else sees."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.access import Access, Caller
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.audit import Audit
from assistant.conversation_rows import ShareRow
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.feedback import Feedback
from assistant.settings import load_settings
from assistant.shares import PREFIX, Shares
from index.database import open_database, utc_now
from index.document import Audience
from index.errors import NotFound
from index.hit import Filters
from index.library import Library
from index.scope import EVERYTHING
from ingest.pipeline import ingest
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE
from tests.ui.test_api import QUESTION
from tests.ui.test_pages import BROWSER, page, text
from ui.app import create_app

CODE_WORD = "What is the code word of the medicine cupboard in Vellmar?"


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna holds conversations; Ben sees everything, too, and a researcher public documents only."""

    anna: TestClient
    ben: TestClient
    researcher: TestClient
    nobody: TestClient
    owner: Caller
    shares: Shares


@pytest.fixture(scope="module")
def desk(
    assistant: Assistant, conversations: Conversations, feedback: Feedback, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    with closing(Library(open_database(tmp_path_factory.mktemp("colleagues")))) as library:
        access = Access(library, 900)
        app = create_app(assistant, access, conversations=conversations, feedback=feedback)
        keys = [
            access.keys.create("staff", days=1),
            access.keys.create("staff", days=1),
            access.keys.create("researcher", days=1, collections=["public"]),
        ]
        anna, ben, researcher = (
            TestClient(app, base_url=ORIGIN, follow_redirects=False, headers={"Authorization": f"Bearer {key.secret}"})
            for key in keys
        )
        owner = access.caller(keys[0].secret)
        nobody = TestClient(app, base_url=ORIGIN, follow_redirects=False)
        yield Desk(anna, ben, researcher, nobody, owner, Shares(conversations))


@pytest.fixture
def held(desk: Desk, dialogue: Dialogue) -> str:
    """A conversation of Anna's: a public answer, and an internal one."""
    held = None
    for question in (QUESTION, CODE_WORD):
        reply = dialogue.ask(question, desk.owner, conversation_id=held, begin=True)
        *_, answer = reply.events
        assert isinstance(answer, Answer)
        assert answer.status == "answered"
        held = reply.conversation_id
    assert held is not None
    return held


def shared(client: TestClient, held: str) -> str:
    """The path of a new link."""
    response = client.post(f"/v1/conversations/{held}/share")
    assert response.status_code == 201
    url = response.json()["url"]
    assert isinstance(url, str)
    assert url.startswith(f"{ORIGIN}/shared?link={PREFIX}")
    return url.removeprefix(ORIGIN)


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_a_colleague_reads_the_conversation(desk: Desk, held: str) -> None:
    tree = page(desk.ben, shared(desk.anna, held))
    assert [title.text for title in tree.xpath("//h2[@class='asked']")] == [QUESTION, CODE_WORD]
    assert PERMIT_QUOTE in text(tree, "//section[1]//p[@class='statement']")
    assert CANARY in text(tree, "//section[2]//blockquote")
    mark = tree.xpath("//section[1]//a[@class='mark']/@href")[0]
    (source,) = tree.xpath(f"//li[@id='{mark[1:]}']")
    target = page(desk.ben, source.xpath(".//a/@href")[0])
    assert PERMIT_QUOTE in "".join(target.xpath("//mark/text()"))
    # To read only.
    assert tree.xpath("//form | //textarea | //input | //button") == []


def test_each_sees_only_what_they_may_see_themselves(desk: Desk, held: str) -> None:
    link = shared(desk.anna, held)
    response = desk.researcher.get(link, headers=BROWSER)
    assert CANARY not in response.text
    tree = page(desk.researcher, link)
    assert PERMIT_QUOTE in text(tree, "//section[1]")
    assert text(tree, "//section[2]//p[@class='problem withheld']") == (
        "Sentences left out because their source has changed or may not be seen now: 1"
    )
    assert tree.xpath("//section[2]//a | //section[2]//blockquote") == []
    assert "01" not in text(page(desk.anna, link), "//p[@class='problem withheld']")


def test_what_was_relabelled_or_removed_since_is_left_out(
    desk: Desk, dialogue: Dialogue, assistant: Assistant, tmp_path: Path
) -> None:
    path = tmp_path / "well.txt"
    path.write_text("The well in Vellmar\n\nThe well in Vellmar was dug by Orsola Brandt in 1911.\n", "utf-8")
    index = assistant.index
    report = ingest([str(path)], lambda: index, index.library, audience=Audience.PUBLIC, collection="public")
    document_id = report.items[0].document_id
    assert document_id is not None
    reply = dialogue.ask("Who dug the well in Vellmar?", desk.owner, begin=True)
    list(reply.events)
    link = shared(desk.anna, reply.conversation_id or "")
    assert "Orsola Brandt" in desk.researcher.get(link, headers=BROWSER).text
    index.library.amend(document_id, collection="internal")
    assert "Orsola Brandt" not in desk.researcher.get(link, headers=BROWSER).text
    assert "Orsola Brandt" in desk.ben.get(link, headers=BROWSER).text
    index.library.remove(document_id)
    gone = desk.ben.get(link, headers=BROWSER)
    assert "Orsola Brandt" not in gone.text
    assert "Sentences left out" in gone.text


def test_filters_that_name_what_a_colleague_may_not_see_are_left_out(desk: Desk, dialogue: Dialogue) -> None:
    narrowed = Filters(collection=("internal",), language=("en",))
    reply = dialogue.ask(CODE_WORD, desk.owner, begin=True, filters=narrowed)
    list(reply.events)
    link = shared(desk.anna, reply.conversation_id or "")
    assert "Searched only in: Language: English; Collection: internal" in text(page(desk.ben, link), "//section")
    told = text(page(desk.researcher, link), "//section")
    assert "Language: English" in told
    assert "internal" not in told


# -- whoever has no business there -------------------------------------------------------------------------------------


def test_a_link_lets_nobody_in(desk: Desk, held: str) -> None:
    link = shared(desk.anna, held)
    assert desk.nobody.get(link).status_code == 401
    led = desk.nobody.get(link, headers=BROWSER)
    assert (led.status_code, led.headers["location"]) == (303, f"/sign-in?next=%2Fshared%3Flink%3D{link[13:]}")


def test_forged_ended_and_replaced_links_look_alike(desk: Desk, held: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(link: str) -> tuple[int, str]:
        response = desk.ben.get(link)
        return response.status_code, response.text.replace(response.headers["x-log-id"], "")

    never = told(f"/shared?link={PREFIX}{'x' * 43}")
    assert never[0] == 404
    for forged in ("/shared", "/shared?link=", f"/shared?link={held}", "/shared?link=%00", f"/shared?link={PREFIX}"):
        assert told(forged) == never
    replaced = shared(desk.anna, held)
    link = shared(desk.anna, held)
    assert told(replaced) == never
    assert told(link)[0] == 200
    assert told(link.upper().replace("/SHARED?LINK", "/shared?link")) == never
    assert desk.anna.delete(f"/v1/conversations/{held}/share").status_code == 204
    assert told(link) == never
    again = shared(desk.anna, held)
    later = utc_now() + timedelta(days=load_settings().share_days, minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr("assistant.shares.utc_now", lambda: later)
        assert told(again) == never
    assert told(again) == never, "what has ended is forgotten"
    last = shared(desk.anna, held)
    assert desk.anna.delete(f"/v1/conversations/{held}").status_code == 204
    assert told(last) == never


def test_only_its_owner_makes_sees_and_ends_a_link(desk: Desk, held: str) -> None:
    link = shared(desk.anna, held)
    for method in ("GET", "POST", "DELETE"):
        for client in (desk.ben, desk.researcher):
            assert client.request(method, f"/v1/conversations/{held}/share").status_code == 404
    assert desk.ben.get(link).status_code == 200
    assert desk.ben.get(f"/v1/conversations/{held}").status_code == 404, "a link is no right to the conversation"
    assert desk.anna.get(f"/v1/conversations/{held}/share").json()["ends_at"] is not None
    desk.anna.delete(f"/v1/conversations/{held}/share")
    assert desk.anna.get(f"/v1/conversations/{held}/share").json() == {"ends_at": None}


def test_a_link_ends_with_the_credential_that_made_it(desk: Desk, conversations: Conversations) -> None:
    soon = utc_now() + timedelta(minutes=5)
    caller = Caller("staff", EVERYTHING, "key:guest", ends=soon)
    made = desk.shares.make(conversations.begin(caller), caller)
    assert made.ends.replace(tzinfo=None) == soon


# -- what is left of it ------------------------------------------------------------------------------------------------


def test_the_page_is_kept_by_no_cache_search_engine_or_neighbour(desk: Desk, held: str) -> None:
    headers = desk.ben.get(shared(desk.anna, held)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_token_is_in_no_log_and_the_database_has_its_hash(
    desk: Desk, held: str, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        link = shared(desk.anna, held)
        desk.ben.get(link)
        desk.nobody.get(link)
        desk.ben.get(f"{link}x")
    token = link.partition("=")[2]
    ours = [record for record in caplog.records if record.name.startswith("missiondesk")]
    assert len(ours) >= 4
    assert all(token not in f"{record.getMessage()} {vars(record)}" for record in ours)
    with Session(assistant.index.library.engine) as session:
        row = session.scalars(select(ShareRow).where(ShareRow.conversation_id == held)).one()
        assert len(row.hash) == 32
        assert token.encode() not in row.hash


def test_the_audit_says_who_shared_and_who_read(desk: Desk, held: str, assistant: Assistant) -> None:
    link = shared(desk.anna, held)
    desk.anna.get(link)
    desk.ben.get(link)
    desk.anna.delete(f"/v1/conversations/{held}/share")
    entries = [entry for entry in Audit(assistant.index.library.engine).newest(9) if entry.object_id == held]
    by_owner = [(entry.action, entry.actor.name == desk.owner.owner) for entry in reversed(entries)]
    assert by_owner == [
        ("conversation.shared", True), ("conversation.read", False), ("conversation.unshared", True),
    ]  # fmt: skip
    assert link.partition("=")[2] not in str(entries)
    with pytest.raises(NotFound):
        desk.shares.opened("", desk.owner)
