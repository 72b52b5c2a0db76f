from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.database import open_database
from index.document import Audience
from index.embedding import Embedder
from index.errors import LibraryUnusable, ModelMismatch, NotFound
from index.generations import Generations
from index.hit import Filters, Mode
from index.index import MIN_DELTA, Index
from index.library import Library
from index.reindexing import reindex
from index.scope import EVERYTHING, PUBLIC_ONLY
from index.upkeep import Upkeep
from index.verification import verify
from tests.index.conftest import MakeDraft

TEXT = (
    "The office in Marseille opens at nine.\nLanguage courses are free of charge.\nThe hotline number is 0800 555 019."
)


def ids(index: Index, query: str, **options: object) -> list[str]:
    result = index.search(query, language="en", **{"scope": EVERYTHING, **options})  # type: ignore[arg-type]
    return [hit.document.uri for hit in result.hits]


@pytest.mark.parametrize("built", [False, True], ids=["delta", "generation"])
@pytest.mark.parametrize("mode", list(Mode))
def test_internal_passages_are_out_of_reach_of_the_public_scope(
    index: Index, make_draft: MakeDraft, built: bool, mode: Mode
) -> None:
    index.add([make_draft("secret", "The canary sings at midnight."), make_draft("open", TEXT)])
    secret = index.library.known(["secret"])["secret"].document_id
    index.library.amend(secret, audience=Audience.INTERNAL)
    if built:
        assert index.settle(force=True)
    assert "secret" in ids(index, "When does the canary sing?", mode=mode)
    found = index.search("When does the canary sing?", language="en", scope=PUBLIC_ONLY, mode=mode, limit=50)
    assert {hit.document.uri for hit in found.hits} <= {"open"}


def test_relabelling_takes_effect_although_the_generation_is_older(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft("page", TEXT)])
    index.settle(force=True)
    assert "page" in ids(index, "hotline number", scope=PUBLIC_ONLY)
    index.library.amend(index.library.known(["page"])["page"].document_id, audience=Audience.INTERNAL)
    assert ids(index, "hotline number", scope=PUBLIC_ONLY) == []
    assert "page" in ids(index, "hotline number")


def test_a_replaced_document_is_found_in_its_new_form_only(index: Index, make_draft: MakeDraft) -> None:
    first = index.add([make_draft("page", "The fee is 45 euros.")])[0]
    index.settle(force=True)
    second = index.add([make_draft("page", "The fee is 60 euros.")])[0]
    assert (first.status, second.status) == ("added", "updated")
    assert first.document_id == second.document_id
    texts = [hit.passage.text for hit in index.search("fee in euros", language="en", scope=EVERYTHING).hits]
    assert texts == ["The fee is 60 euros."]


def test_a_removed_document_is_gone(index: Index, make_draft: MakeDraft) -> None:
    document_id = index.add([make_draft("page", TEXT)])[0].document_id
    index.settle(force=True)
    index.remove(document_id)
    assert ids(index, "hotline number") == []
    with pytest.raises(NotFound):
        index.remove(document_id)


def test_generation_and_delta_give_the_same_hits(index: Index, make_draft: MakeDraft) -> None:
    index.add([make_draft(f"page {n}", f"{TEXT}\nRoom {n} is on floor {n % 7}.") for n in range(30)])
    before = index.search("On which floor is room 12?", language="en", scope=EVERYTHING)
    assert index.settle(force=True)
    after = index.search("On which floor is room 12?", language="en", scope=EVERYTHING)
    assert before.hits[0].passage.text == "Room 12 is on floor 5."
    assert [hit.passage.id for hit in after.hits[:5]] == [hit.passage.id for hit in before.hits[:5]]


def test_filters_reach_past_the_first_candidates(index: Index, make_draft: MakeDraft) -> None:
    many = "\n".join(f"Courses of level {n} are free of charge." for n in range(200))
    index.add([make_draft("many", many), make_draft("one", "Les cours sont gratuits.", language="fr")])
    assert ids(index, "free courses", filters=Filters(language=("fr",))) == ["one"]
    assert ids(index, "free courses", filters=Filters(language=("xx",))) == []
    assert ids(index, "free courses", filters=Filters(collection=("nothing",))) == []


def test_changes_of_another_process_are_seen(
    index: Index, tmp_path: Path, embedder: Embedder, generations: Generations, make_draft: MakeDraft
) -> None:
    other = Index(Library(open_database(tmp_path / "data")), embedder, generations)
    assert ids(other, "hotline number") == []
    index.add([make_draft("page", TEXT)])
    assert "page" in ids(other, "hotline number")
    index.settle(force=True)
    assert "page" in ids(other, "hotline number")
    other.close()


def test_a_broken_generation_is_replaced_by_the_library_itself(
    index: Index, tmp_path: Path, embedder: Embedder, generations: Generations, make_draft: MakeDraft
) -> None:
    index.add([make_draft("page", TEXT)])
    index.settle(force=True)
    folder = generations.current_folder()
    assert folder is not None
    for file in folder.rglob("*.bin"):
        file.write_bytes(b"broken")
    for file in folder.rglob("chroma.sqlite3"):
        file.write_bytes(b"broken")
    fresh = Index(Library(index.library.engine), embedder, generations)
    assert "page" in ids(fresh, "hotline number")
    assert verify(index.library, generations)
    assert fresh.settle(force=True)
    assert verify(index.library, generations) == []


def test_unchanged_text_is_not_embedded_twice(
    index: Index, make_draft: MakeDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([make_draft("page", TEXT)])
    monkeypatch.setattr(index.embedder, "embed_passages", lambda texts: pytest.fail(f"embedded again: {texts}"))
    assert index.add([make_draft("copy", TEXT)])[0].status == "added"


def test_another_model_is_refused_until_the_library_is_reindexed(
    index: Index, make_draft: MakeDraft, generations: Generations
) -> None:
    class Renamed:
        name = "another"
        embed_query = index.embedder.embed_query
        embed_passages = index.embedder.embed_passages

    index.add([make_draft("page", TEXT)])
    with pytest.raises(ModelMismatch, match="reindex"):
        Index(index.library, Renamed(), generations)
    assert reindex(index.library, Renamed(), generations) == 3
    other = Index(index.library, Renamed(), generations)
    assert ids(other, "hotline number") == ["page"] * 3
    assert verify(index.library, generations) == []


def test_upkeep_builds_a_generation_when_the_delta_has_grown(
    index: Index, make_draft: MakeDraft, generations: Generations
) -> None:
    index.add([make_draft("page", "\n".join(f"Line {n}." for n in range(MIN_DELTA + 1)))])
    upkeep = Upkeep(index, interval_seconds=0.05)
    upkeep.start()
    try:
        wait_until(lambda: generations.current_folder() is not None)
    finally:
        upkeep.stop()
    assert ids(index, "Line 7", limit=1) == ["page"]


def test_a_generation_waits_while_documents_arrive(
    index: Index, make_draft: MakeDraft, generations: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([make_draft("page", "\n".join(f"Line {n}." for n in range(MIN_DELTA + 1)))])
    assert not index.settle(arriving=True)
    seen: list[bool] = []
    looked = threading.Event()

    def note(*, arriving: bool, stopped: threading.Event) -> bool:
        seen.append(arriving)
        if len(seen) == 2:
            index.add([make_draft("other", "A line.")])
        if len(seen) == 4:
            looked.set()
        return False

    monkeypatch.setattr(index, "settle", note)
    upkeep = Upkeep(index, interval_seconds=0.01)
    upkeep.start()
    assert looked.wait(60)
    upkeep.stop()
    assert seen[:4] == [True, False, True, False]


def test_upkeep_goes_on_after_an_error(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def refuse(**_: object) -> bool:
        looks.append(1)
        raise LibraryUnusable("The library is busy.")

    monkeypatch.setattr(index, "settle", refuse)
    upkeep = Upkeep(index, interval_seconds=0.01)
    upkeep.start()
    try:
        wait_until(lambda: len(looks) > 2)
    finally:
        upkeep.stop()


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
