"""The command line: what it prints, its exit codes, and what it does not load."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import LibraryDamaged, ModelUnavailable, NotFound, SessionExpired
from tests.ui.conftest import CANARY, INTERNAL, PERMIT_QUOTE, PUBLIC, write
from ui.cli import main
from ui.problems import CredentialRefused, problem_of

HEAVY = ("torch", "chromadb", "gradio", "transformers", "langchain_core", "fastapi", "trafilatura")


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        assert self.code in {0, 1}, self.err
        parsed: dict[str, object] = json.loads(self.out)
        return parsed


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Runs a command on a data folder of its own, with the embedding model that is loaded already."""
    monkeypatch.setattr("assistant.wiring.open_embedder", lambda _: assistant.index.embedder)
    monkeypatch.setattr("ui.commands.library.open_embedder", lambda _: assistant.index.embedder)
    monkeypatch.setenv("MISSIONDESK_DATA_DIR", str(tmp_path / "data"))

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        code = ended.value.code
        assert isinstance(code, int)
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def library(run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command that only reads, on the documents every test shares."""
    monkeypatch.setenv("MISSIONDESK_DATA_DIR", str(settings.data_dir))
    return run


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    """Runs a command on a copy of the documents that it may change."""
    for audience, texts in (("public", PUBLIC), ("internal", INTERNAL)):
        folder = tmp_path / audience
        folder.mkdir()
        write(folder, texts)
        assert run("ingest", str(folder), "--audience", audience).code == 0
    return run


# -- starting ----------------------------------------------------------------------------------------------------------


def test_help_names_every_command(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for name in ("ingest", "ask", "search", "documents", "remove", "reindex", "verify", "keys", "serve", "--data-dir"):
        assert name in outcome.out


def test_commands_load_nothing_heavy(tmp_path: Path) -> None:
    document = tmp_path / "a.txt"
    document.write_text("Vellmar has a permit office. It is open on Tuesdays.", encoding="utf-8")
    script = f"""
import sys
from ui.cli import main
try:
    main(["--data-dir", {str(tmp_path / "data")!r}, "documents"])
except SystemExit:
    print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stderr.split() == ["Documents:", "0"]


def test_no_command_explains_itself(run: Run) -> None:
    assert run().code == 2


@pytest.mark.parametrize("arguments", [["bogus"], ["ask", "--bogus", "x"], ["remove", "--json"], ["documents", "x"]])
def test_wrong_words_exit_with_two(run: Run, arguments: list[str]) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Error" in outcome.err


def test_data_dir_stands_before_or_after_the_command(library: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    assert library("documents", "--json").json()["total"] == 4
    for arguments in (
        ["--data-dir", other, "documents", "--json"],
        ["documents", "--json", "--data-dir", other],
        ["documents", f"--data-dir={other}", "--json"],
    ):
        assert library(*arguments).json()["total"] == 0


# -- ingest ------------------------------------------------------------------------------------------------------------


def test_ingest_counts_and_then_finds_nothing_new(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, PUBLIC)
    first = run("ingest", str(folder), "--json").json()
    assert list(first) == ["added", "updated", "unchanged", "removed", "missing", "failed", "items"]
    assert (first["added"], first["failed"]) == (3, 0)
    items = first["items"]
    assert isinstance(items, list)
    assert [list(item) for item in items] == [["uri", "status", "document_id", "error"]] * 3

    monkeypatch.setattr("assistant.wiring.open_embedder", no_model)
    again = run("ingest", str(folder))
    assert (again.code, again.out) == (0, "0 added, 0 updated, 3 unchanged, 0 failed\n")


def test_bad_items_fail_alone(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"good.md": PUBLIC["permits.md"], "empty.txt": "", "false.pdf": "no pdf at all"})
    paths = [str(tmp_path / name) for name in ("good.md", "empty.txt", "false.pdf", "missing.txt")]
    outcome = run("ingest", *paths, "--json")
    assert outcome.code == 1
    body = outcome.json()
    assert (body["added"], body["failed"]) == (1, 3)
    items = body["items"]
    assert isinstance(items, list)
    assert all(item["error"]["code"] and item["error"]["message"] for item in items if item["status"] == "failed")
    spoken = run("ingest", *paths)
    assert spoken.code == 1
    assert spoken.out == "0 added, 0 updated, 1 unchanged, 3 failed\n"
    assert spoken.err.count("\n") == 3
    assert "missing.txt" in spoken.err


def test_documents_are_internal_unless_said_otherwise(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": PUBLIC["permits.md"]})
    run("ingest", str(tmp_path / "a.md"), "--collection", "offices")
    listed = run("documents", "--json").json()["documents"]
    assert isinstance(listed, list)
    assert [(entry["audience"], entry["collection"]) for entry in listed] == [("internal", "offices")]


def test_unknown_audience_is_refused_with_the_known_ones(run: Run) -> None:
    outcome = run("ingest", ".", "--audience", "secret")
    assert outcome.code == 2
    assert "public" in outcome.err
    assert "internal" in outcome.err


def test_what_is_gone_is_said_and_pruned_only_when_asked(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, PUBLIC)
    run("ingest", str(folder))
    (folder / "ayada.txt").unlink()
    (folder / "permits.md").rename(folder / "renamed.md")
    spoken = run("ingest", str(folder))
    assert (spoken.code, spoken.out) == (0, "0 added, 1 updated, 1 unchanged, 1 missing, 0 failed\n")
    assert "ayada.txt: The file is gone" in spoken.err
    body = run("ingest", str(folder), "--json").json()
    assert (body["unchanged"], body["removed"], body["missing"], body["failed"]) == (2, 0, 1, 0)
    pruned = run("ingest", str(folder), "--prune", "--json").json()
    assert (pruned["unchanged"], pruned["removed"]) == (2, 1)
    assert run("documents", "--json").json()["total"] == 2


def test_watching_ends_with_an_interruption(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(folder, PUBLIC)
    looks: list[float | None] = []

    class Interrupted(threading.Event):
        """As Ctrl+C does it, after the third look."""

        def wait(self, timeout: float | None = None) -> bool:
            looks.append(timeout)
            if len(looks) == 3:
                raise KeyboardInterrupt
            return False

    monkeypatch.setattr("ui.commands.ingest.Event", Interrupted)
    outcome = run("ingest", str(folder), "--watch", "--json")
    assert (outcome.code, len(outcome.out.splitlines())) == (0, 1)
    assert outcome.json()["added"] == 3
    assert outcome.err.splitlines()[0] == "Watching for changes (Ctrl+C stops)."
    assert looks == [2.0, 2.0, 2.0]


def test_addresses_are_not_watched(run: Run) -> None:
    outcome = run("ingest", "https://example.org/", "--watch")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--watch" in outcome.err


# -- ask ---------------------------------------------------------------------------------------------------------------


def test_ask_prints_text_and_sources(library: Run) -> None:
    outcome = library("ask", "When is the permit office in Vellmar open?")
    assert outcome.code == 0
    text, sources = outcome.out.split("\n\n", 1)
    assert f"{PERMIT_QUOTE} [1]" in text
    assert sources.startswith("Sources\n[1] Residence permits in Vellmar (2024-03-05, en)\n")
    assert PERMIT_QUOTE in sources


def test_ask_json_quotes_the_stored_text(library: Run) -> None:
    answer = library("ask", "When is the permit office in Vellmar open?", "--json").json()
    assert answer["status"] == "answered"
    citations = answer["citations"]
    assert isinstance(citations, list)
    assert citations[0]["quote"] == PERMIT_QUOTE
    assert citations[0]["url"].startswith(f"/documents/{citations[0]['document_id']}?start=")


def test_public_audience_hides_internal_documents(library: Run) -> None:
    question = "What is the code word of the medicine cupboard in Vellmar?"
    assert CANARY in library("ask", question, "--json").out
    assert CANARY not in library("ask", question, "--audience", "public", "--json").out


def test_no_answer_is_said_in_the_language_asked_for(library: Run) -> None:
    answer = library("ask", "What is the capital of Peru?", "--language", "ro", "--json").json()
    assert (answer["status"], answer["language"], answer["citations"]) == ("no_answer", "ro", [])


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", ["", "   ", "?", "a" * 2001, "\udcff\udcfe"])
def test_bad_question_is_refused_at_once_in_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, question: str
) -> None:
    monkeypatch.setattr("assistant.wiring.open_embedder", no_model)
    outcome = run(command, question)
    assert not (tmp_path / "data").exists()
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("missiondesk: ")
    assert outcome.err.count("\n") == 1


def test_unknown_languages_are_refused_with_the_known_ones(run: Run) -> None:
    for outcome in (run("ask", "Where?", "--language", "xx"), run("search", "Where?", "--language", "english")):
        assert outcome.code == 2
        assert "ar, en, es" in outcome.err


# -- search and upkeep -------------------------------------------------------------------------------------------------


def test_search_finds_and_filters(library: Run) -> None:
    page = library("search", "Vellmar", "--limit", "2", "--json").json()
    assert list(page) == ["query", "total", "hits", "facets", "warnings"]
    hits = page["hits"]
    assert isinstance(hits, list)
    assert len(hits) == 2
    italian = library("search", "Vellmar", "--language", "it")
    assert italian.out.startswith("1. Ricongiungimento")
    assert "permit office" not in italian.out


def test_search_takes_every_filter(library: Run) -> None:
    def titles(*options: str) -> set[str]:
        hits = library("search", "Vellmar", "--limit", "100", "--json", *options).json()["hits"]
        assert isinstance(hits, list)
        return {hit["title"].split()[0] for hit in hits}

    assert titles("--language", "it", "--language", "ar") == {"Ricongiungimento", "عيادة"}
    assert titles("--type", "markdown", "--year", "2024") == {"Residence"}
    assert titles("--audience", "internal", "--collection", "internal", "--type", "text") == {"Night"}
    assert titles("--country", "IT", "--theme", "none", "--organisation", "none") == set()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--language", "xx"), ("--year", "18"), ("--country", "Atlantis"), ("--type", "exe"), ("--audience", "all"),
     ("--theme", "\udcff")],
)  # fmt: skip
def test_impossible_filters_are_refused_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, value: str
) -> None:
    monkeypatch.setattr("assistant.wiring.open_embedder", no_model)
    outcome = run("search", "Where?", option, value)
    assert not (tmp_path / "data").exists()
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("missiondesk: ")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many"])
def test_limits_out_of_range_are_refused(run: Run, limit: str) -> None:
    outcome = run("search", "x", f"--limit={limit}")
    assert (outcome.code, outcome.out) == (2, "")


def test_documents_are_listed_one_a_line(library: Run) -> None:
    outcome = library("documents")
    lines = [line.split("\t") for line in outcome.out.splitlines()]
    assert len(lines) == 4
    assert {line[1] for line in lines} == {"public", "internal"}
    assert outcome.err == "Documents: 4\n"


def test_remove_takes_what_it_can(filled: Run) -> None:
    listed = filled("documents", "--json").json()["documents"]
    assert isinstance(listed, list)
    known = str(listed[0]["id"])
    outcome = filled("remove", "nope", known)
    assert outcome.code == 1
    assert (outcome.out, outcome.err) == (f"Removed {known}.\n", "missiondesk: There is no document nope.\n")
    assert filled("documents", "--json").json()["total"] == 3
    assert filled("remove", known).code == 1


@pytest.mark.parametrize("command", [["remove", "\udcff"], ["ingest", ".", "--collection", "\udcff"]])
def test_bytes_that_are_no_text_are_refused(run: Run, tmp_path: Path, command: list[str]) -> None:
    outcome = run(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "missiondesk: The text is not valid UTF-8: check the terminal's encoding.\n"
    assert not (tmp_path / "data").exists()


def test_reindex_then_verify(filled: Run) -> None:
    outcome = filled("reindex")
    assert outcome.code == 0, outcome.err
    assert "passages" in outcome.out
    assert filled("verify").out == "No faults found.\n"
    assert PERMIT_QUOTE in filled("ask", "When is the permit office in Vellmar open?").out


# -- unusable surroundings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["documents"], ["verify"], ["ask", "Where?"], ["ingest", "."], ["serve"]])
def test_damaged_library_is_named_with_the_remedy(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "library.sqlite3").write_bytes(b"This is no database at all. " * 400)
    outcome = run(*command, *(["--port", str(_free_port())] if command == ["serve"] else []))
    assert outcome.code == 2
    assert "library.sqlite3" in outcome.err or "data" in outcome.err


def test_data_dir_that_is_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    outcome = run("documents", "--data-dir", str(tmp_path / "file"))
    assert outcome.code == 2
    assert "file" in outcome.err


def test_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MISSIONDESK_EMBEDING_MODEL", "x")
    outcome = run("documents")
    assert outcome.code == 2
    assert "embedding_model" in outcome.err


def test_serve_refuses_addresses_others_can_reach(run: Run) -> None:
    outcome = run("serve", "--host", "0.0.0.0")
    assert outcome.code == 2
    assert "127.0.0.1" in outcome.err


def test_serve_with_keys_must_know_its_names(run: Run) -> None:
    assert run("keys", "create", "--role", "staff").code == 0
    outcome = run("serve", "--host", "0.0.0.0")
    assert outcome.code == 2
    assert "setting hosts" in outcome.err


# -- keys --------------------------------------------------------------------------------------------------------------


def test_a_key_is_printed_once_and_alone(run: Run) -> None:
    made = run("keys", "create", "--role", "researcher", "--name", "Ana", "--days", "30", "--collection", "press")
    secret = made.out.removesuffix("\n")
    assert re.fullmatch(r"mdk_[0-9a-f]{16}_[\w-]{43}", secret)
    assert "not shown again" in made.err
    assert "the first" in made.err
    assert "the first" not in run("keys", "create", "--role", "admin").err
    listed = run("keys", "list", "--json")
    assert secret not in listed.out
    admin, key = json.loads(listed.out)["keys"]
    assert (key["name"], key["role"], key["collections"], key["state"]) == ("Ana", "researcher", ["press"], "active")
    assert (admin["collections"], admin["last_used_at"]) == (None, None)
    assert secret not in run("keys", "list").out


def test_a_key_made_as_json_holds_its_secret(run: Run) -> None:
    made = run("keys", "create", "--role", "staff", "--json").json()
    assert str(made["key"]).startswith(f"mdk_{made['id']}_")


def test_a_revoked_key_stays_listed(run: Run) -> None:
    key_id = str(run("keys", "create", "--role", "staff", "--json").json()["id"])
    assert run("keys", "revoke", key_id).out == f"Revoked {key_id}.\n"
    assert run("keys", "list").out.split("\t")[:3] == [key_id, "staff", "revoked"]
    assert run("keys", "revoke", "0000").code == 1


@pytest.mark.parametrize(
    "wrong", [["--role", "boss"], [], ["--role", "staff", "--days", "0"], ["--role", "staff", "--days", "99999"]]
)
def test_a_wrong_key_is_not_made(run: Run, wrong: list[str]) -> None:
    assert run("keys", "create", *wrong).code == 2
    assert run("keys", "list").out == ""


def test_serve_says_when_its_port_is_taken(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        outcome = run("serve", "--port", port)
    assert outcome.code == 2
    assert port in outcome.err


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("x"), 404, 1),
        (SessionExpired("x"), 401, 2),
        (CredentialRefused("x"), 401, 2),
        (LibraryDamaged("x"), 503, 2),
        (ModelUnavailable("x"), 503, 2),
    ],
)
def test_subclasses_stand_where_their_family_does(error: NotFound, status: int, code: int) -> None:
    assert (problem_of(error).status, problem_of(error).exit_code) == (status, code)


def no_model(_: object) -> NoReturn:
    raise AssertionError("the embedding model was opened")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_documents_tell_copies_translations_and_metadata(run: Run, tmp_path: Path) -> None:
    english = (
        "---\nauthor: Anna Rossi\ncountry: Italia\n---\n\nThe desk is open on Monday, and its services are free.\n"
    )
    (tmp_path / "desk.en.md").write_text(english)
    (tmp_path / "copy.md").write_text(english)
    (tmp_path / "desk.it.md").write_text("Lo sportello è aperto il lunedì, e tutti i servizi sono senza spese.\n")
    files = [str(tmp_path / name) for name in ("desk.en.md", "copy.md", "desk.it.md")]
    assert run("ingest", *files, "--audience", "public").code == 0
    documents = run("documents", "--json").json()["documents"]
    assert isinstance(documents, list)
    listed = {document["uri"]: document for document in documents}
    english_one, copy = listed["desk.en.md"], listed["copy.md"]
    assert (english_one["authors"], english_one["country"]) == (["Anna Rossi"], "IT")
    assert (english_one["duplicate_of"], copy["duplicate_of"]) == (None, english_one["id"])
    assert [(other["language"], other["uri"]) for other in english_one["translations"]] == [("it", "desk.it.md")]
    assert "1 of them repeat another" in run("documents").err
