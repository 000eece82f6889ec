"""What channels and people follow: subscribe, unsubscribe, watch and unwatch, and look up what they were told together."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.errors import NotFound, ReleaseBotError
from bot.domain.folding import FoldedPage
from bot.domain.models import Version, VersionReference
from bot.domain.ports import Clock, Store
from bot.domain.record import NOWHERE, Deed, Place
from bot.domain.watching import Subscription, Watch
from bot.services.finding import Finder
from bot.services.noting import Notes

FIRST_LOOK_SECONDS = 3.0
FIRST_LOOK_CHECKS = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """What came of a wish to watch: `version` as it stands; `new` False if it was watched already."""

    version: Version
    new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Following:
    """Use cases around subscriptions and watches; `wake` asks for looks at once. Every method raises errors of `bot.domain.errors`."""

    finder: Finder
    store: Store
    clock: Clock
    wake: Callable[[], None]
    place: Place = NOWHERE

    @property
    def _notes(self) -> Notes:
        return Notes(store=self.store, clock=self.clock, place=self.place)

    async def subscribe(self, subscription: Subscription) -> bool:
        """True if the channel had none for this project. Raises NotFound or NotPermitted before anything is stored."""
        await self.finder.page(subscription.project, number=1, size=1)
        about = (Deed.SUBSCRIBE, subscription.project)
        options = options_of(subscription)
        async with self._notes.recorded(
            *about, user=subscription.by, channel=subscription.channel, options=options
        ):
            new = await self.store.subscribe(replace(subscription, since=self._now()))
        await self._first_look(subscription.project)
        return new

    async def _first_look(self, project: str) -> None:
        """Wait until the project has been seen once: what happens after the answer shall be told, not be taken for old."""
        self.wake()
        for _ in range(FIRST_LOOK_CHECKS):
            if await self._seen(project):
                return
            await asyncio.sleep(FIRST_LOOK_SECONDS / FIRST_LOOK_CHECKS)

    async def _seen(self, project: str) -> bool:
        """A database that cannot be read is not worth waiting for: the subscription stands."""
        try:
            return await self.store.seen(project) is not None
        except ReleaseBotError:
            return True

    async def unsubscribe(self, channel: str, project: str, *, user: str) -> None:
        """Raises NotFound if the channel was not subscribed."""
        async with self._notes.recorded(Deed.UNSUBSCRIBE, project, user=user, channel=channel):
            await self._unsubscribe(channel, project)

    async def _unsubscribe(self, channel: str, project: str) -> None:
        if not await self.store.unsubscribe(channel, project):
            mine = ", ".join(one.project for one in await self.store.subscriptions(channel=channel))
            raise NotFound(
                f"This channel is not subscribed to {project}.",
                remedy=f"It is subscribed to: {mine}." if mine else "It has no subscriptions.",
            )

    async def subscriptions(self, channel: str) -> tuple[Subscription, ...]:
        return await self.store.subscriptions(channel=channel)

    async def only_project(self, channel: str) -> str:
        """The project of a channel that is subscribed to exactly one, else nothing; a database that is away hides it."""
        try:
            mine = await self.store.subscriptions(channel=channel)
        except ReleaseBotError:
            return ""
        return mine[0].project if len(mine) == 1 else ""

    async def watch(self, reference: VersionReference, *, user: str, channel: str) -> Watching:
        """Follow a version until it settles; nothing is stored if it has settled already."""
        version = await self.finder.locate(reference, channel=channel)
        if version.status.settled:
            return Watching(version=version, new=False)
        wish = Watch(user=user, project=version.project, version_name=version.name, since=self._now())
        async with self._notes.recorded(
            Deed.WATCH, version.project, version.name, user=user, channel=channel
        ):
            new = await self.store.watch(wish)
        return Watching(version=version, new=new)

    async def unwatch(self, reference: VersionReference, *, user: str, channel: str = "") -> bool:
        """True if the person watched it."""
        project, name = reference.project, reference.name
        async with self._notes.recorded(Deed.UNWATCH, project, name, user=user, channel=channel):
            return await self.store.unwatch(user, project, name)

    async def watches(self, user: str) -> tuple[Watch, ...]:
        return await self.store.watches(user)

    async def folded(self, fold: str, *, number: int, size: int) -> FoldedPage:
        """A page of the outcomes that were told together as one message, from 1; empty if they have been forgotten."""
        return await self.store.folded(fold, number=number, size=size)

    def _now(self) -> int:
        return int(self.clock.now().timestamp())


def options_of(subscription: Subscription) -> tuple[str, ...]:
    """What a channel hears other than usual, in the words in which it is asked for."""
    chosen = {
        "failures": subscription.only_failures,
        "thread": subscription.in_thread,
        "nocards": not subscription.cards,
    }
    return tuple(word for word, is_chosen in chosen.items() if is_chosen)
