"""Opens every part, connects them, and closes them in reverse order: the one module that knows them all."""

import logging
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config import Settings
from bot.domain.errors import StoreDown
from bot.domain.ports import Clock, Store
from bot.metrics import CountActions, Metrics
from bot.scheduler import Tick, ticking
from bot.services.choosing import Choosing
from bot.services.drafting import Drafting
from bot.services.finding import Finder
from bot.services.following import Following
from bot.services.notifying import Notifier, PostPolicy
from bot.services.polling import Poller, PollPolicy
from bot.services.tasks import Tasks
from bot.services.versions import Versions
from bot.slack.app import build_app
from bot.slack.errors import Funnel
from bot.slack.identity import Identity
from bot.slack.parts import Parts, Turns
from bot.slack.poster import SlackPoster
from bot.slack.sockets import Sockets
from bot.slack.talk import Talk
from bot.slack.views.links import Links
from bot.store import open_store
from bot.web import Guard, build_web, read_payload
from bot.zadig import Zadig, open_zadig

log = logging.getLogger(__name__)

SLACK_SECONDS = 10.0
DRAIN_SECONDS = 8.0
# A process whose ticks have stopped for so long is not alive.
SILENT_SECONDS = 60.0


class SystemClock:
    """The Clock port on this machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """The bot while it runs: `web` is its ASGI application."""

    web: Starlette
    app: AsyncApp
    poller: Poller
    notifier: Notifier
    store: Store


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Running]:
    """The bot from open to closed. On the way out it takes nothing new, finishes what it holds, and hands back the rest."""
    clock = clock or SystemClock()
    owner = uuid.uuid4().hex
    async with AsyncExitStack() as stack:
        metrics = _counting(stack)
        store = await stack.enter_async_context(open_store(settings.database_url))
        zadig = await stack.enter_async_context(
            open_zadig(
                url=settings.zadig_url,
                token=settings.zadig_token.get_secret_value(),
                clock=clock,
                dialect=settings.zadig_dialect,
                on_request=lambda seen: metrics.asked_zadig(seen.purpose, seen.status, seen.seconds),
            )
        )
        client, session = await _slack_client(settings, stack)
        identity = Identity(client)
        await identity.refresh()
        links = Links(origin=settings.zadig_url, version_page=settings.version_page)
        poster = SlackPoster(client=client, links=links, clock=clock)
        notifier = Notifier(store=store, poster=poster, clock=clock, owner=owner, policy=PostPolicy())
        poller = Poller(
            releases=zadig.releases,
            store=store,
            clock=clock,
            owner=owner,
            policy=_poll_policy(settings),
            on_news=notifier.wake,
        )
        tasks = Tasks()
        parts = _parts(
            settings=settings,
            zadig=zadig,
            store=store,
            clock=clock,
            tasks=tasks,
            talk=Talk(client=client, session=session),
            links=links,
            poller=poller,
        )
        app = build_app(client=client, identity=identity, parts=parts)
        sockets = await _sockets(settings, app, stack)
        heart = _Heart(clock)
        stack.push_async_callback(store.release_claims, owner)
        stack.push_async_callback(notifier.drain)
        stack.push_async_callback(poller.drain)
        stack.push_async_callback(tasks.drain, DRAIN_SECONDS)
        await stack.enter_async_context(
            ticking(
                {
                    poller.tick: 1,
                    notifier.tick: 1,
                    heart.beat: 1,
                    identity.refresh: 60,
                    _cleaning(store, clock): 3600,
                }
            )
        )
        yield Running(
            web=_web(
                settings=settings,
                app=app,
                store=store,
                identity=identity,
                sockets=sockets,
                heart=heart,
                metrics=metrics,
            ),
            app=app,
            poller=poller,
            notifier=notifier,
            store=store,
        )


def _counting(stack: AsyncExitStack) -> Metrics:
    metrics = Metrics()
    handler = CountActions(metrics)
    root = logging.getLogger("bot")
    root.addHandler(handler)
    stack.callback(root.removeHandler, handler)
    return metrics


async def _slack_client(
    settings: Settings, stack: AsyncExitStack
) -> tuple[AsyncWebClient, aiohttp.ClientSession]:
    """One shared session with its own time-out, and no retries: the SDK would send a message twice."""
    session = await stack.enter_async_context(
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS))
    )
    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        retry_handlers=[],
    )
    return client, session


def _poll_policy(settings: Settings) -> PollPolicy:
    return PollPolicy(
        poll=settings.poll_seconds,
        idle=settings.idle_poll_seconds,
        stalled_after=round(settings.stalled_minutes * 60),
    )


def _parts(
    *,
    settings: Settings,
    zadig: Zadig,
    store: Store,
    clock: Clock,
    tasks: Tasks,
    talk: Talk,
    links: Links,
    poller: Poller,
) -> Parts:
    finder = Finder(releases=zadig.releases, catalog=zadig.catalog, store=store)

    async def first_time(key: str) -> bool:
        return await store.once(key, now=int(clock.now().timestamp()))

    return Parts(
        finder=finder,
        versions=Versions(
            finder=finder, releases=zadig.releases, catalog=zadig.catalog, store=store, clock=clock
        ),
        following=Following(finder=finder, store=store, clock=clock, wake=poller.wake),
        choosing=Choosing(catalog=zadig.catalog, releases=zadig.releases),
        drafting=Drafting(store=store, clock=clock),
        tasks=tasks,
        talk=talk,
        funnel=Funnel(),
        links=links,
        command=settings.command,
        first_time=first_time,
        turns=Turns(),
    )


async def _sockets(settings: Settings, app: AsyncApp, stack: AsyncExitStack) -> Sockets | None:
    if settings.slack_app_token is None:
        return None
    sockets = Sockets(app, settings.slack_app_token.get_secret_value())
    await stack.enter_async_context(sockets.open())
    return sockets


class _Heart:
    """Notices when the event loop or the scheduler has stopped."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.monotonic()

    async def beat(self) -> None:
        self._last = self._clock.monotonic()

    def beats(self) -> bool:
        return self._clock.monotonic() - self._last < SILENT_SECONDS


def _cleaning(store: Store, clock: Clock) -> Tick:
    async def clean_up() -> None:
        await store.clean_up(now=int(clock.now().timestamp()))

    return clean_up


def _web(
    *,
    settings: Settings,
    app: AsyncApp,
    store: Store,
    identity: Identity,
    sockets: Sockets | None,
    heart: _Heart,
    metrics: Metrics,
) -> Starlette:
    async def readiness() -> dict[str, str]:
        problems = {}
        try:
            await store.ping()
        except StoreDown as error:
            problems["database"] = str(error)
        if identity.problem:
            problems["slack"] = identity.problem
        if sockets is not None and sockets.problem:
            problems["socket_mode"] = sockets.problem
        return problems

    async def figures() -> bytes:
        try:
            metrics.backlog.set(await store.backlog())
        except StoreDown:
            metrics.backlog.set(float("nan"))
        return metrics.text()

    events = None
    if settings.slack_signing_secret is not None and sockets is None:
        events = Guard(
            _events(app),
            signing_secret=settings.slack_signing_secret.get_secret_value(),
            on_answer=metrics.answered_slack,
        )
    return build_web(events=events, readiness=readiness, metrics=figures, alive=heart.beats)


def _events(app: AsyncApp) -> ASGIApp:
    """Bolt behind the guard. It is given the payload as read: its own reading of bodies has holes, see `read_payload`."""

    async def events(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        payload = read_payload(request.headers.get("content-type", ""), await request.body())
        # In Bolt's words this mode is the one in which the body has been read already.
        read = AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(request.headers))
        answer = to_starlette_response(await app.async_dispatch(read))
        await answer(scope, receive, send)

    return events
