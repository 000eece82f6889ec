"""The clock that can be hurried."""

import asyncio

import pytest

from bot.sandbox.zadig import Clock


class Elapsed:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_time_passes_at_its_rate_and_jumps() -> None:
    elapsed = Elapsed()
    clock = Clock(start=1000, elapsed=elapsed)
    elapsed.seconds += 5
    assert clock.now() == 1005
    clock.set_rate(10)
    elapsed.seconds += 5
    assert clock.now() == 1055
    clock.advance(45)
    clock.set_rate(0)
    elapsed.seconds += 5
    assert (clock.now(), clock.rate) == (1100, 0)


def test_time_does_not_go_back() -> None:
    clock = Clock(rate=0)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.set_rate(-1)


async def test_a_sleeper_wakes_as_soon_as_the_clock_has_been_moved_far_enough() -> None:
    clock = Clock(rate=0, start=0)
    sleeper = asyncio.create_task(clock.sleep(10))
    for _ in range(2):
        await asyncio.sleep(0)
        clock.advance(4)
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.advance(4)
    await asyncio.wait_for(sleeper, 1)


async def test_a_sleeper_wakes_by_itself_when_time_passes() -> None:
    clock = Clock(rate=1000)
    await asyncio.wait_for(clock.sleep(5), 1)
