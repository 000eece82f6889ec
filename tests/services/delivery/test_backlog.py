"""Much that waits for one channel, and what nobody can render: told together or at Slack's pace, and nobody else waits."""

import time

import pytest

from bot.domain.endings import Ending
from bot.domain.models import Status
from bot.domain.notifications import OutcomeDigest, VersionEnded
from bot.domain.stores import Store
from bot.services.delivery.digests import DigestPolicy
from tests.domain.samples import progress, version
from tests.services.fakes import FakeClock, FakeSlack
from tests.services.outboxes import Outbox, failed, names

MANY = 10_000


def failing(number: int, channel: str = "C1", *, project: str = "shop", reason: str = "disk full") -> object:
    broken = version(
        f"v{number}", Status.FAILED, project=project, progress=progress(error=reason, upload_status="failed")
    )
    return failed(
        f"v{number}",
        channel,
        project=project,
        notification=VersionEnded(ending=Ending.FAILED, version=broken, seconds=5),
    )


async def test_ten_thousand_that_wait_for_one_channel_are_a_few_messages_and_delay_nobody(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    await outbox.tell(*(failing(number) for number in range(MANY)))  # type: ignore[arg-type] # built above
    longest = 0.0
    for second in range(60):
        await outbox.tell(failed(f"w{second}", "C2"))
        began = time.perf_counter()
        await outbox.rounds(1)
        longest = max(longest, time.perf_counter() - began)
        assert names(slack, "C2")[-1] == f"w{second}", "it is told in the second in which it happens"
    told = [one.notification for one in slack.messages["C1"]]
    assert sum(one.count if isinstance(one, OutcomeDigest) else 1 for one in told) == MANY
    assert len(told) <= 20
    assert await store.outbox.backlog() == 0
    assert longest < 5, "one round puts a portion together"


async def test_what_cannot_be_told_together_is_told_at_slacks_pace(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    outbox = Outbox(store, slack, clock, folds=DigestPolicy(more_than=MANY))
    await outbox.tell(*(failed(f"v{number}") for number in range(3000)))
    began = time.perf_counter()
    await outbox.rounds(300)
    told = len(names(slack))
    assert 0.95 * 300 <= told <= 300 + 4, "a message a second, and a few at once in the beginning"
    assert names(slack) == [f"v{number}" for number in range(told)]
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize("channel", ["C1", "C2"])
async def test_what_cannot_be_rendered_delays_nothing_else(
    outbox: Outbox, store: Store, slack: FakeSlack, channel: str
) -> None:
    """Neither in its own channel nor in others; in the end it is given up."""
    render = slack.post

    async def post(posting: object) -> object:
        if getattr(posting, "version_name") == "poison":  # noqa: B009
            raise KeyError("a defect")
        return await render(posting)  # type: ignore[arg-type] # as it came

    slack.post = post  # type: ignore[assignment] # Slack behind a view that is broken
    await outbox.tell(failed("poison"))
    for number in range(60):
        await outbox.tell(failed(f"v{number}", channel))
        await outbox.rounds(2)
        assert names(slack, channel)[-1] == f"v{number}"
    await outbox.rounds(600)
    assert await store.outbox.backlog() == 0
    assert "poison" not in names(slack)
