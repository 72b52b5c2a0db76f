"""From a complaint to an evaluation case: what administrators see of a report, decide on it, and make of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import gradio as gr
import pytest
from fastapi.testclient import TestClient
from lxml import html

from assistant.access import STAFF, Access, Caller
from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.audit import Audit
from assistant.case_file import case_file
from assistant.cases import Cases
from assistant.conversations import Conversations
from assistant.dialogue import Dialogue
from assistant.event import Actor
from assistant.feedback import Feedback, FeedbackReason, Opinion, Rating, Source, Via
from assistant.person import erase_person, export_person
from assistant.reviews import ReportState, Reviews, WantedReports
from assistant.settings import Settings
from eval.__main__ import main as run_eval
from eval.gold import read_questions
from index.database import open_database, utc_now
from index.document import Audience
from index.errors import NotFound
from index.library import Library
from index.scope import EVERYTHING, PUBLIC_ONLY, Scope
from ingest.pipeline import ingest
from tests.ui.conftest import CANARY, ORIGIN, PERMIT_QUOTE
from tests.ui.test_api import QUESTION
from tests.ui.test_cli import Run, filled, run
from tests.ui.test_pages import BROWSER, page, text
from ui.app import create_app
from ui.chat.report import sending

__all__ = ["filled", "run"]

REQUEST = gr.Request(headers={"accept-language": "en"})
CODE_WORD = "What is the code word of the medicine cupboard in Vellmar?"
INES = Actor("key:ines", "admin")


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    """Keys of their own, so that the other tests' server stays open."""
    with closing(Library(open_database(tmp_path_factory.mktemp("reviewers")))) as library:
        yield Access(library, 900)


@pytest.fixture(scope="module")
def signed_in(
    assistant: Assistant, access: Access, conversations: Conversations, feedback: Feedback
) -> Callable[..., TestClient]:
    app = create_app(assistant, access, conversations=conversations, feedback=feedback)

    def client(collections: tuple[str, ...] | None = None) -> TestClient:
        key = access.keys.create("admin", days=1, collections=collections)
        # A page of ours sends its forms with its origin.
        headers = {"Authorization": f"Bearer {key.secret}", "Origin": ORIGIN}
        return TestClient(app, base_url=ORIGIN, headers=headers, follow_redirects=False)

    return client


@pytest.fixture(scope="module")
def admin(signed_in: Callable[..., TestClient]) -> TestClient:
    return signed_in()


@pytest.fixture(autouse=True)
def nothing_reported(feedback: Feedback) -> None:
    for stored in feedback.newest(1000, EVERYTHING):
        feedback.remove(stored.id, EVERYTHING, INES)


@pytest.fixture
def reviews(feedback: Feedback) -> Reviews:
    return Reviews(feedback)


@pytest.fixture
def cases(reviews: Reviews, assistant: Assistant) -> Cases:
    return Cases(reviews, assistant.index.library)


def complained(
    dialogue: Dialogue, feedback: Feedback, question: str = QUESTION, *, include: bool = True, caller: Caller = STAFF
) -> str:
    """Ask in the chat, report the answer there; the report's id."""
    reply = dialogue.ask(question, caller, begin=True)
    assert isinstance(list(reply.events)[-1], Answer)
    send = sending(dialogue, feedback, lambda _: caller)
    send("outdated", "The office has moved.", include, reply.conversation_id, REQUEST)
    return feedback.newest(1, EVERYTHING)[0].id


def sentence(tree: html.HtmlElement, words: str) -> str:
    """What the form sends for the sentence with these words."""
    (value,) = {
        str(label.xpath("./input/@value")[0])
        for label in tree.xpath("//fieldset[@class='sentences']/label")
        if words in label.text_content()
    }
    return value


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_a_complaint_becomes_a_case_that_eval_runs(
    dialogue: Dialogue, feedback: Feedback, admin: TestClient, settings: Settings, tmp_path: Path
) -> None:
    report = complained(dialogue, feedback)
    listing = page(admin, "/reviews")
    assert listing.xpath("//ol[@class='reports']//a/@href") == [f"/reviews/{report}"]
    assert text(listing, "//ol[@class='reports']//h2") == f"Outdated: {QUESTION}"

    shown = page(admin, f"/reviews/{report}")
    assert PERMIT_QUOTE in text(shown, "//ol[@class='sources']//blockquote")
    assert "The office has moved." in text(shown, "//blockquote[@class='comment']")
    link = shown.xpath("//ol[@class='sources']//a/@href")[0]
    assert PERMIT_QUOTE in "".join(page(admin, link).xpath("//mark/text()"))

    chosen = sentence(shown, PERMIT_QUOTE)
    made = admin.post(
        f"/reviews/{report}/case", data={"question": QUESTION, "expected": "answer", "sentence": [chosen]}
    )
    assert (made.status_code, made.headers["location"]) == (303, f"/reviews/{report}")
    unanswerable = complained(dialogue, feedback, "How high is the tower of Vellmar?")
    none = {"question": "How high is the tower of Vellmar?", "expected": "none"}
    assert admin.post(f"/reviews/{unanswerable}/case", data=none).status_code == 303
    again = page(admin, f"/reviews/{report}")
    assert again.xpath("//input[@name='sentence'][@checked]/@value") == [chosen]
    assert text(again, "//dl") != text(shown, "//dl"), "it is accepted now"

    downloaded = admin.get("/reviews/cases.jsonl")
    assert "attachment" in downloaded.headers["content-disposition"]
    assert downloaded.headers["cache-control"] == "no-store"
    file = tmp_path / "cases.jsonl"
    file.write_bytes(downloaded.content)
    first, second = read_questions(file)
    assert (first.id, first.text, first.language, first.quotes) == (report, QUESTION, "en", (PERMIT_QUOTE,))
    assert (first.scope, second.answerable) == (EVERYTHING, False)

    figures = tmp_path / "figures.json"
    data_dir = str(settings.data_dir)
    with pytest.raises(SystemExit) as ended:
        run_eval(["answers", str(file), "--data-dir", data_dir, "--json", str(figures)])
    assert ended.value.code == 0
    measured = json.loads(figures.read_text())["cases.jsonl"]["extractive"]
    assert (measured["all"]["answerable"], measured["all"]["unanswerable"]) == (1, 1)
    assert (measured["all"]["first_or_second"], measured["all"]["rightly_declined"]) == (1.0, 1.0)


def test_a_case_of_an_internal_document_is_asked_by_staff(
    dialogue: Dialogue, feedback: Feedback, admin: TestClient, settings: Settings, tmp_path: Path
) -> None:
    report = complained(dialogue, feedback, CODE_WORD)
    chosen = sentence(page(admin, f"/reviews/{report}"), CANARY)
    assert admin.post(f"/reviews/{report}/case", data={"question": CODE_WORD, "sentence": chosen}).status_code == 303
    file, figures = tmp_path / "cases.jsonl", tmp_path / "figures.json"
    file.write_bytes(admin.get("/reviews/cases.jsonl").content)
    with pytest.raises(SystemExit):
        run_eval(["answers", str(file), "--data-dir", str(settings.data_dir), "--json", str(figures)])
    assert json.loads(figures.read_text())["cases.jsonl"]["extractive"]["all"]["first"] == 1.0


def test_cases_are_written_by_a_command(filled: Run, tmp_path: Path) -> None:
    out = tmp_path / "cases.jsonl"
    empty = filled("feedback", "cases", "--out", str(out))
    assert (empty.code, empty.err, out.read_text()) == (0, "0 cases.\n", "")
    assert out.stat().st_mode & 0o777 == 0o600
    assert filled("feedback", "cases", "--out", str(out)).code == 2, "a file that exists stays"


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_reports_are_chosen_by_each_field(reviews: Reviews, feedback: Feedback, admin: TestClient) -> None:
    ways = {
        "chat": feedback.add(
            Opinion(Rating.WRONG, question=QUESTION, reason=FeedbackReason.UNSAFE), EVERYTHING, Via(Source.CHAT)
        ),
        "widget": feedback.add(
            Opinion(Rating.WRONG, question="Quando apre lo sportello di Vellmar per le famiglie?"),
            PUBLIC_ONLY, Via(Source.WIDGET, "demo"),
        ),
        "api": feedback.add(Opinion(Rating.NOT_HELPFUL, "Too long"), EVERYTHING),
    }  # fmt: skip
    reviews.decide(ways["api"], ReportState.DISMISSED, "", EVERYTHING, INES)
    today, tomorrow = utc_now().date(), utc_now().date() + timedelta(days=1)
    for query, found in (
        ({}, {"chat", "widget"}), ({"state": "any"}, {"chat", "widget", "api"}), ({"state": "dismissed"}, {"api"}),
        ({"reason": "unsafe"}, {"chat"}), ({"source": "widget"}, {"widget"}), ({"site": "demo"}, {"widget"}),
        ({"language": "it"}, {"widget"}), ({"since": today, "until": today}, {"chat", "widget"}),
        ({"since": tomorrow}, set()), ({"reason": "", "site": "", "since": ""}, {"chat", "widget"}),
    ):  # fmt: skip
        tree = page(admin, f"/reviews?{urlencode(query)}")
        links = {str(link).rpartition("/")[2] for link in tree.xpath("//ol[@class='reports']//a/@href")}
        assert links == {ways[name] for name in found}, query
    for wrong in ({"state": "x"}, {"since": "yesterday"}, {"cursor": "x"}, {"site": "x" * 65}):
        page(admin, f"/reviews?{urlencode(wrong)}", 422)


def test_long_lists_go_on_page_by_page(feedback: Feedback, admin: TestClient) -> None:
    added = {feedback.add(Opinion(Rating.WRONG, f"No. {number}"), EVERYTHING) for number in range(53)}
    first = page(admin, "/reviews?source=api")
    (following,) = first.xpath("//a[@rel='next']/@href")
    assert "source=api" in following
    links = [*first.xpath("//ol[@class='reports']//a/@href"), *page(admin, following).xpath("//ol//a/@href")]
    assert {str(link).rpartition("/")[2] for link in links} == added
    assert len(links) == 53


def test_what_was_not_sent_along_is_not_kept(dialogue: Dialogue, feedback: Feedback, admin: TestClient) -> None:
    report = complained(dialogue, feedback, include=False)
    tree = page(admin, f"/reviews/{report}")
    assert [item.text_content() for item in tree.xpath("//div[@class='review']/p[@class='hint']")] == [
        "Not sent along.", "Not sent along.",
    ]  # fmt: skip
    assert QUESTION not in html.tostring(tree, encoding="unicode")


def test_the_answer_alone_is_kept_without_its_question(dialogue: Dialogue, feedback: Feedback) -> None:
    *_, given = dialogue.ask(QUESTION, STAFF, begin=True).events
    assert isinstance(given, Answer)
    feedback.add(Opinion(Rating.WRONG, given=replace(given, searched=f"{QUESTION} (Vellmar)")), EVERYTHING)
    kept = feedback.newest(1, EVERYTHING)[0].opinion.given
    assert kept is not None
    assert (kept.question, kept.searched, kept.statements) == ("", None, given.statements)


def test_a_report_of_somebody_who_saw_more_is_as_good_as_none(
    dialogue: Dialogue, feedback: Feedback, signed_in: Callable[..., TestClient]
) -> None:
    report = complained(dialogue, feedback, CODE_WORD)
    narrow = signed_in(("public",))
    assert narrow.get("/reviews", headers=BROWSER).text.count(f"/reviews/{report}") == 0
    assert narrow.get(f"/reviews/{report}").status_code == 404
    assert narrow.post(f"/reviews/{report}", data={"state": "dismissed"}).status_code == 404
    assert narrow.post(f"/reviews/{report}/case", data={"question": "x", "expected": "none"}).status_code == 404
    feedback.add(Opinion(Rating.WRONG, "mine"), Scope(EVERYTHING.audiences, frozenset({"public"})))
    assert "mine" in narrow.get("/reviews", headers=BROWSER).text


def test_words_of_a_document_that_is_gone_are_left_out(
    dialogue: Dialogue, feedback: Feedback, assistant: Assistant, admin: TestClient, tmp_path: Path
) -> None:
    path = tmp_path / "fountain.txt"
    path.write_text("The fountain in Vellmar\n\nThe fountain in Vellmar was built by Orsola Brandt in 1911.\n", "utf-8")
    index = assistant.index
    report_of = ingest([str(path)], lambda: index, index.library, audience=Audience.PUBLIC)
    document_id = report_of.items[0].document_id
    assert document_id is not None
    question = "Who built the fountain in Vellmar?"
    report = complained(dialogue, feedback, question)
    tree = page(admin, f"/reviews/{report}")
    assert "Orsola Brandt" in text(tree, "//blockquote")
    chosen = sentence(tree, "Orsola Brandt")
    assert admin.post(f"/reviews/{report}/case", data={"question": question, "sentence": chosen}).status_code == 303
    assert "Orsola Brandt" in admin.get("/reviews/cases.jsonl").text
    index.library.remove(document_id)
    gone = admin.get(f"/reviews/{report}", headers=BROWSER)
    assert "Orsola Brandt" not in gone.text
    assert "Sentences left out because their source has changed or may not be seen now: 1" in gone.text
    assert admin.get("/reviews/cases.jsonl").text == ""
    assert "no longer stand in a document: 1" in text(page(admin, "/reviews"), "//p[@class='problem']")
    assert "Orsola Brandt" not in admin.get("/v1/feedback").text


# -- what is done ------------------------------------------------------------------------------------------------------


def test_a_decision_says_who_and_when_and_leaves_an_entry(
    dialogue: Dialogue, feedback: Feedback, reviews: Reviews, admin: TestClient, assistant: Assistant
) -> None:
    report = complained(dialogue, feedback)
    note = "Known <b>since</b> May"
    assert admin.post(f"/reviews/{report}", data={"state": "dismissed", "note": note}).status_code == 303
    review = reviews.get(report, EVERYTHING).review
    assert (review.state, review.note) == (ReportState.DISMISSED, note)
    assert review.by is not None
    assert review.by.startswith("key:")
    tree = page(admin, f"/reviews/{report}")
    assert tree.xpath("//textarea[@id='note']")[0].text == note
    assert review.by in text(tree, "//dl")
    (entry,) = Audit(assistant.index.library.engine).newest(1)
    assert (entry.action, entry.object_id, entry.actor.name) == ("feedback.reviewed", report, review.by)
    assert entry.detail == {"before": "open", "state": "dismissed"}
    for wrong in ({}, {"state": "deleted"}, {"state": "open", "note": "n" * 2001}, {"state": "open", "x": "y"}):
        assert admin.post(f"/reviews/{report}", data=wrong).status_code == 422
    assert reviews.get(report, EVERYTHING).review.state is ReportState.DISMISSED


def test_a_case_is_changed_taken_away_and_exported_only_while_it_is_accepted(
    dialogue: Dialogue, feedback: Feedback, cases: Cases, admin: TestClient, assistant: Assistant
) -> None:
    report = complained(dialogue, feedback)
    none = {"question": QUESTION, "expected": "none"}
    admin.post(f"/reviews/{report}/case", data=none)
    assert case_file(cases, EVERYTHING).count == 1
    admin.post(f"/reviews/{report}", data={"state": "dismissed"})
    assert case_file(cases, EVERYTHING).count == 0
    admin.post(f"/reviews/{report}/case", data={**none, "question": "When?"})
    (case,) = cases.accepted(EVERYTHING)
    assert (case.question, case.places) == ("When?", ())
    assert admin.post(f"/reviews/{report}/case", data={"remove": "true"}).status_code == 303
    assert cases.get(report, EVERYTHING) is None
    actions = [entry.action for entry in Audit(assistant.index.library.engine).newest(4)]
    assert actions == [
        "feedback.case_removed", "feedback.case_made", "feedback.reviewed", "feedback.case_made",
    ]  # fmt: skip


def test_a_search_for_sentences_keeps_what_was_chosen(
    dialogue: Dialogue, feedback: Feedback, admin: TestClient
) -> None:
    report = complained(dialogue, feedback)
    first = page(admin, f"/reviews/{report}")
    # It works without a script: the button sends the same form to the page itself.
    (button,) = first.xpath("//input[@name='find']/following-sibling::button")
    assert (button.get("formaction"), button.get("formmethod")) == (f"/reviews/{report}", "get")
    chosen = sentence(first, PERMIT_QUOTE)
    form = {"question": "Was kostet es?", "expected": "answer", "sentence": chosen, "find": "costs 46 euros"}
    found = page(admin, f"/reviews/{report}?{urlencode(form)}")
    assert sentence(found, "A residence permit costs 46 euros for adults.")
    assert found.xpath("//input[@name='sentence'][@checked]/@value") == [chosen]
    assert found.xpath("//textarea[@id='question']")[0].text == "Was kostet es?"
    (document,) = {str(value) for value in found.xpath("//button[@name='document']/@value")} & {chosen.split(":")[0]}
    whole = page(admin, f"/reviews/{report}?{urlencode({**form, 'find': '', 'document': document})}")
    assert sentence(whole, "Children under six pay nothing.")


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"question": QUESTION, "expected": "answer"}, "Choose a sentence"),
        ({"question": "", "expected": "none"}, "cannot be answered as it stands"),
        ({"question": QUESTION, "sentence": "nowhere:0:5"}, "cannot be answered as it stands"),
        ({"question": QUESTION, "sentence": "DOCUMENT:0:999999"}, "cannot be answered as it stands"),
        ({"question": QUESTION, "sentence": "DOCUMENT:9:3"}, "cannot be answered as it stands"),
    ],
)
def test_a_case_that_cannot_be_run_is_refused(
    dialogue: Dialogue, feedback: Feedback, cases: Cases, admin: TestClient, form: dict[str, str], problem: str
) -> None:
    report = complained(dialogue, feedback)
    document = sentence(page(admin, f"/reviews/{report}"), PERMIT_QUOTE).split(":")[0]
    sent = {name: value.replace("DOCUMENT", document) for name, value in form.items()}
    response = admin.post(f"/reviews/{report}/case", data=sent, headers=BROWSER)
    assert response.status_code == 422
    assert problem in response.text
    assert cases.get(report, EVERYTHING) is None


def test_a_visitor_s_question_is_not_to_be_answered_from_an_internal_document(
    feedback: Feedback, dialogue: Dialogue, admin: TestClient
) -> None:
    internal = sentence(page(admin, f"/reviews/{complained(dialogue, feedback, CODE_WORD)}"), CANARY)
    visitors = feedback.add(Opinion(Rating.WRONG, question=CODE_WORD), PUBLIC_ONLY, Via(Source.WIDGET, "demo"))
    form = {"question": CODE_WORD, "sentence": internal}
    offered = admin.get(f"/reviews/{visitors}?{urlencode({**form, 'find': CODE_WORD})}", headers=BROWSER)
    assert offered.status_code == 200
    assert CANARY not in offered.text
    refused = admin.post(f"/reviews/{visitors}/case", data=form, headers=BROWSER)
    assert (refused.status_code, CANARY in refused.text) == (422, False)
    admin.post(f"/reviews/{visitors}/case", data={"question": CODE_WORD, "expected": "none"})
    assert json.loads(admin.get("/reviews/cases.jsonl").text)["audience"] == "public"


# -- how long ----------------------------------------------------------------------------------------------------------


def test_a_case_ends_with_its_report(tmp_path: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Library(open_database(tmp_path / "data"))) as library:
        feedback = Feedback(library.engine, days=10)
        reviews = Reviews(feedback)
        cases = Cases(reviews, library)
        report = feedback.add(Opinion(Rating.WRONG, question=QUESTION), EVERYTHING)
        cases.put(report, QUESTION, "en", (), EVERYTHING, INES)
        told = export_person(library.engine, INES.name, INES)["reviews"]
        assert told == [{"report": report, "state": "accepted", "note": None}, {"case": report}]
        pseudonym = erase_person(library.engine, INES.name, Actor("cli:root")).pseudonym
        kept = cases.get(report, EVERYTHING)
        assert (reviews.get(report, EVERYTHING).review.by, kept and kept.by) == (pseudonym, pseudonym)
        now = utc_now()
        monkeypatch.setattr("assistant.feedback.utc_now", lambda: now + timedelta(days=11))
        assert reviews.find(5, EVERYTHING, WantedReports()) == []
        assert cases.accepted(EVERYTHING) == []
        with pytest.raises(NotFound):
            cases.get(report, EVERYTHING)
        assert feedback.forget_old() == 1
        monkeypatch.undo()
        assert cases.accepted(EVERYTHING) == []
