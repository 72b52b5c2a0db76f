"""The rules of CONTRIBUTING.md that a program can check, read from the source itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "index": set[str](),
    "ingest": {"index"},
    "assistant": {"index"},
    "ui": {"assistant", "index", "ingest"},
    "eval": {"assistant", "index", "ingest"},
}
LONGEST_MODULE = 300
MEDIAN_MODULE = 100
LONGEST_FUNCTION = 60
VAGUE_NAMES = {"base", "common", "core", "helper", "helpers", "misc", "shared", "util", "utils"}
MAY_PRINT = {"ui/cli.py", "ui/console.py"}
LOADS_ENGINES_LATE = {"assistant/wiring.py", "index/postgresql.py", "index/vector_server.py"}
READS_THE_ENVIRONMENT = {"assistant/settings.py"}
LOADS_OBJECTS = ("langchain_core.load", "langchain.load", "langchain_core.prompts.loading")

MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def package_of(path: Path) -> str:
    return name_of(path).partition("/")[0]


def lines_of(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def imported_packages(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Top-level packages of ours that are imported in a tree, also by `import_module("…")`, with their lines."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                imported = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module), level=0):
                imported = [module]
            case ast.ImportFrom(level=level) if level:
                pytest.fail(f"line {node.lineno}: imports are absolute")
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                imported = [module]
            case _:
                continue
        yield from ((name.partition(".")[0], node.lineno) for name in imported if name.partition(".")[0] in MAY_IMPORT)


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def broken(rule: Callable[[Path], Iterable[object]], except_in: Container[str] = ()) -> list[str]:
    """`rule` names what breaks it in one module; this names all of it, by module."""
    return [f"{name_of(path)}: {found}" for path in MODULES if name_of(path) not in except_in for found in rule(path)]


def test_every_package_has_modules() -> None:
    assert {package_of(path) for path in MODULES} == set(MAY_IMPORT)


def test_imports_go_one_way() -> None:
    def against(path: Path) -> Iterator[str]:
        allowed = {package_of(path), *MAY_IMPORT[package_of(path)]}
        return (f"line {line}: {name}" for name, line in imported_packages(tree_of(path)) if name not in allowed)

    assert broken(against) == []


def test_our_own_packages_are_imported_at_the_top() -> None:
    def late(path: Path) -> Iterator[str]:
        for function in functions(tree_of(path)):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom) and any(imported_packages(node)):
                    yield f"line {node.lineno}, in {function.name}"

    assert broken(late, except_in=LOADS_ENGINES_LATE) == []


def test_modules_are_short() -> None:
    lengths = {name_of(path): lines_of(path) for path in MODULES if path.name != "__init__.py"}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}
    assert median(lengths.values()) < MEDIAN_MODULE


def test_functions_are_short() -> None:
    def long(path: Path) -> Iterator[str]:
        for function in functions(tree_of(path)):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{function.name} has {lines} lines"

    assert broken(long) == []


def test_names_say_what_is_inside() -> None:
    assert broken(lambda path: VAGUE_NAMES.intersection(Path(name_of(path)).with_suffix("").parts)) == []


def test_modules_say_what_they_are_for() -> None:
    def silent(path: Path) -> Iterator[str]:
        tree = tree_of(path)
        if tree.body and not ast.get_docstring(tree):
            yield "no docstring"

    assert broken(silent) == []


def test_only_faces_and_measurements_print() -> None:
    def prints(path: Path) -> Iterator[str]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                yield f"line {node.lineno}"

    eval_modules = {name_of(path) for path in MODULES if package_of(path) == "eval"}
    assert broken(prints, except_in=MAY_PRINT | eval_modules) == []


def test_only_settings_read_the_environment() -> None:
    reading = {"environ", "environb", "getenv", "getenvb"}

    def reads(path: Path) -> Iterator[str]:
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr=attribute) if attribute in reading:
                    yield f"line {node.lineno}"
                case ast.ImportFrom(module="os", names=names) if any(alias.name in reading for alias in names):
                    yield f"line {node.lineno}"

    assert broken(reads, except_in=READS_THE_ENVIRONMENT) == []


def test_nothing_is_caught_that_is_not_expected() -> None:
    broad = {"Exception", "BaseException"}

    def catches_all(path: Path) -> Iterator[str]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ExceptHandler):
                caught = {name.id for name in ast.walk(node.type) if isinstance(name, ast.Name)} if node.type else broad
                if caught & broad:
                    yield f"line {node.lineno}"

    assert broken(catches_all) == []


def test_nothing_is_loaded_that_its_sender_could_have_built() -> None:
    """LangChain's own serialisation makes objects of what people wrote, and a loaded Gradio app is somebody else's."""

    def loads(path: Path) -> Iterator[str]:
        for node in ast.walk(tree_of(path)):
            match node:
                case ast.ImportFrom(module=str(module)) if module.startswith(LOADS_OBJECTS):
                    yield f"line {node.lineno}: {module}"
                case ast.Import(names=names) if any(alias.name.startswith(LOADS_OBJECTS) for alias in names):
                    yield f"line {node.lineno}: {LOADS_OBJECTS}"
                case ast.Attribute(value=ast.Name(id="gr" | "gradio"), attr="load"):
                    yield f"line {node.lineno}: gr.load"
                case ast.keyword(arg="share", value=value) if not isinstance(value, ast.Constant) or value.value:
                    yield f"line {value.lineno}: share"
                case ast.Call(func=ast.Attribute(attr="astream_events"), keywords=keywords) if not any(
                    keyword.arg == "version" and ast.unparse(keyword.value) == "'v2'" for keyword in keywords
                ):
                    yield f"line {node.lineno}: astream_events"

    assert broken(loads) == []
