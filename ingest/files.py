"""The files that paths name: folders are walked, what is hidden or a library of missiondesk is passed over."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from index.errors import ItemRejected
from index.sqlite import FILE_NAME
from ingest.archive import archive_items
from ingest.item import Item
from ingest.origin import Origin, printable, storable

LARGEST = 100 * 1024 * 1024
"""Bytes of the largest file that is read: the limit that the product states."""

_ADDRESS = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]+://")


class Addresses(Protocol):
    """Finds pages on the web (`ingest.web`)."""

    def find(self, text: str) -> Iterable[Item]:
        """The pages that the address `text` leads to; what cannot be had is an item whose `load` says why."""
        ...


def find_items(paths: Sequence[str], web: Addresses | None = None) -> list[Item]:
    """What lies under `paths`, folders in order of name, each file once. What cannot be found is in the list too.

    Web addresses among them are for `web`.
    """
    found: dict[str, Item] = {}
    for path in paths:
        for file in web.find(path) if web and is_address(path) else _under(path):
            found.setdefault(file.origin.source, file)
    return list(found.values())


def is_address(path: str) -> bool:
    """Whether this is a web address, or any other address with a scheme, and not a path."""
    return _ADDRESS.match(path) is not None


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises ItemRejected `missing`, `unreadable`, `too_large`."""
    try:
        if path.stat().st_size > LARGEST:
            raise ItemRejected("The file is larger than 100 MB.", code="too_large")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ItemRejected("The file does not exist.", code="missing") from error
    except OSError as error:
        raise ItemRejected("The file cannot be read; check its permissions.", code="unreadable") from error
    return data


def _under(name: str) -> Iterator[Item]:
    if is_address(name):
        sentence = "Web addresses are not read here; save the page as a file and ingest that."
        yield _problem(name, name, sentence, "unsupported")
        return
    if not name:  # as a folder it would be the current one
        yield _problem(name, '""', "The path is empty.", "missing")
        return
    path = Path(name)
    shown = path.name or path.resolve().name
    try:
        if path.is_dir():
            yield from _folder(path.resolve(), shown)
        elif path.is_file():
            yield from _file(path.resolve(), shown)
        elif path.exists():
            yield _problem(name, shown, "This is neither a file nor a folder.", "unsupported")
        else:
            yield _problem(name, shown, "There is no such file or folder.", "missing")
    except (OSError, ValueError) as error:  # a path too long, with a NUL, or in a folder that may not be entered
        yield _problem(name, shown, "The path cannot be read; check it and its permissions.", "unreadable", error)


def _folder(folder: Path, shown: str) -> Iterator[Item]:
    unreadable: list[OSError] = []
    files: list[Item] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):  # does not follow links to folders
        folders[:] = sorted(entry for entry in folders if not _is_passed_over(parent, entry))
        for entry in sorted(names):
            path = Path(parent, entry)
            uri = f"{folder.name or shown}/{path.relative_to(folder).as_posix()}"
            if not entry.startswith("."):
                files.extend(_entry(path, uri))
    yield from files
    for error in unreadable:
        path = Path(str(error.filename))
        label = f"{folder.name or shown}/{path.relative_to(folder).as_posix()}".removesuffix("/.")
        yield _problem(str(path), label, "The folder cannot be read; check its permissions.", "unreadable", error)
    if not files and not unreadable:
        yield _problem(str(folder), folder.name or shown, "The folder holds no files.", "empty")


def _is_passed_over(parent: str, folder: str) -> bool:
    """The default data folder lies where people start `ingest .`, and holds no documents of theirs."""
    return folder.startswith(".") or os.path.exists(os.path.join(parent, folder, FILE_NAME))


def _entry(path: Path, uri: str) -> list[Item]:
    """What a folder lists under this name; nothing for a device, a pipe, or a link that leads nowhere."""
    try:
        return _file(path, uri) if path.is_file() else []
    except OSError as error:  # the folder may be listed, but not entered
        return [_problem(str(path), uri, "The file cannot be read; check its permissions.", "unreadable", error)]


def _file(path: Path, uri: str) -> list[Item]:
    """The file, or, if it is an archive, the files in it."""
    if (members := archive_items(path, printable(uri))) is not None:
        return members
    item = Item(Origin(path.as_uri(), printable(uri), printable(path.name)), partial(read_bytes, path))
    return [item]


def _problem(source: str, uri: str, sentence: str, code: str, cause: Exception | None = None) -> Item:
    problem = ItemRejected(sentence, code=code)
    problem.__cause__ = cause
    return Item.refused(Origin(storable(source), printable(uri), printable(uri)), problem)
