"""The use cases, the poller and the notifier together over one database, with time that a test lets pass."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast

from bot.domain.models import Kind, Status
from bot.domain.notifications import VersionCard
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion, ServiceRequest
from bot.domain.stores import Store
from bot.domain.watching import Subscription, Watch
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.services.polling.poller import Poller, PollPolicy
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from bot.store import open_store
from tests.services.fakes import FakeClock, FakeSlack, FakeZadig, UnreliableStore
from tests.services.outboxes import SteppedNotifier


@dataclass(kw_only=True)
class Bot:
    """One process."""

    owner: str
    store: Store
    poller: Poller
    notifier: Notifier
    versions: Versions

    async def tick(self) -> None:
        """What the scheduler does every second, and everything that comes of it."""
        await self.poller.tick()
        await self.poller.drain()
        await self.notifier.tick()
        await self.notifier._tasks.finish()

    async def stop(self) -> None:
        """As at SIGTERM."""
        await self.poller.drain()
        await self.notifier.drain()
        await self.store.outbox.release_claims(self.owner)

    async def die(self) -> None:
        """As at SIGKILL: nothing is finished and nothing handed back."""
        await self.poller.drain(0)
        await self.notifier.drain(0)


class World:
    """A Zadig, a Slack and a clock that outlive any process of the bot."""

    def __init__(self, url: str = "sqlite+aiosqlite:///:memory:") -> None:
        self.url = url
        self.clock = FakeClock()
        self.zadig = FakeZadig(self.clock, "shop")
        self.slack = FakeSlack()
        self.down: set[str] = set()
        self.bots: list[Bot] = []

    @contextlib.asynccontextmanager
    async def bot(self, owner: str) -> AsyncIterator[Bot]:
        """A process from its start to its death, unless the test stops it."""
        async with open_store(self.url) as opened:
            store = cast("Store", UnreliableStore(opened, self.down))
            bot = self._bot(owner, store)
            self.bots.append(bot)
            try:
                yield bot
            finally:
                self.bots.remove(bot)
                await bot.die()

    def _bot(self, owner: str, store: Store) -> Bot:
        notifier = SteppedNotifier(
            store=store, poster=self.slack, clock=self.clock, owner=owner, policy=PostPolicy(jitter=0)
        )
        poller = Poller(
            releases=self.zadig,
            store=store,
            clock=self.clock,
            owner=owner,
            policy=PollPolicy(jitter=0),
            on_news=notifier.wake,
        )
        finder = Finder(releases=self.zadig, catalog=self.zadig, store=store)
        versions = Versions(
            finder=finder, releases=self.zadig, catalog=self.zadig, store=store, clock=self.clock
        )
        return Bot(owner=owner, store=store, poller=poller, notifier=notifier, versions=versions)

    async def passes(self, seconds: int, *, step: int = 5) -> None:
        """Time, during which every process ticks now and then."""
        for _ in range(0, seconds, step):
            for bot in tuple(self.bots):
                await bot.tick()
            self.clock.passes(step)
        for bot in tuple(self.bots):
            await bot.tick()

    # What people do.

    async def subscribe(self, channel: str = "C1", **changed: bool) -> None:
        wish = Subscription(channel=channel, project="shop", by="U1", since=int(self.clock.at), **changed)
        await self.bots[0].store.subscriptions.subscribe(wish)
        await self.passes(5)

    async def watch(self, name: str = "v1", user: str = "U3") -> None:
        wish = Watch(user=user, project="shop", version_name=name, since=int(self.clock.at))
        await self.bots[0].store.watches.watch(wish)

    async def create(self, name: str = "v1", *, kind: Kind = Kind.K8S, channel: str = "C9") -> None:
        request = CreateVersion(
            project="shop",
            kind=kind,
            version_name=name,
            environment="dev",
            registry="r1" if kind is Kind.HELM else "",
            chart_repository="charts",
            services=(ServiceRequest(name="cart", chart_version="1.0.0"),),
        )
        await self.bots[0].versions.create(request, user="U2", channel=channel)

    async def retry(self, name: str = "v1", *, channel: str = "C9") -> None:
        version = self.zadig.row(name).version
        request = RetryVersion(
            project="shop", version_name=name, version_id=version.id, kind=Kind.K8S, environment="dev"
        )
        await self.bots[0].versions.retry(request, user="U2", channel=channel)

    async def delete(self, name: str = "v1") -> None:
        version = self.zadig.row(name).version
        request = DeleteVersion(project="shop", version_name=name, version_id=version.id)
        await self.bots[0].versions.delete(request, user="U2", channel="C9")

    # What there is to see.

    def told(self, destination: str = "C1") -> list[str]:
        return [kind.removeprefix("version_") for kind in self.slack.told(destination)]

    def shown(self, destination: str = "C1", name: str = "v1") -> Status:
        """The status on the newest card of a version."""
        shown = self.slack.card(destination, name).notification
        assert isinstance(shown, VersionCard)
        return shown.version.status

    async def followed(self) -> int:
        """How many asks and watches there are."""
        interest = await self.bots[0].store.pending.interest("shop")
        return len(interest.asks) + len(interest.watches)
