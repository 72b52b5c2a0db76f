"""Files that people sent: kept under names of our own until they are read. Their own names are only ever shown."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote

from index.document import Audience
from index.errors import LibraryUnusable, StorageFull
from index.upload_parts import UploadParts
from ingest.archive import archive_items
from ingest.described import described
from ingest.files import read_bytes
from ingest.item import Item
from ingest.origin import WITHIN, Origin

LONGEST_NAME = 200
"""Characters of a file's name that are kept; its ending is among them, because it helps to tell what the file is."""
YOUNG_SECONDS = 3600.0
"""Age below which a file without a job is left alone: its job may be about to be made."""

_SEPARATORS = re.compile(r"[/\\]+")
_STORED = re.compile(r"[0-9a-f]{32}")


class Uploads:
    """The folder of files that wait to be read, with a copy of each where workers on other machines find it."""

    def __init__(self, folder: Path, shared: UploadParts | None = None) -> None:
        self._folder = folder
        self._shared = shared

    def keep(self, file: BinaryIO) -> str:
        """Write a file to disk, from where it stands to its end, and return the name it has there.

        Raises `StorageFull` or `LibraryUnusable`, leaving nothing behind.
        """
        stored = secrets.token_hex(16)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with (self._folder / stored).open("xb") as target:
                shutil.copyfileobj(file, target)
                target.flush()
                # The caller is told that the file will be read, also after the power has failed.
                os.fsync(target.fileno())
        except OSError as error:
            self.discard(stored)
            raise unusable(error) from error
        if self._shared is not None:
            # Whoever works on it fetches it from there; this machine may have no worker that would remove it here.
            self._shared.put(stored, self._folder / stored)
            (self._folder / stored).unlink()
        return stored

    def items(self, stored: str, source: str, audience: Audience) -> list[Item]:
        """What the kept file holds: itself, or the files in it if it is an archive, with what sidecars in it say.

        `source` is the uploaded document's (see `upload_source`), `audience` the one that it is read for.
        """
        name = unquote(source.partition("/")[2])
        path = (self._folder / stored).resolve()
        if self._shared is not None and not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            self._shared.fetch(stored, path)
        members = archive_items(path, name)
        if members is None:
            return [Item(Origin(source, name, name.rpartition("/")[2]), partial(read_bytes, path))]
        own = path.as_uri()
        return [replace(item, origin=_uploaded(item.origin, own, source)) for item in described(members, audience)]

    def discard(self, stored: str) -> None:
        """Remove a kept file; one that is gone already is no mistake."""
        (self._folder / stored).unlink(missing_ok=True)
        if self._shared is not None:
            self._shared.discard(stored)

    def sweep(self, needed: Collection[str]) -> None:
        """Remove what no job needs any more, such as after a request or a process that ended in the middle."""
        if self._shared is not None:
            self._shared.sweep(needed, timedelta(seconds=YOUNG_SECONDS))
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.name not in needed and _STORED.fullmatch(path.name) and _age(path) > YOUNG_SECONDS:
                self.discard(path.name)


def unusable(error: OSError) -> LibraryUnusable:
    """What it means that an upload could not be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull("The disk that uploads are written to is full. Make room and try again.")
    return LibraryUnusable(f"Uploads cannot be written: {error.strerror}.")


def shown_name(given: str) -> str:
    """A name fit to be shown, from one that anybody may have chosen: no way up, no control or direction characters.

    Folders in front stay, so that two files of the same name in one upload can be told apart.
    """
    parts = [part.strip() for part in _SEPARATORS.split(given)]
    name = "/".join(part for part in parts if part.strip("."))
    name = "".join(character if character.isprintable() else "_" for character in name) or "unnamed"
    if len(name) <= LONGEST_NAME:
        return name
    ending = name[name.rfind(".") :] if "." in name[-12:] else ""
    return f"{name[: LONGEST_NAME - len(ending) - 1]}…{ending}"


def upload_source(collection: str, name: str) -> str:
    """What identifies an uploaded document: its name within its collection. Sent again, it is a new version."""
    return f"upload:{quote(collection, safe='')}/{quote(name)}"


def file_source(source: str) -> str:
    """The source of the uploaded file that is, or holds, the document of this source."""
    return source.partition(WITHIN)[0]


def _uploaded(origin: Origin, own: str, source: str) -> Origin:
    """The origin below the uploaded file's source instead of below the place where the file is kept."""
    original = origin.stated.translation_of
    if original is not None and original.startswith(own):
        original = source + original.removeprefix(own)
    stated = replace(origin.stated, translation_of=original)
    return replace(origin, source=source + origin.source.removeprefix(own), stated=stated)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
