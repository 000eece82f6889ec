"""The connections to the world outside, opened together and closed in reverse order: database, Zadig, Slack."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access_file import AccessFile
from bot.certificates import trusted
from bot.clock import SystemClock, agree
from bot.config import Settings
from bot.domain.ports import Clock
from bot.domain.secrets import keeping
from bot.domain.stores import Store
from bot.log import OURS
from bot.metrics import CountActions, Metrics
from bot.proxies import proxy_for
from bot.services.forms.catalog_cache import CachedCatalog, CachedReleases
from bot.services.forms.stale_cache import Bounds, StaleCache
from bot.services.versions.explanations import Explainer
from bot.slack.views.links import Links
from bot.slack.wire import DiscreetClient, guarding_claims, hearing_the_time
from bot.store import open_store
from bot.zadig import TransportLimits, Zadig, open_zadig

# For a whole call, so that one that is begun within half of a lease (PostPolicy) ends before it.
SLACK_SECONDS = 8.0
# Reasons of failed versions that are remembered.
MOST_REASONS = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Connections:
    """What is open, and what everybody shares of it: `catalog` and `releases` are Zadig's, remembered for a while."""

    settings: Settings
    clock: Clock
    metrics: Metrics
    store: Store
    zadig: Zadig
    catalog: CachedCatalog
    releases: CachedReleases
    explainer: Explainer
    session: aiohttp.ClientSession
    client: AsyncWebClient
    links: Links
    access: AccessFile


@asynccontextmanager
async def open_connections(settings: Settings, clock: Clock) -> AsyncIterator[Connections]:
    """Asks neither Slack nor Zadig anything. Raises StoreDown, WrongServer, Unauthorized and SettingsError (access file)."""
    access = AccessFile(settings.access_file)
    async with AsyncExitStack() as stack:
        stack.enter_context(keeping(settings.secrets))
        metrics = stack.enter_context(_counting())
        store = await stack.enter_async_context(open_store(settings.database_url))
        await agree(clock, store.housekeeping)
        zadig = await stack.enter_async_context(_zadig(settings, clock, metrics))
        session = await stack.enter_async_context(_session(clock))
        yield await stack.enter_async_context(
            connected(
                settings,
                clock,
                metrics=metrics,
                store=store,
                zadig=zadig,
                session=session,
                client=slack_client(settings, session),
                access=access,
            )
        )


@asynccontextmanager
async def connected(
    settings: Settings,
    clock: Clock,
    *,
    metrics: Metrics,
    store: Store,
    zadig: Zadig,
    session: aiohttp.ClientSession,
    client: AsyncWebClient,
    access: AccessFile,
) -> AsyncIterator[Connections]:
    """What is made of connections that are open: Zadig's answers remembered, and the reasons of failures explained."""
    catalog = CachedCatalog(zadig.catalog, clock=clock, followed=_followed(store))
    releases = CachedReleases(zadig.releases, clock=clock)
    reasons = StaleCache(monotonic=clock.monotonic, bounds=Bounds(entries=MOST_REASONS))
    async with AsyncExitStack() as stack:
        for cache in (catalog, releases, reasons):
            stack.push_async_callback(cache.aclose)
        yield Connections(
            settings=settings,
            clock=clock,
            metrics=metrics,
            store=store,
            zadig=zadig,
            catalog=catalog,
            releases=releases,
            explainer=Explainer(workflows=zadig.workflows, cache=reasons),
            session=session,
            client=client,
            links=Links(origin=settings.zadig_url, version_page=settings.version_page),
            access=access,
        )


@contextmanager
def _counting() -> Iterator[Metrics]:
    metrics = Metrics()
    handler = CountActions(metrics)
    ours = logging.getLogger(OURS)
    ours.addHandler(handler)
    try:
        yield metrics
    finally:
        ours.removeHandler(handler)


def _zadig(settings: Settings, clock: Clock, metrics: Metrics) -> AbstractAsyncContextManager[Zadig]:
    return open_zadig(
        url=settings.zadig_url,
        token=settings.zadig_token.get_secret_value(),
        clock=clock,
        dialect=settings.zadig_dialect,
        version=settings.zadig_version or "",
        # People's own requests never wait for those of looks.
        limits=TransportLimits(
            connections=max(TransportLimits().connections, 4 * settings.zadig_concurrency)
        ),
        on_request=lambda seen: metrics.asked_zadig(seen.purpose, seen.status, seen.seconds),
    )


def _followed(store: Store) -> Callable[[], Awaitable[list[str]]]:
    async def followed() -> list[str]:
        return [subscription.project for subscription in await store.subscriptions.find()]

    return followed


def _session(clock: Clock) -> aiohttp.ClientSession:
    traces = [guarding_claims(clock.monotonic)]
    if isinstance(clock, SystemClock):
        traces.append(hearing_the_time(clock.heard))
    return slack_session(traces)


def slack_session(traces: Sequence[aiohttp.TraceConfig] = ()) -> aiohttp.ClientSession:
    """Where Slack's servers are called from."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=trusted()),
        timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS),
        trace_configs=[*traces],
    )


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """On a shared session, whose time-out counts instead of the client's, and without retries: the SDK would post twice."""
    client = DiscreetClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        ssl=trusted(),
        retry_handlers=[],
    )
    client.proxy = proxy_for(
        settings.slack_api_url
    )  # given None, it reads the environment, without its exceptions
    return client
