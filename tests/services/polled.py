"""What tests of the poller share: wishes, looks, and what waits to be posted after them."""

from typing import Any

from bot.domain.ports import PostedMessage
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest, Subscription
from bot.services.polling.poller import Poller, PollPolicy
from tests.services.fakes import START, FakeClock

STALLED_AFTER = PollPolicy().stalled_after


class News:
    """How often somebody was told that there is something to post."""

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self) -> None:
        self.heard += 1


async def poll(poller: Poller) -> None:
    await poller.tick()
    await poller.drain()


async def subscribe(store: Store, project: str = "shop", channel: str = "C1", **changed: Any) -> None:
    await store.subscriptions.subscribe(
        Subscription(channel=channel, project=project, by="U1", since=START, **changed)
    )


def ask(action: Action = Action.CREATE, **changed: Any) -> PendingRequest:
    usual: dict[str, Any] = {"version_name": "v1", "user": "U2", "channel": "C9", "at": START}
    return PendingRequest(project="shop", action=action, **(usual | changed))


async def told(store: Store, clock: FakeClock) -> list[tuple[str, str]]:
    """Everything that waits to be posted, in order, as destination and kind; all of it is posted then."""
    found: list[tuple[str, str]] = []
    while postings := await store.outbox.claim("poster", now=int(clock.at), limit=100, lease=60):
        for posting in postings:
            found.append((posting.destination, posting.notification.kind))
            place = posting.message or PostedMessage(channel=posting.destination, ts=f"{posting.id}.1")
            await store.outbox.mark_posted(posting, place, now=int(clock.at))
    return found


async def due_in(store: Store, clock: FakeClock) -> int:
    """In how many seconds the project is looked at again."""
    for seconds in (0, 1, 10, 15, 20, 40, 60, 120):
        now = int(clock.at) + seconds
        if claims := await store.polls.claim("asking", now=now, limit=1, lease=0):
            assert len(claims) == 1
            return seconds
    raise AssertionError("it is never looked at")
