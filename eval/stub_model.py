"""A chat model that is none: it streams sentences of the passages it was given, at a steady pace.

It speaks as much of OpenAI's interface as the real client needs. In a process of its own, so that it takes no time from
what is measured but the processor's.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

SENTENCES = 3
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]{30,300}[.!?](?=\s)")
_PASSAGE = re.compile(r"<<\w+>>\n(.*?)\n<<", re.DOTALL)


@contextmanager
def stub_model(seconds: float) -> Iterator[str]:
    """The address of a stub that takes `seconds` for each answer, for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        port = listening.getsockname()[1]
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(listening, seconds), daemon=True)
        process.start()
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            process.join()


def words_of(prompt: str) -> list[str]:
    """Sentences of the first passage that a prompt holds, in words, each with the space after it."""
    passages = _PASSAGE.findall(prompt)
    sentences = _SENTENCE.findall(f"{passages[0]}\n" if passages else "")[:SENTENCES]
    return [f"{word} " for word in " ".join(sentences).split()] or ["NONE"]


def _serve(listening: socket.socket, seconds: float) -> None:
    asyncio.run(_listen(listening, seconds))


async def _listen(listening: socket.socket, seconds: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(reader, writer, seconds)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whoever asked needs no answer any more
        finally:
            writer.close()

    server = await asyncio.start_server(answer, sock=listening, limit=1 << 20)
    await server.serve_forever()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = json.loads(await reader.readexactly(int(length[1]) if length else 0))
    begun = asyncio.get_running_loop().time()
    words = words_of("\n".join(str(message["content"]) for message in body["messages"] if message["role"] == "user"))
    writer.write(_HEAD)
    for number, word in enumerate(words, 1):
        # By the clock, so that a busy machine makes no answer longer than it was meant to be.
        await asyncio.sleep(begun + seconds * number / len(words) - asyncio.get_running_loop().time())
        writer.write(_chunk(word))
        await writer.drain()
    writer.write(b"data: [DONE]\n\n")
    await writer.drain()


def _chunk(text: str) -> bytes:
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "stub", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()
