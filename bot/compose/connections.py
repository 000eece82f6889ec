"""The connections to the world outside, opened together and closed in reverse order: database, Zadig, Slack."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access_file import AccessFile
from bot.clock import SystemClock, agree
from bot.config import Settings
from bot.domain.ports import Clock
from bot.domain.secrets import keeping
from bot.domain.stores import Store
from bot.log import OURS
from bot.metrics import CountActions, Metrics
from bot.proxies import proxy_for, trusted
from bot.services.forms.catalog_cache import CachedCatalog, CachedReleases
from bot.services.forms.stale_cache import Bounds, StaleCache
from bot.services.versions.explanations import Explainer
from bot.slack.api import SlackApi
from bot.slack.identity import Identity
from bot.slack.people import People
from bot.slack.views.links import Links
from bot.slack.wire import DiscreetClient, guarding_claims, hearing_the_time
from bot.store import open_store
from bot.zadig import TransportLimits, Zadig, open_zadig

# For a whole call, so that one that is begun within half of a lease (PostPolicy) ends before it.
SLACK_SECONDS = 8.0
# Reasons of failed versions that are remembered.
MAX_REASONS = 500


@dataclass(kw_only=True, slots=True)
class Connections:
    """What is open, and what is made of it: `catalog` and `releases` are Zadig's, remembered for a while."""

    settings: Settings
    clock: Clock
    metrics: Metrics
    store: Store
    zadig: Zadig
    session: aiohttp.ClientSession
    client: AsyncWebClient
    access: AccessFile
    catalog: CachedCatalog = field(init=False)
    releases: CachedReleases = field(init=False)
    explainer: Explainer = field(init=False)
    links: Links = field(init=False)
    people: People = field(init=False)

    def __post_init__(self) -> None:
        self.catalog = CachedCatalog(self.zadig.catalog, clock=self.clock, followed=self._followed)
        self.releases = CachedReleases(self.zadig.releases, clock=self.clock)
        reasons = StaleCache(monotonic=self.clock.monotonic, bounds=Bounds(entries=MAX_REASONS))
        self.explainer = Explainer(workflows=self.zadig.workflows, cache=reasons)
        self.links = Links(origin=self.settings.zadig_url, version_page=self.settings.version_page)
        self.people = People(
            client=self.client,
            clock=self.clock,
            identity=Identity(self.client),
            groups=self.access.policy.named("S"),
        )

    async def _followed(self) -> list[str]:
        return [subscription.project for subscription in await self.store.subscriptions.find()]

    @property
    def slack_api(self) -> SlackApi:
        return SlackApi(client=self.client, session=self.session)

    async def aclose(self) -> None:
        """Ends what the caches are asking; the connections themselves are closed by who has opened them."""
        for cache in (self.explainer.cache, self.releases, self.catalog):
            await cache.aclose()


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
        connections = Connections(
            settings=settings,
            clock=clock,
            metrics=metrics,
            store=store,
            zadig=zadig,
            session=session,
            client=slack_client(settings, session),
            access=access,
        )
        stack.push_async_callback(connections.aclose)
        yield connections


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
        # People's own requests never wait for those of polls.
        limits=TransportLimits(
            connections=max(TransportLimits().connections, 4 * settings.zadig_concurrency)
        ),
        on_request=lambda seen: metrics.asked_zadig(seen.purpose, seen.status, seen.seconds),
    )


def _session(clock: Clock) -> aiohttp.ClientSession:
    traces = [guarding_claims(clock.monotonic)]
    if isinstance(clock, SystemClock):
        traces.append(hearing_the_time(clock.heard))
    return slack_session(traces)


def slack_session(traces: Sequence[aiohttp.TraceConfig] = ()) -> aiohttp.ClientSession:
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
