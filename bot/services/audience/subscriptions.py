"""What channels and people follow: subscribe, unsubscribe, watch and unwatch, and look up what they were told together."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from bot.domain.access import Right
from bot.domain.digests import DigestPage
from bot.domain.errors import NotFound, Refused, ReleaseBotError
from bot.domain.models import Version, VersionReference
from bot.domain.notifications import SubscriptionChanged
from bot.domain.ports import Clock
from bot.domain.record import NOWHERE, Place, Request, RequestKind
from bot.domain.stores import Store
from bot.domain.watching import Subscription, Watch
from bot.services.access import Actor
from bot.services.requests.intents import Intents
from bot.services.versions.finder import Finder

FIRST_LOOK_SECONDS = 3.0
FIRST_LOOK_CHECKS = 60
# Two people who change one subscription in the same moment are told apart by trying again.
TRIES = 5


class CannotUndo(Refused):
    """The change has been undone already, or what it left has been changed since."""

    remedy = "`subscriptions` shows what this channel is subscribed to now."


@dataclass(frozen=True, kw_only=True, slots=True)
class Watching:
    """What came of a wish to watch: `version` as it stands; `new` False if it was watched already."""

    version: Version
    new: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribing:
    """Use cases of one person around subscriptions and watches. Every method raises errors of `bot.domain.errors`.

    `wake` asks for polls at once, `on_news` says that there is something to post. A user who changes what a channel hears
    needs to be a member of the workspace who sees the project; the channel is told, and can undo it.
    """

    actor: Actor
    finder: Finder
    store: Store
    clock: Clock
    wake: Callable[[], None]
    on_news: Callable[[], None]
    place: Place = NOWHERE

    async def must_subscribe(self, project: str) -> None:
        """Raises NotAllowed, NotFound or NotPermitted if the person cannot let a channel hear of the project."""
        await self.actor.must_set_up_channels()
        await self.finder.page(project, number=1, size=1)

    async def subscribe(self, wanted: Subscription) -> Subscription | None:
        """What the channel had for this project before. Raises what `must_subscribe` does before anything is stored."""
        await self.must_subscribe(wanted.project)
        async with self._recorded(RequestKind.SUBSCRIBE, wanted.channel, wanted.project, wanted):
            told = await self._change(wanted.channel, wanted.project, wanted)
        await self._first_poll(wanted.project)
        return told.before

    @property
    def _notes(self) -> Intents:
        return Intents(store=self.store, clock=self.clock, place=self.place)

    def _recorded(
        self, deed: RequestKind, channel: str, project: str, wanted: Subscription | None = None
    ) -> AbstractAsyncContextManager[Request]:
        options = options_of(wanted) if wanted else ()
        return self._notes.recorded(deed, project, user=self.actor.user, channel=channel, options=options)

    async def _change(self, channel: str, project: str, wanted: Subscription | None) -> SubscriptionChanged:
        """Replace the subscription, whatever it is by now. Asking again for the same changes nothing and tells no one."""
        for _ in range(TRIES):
            before = await self._subscription(channel, project)
            after = wanted and replace(wanted, since=self.clock.unix())
            told = self._told(channel, project, before, after)
            if before == after or (before and after and replace(after, since=before.since) == before):
                return told
            if await self._changed(told):
                return told
        raise CannotUndo("Another change to this subscription is under way.")

    def _told(
        self, channel: str, project: str, before: Subscription | None, after: Subscription | None
    ) -> SubscriptionChanged:
        return SubscriptionChanged(
            change=uuid.uuid4().hex,
            channel=channel,
            project=project,
            by=self.actor.user,
            before=before,
            after=after,
        )

    async def _changed(self, told: SubscriptionChanged, undone: SubscriptionChanged | None = None) -> bool:
        """A direct message has no one else to tell."""
        announce = not told.channel.startswith("D")
        done = await self.store.subscriptions.change(
            told, announce=announce, now=self.clock.unix(), undone=undone
        )
        if done:
            self.on_news()
        return done

    async def _subscription(self, channel: str, project: str) -> Subscription | None:
        mine = await self.store.subscriptions.find(channel=channel, project=project)
        return mine[0] if mine else None

    async def undoable(self, change: str, *, channel: str) -> SubscriptionChanged:
        """A change of what this channel hears, if the person may undo it.

        Raises NotFound for one that is forgotten or of a project that they may not see, CannotUndo, NotAllowed.
        """
        await self.actor.must_set_up_channels()
        told = await self.store.subscriptions.told_change(change)
        if told is None or told.channel != channel or not await self.actor.may(Right.READ, told.project):
            raise NotFound("This change is too old to undo.", remedy="Use `subscribe` or `unsubscribe`.")
        if told.undone_by:
            raise CannotUndo("This has already been undone.")
        if await self._subscription(channel, told.project) != told.after:
            raise CannotUndo("The subscription has changed since, so nothing was undone.")
        return told

    async def undo(self, change: str, *, channel: str) -> SubscriptionChanged:
        """Put back exactly what a change replaced; the change that this is. Raises what `undoable` does."""
        undone = await self.undoable(change, channel=channel)
        back = replace(self._told(channel, undone.project, undone.after, undone.before), undoes=True)
        deed = RequestKind.SUBSCRIBE if back.after else RequestKind.UNSUBSCRIBE
        async with self._recorded(deed, channel, undone.project, back.after):
            if not await self._changed(back, undone):
                await self.undoable(change, channel=channel)
                raise CannotUndo("Another change to the subscription is under way, so nothing was undone.")
        self.wake()
        return back

    async def _first_poll(self, project: str) -> None:
        """Wait until the project has been seen once: what happens after the answer shall be told, not be taken for old."""
        self.wake()
        for _ in range(FIRST_LOOK_CHECKS):
            if await self._seen(project):
                return
            await asyncio.sleep(FIRST_LOOK_SECONDS / FIRST_LOOK_CHECKS)

    async def _seen(self, project: str) -> bool:
        """A database that cannot be read is not worth waiting for: the subscription stands."""
        try:
            return await self.store.polls.seen(project) is not None
        except ReleaseBotError:
            return True

    async def unsubscribe(self, channel: str, project: str) -> None:
        """Raises NotAllowed, and NotFound if the channel was not subscribed, as far as the person may see."""
        async with self._recorded(RequestKind.UNSUBSCRIBE, channel, project):
            await self._unsubscribe(channel, project)

    async def _unsubscribe(self, channel: str, project: str) -> None:
        await self.actor.must_set_up_channels()
        visible = await self.subscriptions(channel)
        if project in (one.project for one in visible):
            told = await self._change(channel, project, None)
            if told.before is not None:
                return
        mine = ", ".join(one.project for one in visible if one.project != project)
        raise NotFound(
            f"This channel is not subscribed to {project}.",
            remedy=f"It is subscribed to: {mine}." if mine else "It has no subscriptions.",
        )

    async def subscriptions(self, channel: str) -> tuple[Subscription, ...]:
        """Those of projects that the person may see, by project."""
        found = await self.store.subscriptions.find(channel=channel)
        return tuple([one for one in found if await self.actor.may(Right.READ, one.project)])

    async def only_project(self, channel: str) -> str:
        """The project of a channel that is subscribed to exactly one that the person may see, else nothing.

        A database that is away hides it.
        """
        try:
            mine = await self.subscriptions(channel)
        except ReleaseBotError:
            return ""
        return mine[0].project if len(mine) == 1 else ""

    async def watch(self, reference: VersionReference, *, user: str, channel: str) -> Watching:
        """Follow a version until it settles; nothing is stored if it has settled already."""
        version = await self.finder.locate(reference, channel=channel)
        if version.status.settled:
            return Watching(version=version, new=False)
        wish = Watch(user=user, project=version.project, version_name=version.name, since=self.clock.unix())
        async with self._notes.recorded(
            RequestKind.WATCH, version.project, version.name, user=user, channel=channel
        ):
            new = await self.store.watches.watch(wish)
        return Watching(version=version, new=new)

    async def unwatch(self, reference: VersionReference, *, user: str, channel: str = "") -> bool:
        """True if the person watched it."""
        project, name = reference.project, reference.name
        async with self._notes.recorded(RequestKind.UNWATCH, project, name, user=user, channel=channel):
            return await self.store.watches.unwatch(user, project, name)

    async def watches(self, user: str) -> tuple[Watch, ...]:
        return await self.store.watches.of(user)

    async def folded(self, fold: str, *, number: int, size: int) -> DigestPage:
        """A page of the outcomes that were told together as one message, from 1; empty if they have been forgotten."""
        return await self.store.digests.page(fold, number=number, size=size)


def options_of(subscription: Subscription) -> tuple[str, ...]:
    """What a channel hears other than usual, in the words in which it is asked for."""
    chosen = {
        "failures": subscription.only_failures,
        "thread": subscription.in_thread,
        "nocards": not subscription.cards,
    }
    return tuple(word for word, is_chosen in chosen.items() if is_chosen)
