"""Real processes of the bot: started, killed, frozen, stopped, looked at, and one address in front of all of them."""

import asyncio
import itertools
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.faults.striking import SIGNALS

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(kw_only=True)
class Replica:
    """One `python -m bot serve`. Its lines are in `log`; `ends` are the exit statuses of its lives (negative: the signal)."""

    name: str
    environment: Mapping[str, str]
    directory: Path
    port: int = field(default_factory=free_port)
    ends: list[int] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> Path:
        return self.directory / f"{self.name}.log"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self, **more: str) -> None:
        """Begin a life; `more` is added to its environment. Does not wait until it serves."""
        assert not self.alive, f"{self.name} lives"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **self.environment,
            **more,
        }
        with self.log.open("ab") as lines:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.faults.striking" if SIGNALS.keys() & environment.keys() else "bot",
                "serve",
                cwd=self.directory,
                env=environment,
                stderr=lines,
                stdout=lines,
            )

    async def serving(self, seconds: float = 120) -> None:
        """Wait until it answers. AssertionError if it does not, or dies."""
        end = time.monotonic() + seconds
        while await self.asked("/healthz") is None:
            assert self.alive, f"{self.name} died: {self.last_lines()}"
            assert time.monotonic() < end, f"{self.name} never served: {self.last_lines()}"
            await asyncio.sleep(0.05)

    async def asked(self, path: str, seconds: float = 5) -> httpx.Response | None:
        """The answer to a GET; None without one."""
        try:
            async with httpx.AsyncClient(timeout=seconds, trust_env=False) as client:
                return await client.get(self.address + path)
        except httpx.HTTPError:
            return None

    async def ended(self, seconds: float = 60) -> int:
        """Wait for its end; the exit status, negative for a signal."""
        assert self._process is not None
        async with asyncio.timeout(seconds):
            status = await self._process.wait()
        self._process = None
        self.ends.append(status)
        return status

    async def kill(self) -> None:
        if self.alive:
            self.signal(signal.SIGKILL)
        if self._process is not None:
            await self.ended()

    async def stop(self) -> tuple[int, float]:
        """Ask it to stop; its exit status, and how many seconds it took."""
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        return await self.ended(), time.monotonic() - started

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    @property
    def frozen(self) -> bool:
        """Whether it has been stopped by SIGSTOP."""
        return self.alive and Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    @property
    def megabytes(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    @property
    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))

    def last_lines(self, count: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Balancer:
    """A tiny ASGI proxy: each request goes to the next replica that takes it, as a load balancer would do it."""

    def __init__(self, replicas: list[Replica]) -> None:
        self._replicas = replicas
        self._turn = itertools.count()
        self._client = httpx.AsyncClient(timeout=10, trust_env=False, limits=httpx.Limits(keepalive_expiry=2))
        self.served: list[str] = []

    async def aclose(self) -> None:
        await self._client.aclose()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI, for requests that have a body."""
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, headers, content = await self._passed_on(scope, bytes(body))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _passed_on(self, scope: Any, body: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        headers = [pair for pair in scope["headers"] if pair[0] not in (b"host", b"connection")]
        first = next(self._turn)
        for number in range(len(self._replicas)):
            replica = self._replicas[(first + number) % len(self._replicas)]
            if not replica.alive or replica.frozen:
                continue
            try:
                answer = await self._client.request(
                    scope["method"], replica.address + scope["path"], content=body, headers=headers
                )
            except httpx.ConnectError:
                continue
            except httpx.HTTPError:
                break
            self.served.append(replica.name)
            kept = [
                pair
                for pair in answer.headers.raw
                if pair[0].lower() in (b"content-type", b"x-slack-no-retry")
            ]
            return answer.status_code, kept, answer.content
        return 502, [], b"nobody there"
