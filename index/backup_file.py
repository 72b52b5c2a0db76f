"""The file of a backup: a zip archive of the database, the uploaded files that wait and the originals, with a manifest.

Whoever reads one trusts nothing in it: it may be cut short, altered, or made to do harm.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import BackupUnusable, StorageFull
from index.sqlite import FILE_NAME

FORMAT = 2
"""Raised when an older program could not read the file any more. Ours reads the older ones, too."""
MANIFEST = "manifest.json"
UPLOADS = "uploads"
ORIGINALS = "originals"
LARGEST_MANIFEST = 64 << 20
"""Bytes; each file that waits takes about 130 of them."""

_ENTRY = re.compile(rf"{re.escape(FILE_NAME)}|{UPLOADS}/[0-9a-f]{{32}}|{ORIGINALS}/[0-9a-f]{{64}}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One file of a backup; `bytes` and `sha256` are of its content, not of how it is packed."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `schema` is the newest migration, `rows` counts each table's, `made_at` is UTC."""

    format: int
    program: str
    schema: str
    made_at: str
    rows: Mapping[str, int]
    files: tuple[PackedFile, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


def pack(archive: zipfile.ZipFile, name: str, path: Path) -> PackedFile:
    """Add a file under this name."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return PackedFile(name, size, digest.hexdigest())


def read_backup(path: Path, into: Path | None = None) -> Manifest:
    """Check every entry of a backup against its manifest and, given a folder, unpack them there.

    Raises `BackupUnusable` where anything is missing, too much, altered, or of a newer program; `StorageFull` where
    the folder's disk has no room for what the manifest tells.
    """
    with _opened(path) as archive:
        manifest = _manifest(archive)
        _check_entries(archive, manifest)
        if into is not None:
            _check_room(into, manifest)
            for name in (UPLOADS, ORIGINALS):
                (into / name).mkdir(mode=0o700)
        for file in manifest.files:
            _unpack(archive, file, into)
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as error:
        raise BackupUnusable(f"{path.name} is no backup of missiondesk, or is damaged: {error}.") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as file:
            content = file.read(LARGEST_MANIFEST + 1)
        if len(content) > LARGEST_MANIFEST:
            raise BackupUnusable("The backup's manifest is larger than any that missiondesk writes.")
        told = json.loads(content)
        if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] > FORMAT:
            raise BackupUnusable(
                f"The backup was made by a newer missiondesk ({told.get('program')!s:.20}). Update the program first.",
                code="backup_newer",
            )
        manifest = Manifest(**{**told, "files": tuple(PackedFile(**file) for file in told["files"])})
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BackupUnusable("The file has no manifest of missiondesk: it is no backup.") from error
    if not _is_sound(manifest):
        raise BackupUnusable("The backup's manifest makes no sense.")
    return manifest


def _is_sound(manifest: Manifest) -> bool:
    words = (manifest.program, manifest.schema, manifest.made_at)
    names = [file.name for file in manifest.files]
    return (
        manifest.format in range(1, FORMAT + 1)
        and all(isinstance(word, str) for word in words)
        and isinstance(manifest.rows, dict)
        and all(isinstance(name, str) and _ENTRY.fullmatch(name) for name in names)
        and names.count(FILE_NAME) == 1
        and len(set(names)) == len(names)
        and all(type(file.bytes) is int and file.bytes >= 0 for file in manifest.files)
        and all(isinstance(file.sha256, str) and _SHA256.fullmatch(file.sha256) for file in manifest.files)
        # An original is found by the hash of its content.
        and all(file.name == f"{ORIGINALS}/{file.sha256}" for file in manifest.files if file.name.startswith(ORIGINALS))
    )


def _check_entries(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Exactly the manifest's files, each once, as plain files of the size it tells."""
    sizes = {file.name: file.bytes for file in manifest.files}
    entries = Counter(info.filename for info in archive.infolist())
    if entries != Counter([MANIFEST, *sizes]):
        odd = next(iter((entries - Counter([MANIFEST, *sizes])) or (Counter(sizes) - entries)))
        raise BackupUnusable(f"The backup does not hold just what its manifest says: {odd[:80]!r}.")
    for info in archive.infolist():
        plain = stat.S_IFMT(info.external_attr >> 16) in {0, stat.S_IFREG} and not info.flag_bits & 1
        if not plain or sizes.get(info.filename, info.file_size) != info.file_size:
            raise BackupUnusable(f"The backup's entry {info.filename} is not what its manifest says.")


def _check_room(folder: Path, manifest: Manifest) -> None:
    needed = sum(file.bytes for file in manifest.files)
    if needed > shutil.disk_usage(folder).free:
        raise StorageFull(f"The backup takes {needed >> 20:,} MB when unpacked, and the disk has less. Make room.")


def _unpack(archive: zipfile.ZipFile, file: PackedFile, into: Path | None) -> None:
    digest = hashlib.sha256()
    target = os.open(into / file.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600) if into else None
    try:
        # It ends after the entry's stated size, which is the manifest's, whatever is packed.
        with archive.open(file.name) as source:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                if target is not None:
                    _write(target, chunk)
        if target is not None:
            os.fsync(target)
    finally:
        if target is not None:
            os.close(target)
    if digest.hexdigest() != file.sha256:
        raise BackupUnusable(f"The backup is damaged: {file.name} has another content than when it was made.")


def _write(target: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(target, left) :]
