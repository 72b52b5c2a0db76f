"""Messages between the process that ingests and the children in which files are read."""

from __future__ import annotations

import io
import pickle
import struct
from typing import BinaryIO

_HEADER = struct.Struct(">Q")
_ANSWERS = {
    "datetime": {"date"},
    "index.document": {"Audience", "DocumentDraft", "Landmark", "PassageDraft", "Span"},
    "index.errors": {"ItemRejected"},
    "ingest.block": {"Block", "Reading"},
}
"""What an answer may hold besides plain values, by module."""


class PipeBroken(Exception):
    """The other end is gone, or what it said is no message."""


def send(stream: BinaryIO, message: bytes) -> None:
    """Raises `PipeBroken`."""
    try:
        stream.write(_HEADER.pack(len(message)))
        stream.write(message)
        stream.flush()
    except (OSError, ValueError) as error:
        raise PipeBroken from error


def receive(stream: BinaryIO) -> bytes | None:
    """The next message, or None where the stream ends before one begins. Raises `PipeBroken` within one."""
    header = _exactly(stream, _HEADER.size)
    if not header:
        return None
    if len(header) < _HEADER.size:
        raise PipeBroken
    (size,) = _HEADER.unpack(header)
    message = _exactly(stream, size)
    if len(message) < size:
        raise PipeBroken
    return message


def load_answer(message: bytes) -> object:
    """An answer's value. A child that a file has taken over can name no other class than those of a reading or draft.

    Raises `PipeBroken`.
    """
    try:
        return _Answers(io.BytesIO(message)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, IndexError, TypeError, ValueError) as error:
        raise PipeBroken from error


class _Answers(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if name not in _ANSWERS.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")
        return super().find_class(module, name)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """As many bytes, or fewer where the stream ends."""
    parts: list[bytes] = []
    while size and (part := stream.read(min(size, 1 << 20))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
