"""Whatever Zadig answers to a look, it raises nothing, and what cannot be read changes nothing and tells nobody anything."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from bot.domain.changes import Memory, Seen
from bot.domain.models import Status
from bot.domain.ports import PollClaim, PollOutcome
from bot.domain.stores import Store
from bot.services.polling.poll_run import PollReport, PollResult
from bot.services.polling.poller import Poller, PollPolicy
from bot.zadig import ONCE, open_zadig
from tests.domain.samples import progress, version
from tests.services.fakes import FakeClock
from tests.services.polled import News, poll, subscribe, told
from tests.zadig.test_any_answer import JSON, TYPES, Anything, almost_right

STATUSES = {"v1": Status.CREATING, "v2": Status.RETRYING, "v3": Status.SUCCESS}
UNTOUCHED = {name: (status, 1, False) for name, status in STATUSES.items()}
PAGE = b"<html><body>Please log in</body></html>"
AWAY = {"project_unreachable", "project_back"}
SHARED = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
DIALECTS = some.sampled_from(["v1", "v2", "auto"])


def remembered(now: int) -> Memory:
    """Versions in every state, made a minute ago."""
    versions = [
        version(name, status, progress=progress(), created_at=now - 60) for name, status in STATUSES.items()
    ]
    return {one.name: Seen(version=one, epoch=1, since=one.created_at, at=now) for one in versions}


class Watched:
    """A channel that follows a project with versions in every state, in a database that outlives the examples."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store, self.clock = store, clock
        self.looks: list[PollReport] = []

    async def remember(self) -> None:
        """As if the last look had seen them, whatever the last example has left behind."""
        await told(self.store, self.clock)
        await self.store.subscriptions.unsubscribe("C1", "shop")
        await subscribe(self.store)
        self.clock.passes(120)
        now = int(self.clock.at)
        (claim,) = await self.store.polls.claim("before", now=now, limit=1, lease=60)
        outcome = PollOutcome(claim=claim, next_in=0, memory=remembered(now))
        assert await self.store.polls.record(outcome, now=now)
        self.looks.clear()

    def _count(self, _claim: PollClaim, looked: PollReport, _seconds: float) -> None:
        self.looks.append(looked)

    @asynccontextmanager
    async def poller(self, wire: httpx.AsyncBaseTransport, dialect: str) -> AsyncIterator[Poller]:
        async with open_zadig(
            url="http://zadig.test",
            token="a.b.c",
            clock=self.clock,
            dialect=dialect,
            retry=ONCE,
            transport=wire,
        ) as zadig:
            yield Poller(
                releases=zadig.releases,
                store=self.store,
                clock=self.clock,
                owner="me",
                policy=PollPolicy(jitter=0),
                on_news=News(),
                on_poll=self._count,
            )

    async def answered(self, wire: httpx.AsyncBaseTransport, dialect: str) -> tuple[set[str], Memory | None]:
        """Look three times; what was told of versions, and what is remembered then."""
        await self.remember()
        async with self.poller(wire, dialect) as poller:
            for _ in range(3):
                await poll(poller)
                self.clock.passes(61)
        kinds = {kind for _, kind in await told(self.store, self.clock)}
        return kinds - AWAY, await self.store.polls.seen("shop")


@pytest.fixture
async def watched(store: Store, clock: FakeClock) -> Watched:
    return Watched(store, clock)


def statuses(memory: Memory | None) -> dict[str, tuple[Status, int, bool]]:
    return {name: (one.version.status, one.epoch, one.gone) for name, one in (memory or {}).items()}


def answer(status: int, content: bytes, content_type: str = "application/json") -> Anything:
    return Anything(status=status, content=content, content_type=content_type)


def of_json(body: Any) -> bytes:
    return json.dumps(body).encode()


MEANINGLESS = some.builds(
    answer,
    some.sampled_from([200, 200, 200, 201, 204, 302, 400, 403, 404, 405, 500, 502]),
    JSON.map(of_json),
    TYPES,
) | some.builds(answer, some.integers(200, 599), some.binary(max_size=200), TYPES)


def no_errors(caplog: pytest.LogCaptureFixture) -> bool:
    return not [record for record in caplog.records if record.levelno >= logging.ERROR]


@SHARED
@given(wire=MEANINGLESS, dialect=DIALECTS)
@example(wire=answer(200, b'{"list": null}'), dialect="v1")
@example(wire=answer(200, b'{"releases": null, "total": 3}'), dialect="v1")
@example(wire=answer(200, b"[]"), dialect="v2")
@example(wire=answer(200, b"null"), dialect="v2")
@example(wire=answer(200, b'{"code": 6001, "message": "an error"}'), dialect="v1")
@example(wire=answer(200, b'{"list": [{"id": "1", "ver'), dialect="v1")
@example(wire=answer(200, PAGE, "text/html"), dialect="v1")
@example(wire=answer(200, PAGE), dialect="v2")
@example(wire=answer(302, PAGE, "text/html"), dialect="v2")
@example(wire=answer(502, PAGE, "text/html"), dialect="auto")
@example(wire=answer(204, b""), dialect="v2")
async def test_what_means_nothing_changes_nothing(
    wire: Anything, dialect: str, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    kinds, memory = await watched.answered(wire, dialect)
    assert (kinds, statuses(memory)) == (set(), UNTOUCHED)
    assert no_errors(caplog)


@SHARED
@given(
    wire=some.builds(answer, some.sampled_from([200, 200, 200, 403, 500]), almost_right().map(of_json)),
    dialect=DIALECTS,
)
async def test_a_look_at_what_is_almost_right_works_or_changes_nothing(
    wire: Anything, dialect: str, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    kinds, memory = await watched.answered(wire, dialect)
    results = {one.result for one in watched.looks}
    assert results
    assert PollResult.LOST not in results
    if results == {PollResult.FAILED}:
        assert (kinds, statuses(memory)) == (set(), UNTOUCHED)
    assert no_errors(caplog)
