"""Who may do what over HTTP: every route, as every kind of caller, with an object that is theirs, foreign, or missing.

A route without a row in `matrix_rows.py` fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from httpx2 import Response
from starlette.routing import BaseRoute, Mount, Route

from assistant.reader import Reader
from assistant.roles import RIGHTS
from index.embedding import Embedder
from index.errors import NotFound
from index.scope import EVERYTHING
from tests.ui.conftest import ORIGIN
from tests.ui.matrix_rows import ROWS, Row
from tests.ui.matrix_world import PAGES, Thing, Who, World, keyed_world, open_world

NAMES = (
    "anonymous", "loopback", "widget A", "widget B", "researcher", "staff A", "staff B", "admin", "north", "revoked",
    "expired",
)  # fmt: skip
GONE = "gone"
NAMES_OBJECTS = re.compile(r"(^|_)(ids?|collection)$")
TIMES = re.compile(r'"timings_ms":\{[^}]*\}|\\"timings_ms\\": ?\{[^}]*\}')


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[World]:
    with keyed_world(tmp_path_factory.mktemp("keyed"), embedder, reader) as world:
        yield world


@pytest.fixture(scope="module")
def without_keys(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, reader: Reader) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("open"), embedder, reader) as world:
        yield world


def routes_of(routes: Sequence[BaseRoute]) -> Iterator[Route | Mount]:
    for route in routes:
        # FastAPI keeps the routers that were included as they are.
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from routes_of(included.routes)
        else:
            assert isinstance(route, Route | Mount)
            yield route


def calls_of(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes_of(routes):
        methods = (route.methods or {"GET"}) if isinstance(route, Route) else {"MOUNT"}
        yield from ((method, route.path) for method in methods)


def names_in(part: object, schemas: dict[str, object], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Names of the parameters of an operation, and of the properties of its body, however deep."""
    match part:
        case list():
            for each in part:
                yield from names_in(each, schemas, seen)
        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            if name not in seen:
                yield from names_in(schemas[name], schemas, seen | {name})
        case dict():
            yield from [part["name"]] if "in" in part else part.get("properties", {})
            for name, each in part.items():
                if name not in {"responses", "examples", "example"}:
                    yield from names_in(each, schemas, seen)


def expected(row: Row, who: Who, which: str) -> int:
    if which == "own" and who.name in row.but:
        return row.but[who.name]
    if row.least != "nobody":
        if who.role is None:
            return 401
        if RIGHTS[who.role] < RIGHTS[row.least]:
            return 403
    return row.status if which == "own" else row.missing


def send(world: World, row: Row, who: Who, thing: Thing) -> Response:
    number = NAMES.index(who.name)
    headers = {"X-Forwarded-For": f"192.0.2.{number}", "Content-Type": row.media, **who.headers, **row.headers}
    if row.route == "/v1/widget/sessions":
        headers["Origin"] = PAGES["widget A"]
    elif row.route == "/sign-in":
        headers["Origin"] = ORIGIN
    world.client.cookies.clear()
    method = "GET" if row.method == "MOUNT" else row.method
    content = row.content.replace("{id}", thing.id) if row.content else None
    return world.client.request(method, row.path.replace("{id}", thing.id), headers=headers, content=content)


def told(response: Response, thing: Thing) -> tuple[int, list[tuple[str, str]], str]:
    """All of a response but what is each one's own: the log id, the id that was asked for, times, fresh cookies."""

    def same(text: str) -> str:
        text = text.replace(response.headers["x-log-id"], "LOG")
        return TIMES.sub("TIMES", text.replace(thing.id, "ID") if thing.id else text)

    headers = [(name, same(value)) for name, value in response.headers.items() if name != "content-length"]
    return response.status_code, headers, same(response.text)


def check(world: World, row: Row, who: Who) -> list[str]:
    """What is wrong with this row for this caller."""
    wrong, answers = [], {}
    things = world.things(who, row.kind, lasting=row.method != "DELETE")
    for which, thing in sorted(things.items()):
        before = state(thing)
        response = send(world, row, who, thing)
        answers[which] = told(response, thing)
        name = f"{who.name}, {which}: {response.status_code}"
        if response.status_code != expected(row, who, which):
            wrong.append(f"{name}, not {expected(row, who, which)}: {response.text[:200]}")
        wrong += [f"{name} tells {words}" for words in world.withheld(who) if words in response.text]
        if which == "own" and row.method == "DELETE" and response.is_success:
            wrong += [f"{name}, and it stands"] if state(thing) != GONE else []
        elif which == "foreign" or not response.is_success:
            wrong += [f"{name}, and it has changed"] if state(thing) != before else []
    missing = answers.get("missing")
    for which, answer in answers.items():
        # Whoever is refused everything is not told by the refusal what there is.
        is_hidden = which == "foreign" or answer[0] in {401, 403}
        if missing is not None and is_hidden and answer != missing:
            wrong.append(f"{who.name} can tell {which} from missing: {answer} {missing}")
    return wrong


def state(thing: Thing) -> object:
    try:
        return thing.state()
    except NotFound:
        return GONE


# -- the table ---------------------------------------------------------------------------------------------------------


def test_every_route_has_a_row(keyed: World) -> None:
    assert {(row.method, row.route) for row in ROWS} == set(calls_of(keyed.app.routes))


def test_every_caller_is_there(keyed: World, without_keys: World) -> None:
    assert {who.name for world in (keyed, without_keys) for who in world.callers} == set(NAMES)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_each_caller_gets_what_is_theirs(keyed: World, without_keys: World, row: Row) -> None:
    served = set(calls_of(without_keys.app.routes))
    assert [found for who in keyed.callers for found in check(keyed, row, who)] == []
    if (row.method, row.route) in served:
        assert [found for who in without_keys.callers for found in check(without_keys, row, who)] == []


def test_whatever_names_an_object_is_tried_with_a_foreign_one(keyed: World) -> None:
    """By the API's own description: parameters and properties that hold ids, and rows that have objects for them."""
    tried = {(row.method, row.route) for row in ROWS if row.kind}
    schemas = keyed.app.openapi()["components"]["schemas"]
    named = {
        (method.upper(), path)
        for path, operations in keyed.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if any(NAMES_OBJECTS.search(name) for name in names_in(operation, schemas))
    }
    assert len(named) > 12
    # The audit is for those who may see everything.
    assert named - tried == {("GET", "/v1/audit")}


@pytest.mark.parametrize("name", ["anonymous", "widget A", "revoked", "expired"])
def test_nothing_of_the_chat_is_for_those_below_researchers(keyed: World, name: str) -> None:
    """Its routes are Gradio's own, which know no roles."""
    who = next(who for who in keyed.callers if who.name == name)
    (chat,) = (route for route in routes_of(keyed.app.routes) if isinstance(route, Mount) and route.path == "/chat")
    seen = {
        (method, path): send(keyed, Row(method, f"/chat{path}", "researcher"), who, Thing("x")).status_code
        for method, path in calls_of(chat.routes)
    }
    assert len(seen) > 60
    assert set(seen.values()) == {403 if who.role else 401}


def test_a_document_is_not_moved_to_where_its_mover_cannot_see_it(keyed: World) -> None:
    narrow = next(who for who in keyed.callers if who.name == "north")
    thing = keyed.things(narrow, "document", lasting=False)["own"]
    for collection in ("south", "nowhere"):
        amendment = f'{{"collection": "{collection}"}}'
        row = Row("PATCH", "/v1/documents/{document_id}", "staff", kind="document", content=amendment)
        assert send(keyed, row, narrow, thing).status_code == 403
    assert keyed.index.library.document(thing.id, EVERYTHING).collection == "north"
