"""Whatever a server answers, nothing but errors of the bot's own tree comes out."""

import copy
import json
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.domain.errors import ReleaseBotError
from bot.domain.models import Environment, Kind, VersionReference
from bot.domain.ports import Clock
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion
from bot.zadig import Zadig, open_zadig
from bot.zadig.client import ONCE

ID = "66287b110b8b8a631910f5ae"
QA = Environment(key="qa", name="QA", production=False)
EXAMPLES = [
    json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "examples").glob("*.json"))
]
NEIGHBOURS: list[Any] = [
    {"projects": [{"project_key": "shop", "project_name": "Shop", "deploy_type": "k8s"}], "total": 1},
    [{"env_key": "qa", "envName": "QA", "registry_id": "r", "status": "running"}],
    {"services": [{"service_name": "cart", "containers": [{"name": "app", "image": "r/cart:1"}]}]},
    [{"registry_id": "r", "address": "https://r", "namespace": "n", "is_default": True}],
    [{"repo_name": "charts"}],
    {"type": "error", "code": 6560, "message": "m", "description": "d", "extra": {}},
    {"reason": "mfa_enrollment_required"},
]
LEAVES = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats()
    | some.text()
    | some.sampled_from(["success", "failed", "image", "chart", "K8SYaml", "HelmChart", "12", ""])
)
JSON = some.recursive(
    LEAVES, lambda child: some.lists(child, max_size=4) | some.dictionaries(some.text(), child, max_size=4)
)


@some.composite
def almost_right(draw: some.DrawFn) -> Any:
    """An answer as Zadig gives it, with a few values replaced or missing anywhere in it."""
    body = copy.deepcopy(draw(some.sampled_from([*EXAMPLES, *NEIGHBOURS])))
    for _ in range(draw(some.integers(0, 3))):
        body = _spoiled(draw, body)
    return body


def _spoiled(draw: some.DrawFn, value: Any) -> Any:
    if not isinstance(value, dict | list) or not value or draw(some.integers(0, 5)) == 0:
        return draw(JSON)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = draw(some.sampled_from(keys))
    if draw(some.integers(0, 5)) == 0:
        del value[key]
    else:
        value[key] = _spoiled(draw, value[key])
    return value


TYPES = some.sampled_from(["application/json", "text/html", "text/plain", "", "application/json; charset=x"])


@dataclass(frozen=True, kw_only=True)
class Anything(httpx.AsyncBaseTransport):
    """One answer to everything."""

    status: int
    content: bytes
    content_type: str

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = {"content-type": self.content_type}
        return httpx.Response(self.status, headers=headers, stream=httpx.ByteStream(self.content))


class StoppedClock(Clock):
    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


def everything(zadig: Zadig) -> list[Awaitable[Any]]:
    releases, catalog = zadig.releases, zadig.catalog
    return [
        releases.page("shop", number=1, size=20),
        releases.find("shop", "v14"),
        releases.show(VersionReference(project="shop", name="v14", id=ID)),
        releases.create(
            CreateVersion(project="shop", kind=Kind.K8S, version_name="v14", environment="qa", registry="r")
        ),
        releases.retry(RetryVersion(project="shop", version_name="v14", version_id=ID, kind=Kind.HELM)),
        releases.delete(DeleteVersion(project="shop", version_name="v14", version_id=ID)),
        catalog.projects(),
        catalog.environments("shop"),
        catalog.services("shop", QA),
        catalog.registries(),
        catalog.chart_repositories("shop"),
        zadig.diagnose(),
    ]


async def ask_everything(wire: Anything, dialect: str) -> None:
    async with open_zadig(
        url="http://zadig.test",
        token="a.b.c",
        clock=StoppedClock(),
        dialect=dialect,
        retry=ONCE,
        transport=wire,
    ) as zadig:
        for asking in everything(zadig):
            with suppress(ReleaseBotError):
                await asking


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=almost_right() | JSON,
    status=some.sampled_from([200, 200, 200, 201, 204, 302, 400, 403, 404, 405, 500, 502]),
    content_type=TYPES,
    dialect=some.sampled_from(["v1", "v2", "auto"]),
)
async def test_any_json_is_read_or_refused(body: Any, status: int, content_type: str, dialect: str) -> None:
    wire = Anything(status=status, content=json.dumps(body).encode(), content_type=content_type)
    await ask_everything(wire, dialect)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    content=some.binary(max_size=200),
    status=some.integers(100, 599).filter(lambda status: status >= 200),
    content_type=TYPES,
)
async def test_any_bytes_are_read_or_refused(content: bytes, status: int, content_type: str) -> None:
    await ask_everything(Anything(status=status, content=content, content_type=content_type), "v1")
