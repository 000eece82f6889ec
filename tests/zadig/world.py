"""A client with a local Zadig behind it, in one process and without a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.domain.models import Environment, Kind, Service, Version, VersionDetails, VersionReference
from bot.domain.requests import CreateVersion, ImageRequest, RetryVersion, ServiceRequest
from bot.sandbox.zadig import STEADY, Clock, build_app
from bot.sandbox.zadig import Zadig as Sandbox
from bot.zadig import Retry, Zadig, open_zadig

if TYPE_CHECKING:
    from tests.zadig.conftest import TestClock

REGISTRY = "62ce6231e0281143de477e60"
PROJECTS = {Kind.K8S: "shop", Kind.HELM: "platform"}
SERVERS = ["2.3.1", "3.1.0", "3.4.1", "4.0.0", "4.1.0", "4.2.0", "4.2.1", "4.3.0", "5.0.0"]
CANNOT_PUSH_CHARTS = {"4.0.0", "4.1.0"}
TAG = "v14"


@dataclass(kw_only=True)
class World:
    """A client and the Zadig behind it; the time of both stands still until `wait`."""

    server: Sandbox
    zadig: Zadig
    clock: "TestClock"

    def wait(self, seconds: float) -> None:
        self.server.clock.advance(seconds)
        self.clock.time += seconds

    async def services(self, kind: Kind) -> tuple[Service, ...]:
        qa = Environment(key="dev", name="dev", production=False)
        return await self.zadig.catalog.services(PROJECTS[kind], qa)

    async def request(self, kind: Kind, name: str = "v14", **changes: Any) -> CreateVersion:
        """A new version of the first two services; Helm's images stay where they are on servers that cannot copy them."""
        copied = kind is Kind.K8S or not self.server.rules.checks_source_registry
        copied = copied or self.server.dialect == "v2"
        services = [asked(service, copied=copied) for service in (await self.services(kind))[:2]]
        request = CreateVersion(
            project=PROJECTS[kind],
            kind=kind,
            version_name=name,
            environment="dev",
            description="New",
            labels=("urgent",),
            registry=REGISTRY,
            chart_repository="charts" if kind is Kind.HELM else "",
            services=tuple(services),
        )
        return replace(request, **changes)

    async def create(self, kind: Kind, name: str = "v14", **changes: Any) -> CreateVersion:
        request = await self.request(kind, name, **changes)
        self.wait(1)  # Zadig 4 takes one version a second
        await self.zadig.releases.create(request)
        return request

    async def find(self, request: CreateVersion) -> Version:
        found = await self.zadig.releases.find(request.project, request.version_name)
        assert found
        return found

    async def show(self, request: CreateVersion) -> VersionDetails:
        version = await self.find(request)
        reference = VersionReference(project=version.project, name=version.name, id=version.id)
        return await self.zadig.releases.show(reference)

    async def retry(self, request: CreateVersion) -> None:
        version = await self.find(request)
        again = RetryVersion(
            project=version.project,
            version_name=version.name,
            version_id=version.id,
            kind=request.kind,
            environment="staging" if request.kind is Kind.K8S else "",
        )
        await self.zadig.releases.retry(again)


def asked(service: Service, *, copied: bool) -> ServiceRequest:
    images = tuple(
        ImageRequest(container=container.name, image_name=container.image_name, tag=TAG, copied=copied)
        for container in service.containers
    )
    return ServiceRequest(name=service.name, chart_version="1.4.0", images=images)


@asynccontextmanager
async def opened(
    version: str,
    clock: "TestClock",
    *,
    person: str = "",
    dialect: str = "auto",
    written: str = "",
    prefix: str = "",
) -> AsyncIterator[World]:
    start = clock.now().timestamp()
    server = Sandbox(clock=Clock(rate=0, start=start), server_version=version, pace=STEADY)

    async def sleep(seconds: float) -> None:
        server.clock.advance(seconds)
        await clock.sleep(seconds)

    who = server.person(person) if person else None
    async with open_zadig(
        url=f"http://zadig.test{prefix}",
        token=who.token if who else server.token,
        clock=clock,
        dialect=dialect,
        version=written,
        retry=Retry(sleep=sleep),
        transport=httpx.ASGITransport(Starlette(routes=[Mount(prefix, build_app(server))])),
    ) as zadig:
        yield World(server=server, zadig=zadig, clock=clock)
