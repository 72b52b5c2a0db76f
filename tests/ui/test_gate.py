"""Every route that reads or changes what is kept does so as its caller."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROUTES = Path(__file__).parents[2] / "ui" / "routes"
KEPT = {"assistant", "dialogue", "feedback", "intake"}
"""What routes are given that leads to documents, conversations, opinions, jobs."""
SAYS_WHO = {"caller", "scope"}
LEADS_ON = {"index", "library", "passages", "conversations", "jobs"}
HOLDS_NOTHING = {"contacts", "check_space", "wake", "keep", "discard", "revision"}
"""Methods of what routes are given that neither tell of documents nor change them."""
BY_CHECKED_ID = {"jobs.items", "jobs.add", "jobs.submitted"}
"""Called for a job that was looked up in the caller's scope, with labels that were compared with it, or for what

the caller has sent before."""
FOR_NOBODY = {"health.py": "says only whether a search succeeds"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for path in sorted(ROUTES.glob("*.py")):
        if path.name not in FOR_NOBODY:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, Function):
                    yield path.name, node


def chain(node: ast.expr) -> list[str]:
    """`assistant.index.library.amend` as its parts; empty for what begins otherwise."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


def unscoped(function: Function) -> Iterator[str]:
    """Calls, and names given to a thread, that lead to what is kept and do not say for whom."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        said = {name.id for each in given for name in ast.walk(each) if isinstance(name, ast.Name)} & SAYS_WHO
        for target in [node.func, *(each for each in node.args if isinstance(each, ast.Attribute))]:
            parts = chain(target)
            if not parts or parts[0] not in KEPT or len(parts) < 2:
                continue
            if parts[-1] in HOLDS_NOTHING | LEADS_ON | {"id"} or ".".join(parts[-2:]) in BY_CHECKED_ID:
                continue
            if not said:
                yield f"{function.name}: {'.'.join(parts)}"


def test_what_is_kept_is_asked_for_as_the_caller() -> None:
    assert [f"{name}: {found}" for name, function in functions() for found in unscoped(function)] == []


@pytest.mark.parametrize(
    "line",
    [
        "assistant.index.library.document(document_id, EVERYTHING)",
        "assistant.index.remove(document_id)",
        "run_in_threadpool(intake.jobs.get, job_id)",
        "feedback.newest(limit)",
        "dialogue.conversations.turns(conversation_id)",
    ],
)
def test_a_call_for_nobody_is_found(line: str) -> None:
    (function,) = ast.parse(f"def route(document_id, caller):\n    return {line}").body
    assert isinstance(function, ast.FunctionDef)
    assert len(list(unscoped(function))) == 1


def test_routes_are_looked_at() -> None:
    calls = [
        ".".join(chain(node.func)) for _, each in functions() for node in ast.walk(each) if isinstance(node, ast.Call)
    ]
    assert {"assistant.documents", "assistant.index.library.amend", "dialogue.shown", "feedback.newest"} <= set(calls)
