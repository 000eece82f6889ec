"""How hard Zadig is asked: as agreed while it answers, hardly at all while it does not, and soon as agreed again."""

import pytest

from bot.services.polling.schedule import AdaptiveLimit
from tests.services.fakes import FakeClock


def pressure(clock: FakeClock, most: int = 8, rng: float = 1.0) -> AdaptiveLimit:
    return AdaptiveLimit(clock.monotonic, most=most, rng=lambda: rng)


def fail(asked: AdaptiveLimit, times: int, *, refused: bool = False) -> None:
    for _ in range(times):
        asked.failed(refused=refused)


def test_as_many_as_agreed_while_all_is_well(clock: FakeClock) -> None:
    asked = pressure(clock)
    assert [asked.room(under_way) for under_way in (0, 5, 8, 9)] == [8, 3, 0, 0]


def test_a_project_that_fails_among_others_changes_nothing(clock: FakeClock) -> None:
    asked = pressure(clock)
    for _ in range(20):
        fail(asked, 2)
        asked.seen()
    assert (asked.room(0), asked.struggling) == (8, False)


def test_failures_one_after_another_leave_one_look_at_a_time_with_pauses(clock: FakeClock) -> None:
    asked = pressure(clock)
    fail(asked, 3)
    assert (asked.limit, asked.struggling, asked.room(0)) == (4, True, 0)
    clock.passes(1)
    assert asked.room(0) == 4
    fail(asked, 20)
    assert (asked.limit, asked.room(0)) == (1, 0)


@pytest.mark.parametrize(("refused", "longest"), [(False, 15), (True, 60)])
def test_pauses_grow_up_to_a_limit(clock: FakeClock, *, refused: bool, longest: int) -> None:
    asked = pressure(clock)
    fail(asked, 50, refused=refused)
    clock.passes(longest - 1)
    assert asked.room(0) == 0
    clock.passes(1)
    assert asked.room(0) == 1


def test_processes_do_not_ask_in_step(clock: FakeClock) -> None:
    asked = pressure(clock, rng=0.0)
    fail(asked, 50)
    clock.passes(7.5)
    assert asked.room(0) == 1


def test_each_look_that_succeeds_allows_one_more(clock: FakeClock) -> None:
    asked = pressure(clock)
    fail(asked, 50)
    assert asked.seen()
    assert asked.room(0) == 2
    assert not asked.seen()
    for _ in range(20):
        asked.seen()
    assert asked.room(0) == 8
