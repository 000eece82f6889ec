"""Messages of which nobody knows whether they arrived, from the outbox to Slack: looked for once, or treated as the operator chose."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from bot.domain.stores import Store
from bot.metrics import CountActions, Metrics
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.slack.poster import SlackPoster
from bot.slack.views.links import Links
from bot.store import open_store
from tests.journeys.living import Later
from tests.services.outboxes import SteppedNotifier, card, failed
from tests.slack.served import ADA, ADAS_DM, SHOP, START, HandClock, Slack, scopes_but, slack_of
from tests.slack.test_poster import chatter

pytestmark = pytest.mark.asyncio(loop_scope="session")
Port = tuple[str, Later]


class Outbox:
    """The outbox over a real database in memory, the real poster, and a workspace."""

    def __init__(self, store: Store, slack: Slack, **policy: Any) -> None:
        self.store, self.slack, self.clock = store, slack, HandClock()
        self.notifier: Notifier = SteppedNotifier(
            store=store,
            poster=SlackPoster(
                client=slack.client, links=Links(origin="https://zadig.example.com"), clock=self.clock
            ),
            clock=self.clock,
            owner="me",
            policy=PostPolicy(jitter=0, **policy),
        )

    async def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.notifier.tick()
            await self.notifier._tasks.finish()
            self.clock.at += 1

    async def tell(self, *names: str, **changed: Any) -> None:
        rows = [failed(name, SHOP, fallback=ADA, **changed) for name in names]
        await self.store.outbox.enqueue(rows, now=int(self.clock.at))

    def searches(self) -> int:
        return len(self.slack.calls("conversations.history"))


@asynccontextmanager
async def an_outbox(
    port: Port, *, policy: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Outbox]:
    async with (
        open_store("sqlite+aiosqlite:///:memory:") as store,
        slack_of(*port, **settings) as slack,
    ):
        yield Outbox(cast("Store", store), slack, **(policy or {}))


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "500", "fatal", "truncated", "html", "slow"])
async def test_each_unclear_answer_costs_one_search_and_the_message_stands_once(
    port: Port, kind: str
) -> None:
    async with an_outbox(port) as outbox:
        names = [f"v{number}" for number in range(3)]
        await outbox.tell(*names)
        for _ in names:
            if kind == "slow":
                outbox.slack.answers_late("chat.postMessage")
            else:
                outbox.slack.fault(kind, method="chat.postMessage")
            await outbox.passes(1)
            outbox.clock.at += 20
            outbox.slack.workspace.clock.advance(60)
        await outbox.passes(60)
        assert await outbox.store.outbox.backlog() == 0
        said = [message.metadata["event_payload"]["version_name"] for message in outbox.slack.messages()]
        assert sorted(said) == names
        assert outbox.searches() <= 3


async def test_a_search_among_replies_ends_where_the_reply_is_found(port: Port) -> None:
    async with an_outbox(port) as outbox:
        await outbox.store.outbox.enqueue([card("v1", SHOP)], now=START)
        await outbox.passes(2)
        outbox.slack.fault("drop_after", method="chat.postMessage")
        await outbox.tell("v1", thread_of=f"card/{SHOP}/v1")
        await outbox.passes(60)
        assert len(outbox.slack.messages()) == 2
        assert (len(outbox.slack.calls("conversations.replies")), outbox.searches()) == (1, 0)


@pytest.mark.parametrize(
    ("resend", "in_channel", "to_ada"), [(True, 2, 0), (False, 1, 1)], ids=["resend", "hold"]
)
@pytest.mark.parametrize("why", ["no scope", "too many newer messages"])
async def test_what_cannot_be_found_out_is_treated_as_the_operator_chose_and_never_in_silence(
    port: Port, caplog: pytest.LogCaptureFixture, *, why: str, resend: bool, in_channel: int, to_ada: int
) -> None:
    scopes = {"manifest": scopes_but("channels:history")} if why == "no scope" else {}
    metrics = Metrics()
    counting = CountActions(metrics)
    logging.getLogger("bot").addHandler(counting)
    async with an_outbox(port, policy={"resend_unclear": resend}, **scopes) as outbox:
        outbox.slack.fault("drop_after", method="chat.postMessage")
        await outbox.tell("v1")
        await outbox.passes(1)
        if not scopes:
            chatter(outbox.slack, 1001)
        await outbox.passes(15)
        await outbox.tell("v2")
        await outbox.passes(2)
        assert len(outbox.slack.messages()) == 2, "other versions go on"
        await outbox.passes(900)
        assert await outbox.store.outbox.backlog() == 0
        assert len(outbox.slack.messages()) == in_channel + 1
        told = outbox.slack.messages(ADAS_DM) if to_ada else []
        assert ["confirm that Slack delivered it" in str(message.blocks) for message in told] == [
            True
        ] * to_ada
    logging.getLogger("bot").removeHandler(counting)
    uncertain = [one for one in caplog.records if vars(one).get("action") == "posting_uncertain"]
    assert len(uncertain) == 1
    assert 'action="posting_uncertain",level="error"} 1.0' in metrics.text().decode()


async def test_a_history_that_slack_slows_down_is_waited_for(port: Port) -> None:
    """However long it takes: nothing is sent twice for it."""
    async with an_outbox(port) as outbox:
        outbox.slack.fault("drop_after", method="chat.postMessage")
        outbox.slack.fault("429", method="conversations.history", times=30, retry_after=30)
        await outbox.tell("v1")
        await outbox.passes(1200)
        assert len(outbox.slack.messages()) == 1
        assert outbox.searches() == 31
        assert await outbox.store.outbox.backlog() == 0
