"""The library tab of the staff chat, with a real browser, library, vector store and child-process ingest."""

from __future__ import annotations

import io
import json
import re
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.access import Access
from assistant.audit import Audit
from assistant.keys import NewKey
from assistant.messages import message
from assistant.settings import load_settings
from assistant.wiring import open_assistant
from index.document import Audience, DocumentSummary
from index.index import Index
from index.scope import EVERYTHING, PUBLIC_ONLY
from ingest.pipeline import ingest
from tests.browser.accessibility import violations
from tests.browser.conftest import Visit
from tests.browser.documents import write_documents
from tests.browser.serving import served
from ui.intake import open_intake
from ui.server import build

# A job waits for the worker, and the first one for the model, in milliseconds.
SLOW = 60_000
CLINIC = "# Guide to the clinic\n\nThe new clinic in Calderra sees children on Fridays from eight to eleven.\n"
ARABIC_TITLE = "مكاتب المقاطعة"
UPLOAD, OPENED, LIST = "[data-library=files]", "#library-document", "#library-documents"
DROP = """(zone, files) => {
  const data = new DataTransfer();
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const [name, content] of files) data.items.add(new File([bytes(content)], name));
  for (const type of ["dragover", "drop"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@dataclass(frozen=True, slots=True)
class Place:
    """A server with a worker, and the keys of somebody on the staff and of a researcher."""

    origin: str
    access: Access
    index: Index
    staff: NewKey
    researcher: NewKey

    def document(self, uri: str) -> DocumentSummary | None:
        documents = self.index.library.documents(EVERYTHING)
        return next((document for document in documents if document.uri == uri), None)

    def is_public(self, words: str) -> bool:
        """Whether the public finds a passage that says just this."""
        hits = self.index.search(words, language="en", limit=5, scope=PUBLIC_ONLY).hits
        return any(words in " ".join(hit.passage.text.split()) for hit in hits)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("library")
    public, internal = write_documents(folder)
    settings = load_settings(data_dir=folder / "data")
    assistant = open_assistant(settings)
    index = assistant.index
    for path, audience in ((public, Audience.PUBLIC), (internal, Audience.INTERNAL)):
        assert ingest([str(path)], lambda: index, index.library, audience=audience).failed == 0
    intake = open_intake(settings, index)
    app = build(settings, assistant, intake)
    access = app.state.access
    staff, researcher = access.keys.create("staff", days=1), access.keys.create("researcher", days=1)
    intake.worker.start()
    with served(app) as origin:
        yield Place(origin, access, index, staff, researcher)
    intake.worker.stop(20)
    index.close()


def opened(visit: Visit, place: Place, key: NewKey, path: str = "/chat?tab=library", **options: object) -> Page:
    """The page as the holder of the key sees it."""
    bearer = {"Authorization": f"Bearer {key.secret}"}
    return visit(place.origin, extra_http_headers=bearer, **options).open(path)


def drop(page: Page, *files: tuple[str, str | bytes]) -> None:
    """As when files are let go of over the page."""
    expect(page.locator(UPLOAD)).to_be_visible()
    contents = [(name, content.encode() if isinstance(content, str) else content) for name, content in files]
    page.locator(".md-lib-drop").evaluate(DROP, [[name, b64encode(data).decode()] for name, data in contents])
    expect(page.locator(".md-lib-chosen li")).to_have_count(len(files))


def upload(page: Page, audience: str, *files: tuple[str, str | bytes]) -> None:
    drop(page, *files)
    page.locator(f"{UPLOAD} [value={audience}]").check()
    with page.expect_response("**/v1/documents") as received:
        page.locator(f"{UPLOAD} [type=submit]").click()
    assert received.value.status == 202
    # The form says that it was received, and then how it ended.
    sent, done = message("library_sent", "en"), message("library_stage_done", "en")
    expect(page.locator(f"{UPLOAD} .md-lib-said")).to_have_text(re.compile(f"^({re.escape(sent)}|{done} .*)$"))
    expect(page.locator(f".md-lib-jobs > li:first-child[data-id='{received.value.json()['id']}']")).to_be_visible()


def newest_job(page: Page, stage: str) -> None:
    told = page.locator(".md-lib-jobs > li:first-child .md-lib-stage strong")
    expect(told).to_have_text(message(f"library_stage_{stage}", "en"), timeout=SLOW)


# -- from the first day of a document to its last -----------------------------------------------------------------


def test_a_document_is_uploaded_found_relabelled_and_removed(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    upload(page, "public", ("clinic.md", CLINIC))
    newest_job(page, "done")
    item = page.locator(".md-lib-items li").first
    expect(item).to_contain_text("clinic.md")
    expect(item.locator(".md-lib-state")).to_have_text(message("library_item_added", "en"))
    document = place.document("clinic.md")
    assert document is not None
    assert document.audience is Audience.PUBLIC
    sentence = "The new clinic in Calderra sees children on Fridays from eight to eleven."
    assert place.is_public(sentence)
    ended = f"{message('library_stage_done', 'en')} {message('library_progress', 'en', done=1, total=1)}"
    expect(page.locator(f"{UPLOAD} .md-lib-said")).to_have_text(ended)
    # The list shows it without being asked: the page looks again when the job has ended.
    page.locator(f"{LIST} [data-open='{document.id}']").click()
    heading = page.locator(f"{OPENED} h2")
    expect(heading).to_have_text("Guide to the clinic")
    expect(heading).to_be_focused()
    form = page.locator(f"{OPENED} form")
    form.locator("[value=internal]").check()
    form.locator("[name=title]").fill("Clinic, for staff")
    form.locator("[name=collection]").fill("health")
    form.locator("[type=submit]").click()
    said = page.locator(f"{OPENED} [data-key=said]")
    expect(said).to_have_text(message("library_saved", "en"))
    expect(said).to_be_focused()
    amended = place.document("clinic.md")
    assert amended is not None
    assert (amended.audience, amended.title, amended.collection) == (
        Audience.INTERNAL, "Clinic, for staff", "health",
    )  # fmt: skip
    assert not place.is_public(sentence)
    expect(page.locator(f"{LIST} tr", has_text="Clinic, for staff").locator(".md-lib-internal")).to_be_visible()
    page.locator(f"{OPENED} summary").click()
    told = message("library_remove_told", "en", title="Clinic, for staff", count=amended.passages)
    expect(page.locator(f"{OPENED} details p")).to_have_text(told)
    page.locator("[data-remove]").click()
    expect(page.locator(f"{OPENED} [data-key=document]")).to_have_text(message("library_removed", "en"))
    assert place.document("clinic.md") is None
    expect(page.locator(f"{LIST} tr", has_text="Clinic, for staff")).to_have_count(0)
    entries = Audit(place.index.library.engine).newest(20)
    done = {entry.action for entry in entries if entry.actor.name == f"key:{place.staff.key.id}"}
    assert done >= {"documents.uploaded", "document.relabelled", "document.renamed", "document.removed"}


def test_an_archive_brings_its_own_description(visit: Visit, place: Place) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.txt", "One\n\nThe first desk of Calderra lends bicycles to families.\n")
        archive.writestr("two.txt", "Two\n\nThe second desk of Calderra repairs umbrellas on Mondays.\n")
        archive.writestr("metadata.csv", "file,title,date,country,audience\none.txt,Bicycles,2021-04-05,IT,internal\n")
    page = opened(visit, place, place.staff)
    upload(page, "public", ("desks.zip", packed.getvalue()))
    newest_job(page, "done")
    expect(page.locator(".md-lib-items li")).to_have_count(2)
    row = page.locator(f"{LIST} tr", has_text="Bicycles")
    expect(row).to_contain_text("Italy")
    expect(row.locator(".md-lib-internal")).to_be_visible()
    assert place.is_public("The second desk of Calderra repairs umbrellas on Mondays.")
    assert not place.is_public("The first desk of Calderra lends bicycles to families.")


def test_a_change_that_somebody_else_has_overtaken_is_not_made(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    document = place.document("public/desks.md")
    assert document is not None
    page.locator(f"{LIST} [data-open='{document.id}']").click()
    expect(page.locator(f"{OPENED} form")).to_be_visible()
    place.index.library.amend(document.id, title="Desks, by somebody else")
    page.locator(f"{OPENED} [name=title]").fill("Desks, by me")
    page.locator(f"{OPENED} form [type=submit]").click()
    expect(page.locator(f"{OPENED} [data-key=said]")).to_have_text(message("library_changed", "en"))
    expect(page.locator(f"{OPENED} h2")).to_have_text("Desks, by somebody else")
    place.index.library.amend(document.id, title=document.title)


# -- what goes wrong ----------------------------------------------------------------------------------------------


def test_a_broken_file_says_why_in_the_reader_s_language_and_can_be_tried_again(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    upload(page, "internal", ("broken.pdf", "%PDF-1.4 nothing"), ("fine.txt", "Fine\n\nThe fine desk opens at nine.\n"))
    newest_job(page, "done")
    failed = page.locator(".md-lib-items .md-lib-failed").first
    expect(failed).to_contain_text("broken.pdf")
    expect(failed.locator(".md-lib-reason")).to_contain_text(message("library_fault_corrupt", "en"))
    page.locator("[data-act=retry]").first.click()
    expect(page.locator(".md-lib-jobs[data-live]")).to_have_count(0, timeout=SLOW)
    newest_job(page, "done")
    expect(page.locator(".md-lib-items .md-lib-failed").first).to_contain_text("broken.pdf")
    page = opened(visit, place, place.staff, "/chat?tab=library&lang=uk")
    expect(page.locator(".md-lib-reason").first).to_contain_text(message("library_fault_corrupt", "uk"))


def test_an_upload_that_is_refused_as_a_whole_says_why(visit: Visit, place: Place) -> None:
    visitor = visit(place.origin, extra_http_headers={"Authorization": f"Bearer {place.staff.secret}"})
    page = visitor.open("/chat?tab=library&lang=fr")
    drop(page, ("metadata.csv", "file,title\na.txt,A\n"), ("a.txt", "A"))
    page.locator(f"{UPLOAD} [type=submit]").click()
    expect(page.locator(f"{UPLOAD} .md-lib-said")).to_have_text(message("library_fault_loose_sidecar", "fr"))
    addresses = page.locator("[data-library=addresses]")
    addresses.locator("textarea").fill("ftp://example.org/a")
    addresses.locator("[type=submit]").click()
    expect(addresses.locator(".md-lib-said")).to_have_text(message("library_fault_bad_address", "fr"))
    # The browser notes every refusal by itself.
    assert [fault for fault in visitor.faults if "422" not in fault] == []
    visitor.faults.clear()


def test_an_address_into_the_server_s_own_network_is_a_job_that_says_so(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    addresses = page.locator("[data-library=addresses]")
    addresses.locator("textarea").fill("http://127.0.0.1:9/private")
    addresses.locator("[type=submit]").click()
    newest_job(page, "failed")
    expect(page.locator(".md-lib-reason").first).to_contain_text(message("library_fault_forbidden_address", "en"))


# -- the list and the figures -------------------------------------------------------------------------------------


def test_documents_are_found_by_words_and_filters(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    search = page.locator("[data-library=list]")
    search.locator("[name=words]").fill("PROVINCE desks")
    page.keyboard.press("Enter")
    expect(page.locator(f"{LIST} tbody tr")).to_have_count(1)
    expect(page.locator(f"{LIST} tbody tr")).to_contain_text("Desks of the province")
    search.locator("[name=words]").fill("")
    search.locator("[name=language]").select_option("ar")
    expect(page.locator(f"{LIST} tbody tr")).to_contain_text(ARABIC_TITLE)
    title = page.locator(f"{LIST} [data-open]")
    assert title.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert page.locator(f"{LIST} .md-lib-uri").evaluate("one => getComputedStyle(one).direction") == "ltr"
    search.locator("[name=audience]").select_option("internal")
    expect(page.locator(f"{LIST} .md-lib-count")).to_have_text(message("library_none", "en"))


def test_figures_are_drawn_and_stand_in_tables(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff)
    figures = page.locator("#library-holdings figure")
    expect(figures).to_have_count(4)
    language = figures.filter(has_text=message("page_filter_language", "en")).first
    language.locator("summary").click()
    held = [document.language for document in place.index.library.documents(EVERYTHING)]
    rows = language.locator("tbody tr").evaluate_all(
        "all => all.map(one => [one.children[0], one.children[1]].map(cell => cell.textContent))"
    )
    assert dict(rows)["Arabic"] == str(held.count("ar"))
    assert language.locator("rect").count() == len(set(held))


# -- who may ------------------------------------------------------------------------------------------------------


def test_a_researcher_sees_no_tab_and_is_refused_by_every_event(visit: Visit, place: Place) -> None:
    visitor = visit(place.origin, extra_http_headers={"Authorization": f"Bearer {place.researcher.secret}"})
    page = visitor.open("/chat?tab=library")
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("#choices [data-filter]").first).to_be_attached()
    assert page.locator("#library, .md-tabs").count() == 0
    document = place.document("internal/warehouse.txt")
    assert document is not None
    said = {
        "show": {}, "list": {}, "open": {"id": document.id}, "jobs": {},
        "amend": {"id": document.id, "tag": "*", "amendment": {"audience": "public"}, "listing": {}},
        "remove": {"id": document.id, "tag": "*", "listing": {}},
    }  # fmt: skip
    config = page.request.get("/chat/config").json()
    for name, about in said.items():
        (button,) = (part["id"] for part in config["components"] if part["props"].get("elem_id") == f"press-{name}")
        (event,) = (each for each in config["dependencies"] if [button, "click"] in each["targets"])
        body = {"fn_index": event["id"], "data": [json.dumps(about)], "session_hash": "x"}
        for key, allowed in ((place.researcher, False), (place.staff, name in {"show", "list", "open", "jobs"})):
            if key is place.staff and not allowed:
                continue
            bearer = {"Authorization": f"Bearer {key.secret}"}
            answer = page.request.post("/chat/gradio_api/run/predict", data=body, headers=bearer)
            assert answer.ok is allowed, name
            assert ("warehouse" in answer.text()) is (allowed and name != "jobs"), name
    still = place.document("internal/warehouse.txt")
    assert still is not None
    assert still.audience is Audience.INTERNAL
    assert visitor.faults == []


# -- languages, keyboard, accessibility ---------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_rule_of_accessibility_is_broken(visit: Visit, place: Place, language: str, scheme: str) -> None:
    page = opened(visit, place, place.staff, f"/chat?tab=library&lang={language}", color_scheme=scheme)
    expect(page.locator("h1:visible")).to_have_text(message("library_head", language))
    page.locator(f"{LIST} [data-open]").first.click()
    page.locator(f"{OPENED} summary").click()
    page.locator(f"{OPENED} [value=public]").check()
    page.locator("#library-holdings summary").first.click()
    page.wait_for_timeout(300)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    left = page.locator(f"{LIST}").bounding_box()
    right = page.locator(OPENED).bounding_box()
    assert left is not None
    assert right is not None
    assert (left["x"] < right["x"]) is (language == "en")


def test_the_keyboard_reaches_the_tab_and_a_document(visit: Visit, place: Place) -> None:
    page = opened(visit, place, place.staff, "/chat")
    tab = page.get_by_role("link", name=message("library_tab", "en"))
    tab.focus()
    page.keyboard.press("Enter")
    expect(tab).to_have_attribute("aria-current", "page")
    assert page.url.endswith("tab=library")
    page.locator("[data-library=list] [type=submit]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"{OPENED} h2")).to_be_focused()
    page.go_back()
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("#library")).to_be_hidden()


def test_a_phone_shows_the_tab_without_scrolling_sideways(visit: Visit, place: Place, tmp_path: Path) -> None:
    size = {"width": 320, "height": 640}
    page = opened(visit, place, place.staff, "/chat?tab=library&lang=ar", viewport=size)
    page.locator(f"{LIST} [data-open]").first.click()
    expect(page.locator(f"{OPENED} form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = page.locator("#library :is(form, table, section, figure, input, select)").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().width > innerWidth).length"
    )
    assert wide == 0
    small = page.locator("#library :is(button, summary, select), .md-tabs a").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.height && box.height < 24).length"
    )
    assert small == 0
