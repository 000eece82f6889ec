"""Answers from memory: their age, their number, one read at a time, and what an error leaves of them."""

import asyncio
import logging
from typing import Any

import pytest

from bot.domain.errors import NotPermitted, ReleaseBotError, ServerDown, Unauthorized, Unreadable
from bot.services.forms.stale_cache import Bounds, Freshness, Key, StaleCache
from tests.services.fakes import FakeClock

LIFE = Freshness(current=60, overdue=300, limit=3600, timeout_seconds=0.02)
KEY: Key = ("services", "shop", "dev")


class Source:
    """Answers with what stands in `answer`, or raises it; `gate` holds reads back, `read` counts them."""

    def __init__(self, answer: object = ("first",)) -> None:
        self.answer = answer
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> Any:
        self.reads += 1
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def cache(clock: FakeClock) -> StaleCache:
    return StaleCache(monotonic=clock.monotonic, bounds=Bounds(entries=10, items=100))


@pytest.fixture
def source() -> Source:
    return Source()


async def landed() -> None:
    """Let what was begun beside come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_answer_is_read_once_while_it_is_current(
    cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    for _ in range(3):
        assert await cache.get(KEY, source, LIFE) == ("first",)
    clock.passes(60)
    assert await cache.get(KEY, source, LIFE) == ("first",)
    assert source.reads == 1


async def test_an_older_answer_is_given_at_once_and_renewed_beside(
    cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(61)
    source.answer = ("second",)
    source.gate.clear()
    assert await cache.get(KEY, source, LIFE) == ("first",)
    await landed()
    source.gate.set()
    await landed()
    assert await cache.get(KEY, source, LIFE) == ("second",)
    assert (source.reads, cache.age(KEY)) == (2, 0)


async def test_an_overdue_answer_is_waited_for(cache: StaleCache, source: Source, clock: FakeClock) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(301)
    source.answer = ("second",)
    assert await cache.get(KEY, source, LIFE) == ("second",)


async def test_patience_ends_and_the_old_answer_has_to_do(
    cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(301)
    source.gate.clear()
    source.answer = ("second",)
    assert await cache.get(KEY, source, LIFE) == ("first",)
    async with asyncio.timeout(0.01):
        assert await cache.get(KEY, source, LIFE) == ("first",), "and nobody waits again at once"
    source.gate.set()
    await landed()
    assert await cache.get(KEY, source, LIFE) == ("second",)


async def test_beyond_its_limit_an_answer_is_none(
    cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(3601)
    source.answer = ServerDown("away")
    with pytest.raises(ServerDown):
        await cache.get(KEY, source, LIFE)


async def test_without_an_answer_the_error_is_the_callers(cache: StaleCache, source: Source) -> None:
    source.answer = ServerDown("away")
    for _ in range(2):
        with pytest.raises(ServerDown):
            await cache.get(KEY, source, LIFE)
    assert source.reads == 2, "an error is no answer"
    source.answer = ("back",)
    assert await cache.get(KEY, source, LIFE) == ("back",)


@pytest.mark.parametrize("error", [ServerDown("away"), Unauthorized("401"), Unreadable("what?")])
async def test_an_outage_leaves_the_old_answer(
    error: ReleaseBotError, cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    source.answer = error
    for seconds in (61, 300, 3000):
        clock.passes(seconds)
        assert await cache.get(KEY, source, LIFE) == ("first",)
        await landed()


async def test_while_the_other_side_is_down_it_is_not_asked_with_every_look(
    cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(301)
    source.answer = ServerDown("away")
    for _ in range(10):
        assert await cache.get(KEY, source, LIFE) == ("first",)
    assert source.reads == 2
    assert cache.rests(KEY)
    clock.passes(5)
    assert not cache.rests(KEY)
    await cache.get(KEY, source, LIFE)
    assert source.reads == 3


@pytest.mark.parametrize("age", [61, 301])
async def test_what_may_not_be_seen_any_more_is_not_shown_from_memory(
    age: int, cache: StaleCache, source: Source, clock: FakeClock
) -> None:
    await cache.get(KEY, source, LIFE)
    clock.passes(age)
    source.answer = NotPermitted("no")
    if age <= 300:
        await cache.get(KEY, source, LIFE)
        await landed()
    with pytest.raises(NotPermitted):
        await cache.get(KEY, source, LIFE)
    assert cache.age(KEY) is None


async def test_any_number_of_callers_share_one_read(cache: StaleCache, source: Source) -> None:
    source.gate.clear()
    callers = [asyncio.create_task(cache.get(KEY, source, LIFE)) for _ in range(20)]
    await landed()
    source.gate.set()
    assert await asyncio.gather(*callers) == [("first",)] * 20
    assert source.reads == 1


async def test_callers_share_an_error_too(cache: StaleCache, source: Source) -> None:
    source.gate.clear()
    source.answer = ServerDown("away")
    callers = [asyncio.create_task(cache.get(KEY, source, LIFE)) for _ in range(3)]
    await landed()
    source.gate.set()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ServerDown] * 3
    assert source.reads == 1


async def test_a_caller_that_gives_up_takes_the_read_from_nobody(cache: StaleCache, source: Source) -> None:
    source.gate.clear()
    impatient = asyncio.create_task(cache.get(KEY, source, LIFE))
    patient = asyncio.create_task(cache.get(KEY, source, LIFE))
    await landed()
    impatient.cancel()
    await landed()
    source.gate.set()
    assert await patient == ("first",)
    assert source.reads == 1


async def test_keys_do_not_wait_for_each_other(cache: StaleCache) -> None:
    slow, quick = Source(), Source(("quick",))
    slow.gate.clear()
    waiting = asyncio.create_task(cache.get(("a",), slow, LIFE))
    assert await cache.get(("b",), quick, LIFE) == ("quick",)
    slow.gate.set()
    await waiting


async def test_the_answer_used_longest_ago_goes_first(cache: StaleCache) -> None:
    for number in range(10):
        await cache.get((str(number),), Source((number,)), LIFE)
    await cache.get(("0",), Source(), LIFE)
    await cache.get(("10",), Source(), LIFE)
    assert (len(cache), cache.age(("1",)), cache.age(("0",))) == (10, None, 0)


async def test_large_answers_leave_less_room(cache: StaleCache) -> None:
    for number in range(5):
        await cache.get((str(number),), Source(tuple(range(30))), LIFE)
    assert (len(cache), cache.items) == (3, 90)
    assert cache.crowded
    await cache.get(("huge",), Source(tuple(range(1000))), LIFE)
    assert (len(cache), cache.items) == (1, 1000), "the newest stays, however large"


async def test_a_renewed_answer_counts_once(cache: StaleCache, source: Source, clock: FakeClock) -> None:
    for size in (3, 50, 2):
        source.answer = tuple(range(size))
        await cache.renew(KEY, source)
        clock.passes(1)
    assert (len(cache), cache.items) == (1, 2)


@pytest.mark.parametrize("value", [None, 7, ""])
async def test_anything_can_be_an_answer(value: object, cache: StaleCache, clock: FakeClock) -> None:
    source = Source(value)
    assert await cache.get(KEY, source, LIFE) == value
    clock.passes(10)
    assert await cache.get(KEY, source, LIFE) == value
    assert source.reads == 1


async def test_what_is_forgotten_is_read_anew_also_if_it_was_just_being_read(
    cache: StaleCache, source: Source
) -> None:
    source.gate.clear()
    begun_before = asyncio.create_task(cache.get(KEY, source, LIFE))
    await landed()
    cache.forget("services", "shop")
    fresh = Source(("after",))
    assert await cache.get(KEY, fresh, LIFE) == ("after",)
    source.gate.set()
    assert await begun_before == ("first",)
    assert await cache.get(KEY, fresh, LIFE) == ("after",), "what was read before does not count any more"


async def test_forgetting_takes_everything_that_begins_so_and_nothing_else(cache: StaleCache) -> None:
    for key in (("page", "shop", "1"), ("page", "shop", "2"), ("page", "shopping", "1")):
        await cache.get(key, Source(), LIFE)
    cache.forget("page", "shop")
    assert (len(cache), cache.items) == (1, 1)


async def test_a_look_without_reading(cache: StaleCache, source: Source, clock: FakeClock) -> None:
    nothing: tuple[str, ...] = ()
    assert cache.peek(KEY, nothing) == ()
    await cache.get(KEY, source, LIFE)
    clock.passes(7200)
    assert cache.peek(KEY, nothing) == ("first",)


async def test_closing_stops_what_is_being_read(cache: StaleCache, source: Source) -> None:
    source.gate.clear()
    waiting = asyncio.create_task(cache.get(KEY, source, LIFE))
    await landed()
    await cache.aclose()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__ is asyncio.CancelledError


async def test_a_defect_is_in_the_log_even_if_nobody_waited(
    cache: StaleCache, source: Source, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await cache.get(KEY, source, LIFE)
    clock.passes(61)
    for error, level in ((ServerDown("away"), "INFO"), (ZeroDivisionError("we are wrong"), "ERROR")):
        source.answer = error
        await cache.get(KEY, source, LIFE)
        await landed()
        assert caplog.records[-1].levelname == level
        clock.passes(5)


async def test_keys_that_never_had_an_answer_are_not_kept(cache: StaleCache, source: Source) -> None:
    source.answer = ServerDown("away")
    for number in range(1000):
        await asyncio.gather(cache.get((str(number),), source, LIFE), return_exceptions=True)
    assert len(cache._let_down) == 10
    assert not cache._flights
    assert not cache._all_flights
