"""Zadig as the bot sees it: the ports `Releases`, `Catalog` and `Workflows` over its HTTP API.

`open_zadig` is the door. Behind it: `transport` sends a `Call` and brings an `Answer`, `failures` and its table
`phrases` say what an answer means that is no success, `client` repeats reads, `dialects` knows what Zadig calls a field,
`detect` which dialect it speaks, `catalog` what forms can offer, `workflow_tasks` why versions failed,
`server` what its version cannot do, `diagnosis` what is wrong with all that.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bot.domain.errors import WrongServer
from bot.domain.ports import Clock
from bot.zadig.calls import Purpose
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import ONCE, Client, Retry
from bot.zadig.detect import AUTO, Detector
from bot.zadig.diagnosis import Diagnosis, Owner, diagnose, read_owner
from bot.zadig.dialects import NAMES, dialects
from bot.zadig.releases import ZadigReleases, ZadigWorkflows
from bot.zadig.server import Server
from bot.zadig.transport import Exchange, OnRequest, Transport, TransportLimits, ignore
from bot.zadig.workflow_tasks import WorkflowTasks

__all__ = [
    "ONCE",
    "Diagnosis",
    "Exchange",
    "OnRequest",
    "Owner",
    "Purpose",
    "Retry",
    "TransportLimits",
    "Zadig",
    "ZadigCatalog",
    "ZadigReleases",
    "ZadigWorkflows",
    "open_zadig",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Zadig:
    """An open connection; `owner` is who the token acts as, None if the token does not say."""

    releases: ZadigReleases
    catalog: ZadigCatalog
    workflows: ZadigWorkflows
    owner: Owner | None
    transport: Transport

    async def dialect(self) -> str:
        """`v1` or `v2`; asks Zadig the first time. Raises errors of `bot.domain.errors`."""
        return (await self.releases.detector.dialect()).name

    async def diagnose(self) -> tuple[Diagnosis, ...]:
        """What is right and wrong about address, token, dialect and licence, with a remedy each; never raises."""
        return await diagnose(
            self.releases, self.catalog, owner=self.owner, now=self.transport.clock.now().timestamp()
        )


@asynccontextmanager
async def open_zadig(
    *,
    url: str,
    token: str,
    clock: Clock,
    dialect: str = AUTO,
    version: str = "",
    limits: TransportLimits | None = None,
    retry: Retry | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    on_request: OnRequest = ignore,
) -> AsyncIterator[Zadig]:
    """Connections to the Zadig at `url`, an origin with or without a path; nothing is sent before it is needed.

    `dialect` is `auto`, `v1` or `v2`, `version` that of the server, such as `4.0.0`, if it is known. `transport` replaces the wire in tests. Raises WrongServer and Unauthorized for
    an address, dialect or token that cannot be one.
    """
    if dialect not in {AUTO, *NAMES}:
        raise WrongServer(f"ZADIG_DIALECT is {dialect}; it has to be auto, v1 or v2.")
    wire = Transport(url, token, clock=clock, limits=limits, transport=transport, on_request=on_request)
    client = Client(transport=wire, retry=retry or Retry())
    catalog = ZadigCatalog(client=client)
    server = Server(client=client, setting=version)
    detector = Detector(client=client, dialects=dialects(client, catalog, server), setting=dialect)
    try:
        yield Zadig(
            releases=ZadigReleases(detector=detector, server=server),
            catalog=catalog,
            workflows=ZadigWorkflows(detector=detector, tasks=WorkflowTasks(client=client)),
            owner=read_owner(token.strip()),
            transport=wire,
        )
    finally:
        await wire.aclose()
