"""A wire that answers in place of what stands behind it, so that no client can read it, with everything that it was sent."""

import asyncio
import contextlib
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from urllib.parse import quote

from tests.domain.test_secrets import CODED, ENCODINGS

Garble = Callable[[str], bytes]


def _answer(status: str, body: str, kind: str = "application/json", more: str = "") -> bytes:
    data = body.encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{more}\r\n".encode()
        + data
    )


def written(secret: str) -> dict[str, str]:
    """A secret in every encoding."""
    return {name: write(secret) for name, write in {**ENCODINGS, **CODED}.items()}


def _all(secret: str) -> str:
    return "\n".join(written(secret).values())


GARBLES: dict[str, Garble] = {
    "a bad header line": lambda it: f"HTTP/1.1 200 OK\r\nBad {it} line\x01\r\nX: {it}\r\n\r\n".encode(),
    "a status line that is none": lambda it: f"{it} nonsense\r\n\r\n".encode(),
    "a double Content-Length": lambda it: (
        f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\nX-Echo: {it}\r\n\r\nno".encode()
    ),
    "a bad chunk": lambda it: f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{it}\r\nno\r\n".encode(),
    "a header over 8 kB": lambda it: (
        f"HTTP/1.1 200 OK\r\nX-Echo: {it * (20_000 // len(it))}\r\n\r\n".encode()
    ),
    "half of an answer": lambda it: f"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{it}".encode(),
    "nothing": lambda _: b"",
    "a page": lambda it: _answer("200 OK", f"<html><body>{_all(it)}</body></html>", "text/html"),
    "a proxy's page": lambda it: _answer("502 Bad Gateway", f"<pre>{_all(it)}</pre>", "text/html"),
    "a redirect": lambda it: _answer("302 Found", "", more=f"Location: /login?token={quote(it)}&{it}\r\n"),
    "a wrong shape": lambda it: _answer("200 OK", json.dumps([it, _all(it)])),
    "another wrong shape": lambda it: _answer(
        "200 OK", json.dumps({"ok": it, "releases": _all(it), "total": it})
    ),
    "a refusal": lambda it: _answer(
        "200 OK", json.dumps({"ok": False, "error": f"bad {it}", "warning": it, "needed": it})
    ),
    "an error": lambda it: _answer(
        "500 Internal Server Error", json.dumps({"code": 500, "description": _all(it), "message": it})
    ),
    "an error in words": lambda it: _answer("400 Bad Request", _all(it), "text/plain"),
    "an escaped error": lambda it: _answer(
        "403 Forbidden", f'{{"message": "{ENCODINGS["in JSON with all of it escaped"](it)}", "code": 403}}'
    ),
}


class Garbler:
    """Listens in front of `port` of this machine. Where `garbling` holds of a path, the next of GARBLES is the answer."""

    def __init__(self, port: int, secrets: Sequence[str]) -> None:
        self._port = port
        self._turns: Iterator[tuple[str, str]] = itertools.cycle(itertools.product(GARBLES, secrets))
        self.garbling: Callable[[str], bool] = lambda _: False
        self.garbled: set[str] = set()
        self.paths: set[str] = set()
        self.address = ""

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=1 << 20)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()

    def has_garbled(self, *parts: str) -> bool:
        """Whether a path with each of these parts was answered so."""
        return all(any(part in path for path in self.paths) for part in parts)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            if self.garbling(path):
                await self._garble(path, head, reader, writer)
            else:
                await self._pass(head, reader, writer)
        writer.close()

    async def _garble(
        self, path: str, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if length := re.search(rb"(?i)content-length: (\d+)", head):
            await reader.readexactly(int(length[1]))
        name, secret = next(self._turns)
        self.garbled.add(name)
        self.paths.add(path.partition("?")[0])
        writer.write(GARBLES[name](secret))
        await writer.drain()

    async def _pass(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection, so that each is looked at; a WebSocket goes on as one."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        if b"upgrade: websocket" not in head.lower():
            head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
            head = head[:-2] + b"Connection: close\r\n\r\n"
        back.write(head)
        onward = asyncio.create_task(_pump(reader, back))
        await _pump(there, writer)
        onward.cancel()
        back.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
