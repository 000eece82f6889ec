"""Time: what somebody does to the machine's clock, and who is believed instead."""

from email.utils import formatdate
from typing import Any, cast

import pytest

from bot.clock import FollowedClock, SystemClock, agree
from bot.domain.errors import StoreDown
from bot.domain.stores import HousekeepingStore

NOW = 1_700_000_000.0
HOUR, DAY = 3600.0, 24 * 3600.0


class Machine:
    """Its two clocks."""

    def __init__(self) -> None:
        self.wall, self.monotonic = NOW, 50.0

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


class SharedDatabase:
    """As much of a store as knows the time; `slow` seconds pass while it answers."""

    def __init__(self, machine: Machine, says: float | StoreDown | None, *, slow: float = 0) -> None:
        self.machine, self.says, self.slow = machine, says, slow

    async def time(self) -> float | None:
        self.machine.passes(self.slow)
        if isinstance(self.says, StoreDown):
            raise self.says
        return self.says

    @property
    def port(self) -> HousekeepingStore:
        return cast("HousekeepingStore", self)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def clock(machine: Machine) -> SystemClock:
    return SystemClock(wall=lambda: machine.wall, monotonic=lambda: machine.monotonic)


def reading(clock: SystemClock) -> float:
    return clock.now().timestamp() - NOW


def test_the_real_clocks_go_forward() -> None:
    clock = SystemClock()
    first, earlier = clock.now(), clock.monotonic()
    assert clock.now() >= first
    assert clock.monotonic() >= earlier


@pytest.mark.parametrize("step", [HOUR, -HOUR, 30 * DAY, -30 * DAY])
def test_a_wall_clock_that_is_set_does_not_move_the_bots_time(
    machine: Machine, clock: SystemClock, step: float
) -> None:
    machine.passes(10)
    machine.wall += step
    machine.passes(5)
    assert reading(clock) == 15
    assert clock.monotonic() == 65


async def test_processes_agree_on_the_time_of_their_database(machine: Machine, clock: SystemClock) -> None:
    machine.passes(10)
    await agree(clock, SharedDatabase(machine, NOW + HOUR, slow=0.5).port)
    assert reading(clock) == HOUR + 0.25
    machine.passes(1)
    assert reading(clock) == HOUR + 1.25


@pytest.mark.parametrize("says", [None, StoreDown("away")])
async def test_a_database_that_nobody_shares_or_that_is_away_changes_nothing(
    machine: Machine, clock: SystemClock, says: Any
) -> None:
    await agree(clock, SharedDatabase(machine, says).port)
    assert reading(clock) == 0


async def test_an_answer_that_took_long_says_too_little(machine: Machine, clock: SystemClock) -> None:
    await agree(clock, SharedDatabase(machine, NOW + HOUR, slow=3).port)
    assert reading(clock) == 3


@pytest.mark.parametrize(("ahead", "moved"), [(59, 0), (-59, 0), (HOUR, HOUR), (-30 * DAY, -30 * DAY)])
def test_a_machine_that_is_wrong_from_the_start_believes_slack(
    clock: SystemClock, ahead: float, moved: float
) -> None:
    clock.heard(formatdate(NOW + ahead, usegmt=True))
    assert reading(clock) == moved


@pytest.mark.parametrize("date", ["", "yesterday", "Thu, 99 Foo 2026 00:00:00 GMT"])
def test_a_date_that_is_none_changes_nothing(clock: SystemClock, date: str) -> None:
    clock.heard(date)
    assert reading(clock) == 0


def test_the_database_counts_for_more_than_slack(clock: SystemClock) -> None:
    clock.agree(NOW + 10)
    clock.heard(formatdate(NOW + HOUR, usegmt=True))
    assert reading(clock) == 10


def test_a_difference_is_in_the_log(clock: SystemClock, caplog: pytest.LogCaptureFixture) -> None:
    clock.agree(NOW + 1)
    clock.agree(NOW + HOUR)
    assert [getattr(record, "seconds", None) for record in caplog.records] == [HOUR - 1]


def test_a_followed_clock_jumps_as_a_machine_that_slept(machine: Machine) -> None:
    clock = FollowedClock(lambda: machine.wall)
    before, earlier = clock.now(), clock.monotonic()
    machine.wall += HOUR
    assert (clock.now() - before).total_seconds() == HOUR
    assert clock.monotonic() - earlier == HOUR
