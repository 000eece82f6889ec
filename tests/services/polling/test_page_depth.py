"""How much of a list a look reads: the smallest page that misses nothing."""

from dataclasses import replace

import pytest

from bot.domain.changes import FORGET_AFTER_SECONDS, Memory, Seen
from bot.domain.models import Status
from bot.services.polling.schedule import DEEP_SECONDS, page_size
from tests.domain.samples import START, version

NOW = START + 100


def memory(count: int, **statuses: Status) -> dict[str, Seen]:
    """v1 is the newest; all have succeeded but those that are named."""
    return {
        name: Seen(
            version=version(name, statuses.get(name, Status.SUCCESS), created_at=START - number),
            epoch=1,
            since=START,
            at=NOW,
        )
        for number, name in ((number, f"v{number}") for number in range(1, count + 1))
    }


def size(before: Memory, *wanted: str, at: int = NOW) -> int:
    return page_size("shop", before, wanted, at=at)


def test_the_first_look_sees_as_much_as_it_can() -> None:
    assert size({}) == 100


def test_where_nothing_can_happen_a_small_page_is_enough() -> None:
    assert size(memory(100)) == 20


@pytest.mark.parametrize(("place", "expected"), [(10, 20), (11, 50), (40, 50), (41, 100), (90, 100)])
def test_what_has_to_be_found_has_to_be_on_the_page_with_room_for_news_above_it(
    place: int, expected: int
) -> None:
    assert size(memory(100), f"v{place}") == expected
    assert size(memory(100, **{f"v{place}": Status.FAILED})) == expected


def test_what_failed_long_ago_is_retried_by_nobody() -> None:
    before = memory(60, v50=Status.FAILED)
    old = replace(before["v50"].version, created_at=NOW - FORGET_AFTER_SECONDS)
    assert size(before | {"v50": replace(before["v50"], version=old)}) == 20


def test_what_is_gone_takes_no_place() -> None:
    before = memory(20)
    for number in range(1, 10):
        before[f"v{number}"] = replace(before[f"v{number}"], gone=True)
    assert size(before, "v15") == 20


def test_what_is_unknown_can_be_anywhere() -> None:
    assert size(memory(100), "v999") == 100


def test_every_ten_minutes_everything_is_read() -> None:
    deep = [at for at in range(NOW, NOW + 2 * DEEP_SECONDS, 60) if _deep_between(at - 60, at)]
    assert len(deep) == 2


def test_projects_are_read_deep_at_different_times() -> None:
    first = {
        name: next(at for at in range(NOW, NOW + DEEP_SECONDS, 10) if _deep_between(at - 10, at, name))
        for name in ("shop", "bank", "hosts", "platform")
    }
    assert len(set(first.values())) > 1


def _deep_between(last: int, at: int, project: str = "shop") -> bool:
    before = {name: replace(seen, at=last) for name, seen in memory(30).items()}
    return page_size(project, before, (), at=at) == 100
