"""What the store has to offer to those who change what channels hear."""

from typing import Protocol

from bot.domain.notifications import SubscriptionChanged
from bot.domain.watching import Subscription


class SubscriptionStore(Protocol):
    """The part of `Store` that is about subscriptions. Raises `StoreDown` if the database does not answer."""

    async def subscribe(self, subscription: Subscription) -> bool:
        """Add or replace the channel's subscription to a project; True if there was none. The project is looked at soon."""

    async def unsubscribe(self, channel: str, project: str) -> bool:
        """True if there was one."""

    async def change_subscription(
        self,
        told: SubscriptionChanged,
        *,
        announce: bool,
        now: int,
        undone: SubscriptionChanged | None = None,
    ) -> bool:
        """Put `told.after` in the place of `told.before`, unless something else stands there by now: then False.

        In the same transaction the channel's message is enqueued, if it is to be told, and the message of the change that
        is `undone` by this one is edited.
        """

    async def subscription_change(self, change: str) -> SubscriptionChanged | None:
        """A change that its channel was told of within the last 30 days, by its id."""

    async def subscriptions(
        self, *, channel: str | None = None, project: str | None = None
    ) -> tuple[Subscription, ...]:
        """All, or those of a channel, or of a project; by project, then channel."""
