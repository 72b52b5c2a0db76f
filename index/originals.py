"""The files that documents were read from, kept beside the library under the hash of their content.

A file is written under a name of its own first, and gets its place in the transaction that stores its document; one
that no document has any more is removed while the right to write is held. So no two processes are in each other's
way, and whatever a process leaves behind that ends in between is found by `sweep`.

Where several machines share the library its database holds them too (`index.original_parts`), and a machine's folder is
what it has read or shown itself.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable
from pathlib import Path

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from index.database import writing
from index.document import Original
from index.durable import sync
from index.errors import LibraryUnusable, NotFound, StorageFull
from index.original_parts import OriginalParts
from index.tables import DocumentRow, OriginalRow

FOLDER = "originals"
LARGEST = 100 << 20
YOUNG_SECONDS = 3600.0
"""Age below which a file that has no place yet is left alone: its document may be about to be stored."""

_NAME = re.compile(r"[0-9a-f]{64}(\.[0-9a-f]{16})?")


class Originals:
    """The folder of originals. `kinds` are those of documents whose files are kept, as in `DocumentDraft.type`."""

    def __init__(
        self, folder: Path, kinds: Collection[str] = ("pdf",), largest: int = LARGEST,
        shared: OriginalParts | None = None,
    ) -> None:  # fmt: skip
        """`largest`: bytes of the largest file that is kept; `shared`: where the other machines find it."""
        self.folder = folder
        self.kinds = frozenset(kinds)
        self._largest = largest
        self._shared = shared

    def stage(self, data: bytes, kind: str | None) -> Original | None:
        """Write a file down for a document that will be stored; None where such files are not kept.

        Raises `StorageFull` or `LibraryUnusable`, leaving nothing behind.
        """
        if kind not in self.kinds or len(data) > self._largest:
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.folder / f"{sha256}.{secrets.token_hex(8)}"
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise StorageFull("The disk that originals are kept on is full. Make room and try again.") from error
            raise LibraryUnusable(f"Originals cannot be written: {error.strerror}.") from error
        return Original(sha256, len(data), path.name)

    def place(self, session: Session, document_id: str, original: Original) -> None:
        """Give a staged file its place, within the transaction that stores its document."""
        if original.staged is not None:
            os.replace(self.folder / original.staged, self.folder / original.sha256)
            sync(self.folder)
        if self._shared is not None:
            self._shared.put(session, original.sha256, self.folder / original.sha256)
        row = {"document_id": document_id, "sha256": original.sha256, "bytes": original.bytes}
        session.execute(insert(OriginalRow).values(row))

    def unstage(self, original: Original | None) -> None:
        """Forget a staged file whose document was not stored after all."""
        if original is not None and original.staged is not None:
            (self.folder / original.staged).unlink(missing_ok=True)

    def path(self, original: Original) -> Path:
        """Where the file is on this machine, which fetches it if another one has read it. Raises `NotFound`."""
        path = self.folder / original.sha256
        if self._shared is not None and not _has_size(path, original.bytes):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self._shared.fetch(original.sha256, path)
        if not _has_size(path, original.bytes):
            raise NotFound("The original of this document is not here any more.")
        return path

    def read(self, original: Original) -> bytes:
        """The content. Raises `NotFound` where the file is gone, or is not what was kept."""
        try:
            data = self.path(original).read_bytes()
        except OSError as error:
            raise NotFound("The original of this document is not here any more.") from error
        if hashlib.sha256(data).hexdigest() != original.sha256:
            raise NotFound("The original of this document is damaged.")
        return data

    def is_whole(self, original: Original) -> bool:
        """Whether the file is there, for every machine, with its size."""
        if self._shared is not None:
            return self._shared.size(original.sha256) == original.bytes
        return _has_size(self.folder / original.sha256, original.bytes)

    def drop_unused(self, engine: Engine, hashes: Iterable[str]) -> None:
        """Remove those of these files that no document has any more. To be called after the change is committed."""
        wanted = list(hashes)
        if not wanted:
            return
        with Session(writing(engine)) as session, session.begin():
            used = set(session.scalars(select(OriginalRow.sha256).where(OriginalRow.sha256.in_(wanted))))
            for sha256 in set(wanted) - used:
                (self.folder / sha256).unlink(missing_ok=True)
            if self._shared is not None:
                self._shared.discard(session, set(wanted) - used)

    def sweep(self, engine: Engine) -> None:
        """Remove what no document has, and what is of a kind that is not kept any more."""
        if self._shared is None and not self.folder.is_dir():
            return
        with Session(writing(engine)) as session, session.begin():
            kept = select(DocumentRow.id).where(DocumentRow.type.in_(self.kinds))
            session.execute(delete(OriginalRow).where(OriginalRow.document_id.not_in(kept)))
            used = set(session.scalars(select(OriginalRow.sha256)))
            if self._shared is not None:
                self._shared.sweep(session)
            for path in self.folder.iterdir() if self.folder.is_dir() else ():
                if not _NAME.fullmatch(path.name) or path.name in used:
                    continue
                if "." not in path.name or _age(path) > YOUNG_SECONDS:
                    path.unlink(missing_ok=True)


def original_of(session: Session, document_id: str) -> Original | None:
    """What is kept of a document."""
    row = session.get(OriginalRow, document_id)
    return Original(row.sha256, row.bytes) if row else None


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
