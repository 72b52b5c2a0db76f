"""Streamed chats with a server, many at a time, each timed to its first event and to its end."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CHAT_SECONDS = 120.0
_RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Chat:
    """Seconds from the request to the first event and to the last; `begun` counts from the start of all.

    `fault` says in a word why it counts as failed; a chat that fell back to verbatim words does. `refused` counts the
    connections that nobody took before one was made.
    """

    begun: float
    first: float
    whole: float
    fault: str | None
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """Where chats are asked, by whom, and for how many seconds a connection that is refused is tried again.

    A chat that is not whole after `longest` seconds has failed.
    """

    port: int
    keys: Sequence[str] = ()
    patience: float = 0.0
    longest: float = CHAT_SECONDS


async def chats(port: int, questions: Sequence[str], streams: int, seconds: float, spread: float) -> list[Chat]:
    """Keep so many chats going for so long; the first of each begin evenly over `spread` seconds.

    People do not all ask in the same moment; whoever has an answer asks again at once.
    """
    started = time.perf_counter()
    return await chats_while(
        Door(port), questions, streams, lambda: time.perf_counter() - started < seconds, spread, started
    )


async def chats_while(
    door: Door, questions: Sequence[str], streams: int, going_on: Callable[[], bool], spread: float, started: float
) -> list[Chat]:
    """The same for as long as it is `going_on`; `begun` counts from `started` (`perf_counter`)."""
    asked = itertools.cycle(questions)
    done: list[Chat] = []

    async def person(number: int) -> None:
        await asyncio.sleep(spread * number / streams)
        key = door.keys[number % len(door.keys)] if door.keys else ""
        while going_on():
            done.append(await _chat(door, next(asked), key, time.perf_counter() - started))

    await asyncio.gather(*(person(number) for number in range(streams)))
    return done


async def _chat(door: Door, question: str, key: str, begun: float) -> Chat:
    started = time.perf_counter()
    first = 0.0
    refused = 0
    received = b""
    try:
        async with asyncio.timeout(door.longest):
            while True:
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
                    break
                except ConnectionRefusedError:
                    if time.perf_counter() - started >= door.patience:
                        raise
                    refused += 1
                    await asyncio.sleep(_RETRY_SECONDS)
            writer.write(_request(door.port, question, key))
            while piece := await reader.read(65536):
                received += piece
                if not first and b"event: " in received:
                    first = time.perf_counter() - started
            writer.close()
    except OSError as error:
        return Chat(begun, first, time.perf_counter() - started, type(error).__name__, refused)
    return Chat(begun, first, time.perf_counter() - started, _fault(received), refused)


def _request(port: int, question: str, key: str) -> bytes:
    credential = f"Authorization: Bearer {key}\r\n" if key else ""
    body = json.dumps({"question": question}).encode()
    head = (
        f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\nConnection: close\r\n"
        f"{credential}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _fault(received: bytes) -> str | None:
    status = received.partition(b"\r\n")[0].split(b" ")[1:2]
    if status != [b"200"]:
        return f"status {status[0].decode() if status else 'none'}"
    if b"event: error" in received:
        return "error event"
    if b"event: answer" not in received:
        return "cut"
    return "model failed" if b'"reason":"model_failed"' in received else None
