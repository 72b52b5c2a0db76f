"""Sidecars taken out of what was found, and what they say given to the files they are about."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import quote, unquote, urlsplit

from index.document import Audience
from index.errors import ItemRejected
from ingest.files import read_bytes
from ingest.item import Item
from ingest.origin import WITHIN, Origin
from ingest.stated import NOTHING_STATED, Stated

if TYPE_CHECKING:
    from ingest.sidecar import Sidecar

NAMES = ("metadata.csv", "metadata.yaml", "metadata.yml")
_FILE = "file:///"
_INTERNAL = Stated(audience=Audience.INTERNAL)


class _Parsing(Protocol):
    def parse_sidecar(self, data: bytes, name: str) -> Sidecar: ...

    def unusable(self, reason: str) -> Sidecar: ...

    def file_key(self, name: str) -> str: ...


def described(items: Sequence[Item], audience: Audience) -> list[Item]:
    """The items without sidecars, each with what the sidecars around it say, and an item for each fault in them.

    A nearer sidecar goes before one further up, but the least audience of all holds. One above the folder or file that
    was named only counts for files that it names. Web pages have none: their site would describe itself.
    """
    folders = _Folders(items)
    told = [
        replace(item, origin=folders.describe(item.origin)) for item in items if not _is_sidecar(item.origin.source)
    ]
    return [*told, *folders.faults(audience)]


@dataclass(frozen=True, slots=True)
class _Described:
    """A folder's sidecar. `near`: it or a file beside it was named to be ingested. `missing`: rows without a file."""

    origin: Origin
    sidecar: Sidecar
    near: bool
    missing: tuple[str, ...]

    def said(self, file: str) -> Stated:
        row = self.sidecar.rows.get(file)
        if row is not None:
            return row
        # A row that was to make a file internal, and names none, was meant for one of those without a row.
        astray = any(self.sidecar.rows[name].audience is Audience.INTERNAL for name in self.missing)
        return _INTERNAL if self.near and (astray or not self.sidecar.whole) else NOTHING_STATED


class _Folders:
    """The sidecars by the source of their folder, which ends with a slash."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._sources = [item.origin.source for item in items if not _is_sidecar(item.origin.source)]
        self._sidecars: dict[str, _Described] = {}
        found: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            if _is_sidecar(item.origin.source):
                found[_folder(item.origin.source)].append(item)
        for folder, sidecars in found.items():
            self._sidecars[folder] = self._parsed(folder, sidecars, near=True)
        own = {_folder(source) for source in self._sources if source.startswith(_FILE)}
        above = {outer for folder in own for outer in _prefixes(folder)} - own
        for folder in own - self._sidecars.keys():
            self._look_up(folder, near=True)
        for folder in above - self._sidecars.keys():
            self._look_up(folder, near=False)

    def describe(self, origin: Origin) -> Origin:
        """The origin with what the sidecars around it say, the nearest last."""
        stated = origin.stated
        for folder in _prefixes(origin.source) if self._sidecars else ():
            if (described := self._sidecars.get(folder)) is not None:
                for name in _with_archives(origin.source.removeprefix(folder)):
                    said = described.said(_key(name))
                    stated = _over(stated, replace(said, translation_of=_target(folder, said.translation_of)))
        return replace(origin, stated=stated)

    def faults(self, audience: Audience) -> Iterator[Item]:
        """What is wrong with the sidecars near the items."""
        for folder, described in self._sidecars.items():
            if not described.near:
                continue
            for sentence in (*described.sidecar.faults, *self._misnamed(folder, described)):
                yield _fault(described.origin, sentence, "bad_metadata")
            rows = described.sidecar.rows.values()
            if audience is Audience.INTERNAL and any(row.audience is Audience.PUBLIC for row in rows):
                sentence = "It calls files public, but this run is for internal documents: they stay internal."
                yield _fault(described.origin, sentence, "not_widened")

    def _misnamed(self, folder: str, described: _Described) -> Iterator[str]:
        if not any(source.startswith(folder) for source in self._sources):
            yield "It describes the files beside it: ingest its folder."
        for name in described.missing:
            yield f"It describes {name}, and there is no such file."
        originals = {row.translation_of for row in described.sidecar.rows.values() if row.translation_of is not None}
        for name in sorted(originals):
            if not _is_address(name) and self._missing(folder, [_key(name)]):
                yield f"It calls {name} the original of a translation, and there is no such file."

    def _look_up(self, folder: str, *, near: bool) -> None:
        path = _path(folder)
        found = [
            Item(Origin(folder + name, f"{path.name}/{name}", name), partial(read_bytes, path / name))
            for name in NAMES
            if os.path.isfile(path / name)
        ]
        if found:
            self._sidecars[folder] = self._parsed(folder, found, near)

    def _parsed(self, folder: str, items: Sequence[Item], near: bool) -> _Described:
        """The folder's sidecar; two of them leave open which one holds."""
        parsing, origin = _parsing(), items[0].origin
        try:
            if len(items) > 1:
                names = " and ".join(item.origin.name for item in items[:2])
                raise ItemRejected(f"{names} lie in one folder: keep one of them.")
            sidecar = parsing.parse_sidecar(items[0].load(), origin.name.casefold())
        except ItemRejected as error:
            sidecar = parsing.unusable(error.message)
        return _Described(origin, sidecar, near, tuple(self._missing(folder, sidecar.rows)))

    def _missing(self, folder: str, names: Iterable[str]) -> list[str]:
        """Those of these names that are neither among the items nor on the disk."""
        listed = {_key(source.removeprefix(folder)) for source in self._sources if source.startswith(folder)}
        return [name for name in names if name not in listed and not os.path.isfile(_path(folder) / name)]


def _over(outer: Stated, inner: Stated) -> Stated:
    said = {f.name: value for f in fields(inner) if (value := getattr(inner, f.name))}
    if outer.audience is Audience.INTERNAL:
        said["audience"] = Audience.INTERNAL
    return replace(outer, **said)


def _fault(origin: Origin, sentence: str, code: str) -> Item:
    source = f"{origin.source}#{quote(sentence)}"
    return Item.refused(Origin(source, origin.uri, origin.name), ItemRejected(sentence, code=code))


def _is_sidecar(source: str) -> bool:
    return source.startswith(_FILE) and source.removeprefix(_folder(source)).casefold() in NAMES


def _is_address(name: str) -> bool:
    return urlsplit(name).scheme in {"http", "https"}


def _target(folder: str, name: str | None) -> str | None:
    """The source of the document that a row calls the original: an address, or a file of the folder."""
    return name if name is None or _is_address(name) else folder + quote(_key(name))


def _prefixes(source: str) -> list[str]:
    """The folders that a file, or a folder, lies in, the furthest first; it itself if it is a folder."""
    if not source.startswith(_FILE):
        return []
    return [source[: place + 1] for place in range(len(_FILE) - 1, len(source)) if source[place] in f"/{WITHIN}"]


def _folder(source: str) -> str:
    return source[: max(source.rfind("/"), source.rfind(WITHIN)) + 1]


def _with_archives(name: str) -> list[str]:
    """The archives that a file lies in, from the outermost, and the file: what is said of an archive is said of all."""
    return [*(name[:place] for place, character in enumerate(name) if character == WITHIN), name]


def _path(folder: str) -> Path:
    return Path(unquote(urlsplit(folder).path))


def _key(name: str) -> str:
    return _parsing().file_key(unquote(name))


def _parsing() -> _Parsing:
    """Reading sidecars takes libraries that a run without them must not wait for."""
    return cast(_Parsing, import_module("ingest.sidecar"))
