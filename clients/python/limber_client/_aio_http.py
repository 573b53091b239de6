"""One HTTP/1.1 exchange over asyncio streams (RFC 9112): what the standard library has no client for."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import AsyncIterator, Dict, NamedTuple, Optional

from . import _calls as calls
from ._calls import Address, Call

_CHUNK_BYTES = 64 * 1024


class BrokenAnswer(Exception):
    """It is not HTTP, or it ends in the middle."""


class Answer(NamedTuple):
    status: int
    headers: Dict[str, str]
    body: AsyncIterator[bytes]

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.body])


@contextlib.asynccontextmanager
async def exchange(
    at: Address, call: Call, ssl_context: Optional[ssl.SSLContext]
) -> AsyncIterator[Answer]:
    """Sends it and gives the answer; the connection is closed behind it."""
    tls = (ssl_context or ssl.create_default_context()) if at.scheme == "https" else None
    reader, writer = await _within(asyncio.open_connection(at.host, at.port, ssl=tls))
    try:
        target, headers, body = calls.message(at, call)
        lines = [f"{call.method} {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b""))
        await _within(writer.drain())
        status, received = await _head(reader)
        yield Answer(status, received, _body(reader, received, status))
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _head(reader: asyncio.StreamReader):
    first = (await _line(reader)).split(" ", 2)
    if len(first) < 2 or not first[1].isdigit():
        raise BrokenAnswer("it does not answer in HTTP")
    headers: Dict[str, str] = {}
    while True:
        line = await _line(reader)
        if line == "":
            return int(first[1]), headers
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()


async def _body(
    reader: asyncio.StreamReader, headers: Dict[str, str], status: int
) -> AsyncIterator[bytes]:
    if status == 204:
        return
    if headers.get("transfer-encoding", "").lower() == "chunked":
        async for chunk in _chunked(reader):
            yield chunk
        return
    left = int(headers.get("content-length", "0"))
    while left > 0:
        chunk = await _within(reader.read(min(left, _CHUNK_BYTES)))
        if not chunk:
            raise BrokenAnswer("the answer ended in the middle")
        left -= len(chunk)
        yield chunk


async def _chunked(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        size = int((await _line(reader)).split(";")[0], 16)
        if size == 0:
            return
        while size > 0:
            chunk = await _within(reader.read(min(size, _CHUNK_BYTES)))
            if not chunk:
                raise BrokenAnswer("the answer ended in the middle")
            size -= len(chunk)
            yield chunk
        await _line(reader)


async def _line(reader: asyncio.StreamReader) -> str:
    line = await _within(reader.readline())
    if not line.endswith(b"\n"):
        raise BrokenAnswer("the answer ended in the middle")
    return line.decode("latin-1").rstrip("\r\n")


async def _within(waiting):
    """Not ``asyncio.wait_for``: before 3.12 that forgets a cancellation that comes with the result."""
    task = asyncio.ensure_future(waiting)
    try:
        done, _ = await asyncio.wait({task}, timeout=calls.READ_TIMEOUT)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if not done:
        task.cancel()
        raise BrokenAnswer("no answer in time")
    return task.result()
