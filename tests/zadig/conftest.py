"""A scripted wire under the real client, a clock that only tests move, and the documentation's example answers."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.domain.ports import Clock
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import Client, Retry
from bot.zadig.dialects.v1 import V1
from bot.zadig.dialects.v2 import V2
from bot.zadig.server import Server
from bot.zadig.transport import Exchange, Transport
from bot.zadig.workflow_tasks import WorkflowTasks

EXAMPLES = Path(__file__).parent / "examples"
TOKEN = "header.payload.signature"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server answers: JSON, or bytes of some content type."""

    status: int = 200
    body: Any = None
    content: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> httpx.Response:
        content = json.dumps(self.body).encode() if self.content is None else self.content
        headers = {"content-type": self.content_type} if self.content_type else {}
        return httpx.Response(self.status, stream=httpx.ByteStream(content), headers=headers | self.headers)


Scripted = Reply | Exception


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Answers in the order of the script, the last entry for ever, and remembers what was asked."""

    script: list[Scripted] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def answers(self, *script: Scripted) -> None:
        self.script = list(script)

    def says(self, *bodies: Any) -> None:
        """200 with these JSON bodies."""
        self.script = [Reply(body=body) for body in bodies]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        now = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(now, Exception):
            raise now
        return now.response()

    @property
    def lines(self) -> list[str]:
        """Verb and target of every request, as they went out."""
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def sent(self) -> Any:
        """The JSON body of the only request."""
        (request,) = self.requests
        return json.loads(request.content)


@dataclass
class TestClock(Clock):
    """Stands still until it is told to sleep or to step."""

    __test__ = False
    time: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return datetime.fromtimestamp(1_713_928_977 + self.time, UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def exchanges() -> list[Exchange]:
    """What metrics are told."""
    return []


@pytest.fixture
async def client(wire: Wire, clock: TestClock, exchanges: list[Exchange]) -> AsyncIterator[Client]:
    transport = Transport(
        "http://zadig.test", TOKEN, clock=clock, transport=wire, on_request=exchanges.append
    )
    yield Client(transport=transport, retry=Retry(sleep=clock.sleep, rng=lambda: 1.0))
    await transport.aclose()


@pytest.fixture
def catalog(client: Client) -> ZadigCatalog:
    return ZadigCatalog(client=client)


@pytest.fixture
def v1(client: Client) -> V1:
    return V1(client=client, catalog=ZadigCatalog(client=client))


@pytest.fixture
def v2(client: Client, catalog: ZadigCatalog) -> V2:
    return V2(
        client=client, catalog=catalog, tasks=WorkflowTasks(client=client), server=Server(client=client)
    )


@pytest.fixture
def example() -> Callable[[str], Any]:
    """An example answer by the name of its file."""
    return lambda name: json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def reply() -> type[Reply]:
    """The builder of scripted answers."""
    return Reply
