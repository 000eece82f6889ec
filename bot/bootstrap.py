"""Opens every part, connects them, and closes them in reverse order: the one module that knows them all."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.access_file import read_policy
from bot.chores import agreeing, cleaning, keeping_fresh
from bot.clock import SystemClock, agree
from bot.config import Settings
from bot.domain.access import Policy
from bot.domain.errors import StoreDown
from bot.domain.ports import Clock, Store
from bot.health import Health
from bot.log import OURS
from bot.metrics import CountActions, Metrics
from bot.scheduler import Tick, ticking
from bot.services.caching import CachedCatalog, CachedReleases
from bot.services.choosing import Choosing
from bot.services.drafting import Drafting
from bot.services.explaining import Explainer
from bot.services.finding import Finder
from bot.services.following import Following
from bot.services.guarding import Actor, GuardedCatalog, GuardedReleases
from bot.services.notifying import Notifier, PostPolicy
from bot.services.polling import Poller, PollPolicy
from bot.services.stale_cache import Bounds, StaleCache
from bot.services.tasks import Tasks
from bot.services.versions import Versions
from bot.slack.app import build_app
from bot.slack.errors import Funnel
from bot.slack.identity import Identity
from bot.slack.parts import Parts, Turns, UseCases
from bot.slack.people import People
from bot.slack.poster import SlackPoster
from bot.slack.sending import guarding_claims, hearing_the_time
from bot.slack.sockets import Sockets
from bot.slack.talk import Talk
from bot.slack.views.links import Links
from bot.store import open_store
from bot.web import Guard, build_web, read_payload
from bot.zadig import Zadig, open_zadig

log = logging.getLogger(__name__)

# For a whole call, so that one that is begun within half of a lease (PostPolicy) ends before it.
SLACK_SECONDS = 8.0
# How often the bot asks a shared database for the time.
AGREE_SECONDS = 60.0
# How long what is under way may take once everything is to stop; with what else has to be closed below ten seconds.
DRAIN_SECONDS = 5.0
# How often a few of the choices of forms are renewed.
CATALOG_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """The bot while it runs: `web` is its ASGI application."""

    web: Starlette
    app: AsyncApp
    poller: Poller
    notifier: Notifier
    store: Store


@dataclass(frozen=True, kw_only=True, slots=True)
class _Outside:
    """The open connections to the world, and what everybody shares."""

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
    policy: Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """What goes on beside the requests; `owner` is the name under which this process claims rows."""

    owner: str
    tasks: Tasks
    notifier: Notifier
    poller: Poller


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Running]:
    """The bot from open to closed. On the way out it takes nothing new, finishes what it holds, and hands back the rest.

    Does not wait for Slack or Zadig. Raises StoreDown if the database does not answer, WrongServer and Unauthorized for
    an address or a token of Zadig that cannot be one.
    """
    async with AsyncExitStack() as stack:
        outside = await _open(settings, clock or SystemClock(), stack)
        store, client = outside.store, outside.client
        identity = Identity(client)
        work = _work(outside)
        app = build_app(client=client, identity=identity, parts=_parts(outside, work))
        sockets = _sockets(settings, app)
        health = Health(
            clock=outside.clock, store=store, identity=identity, sockets=sockets, metrics=outside.metrics
        )
        stack.push_async_callback(_stop, work, store)
        ticks: dict[Tick, float] = {
            work.poller.tick: 1,
            work.notifier.tick: 1,
            outside.catalog.tick: CATALOG_SECONDS,
            health.beat: 1,
            keeping_fresh(identity, outside.clock): 1,
            agreeing(outside.clock, store): AGREE_SECONDS,
            cleaning(outside.clock, store): 3600,
        }
        await stack.enter_async_context(ticking(ticks))
        if sockets is not None:
            await stack.enter_async_context(sockets.open())
        web = build_web(
            events=None if sockets else _events(outside, app),
            readiness=health.problems,
            metrics=health.figures,
            alive=health.alive,
        )
        yield Running(web=web, app=app, poller=work.poller, notifier=work.notifier, store=store)


async def _open(settings: Settings, clock: Clock, stack: AsyncExitStack) -> _Outside:
    metrics = _counting(stack)
    store = await stack.enter_async_context(open_store(settings.database_url))
    await agree(clock, store)
    zadig = await stack.enter_async_context(
        open_zadig(
            url=settings.zadig_url,
            token=settings.zadig_token.get_secret_value(),
            clock=clock,
            dialect=settings.zadig_dialect,
            version=settings.zadig_version or "",
            on_request=lambda seen: metrics.asked_zadig(seen.purpose, seen.status, seen.seconds),
        )
    )
    catalog = CachedCatalog(zadig.catalog, clock=clock, followed=_followed(store))
    releases = CachedReleases(zadig.releases, clock=clock)
    reasons = StaleCache(monotonic=clock.monotonic, bounds=Bounds(entries=500))
    for cache in (catalog, releases, reasons):
        stack.push_async_callback(cache.aclose)
    session = await stack.enter_async_context(
        aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS), trace_configs=_traces(clock)
        )
    )
    return _Outside(
        settings=settings,
        clock=clock,
        metrics=metrics,
        store=store,
        zadig=zadig,
        catalog=catalog,
        releases=releases,
        explainer=Explainer(workflows=zadig.workflows, cache=reasons),
        session=session,
        client=slack_client(settings, session),
        links=Links(origin=settings.zadig_url, version_page=settings.version_page),
        policy=read_policy(settings.access_file),
    )


def _traces(clock: Clock) -> list[aiohttp.TraceConfig]:
    hearing = [hearing_the_time(clock.heard)] if isinstance(clock, SystemClock) else []
    return [guarding_claims(clock.monotonic), *hearing]


def _followed(store: Store) -> Callable[[], Awaitable[list[str]]]:
    async def followed() -> list[str]:
        return [subscription.project for subscription in await store.subscriptions()]

    return followed


def _counting(stack: AsyncExitStack) -> Metrics:
    metrics = Metrics()
    handler = CountActions(metrics)
    ours = logging.getLogger(OURS)
    ours.addHandler(handler)
    stack.callback(ours.removeHandler, handler)
    return metrics


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """On a shared session, whose time-out counts instead of the client's, and without retries: the SDK would post twice."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )


def _work(outside: _Outside) -> _Work:
    clock, store, settings = outside.clock, outside.store, outside.settings
    owner = uuid.uuid4().hex
    poster = SlackPoster(client=outside.client, links=outside.links, clock=clock)
    notifier = Notifier(store=store, poster=poster, clock=clock, owner=owner, policy=PostPolicy())
    policy = PollPolicy(
        poll=settings.poll_seconds,
        idle=settings.idle_poll_seconds,
        stalled_after=round(settings.stalled_minutes * 60),
    )
    poller = Poller(
        releases=outside.zadig.releases,
        store=store,
        clock=clock,
        owner=owner,
        policy=policy,
        on_news=notifier.wake,
        explain=outside.explainer.explain,
    )
    return _Work(owner=owner, tasks=Tasks(), notifier=notifier, poller=poller)


async def _stop(work: _Work, store: Store) -> None:
    """Finish what is under way, within one time for all, in the order in which one starts the next; hand back the rest."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DRAIN_SECONDS
    for drain in (work.tasks.drain, work.poller.drain, work.notifier.drain):
        await drain(max(end - loop.time(), 0))
    try:
        await store.release_claims(work.owner)
    except StoreDown as error:
        log.warning("claims kept", extra={"action": "store_down", "error": str(error)})


def _use_cases(outside: _Outside, work: _Work, actor: Actor) -> UseCases:
    """Everything that reads or changes Zadig for one person, behind what the policy lets them see and do."""
    store, clock = outside.store, outside.clock
    fresh = GuardedReleases(inner=outside.zadig.releases, actor=actor)
    remembered = GuardedReleases(inner=outside.releases, actor=actor)
    finder = Finder(
        releases=fresh, catalog=GuardedCatalog(inner=outside.zadig.catalog, actor=actor), store=store
    )
    return UseCases(
        finder=finder,
        versions=Versions(
            finder=finder,
            releases=remembered,
            catalog=outside.zadig.catalog,
            store=store,
            clock=clock,
            explain=outside.explainer.explain,
        ),
        following=Following(finder=finder, store=store, clock=clock, wake=work.poller.wake),
        choosing=Choosing(
            catalog=GuardedCatalog(inner=outside.catalog, actor=actor),
            releases=remembered,
            memory=outside.catalog,
        ),
    )


def _parts(outside: _Outside, work: _Work) -> Parts:
    clock, store = outside.clock, outside.store
    people = People(client=outside.client, clock=clock, groups=outside.policy.named("S"))

    async def first_time(key: str) -> bool:
        return await store.once(key, now=int(clock.now().timestamp()))

    def use_cases(user: str, channel: str) -> UseCases:
        actor = Actor(user=user, channel=channel, policy=outside.policy, who_is=people.who_is)
        return _use_cases(outside, work, actor)

    nobody = use_cases("", "")
    return Parts(
        finder=nobody.finder,
        versions=nobody.versions,
        following=nobody.following,
        choosing=nobody.choosing,
        use_cases=use_cases,
        drafting=Drafting(store=store, clock=clock),
        tasks=work.tasks,
        talk=Talk(client=outside.client, session=outside.session),
        funnel=Funnel(),
        links=outside.links,
        command=outside.settings.command,
        first_time=first_time,
        turns=Turns(),
    )


def _sockets(settings: Settings, app: AsyncApp) -> Sockets | None:
    token = settings.slack_app_token
    return Sockets(app, token.get_secret_value()) if token else None


def _events(outside: _Outside, app: AsyncApp) -> ASGIApp | None:
    """Bolt behind the guard. It is given the payload as read: its own reading of bodies has holes, see `read_payload`."""
    secret = outside.settings.slack_signing_secret
    if secret is None:
        return None

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        payload = read_payload(request.headers.get("content-type", ""), await request.body())
        # In Bolt's words this mode is the one in which the body has been read already.
        read = AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(request.headers))
        answer = to_starlette_response(await app.async_dispatch(read))
        await answer(scope, receive, send)

    return Guard(events, signing_secret=secret.get_secret_value(), on_answer=outside.metrics.answered_slack)
