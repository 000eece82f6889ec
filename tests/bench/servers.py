"""Separate processes to measure: started on a port of the loopback interface, pinned to a processor, and stopped."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx

from tests.bench.measuring import processor_seconds
from tests.bench.worlds import World

ROOT = Path(__file__).parents[2]
# The server has a processor of its own where there are two; everything around it shares the other.
SERVER_CPU, CLIENT_CPU = 0, 1
SECRET = "bench-signing-secret"
START_SECONDS = 60
# A process that computes less than this share of the time has nothing to do.
IDLE_SHARE, IDLE_SECONDS = 0.05, 0.4


class Bare(StrEnum):
    """The baselines that acknowledge and do nothing else; the words are those of the table."""

    BOLT = "Bolt"
    BOLT_BEFORE = "Bolt, process_before_response"
    STARLETTE = "a Starlette route that verifies"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A process that listens."""

    pid: int
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str) -> Any:
        """The JSON under a path."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(self.address + path)).json()

    async def idle(self) -> None:
        """Wait until it has nothing left to do."""
        busy = IDLE_SECONDS
        while busy > IDLE_SHARE * IDLE_SECONDS:
            before = processor_seconds(self.pid)
            await asyncio.sleep(IDLE_SECONDS)
            busy = processor_seconds(self.pid) - before


def pin(cpu: int) -> None:
    """Keep this process on one processor, if there are several."""
    if cpu in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {cpu})


@asynccontextmanager
async def started(
    *arguments: str,
    port: int,
    environment: Mapping[str, str] | None = None,
    cpu: int = SERVER_CPU,
) -> AsyncIterator[Server]:
    """`python <arguments>` from when it listens on the port until the block ends."""
    process = await spawned(*arguments, environment=environment, cpu=cpu)
    try:
        await _listening(port, process)
        yield Server(pid=process.pid, port=port)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def spawned(
    *arguments: str, environment: Mapping[str, str] | None = None, cpu: int = SERVER_CPU
) -> asyncio.subprocess.Process:
    """`python <arguments>`, whose standard output can be read; BENCH_LOUD=1 shows what it complains about."""
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=inherited | dict(environment or {}),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if os.environ.get("BENCH_LOUD") else asyncio.subprocess.DEVNULL,
        preexec_fn=lambda: pin(cpu),
    )


async def printed(*arguments: str) -> str:
    """What `python <arguments>` prints before it ends. AssertionError if it fails."""
    process = await spawned(*arguments)
    text, _ = await process.communicate()
    assert process.returncode == 0, "it has failed; BENCH_LOUD=1 shows why"
    return text.decode()


async def _listening(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            assert process.returncode is None, "the server has ended; BENCH_LOUD=1 shows why"
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.002)
            else:
                writer.close()
                return


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@asynccontextmanager
async def outside(world: World) -> AsyncIterator[Server]:
    """A Slack and a Zadig that do next to nothing; see `outsiders`."""
    port = free_port()
    arguments = ("-m", "tests.bench.outsiders", str(port), world.pack())
    async with started(*arguments, port=port, cpu=CLIENT_CPU) as server:
        yield server


@asynccontextmanager
async def bare(kind: Bare, around: Server) -> AsyncIterator[Server]:
    """An app that only acknowledges."""
    port = free_port()
    arguments = ("-m", "tests.bench.bare_apps", str(port), kind.value, f"{around.address}/api/")
    async with started(*arguments, port=port) as server:
        yield server


@asynccontextmanager
async def whole_bot(around: Server, database: str, **more: str) -> AsyncIterator[Server]:
    """`python -m bot serve`, as people run it, against the outsiders; `more` is added to its environment."""
    port = free_port()
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{around.address}/api/",
        "ZADIG_URL": f"{around.address}/zadig",
        "ZADIG_TOKEN": "bench",
        "ZADIG_DIALECT": "v1",
        "DATABASE_URL": database,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "LOG_LEVEL": "WARNING",
        **more,
    }
    async with started("-m", "bot", "serve", port=port, environment=environment) as server:
        yield server
