"""Connects every part and closes them in reverse order: the one module that knows them all."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bot.clock import SystemClock
from bot.compose.connections import Connections, open_connections
from bot.compose.health import Health
from bot.compose.instrumentation import counting_polls, counting_posts
from bot.compose.jobs import Jobs
from bot.compose.services import shared_by_all
from bot.config import Settings
from bot.domain.ports import Clock
from bot.domain.stores import Store
from bot.scheduler import Tick, ticking
from bot.secret_rotation import LOOK_SECONDS, SecretRotation
from bot.services.audience.eligibility import AudienceExpiry, Eligibility, EligibilityCheckingPoster
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.services.polling.poller import Poller, PollPolicy
from bot.services.tasks import Tasks
from bot.services.tolerating import tolerating_store_down
from bot.slack.bolt import answered, build_app
from bot.slack.poster import SlackPoster
from bot.slack.sockets import Sockets
from bot.web import PAYLOAD, Guard, build_web, respond

log = logging.getLogger(__name__)

# How long what is under way may take once everything is to stop; with what else has to be closed below ten seconds.
DRAIN_SECONDS = 4.0
# How often a few of those who watch and subscribe are asked about: whether they may still read.
EXPIRE_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Running:
    """The bot while it runs: `web` is its ASGI application."""

    web: Starlette
    app: AsyncApp
    poller: Poller
    notifier: Notifier
    store: Store


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    """What goes on beside the requests; `owner` is the name under which this process claims rows."""

    owner: str
    tasks: Tasks
    notifier: Notifier
    poller: Poller
    expiry: AudienceExpiry

    @property
    def ticks(self) -> dict[Tick, float]:
        """Each with its seconds."""
        return {self.poller.tick: 1, self.notifier.tick: 1}


@asynccontextmanager
async def running(
    settings: Settings, *, clock: Clock | None = None, expire_every: float = EXPIRE_SECONDS
) -> AsyncIterator[Running]:
    """The bot from open to closed. On the way out it takes nothing new, finishes what it holds, and hands back the rest.

    `expire_every`: seconds between questions whether users and channels may still read. Does not wait for Slack or Zadig. Raises StoreDown if the database does not answer, WrongServer and Unauthorized for
    an address or a token of Zadig that cannot be one.
    """
    async with AsyncExitStack() as stack:
        connections = await stack.enter_async_context(open_connections(settings, clock or SystemClock()))
        work = _work(connections)
        shared = shared_by_all(connections, work.tasks, wake=work.poller.wake, on_news=work.notifier.wake)
        app = build_app(client=connections.client, identity=connections.people.identity, shared=shared)
        sockets = _sockets(settings, app)
        health = Health(connections, sockets)
        guard = None if sockets else _guard(connections, app)
        rotation = _rotation(connections, sockets, guard)
        stack.callback(rotation.close)
        stack.push_async_callback(_stop, work, connections.store)
        ticks = {**work.ticks, **Jobs(connections=connections).ticks}
        ticks |= {work.expiry.tick: expire_every, health.beat: 1, rotation.tick: LOOK_SECONDS}
        await stack.enter_async_context(ticking(ticks))
        if sockets is not None:
            await stack.enter_async_context(sockets.open())
        web = build_web(
            events=guard,
            readiness=health.problems,
            metrics=health.figures,
            alive=health.alive,
            degraded=health.degraded,
        )
        yield Running(web=web, app=app, poller=work.poller, notifier=work.notifier, store=connections.store)


def _work(connections: Connections) -> _Work:
    people = connections.people
    clock, store, settings = connections.clock, connections.store, connections.settings
    owner = uuid.uuid4().hex
    hearing = Eligibility(
        policy=lambda: connections.access.policy,
        who_is=people.who_is,
        is_in=people.presence,
        subscriptions=store.subscriptions,
    )
    poster = EligibilityCheckingPoster(
        inner=SlackPoster(client=connections.client, links=connections.links, clock=clock), hearing=hearing
    )
    notifier = Notifier(
        store=store,
        poster=poster,
        clock=clock,
        owner=owner,
        policy=PostPolicy(resend_unclear=settings.unclear_messages == "resend"),
        on_post=counting_posts(connections.metrics, clock, on_refusal=people.identity.doubt),
    )
    policy = PollPolicy(
        poll=settings.poll_seconds,
        idle=settings.idle_poll_seconds,
        concurrency=settings.zadig_concurrency,
        stalled_after=round(settings.stalled_minutes * 60),
    )
    poller = Poller(
        releases=connections.zadig.releases,
        store=store,
        clock=clock,
        owner=owner,
        policy=policy,
        on_news=notifier.wake,
        explain=connections.explainer.explain,
        on_poll=counting_polls(connections.metrics),
    )
    connections.metrics.looks_allowed.set_function(lambda: poller.pressure.limit)
    expiry = AudienceExpiry(store=store, hearing=hearing, clock=clock, on_news=notifier.wake)
    return _Work(owner=owner, tasks=Tasks(), notifier=notifier, poller=poller, expiry=expiry)


async def _stop(work: _Work, store: Store) -> None:
    """Finish what is under way, within one time for all, in the order in which one starts the next; hand back the rest."""
    loop = asyncio.get_running_loop()
    end = loop.time() + DRAIN_SECONDS
    for drain in (work.tasks.drain, work.poller.drain, work.notifier.drain):
        await drain(max(end - loop.time(), 0))
    with tolerating_store_down(log, "claims kept"):
        await store.outbox.release_claims(work.owner)


def _sockets(settings: Settings, app: AsyncApp) -> Sockets | None:
    token = settings.slack_app_token
    return Sockets(app, token.get_secret_value()) if token else None


def _rotation(connections: Connections, sockets: Sockets | None, guard: Guard | None) -> SecretRotation:
    """Who is handed a secret that has changed in its file. That of the database is read at start only."""
    settings = connections.settings
    renew: dict[str, Callable[[str], None]] = {
        "zadig_token": connections.zadig.transport.renew,
        "slack_bot_token": connections.people.identity.renew,
    }
    if sockets is not None:
        renew["slack_app_token"] = sockets.renew
    if guard is not None:
        renew["slack_signing_secret"] = guard.renew
    known = {name: secret.get_secret_value() for name in renew if (secret := getattr(settings, name))}
    return SecretRotation(settings.secret_files, known, renew)


def _guard(connections: Connections, app: AsyncApp) -> Guard | None:
    """Bolt behind the guard. It is given the payload as read: its own reading of bodies has holes, see `read_payload`."""
    secret = connections.settings.slack_signing_secret
    if secret is None:
        return None

    async def events(scope: Scope, _receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        answer = await answered(app, scope[PAYLOAD], headers)
        await respond(send, answer.status, answer.first_headers(), answer.body.encode())

    return Guard(
        events,
        signing_secret=secret.get_secret_value(),
        now=lambda: connections.clock.now().timestamp(),
        on_answer=connections.metrics.answered_slack,
    )
