"""A local Zadig whose clock stands still, and a client that talks to it in-process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.sandbox.zadig import STEADY, Clock, Zadig, build_app
from bot.sandbox.zadig.catalog import RELEASE_REGISTRY

RELEASES = "/openapi/delivery/releases"
NOON = 1_713_960_000.0

Json = dict[str, Any]


@dataclass
class Api:
    """Talks to one Zadig as one of its people; `wait` lets its time pass."""

    zadig: Zadig
    http: httpx.AsyncClient

    def wait(self, seconds: float) -> None:
        self.zadig.clock.advance(seconds)

    async def get(self, path: str = RELEASES, **query: Any) -> httpx.Response:
        return await self.http.get(path, params=query)

    async def post(self, path: str, body: Any = None, **query: Any) -> httpx.Response:
        return await self.http.post(path, json=body, params=query)

    async def control(self, what: str, **body: Any) -> Json:
        answer = await self.http.post(f"/_control/{what}", json=body)
        answer.raise_for_status()
        return dict(answer.json())

    async def versions(self, project: str = "shop") -> list[Json]:
        answer = await self.get(projectKey=project, pageNum=1, pageSize=100)
        return list(answer.json()["list"])

    async def listed(self, name: str, project: str = "shop") -> Json:
        return next(each for each in await self.versions(project) if each["version_name"] == name)

    async def shown(self, name: str, project: str = "shop") -> Json:
        """The whole answer to a look at the details, in the dialect that is spoken."""
        if self.zadig.dialect == "v2":
            answer = await self.get(f"{RELEASES}/detail", projectKey=project, versionName=name)
        else:
            version = await self.listed(name, project)
            answer = await self.get(f"{RELEASES}/{version['id']}", projectKey=project)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def create_k8s(self, **changes: Any) -> httpx.Response:
        return await self.post(f"{RELEASES}/k8s", k8s_body(**changes))

    async def create_helm(self, **changes: Any) -> httpx.Response:
        return await self.post(f"{RELEASES}/helm", helm_body(**changes))

    async def create_v2(self, **changes: Any) -> httpx.Response:
        return await self.post(f"{RELEASES}/k8s", v2_body(**changes))

    def as_person(self, account: str) -> "Api":
        """The same Zadig with somebody else's token."""
        person = self.zadig.person(account)
        assert person is not None
        self.http.headers["authorization"] = f"Bearer {person.token}"
        return self


def image(container: str = "cart", name: str = "cart", tag: str = "v14", **changes: Any) -> Json:
    return {"container_name": container, "image_name": name, "image_tag": tag} | changes


def k8s_body(**changes: Any) -> Json:
    """One version `v14` of the shop with two images, which take two seconds each."""
    body = {
        "project_key": "shop",
        "version_name": "v14",
        "env_name": "staging",
        "production": False,
        "desc": "Better carts",
        "labels": ["carts"],
        "image_registry_id": RELEASE_REGISTRY.id,
        "yaml_datas": [
            {"service_name": "cart", "image_datas": [image()]},
            {"service_name": "web", "image_datas": [image("web", "web")]},
        ],
    }
    return body | changes


def helm_body(**changes: Any) -> Json:
    """One version `2026.6` of the platform with two charts and no images."""
    body = {
        "project_key": "platform",
        "version_name": "2026.6",
        "env_name": "dev",
        "production": False,
        "desc": "Spring cleaning",
        "labels": ["quarterly"],
        "image_registry_id": RELEASE_REGISTRY.id,
        "chart_repo_name": "charts",
        "chart_datas": [
            {"service_name": "gateway", "version": "1.9.0"},
            {"service_name": "identity", "version": "1.9.0"},
        ],
    }
    return body | changes


def v2_image(container: str = "cart", name: str = "cart", tag: str = "v14", **changes: Any) -> Json:
    return {
        "container_name": container,
        "image_name": name,
        "source_image": f"registry.example.com/team/{name}:1.0",
        "source_image_tag": "1.0",
        "target_image": f"registry.example.com/release/{name}:{tag}",
        "target_image_tag": tag,
        "push_image": True,
    } | changes


def v2_body(**changes: Any) -> Json:
    """The same version as `k8s_body` in the second dialect."""
    body = {
        "project_key": "shop",
        "version_name": "v14",
        "source": "manual",
        "desc": "Better carts",
        "labels": ["carts"],
        "image_registry_id": RELEASE_REGISTRY.id,
        "services": [
            {"service_name": "cart", "images": [v2_image()]},
            {"service_name": "web", "images": [v2_image("web", "web")]},
        ],
    }
    return body | changes


OpenApi = Callable[..., Awaitable[Api]]


@pytest.fixture
async def open_api() -> AsyncIterator[OpenApi]:
    """Opens a Zadig with these settings, by default without history and with a clock that stands still."""
    async with AsyncExitStack() as stack:

        async def opened(**settings: Any) -> Api:
            clock = Clock(rate=0, start=NOON)
            defaults: Json = {"clock": clock, "pace": STEADY, "history": False}
            zadig = Zadig(**defaults | settings)
            http = httpx.AsyncClient(
                transport=httpx.ASGITransport(build_app(zadig)),
                base_url="http://zadig.example.com",
                headers={"authorization": f"Bearer {zadig.token}"},
            )
            return Api(zadig, await stack.enter_async_context(http))

        yield opened


@pytest.fixture
async def api(open_api: OpenApi) -> Api:
    """Zadig 3.4.1, without versions."""
    return await open_api()


@pytest.fixture
async def api2(open_api: OpenApi) -> Api:
    """Zadig 5.0.0, without versions."""
    return await open_api(dialect="v2")
