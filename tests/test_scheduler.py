"""Ticks: neither skipped nor piled up, whatever the wall clock does, and not cut off when everything stops."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import Any

import pytest

from bot.scheduler import ticking


class Tick:
    """Counts its runs; `work` is what each does."""

    def __init__(self, work: Callable[[], Any] | None = None) -> None:
        self.begun: list[float] = []
        self.ended = 0
        self._work = work

    async def run(self) -> None:
        self.begun.append(time.monotonic())
        if self._work:
            await self._work()
        self.ended += 1

    async def runs(self, number: int, within: float = 5) -> None:
        """Wait for so many runs from now on."""
        wanted = len(self.begun) + number
        for _ in range(int(within / 0.005)):
            if len(self.begun) >= wanted:
                return
            await asyncio.sleep(0.005)
        pytest.fail(f"{len(self.begun)} runs, not {wanted}")


async def test_each_tick_has_its_own_pace_and_the_first_run_is_at_once() -> None:
    fast, slow = Tick(), Tick()
    async with ticking({fast.run: 0.02, slow.run: 60}):
        await fast.runs(5)
    assert len(slow.begun) == 1


async def test_nothing_runs_after_the_end() -> None:
    tick = Tick()
    async with ticking({tick.run: 0.01}):
        await tick.runs(2)
    runs = len(tick.begun)
    await asyncio.sleep(0.05)
    assert len(tick.begun) == runs


async def test_a_late_run_is_not_skipped_and_late_runs_become_one() -> None:
    tick = Tick()
    async with ticking({tick.run: 0.2}):
        await tick.runs(1)
        time.sleep(1.3)  # noqa: ASYNC251 - the loop is blocked for longer than APScheduler forgives by default
        await tick.runs(1)
        runs = len(tick.begun)
        await asyncio.sleep(0.05)
        assert len(tick.begun) == runs


async def test_a_tick_that_still_runs_is_not_started_again(caplog: pytest.LogCaptureFixture) -> None:
    go = asyncio.Event()
    tick, other = Tick(go.wait), Tick()
    async with ticking({tick.run: 0.01, other.run: 0.01}):
        await other.runs(10)
        assert len(tick.begun) == 1
        go.set()
        await tick.runs(1)
    assert caplog.records == [], "a slow tick is nothing to talk about every time"


async def test_an_exception_neither_stops_the_tick_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise LookupError("no such thing")

    tick, other = Tick(fail), Tick()
    async with ticking({tick.run: 0.01, other.run: 0.01}):
        await tick.runs(3)
        await other.runs(3)
    record = caplog.records[0]
    assert (record.action, record.tick) == ("tick_failed", "Tick.run")  # type: ignore[attr-defined] # given as extra
    assert "LookupError: no such thing" in caplog.text


async def test_what_runs_at_the_end_is_finished() -> None:
    tick = Tick(lambda: asyncio.sleep(0.1))
    async with ticking({tick.run: 60}):
        await tick.runs(1)
        assert tick.ended == 0
    assert tick.ended == 1


async def test_what_does_not_end_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    tick = Tick(asyncio.Event().wait)
    async with asyncio.timeout(2):
        async with ticking({tick.run: 60}, timeout_seconds=0.05):
            await tick.runs(1)
    assert tick.ended == 0
    assert [vars(record)["action"] for record in caplog.records] == ["tick_cut_off"]


async def test_an_error_in_the_block_is_passed_on() -> None:
    with pytest.raises(LookupError):
        async with ticking({Tick().run: 0.01}):
            raise LookupError


class WallClock:
    """The wall clock of scheduler and APScheduler, which can be set; the monotonic one goes on."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def time(self) -> float:
        return time.time() + self.offset.total_seconds()

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self, zone: tzinfo | None = None) -> datetime:
        return datetime.now(zone) + self.offset


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    wall = WallClock()
    monkeypatch.setattr("bot.scheduler.time", wall)
    monkeypatch.setattr("bot.scheduler.datetime", wall)
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", wall)
    return wall


@pytest.mark.parametrize(
    "step",
    [timedelta(hours=-1), timedelta(days=-400), timedelta(hours=1), timedelta(days=30), timedelta(days=4000)],
    ids=str,
)
async def test_ticks_go_on_when_the_clock_is_set(
    wall: WallClock, step: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    fast, slow = Tick(), Tick()
    async with ticking({fast.run: 0.05, slow.run: 3600}):
        await fast.runs(2)
        wall.offset = step
        set_at = time.monotonic()
        await fast.runs(3, within=3)
    gaps = [after - before for before, after in zip(fast.begun, fast.begun[1:], strict=False)]
    assert max(gaps) < 2, "the clock is looked at every second"
    assert len([at for at in fast.begun if at > set_at]) < 60, "missed runs are not made up for"
    assert 1 <= len(slow.begun) <= 3
    assert step > timedelta() or "clock stepped" in caplog.text


async def test_a_clock_that_is_nudged_is_not_called_set(
    wall: WallClock, caplog: pytest.LogCaptureFixture
) -> None:
    tick = Tick()
    async with ticking({tick.run: 0.05}):
        wall.offset = timedelta(seconds=1)
        await asyncio.sleep(1.1)
    assert caplog.records == []
