"""Ends the watches and subscriptions of those who may not read any more, a few at a time."""

import logging
import uuid
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.domain.notifications import NewPosting, SubscriptionChanged, WatchesEnded
from bot.domain.ports import Clock
from bot.domain.stores import Store
from bot.domain.watching import Subscription, Watch
from bot.services.audience.eligibility import Eligibility, Verdict

log = logging.getLogger(__name__)

# So many people and so many subscriptions are looked at in one round: each can cost questions to Slack.
AT_ONCE = 20

T = TypeVar("T")


class AudienceExpiry:
    """`tick` is one round. What Slack does not say ends nothing. Raises StoreDown."""

    def __init__(
        self, *, store: Store, hearing: Eligibility, clock: Clock, on_news: Callable[[], None]
    ) -> None:
        self._store = store
        self._hearing = hearing
        self._clock = clock
        self._on_news = on_news
        self._turn = 0

    async def tick(self) -> None:
        """Look at the next few; every one comes round in its turn."""
        watches: dict[str, list[Watch]] = {}
        for watch in await self._store.watches.all():
            watches.setdefault(watch.user, []).append(watch)
        for user in self._next(sorted(watches)):
            await self._end_watches(user, watches[user])
        for subscription in self._next(await self._store.subscriptions.find()):
            await self._end_subscription(subscription)
        self._turn += 1

    def _next(self, everything: Sequence[T]) -> list[T]:
        """As many as come with each turn, around and around."""
        count = min(AT_ONCE, len(everything))
        return [everything[(self._turn * AT_ONCE + place) % len(everything)] for place in range(count)]

    async def _end_watches(self, user: str, watches: list[Watch]) -> None:
        verdicts = {
            project: await self._hearing.person(user, project)
            for project in dict.fromkeys(one.project for one in watches)
        }
        lost = [one for one in watches if verdicts[one.project] is Verdict.NO]
        if not lost:
            return
        told = NewPosting(
            key=f"watches_ended/{user}/{uuid.uuid4().hex}",
            destination=user,
            project="",
            version_name="",
            notification=WatchesEnded(count=len(lost)),
        )
        if await self._store.watches.end(lost, told=told, now=self._clock.unix()):
            log.info("watches ended", extra={"action": "watches_ended", "user": user, "count": len(lost)})
            self._on_news()

    async def _end_subscription(self, one: Subscription) -> None:
        """Nobody has ended it, so nobody is named; neither is the project, which is not to be read there any more."""
        if await self._hearing.channel(one.channel, one.project, [one.by]) is not Verdict.NO:
            return
        told = SubscriptionChanged(
            change=uuid.uuid4().hex, channel=one.channel, project=one.project, by="", before=one, after=None
        )
        if await self._store.subscriptions.change(told, announce=True, now=self._clock.unix()):
            fields = {"action": "subscription_ended", "project": one.project, "channel": one.channel}
            log.warning("subscription ended", extra=fields)
            self._on_news()
