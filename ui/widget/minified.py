"""The widget's files as browsers load them: in two parts, without comments."""

from __future__ import annotations

import re
from pathlib import Path

import rjsmin

HERE = Path(__file__).parent
FILES = ("widget.js", "panel.js")
_IMPORT = re.compile(r'^import \{[^}]+\} from "\./(\w+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|class|function)", re.MULTILINE)


def minified(name: str) -> str:
    """A file with the modules that it imports, and those they do, in one: a request each would cost a phone a second.

    The visitor may be paying for every kilobyte, so comments stay behind.
    """
    modules = [_EXPORT.sub("", _source(module)) for module in _needed(name)]
    return str(rjsmin.jsmin("".join([*modules, _source(name)]))) + "\n"


def minified_name(name: str) -> str:
    """What the file is called in the package."""
    return name.replace(".js", ".min.js")


def _needed(name: str) -> list[str]:
    """All modules that a file leads to, each behind those that it needs itself."""
    found: list[str] = []
    for module in _IMPORT.findall(_text(name)):
        found += [each for each in (*_needed(module), module) if each not in found]
    return found


def _source(name: str) -> str:
    return _IMPORT.sub("", _text(name))


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
