"""A clock that runs fast, jumps and stands still, and those who wait on it."""

import asyncio

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.slack.ids import ts_after, ts_micros


async def ran(steps: int = 10) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)


async def test_a_standing_clock_moves_only_when_told() -> None:
    clock = Clock(rate=0, start=100)
    sleeping = asyncio.create_task(clock.sleep(5))
    await ran()
    clock.advance(4.9)
    await ran()
    assert not sleeping.done()
    clock.advance(0.2)
    await ran()

    assert sleeping.done()
    assert clock.now() == pytest.approx(105.1)


def test_a_fast_clock_runs_fast() -> None:
    elapsed = 0.0
    clock = Clock(rate=60, start=0, elapsed=lambda: elapsed)
    elapsed = 2.0
    assert clock.now() == 120
    clock.set_rate(1)
    elapsed = 5.0

    assert clock.now() == 123


async def test_sleepers_notice_a_new_rate() -> None:
    clock = Clock(start=0)
    sleeping = asyncio.create_task(clock.sleep(3600))
    await ran()
    clock.set_rate(10_000_000)

    async with asyncio.timeout(1):
        await sleeping


def test_a_clock_does_not_go_backwards() -> None:
    clock = Clock(rate=0, start=0)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.set_rate(-1)


async def test_work_within_the_time_gives_its_result() -> None:
    clock = Clock(rate=0, start=0)

    async def quick() -> str:
        await asyncio.sleep(0)
        return "done"

    assert await clock.within(3, quick()) == "done"


async def test_work_that_takes_too_long_is_cancelled() -> None:
    clock = Clock(rate=0, start=0)
    cancelled = False

    async def slow() -> None:
        nonlocal cancelled
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    waiting = asyncio.create_task(clock.within(3, slow()))
    await ran()
    clock.advance(3)
    with pytest.raises(TimeoutError):
        await waiting
    assert cancelled


async def test_an_error_in_the_work_is_passed_on() -> None:
    async def failing() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await Clock(rate=0, start=0).within(3, failing())


def test_timestamps_are_later_than_the_last() -> None:
    assert ts_after(1_700_000_000.25, None) == "1700000000.250000"
    assert ts_after(1_700_000_000.25, "1700000000.250000") == "1700000000.250001"
    assert ts_after(5.0, "1700000000.999999") == "1700000001.000000"


@pytest.mark.parametrize(
    ("ts", "micros"), [("1.000001", 1_000_001), ("1", 1_000_000), ("0", 0), ("1.5", 1_500_000)]
)
def test_timestamps_can_be_compared(ts: str, micros: int) -> None:
    assert ts_micros(ts) == micros


@pytest.mark.parametrize("ts", ["", "now", "1.x", "-1", "1e5"])
def test_what_is_no_timestamp_is_refused(ts: str) -> None:
    with pytest.raises(ValueError, match="not a timestamp"):
        ts_micros(ts)
