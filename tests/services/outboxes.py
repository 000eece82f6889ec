"""What tests of the notifier share: an outbox with time, things to tell, and answers of Slack's."""

from typing import Any

from bot.domain.endings import Ending
from bot.domain.models import Status
from bot.domain.notifications import NewPosting, VersionCard, VersionEnded
from bot.domain.ports import Never, TryLater, Unclear
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.services.delivery.notifier import Notifier, PostPolicy
from tests.domain.samples import progress, version
from tests.services.fakes import START, FakeClock, FakeSlack

LOST = Never(reason="the channel is archived", destination_lost=True)
REFUSED = Never(reason="Slack refused the message: msg_too_long", destination_lost=False)
RATE_LIMITED = TryLater(reason="ratelimited", seconds=30)
NO_ANSWER = Unclear(reason="no answer from Slack")


class SteppedNotifier(Notifier):
    """Goes on when the test says so: its pauses would be in real time."""

    def _come_back(self, *_: object) -> None:
        pass


class Outbox:
    """A notifier, what it is given, and time."""

    def __init__(self, store: Store, slack: FakeSlack, clock: FakeClock, **policy: Any) -> None:
        self.store, self.slack, self.clock = store, slack, clock
        self.notifier = self.started("me", **policy)

    def started(self, owner: str, **policy: Any) -> Notifier:
        return SteppedNotifier(
            store=self.store,
            poster=self.slack,
            clock=self.clock,
            owner=owner,
            policy=PostPolicy(**{"jitter": 0} | policy),
        )

    async def tell(self, *postings: NewPosting) -> None:
        await self.store.outbox.enqueue(postings, now=int(self.clock.at))

    async def round(self) -> None:
        """One tick, and everything that it begins."""
        await self.notifier.tick()
        await self.notifier._tasks.finish()

    async def rounds(self, count: int, seconds: float = 1) -> None:
        """So many ticks, each followed by so many seconds."""
        for _ in range(count):
            await self.round()
            self.clock.passes(seconds)


def failed(name: str = "v1", channel: str = "C1", **changed: Any) -> NewPosting:
    usual: dict[str, Any] = {
        "key": f"outcome/{channel}/{name}",
        "project": "shop",
        "notification": VersionEnded(ending=Ending.FAILED, version=version(name, Status.FAILED), seconds=60),
    }
    return NewPosting(destination=channel, version_name=name, **(usual | changed))


def card(name: str = "v1", channel: str = "C1", *, done: int = 0, **changed: Any) -> NewPosting:
    shown = version(name, progress=progress(done))
    usual: dict[str, Any] = {"notification": VersionCard(version=shown, since=START)}
    return failed(name, channel, key=f"card/{channel}/{name}", **(usual | changed))


def names(slack: FakeSlack, channel: str = "C1") -> list[str]:
    """The versions that the messages of a channel are about."""
    return [getattr(one.notification, "version").name for one in slack.messages[channel]]  # noqa: B009


async def subscribe(store: Store, channel: str = "C1", project: str = "shop", by: str = "U1") -> None:
    await store.subscriptions.subscribe(Subscription(channel=channel, project=project, by=by, since=START))
