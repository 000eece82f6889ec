"""What was used last is known again by person and by channel, and a database that is away costs nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import StoreDown
from bot.domain.ports import Clock
from bot.services.forms.habits import FormHabits
from bot.store import open_store


class LateOnMonday(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0


class Away:
    """A database that does not answer."""

    async def remember(self, key: str, value: str, *, now: int) -> None:
        raise StoreDown("It does not answer.")

    async def recall(self, key: str) -> str | None:
        raise StoreDown("It does not answer.")


@pytest.fixture
async def remembering() -> AsyncIterator[FormHabits]:
    async with open_store("sqlite+aiosqlite:///:memory:") as store:
        yield FormHabits(kept=store.habits, clock=LateOnMonday())


async def test_a_person_knows_again_what_they_used_for_a_project(remembering: FormHabits) -> None:
    await remembering.remember("f", "mine", user="U1", channel="C1", project="shop")
    await remembering.remember("f", "hers", user="U2", channel="C1", project="shop")
    assert await remembering.habits("f", user="U1", channel="C9", project="shop") == "mine"
    assert await remembering.habits("f", user="U1", channel="C1", project="shop") == "mine"
    assert await remembering.habits("f", user="U1", channel="C1", project="charts") == ""


async def test_somebody_new_gets_what_the_channel_used(remembering: FormHabits) -> None:
    await remembering.remember("f", "mine", user="U1", channel="C1", project="shop")
    assert await remembering.habits("f", user="U9", channel="C1", project="shop") == "mine"
    assert await remembering.habits("f", user="U9", channel="C9", project="shop") == ""
    assert await remembering.habits("other", user="U1", channel="C1", project="shop") == ""


async def test_the_last_project_is_the_channels_then_the_persons(remembering: FormHabits) -> None:
    await remembering.remember("f", "", user="U1", channel="C1", project="shop")
    await remembering.remember("f", "", user="U1", channel="C2", project="charts")
    assert await remembering.last_project("f", user="U1", channel="C1") == "shop"
    assert await remembering.last_project("f", user="U2", channel="C2") == "charts"
    assert await remembering.last_project("f", user="U1", channel="C9") == "charts"
    assert await remembering.last_project("f", user="U2", channel="C9") == ""


async def test_without_a_database_nothing_is_known_and_nothing_breaks() -> None:
    remembering = FormHabits(kept=Away(), clock=LateOnMonday())
    await remembering.remember("f", "mine", user="U1", channel="C1", project="shop")
    assert await remembering.last_project("f", user="U1", channel="C1") == ""
    assert await remembering.habits("f", user="U1", channel="C1", project="shop") == ""


def test_now_is_told_in_utc() -> None:
    assert str(FormHabits(kept=Away(), clock=LateOnMonday()).now.date()) == "2026-11-23"


async def test_people_and_channels_of_another_workspace_are_others(remembering: FormHabits) -> None:
    ours = replace(remembering, team=lambda: "T1")
    theirs = replace(remembering, team=lambda: "T2")
    for mine, project in ((ours, "shop"), (theirs, "bank")):
        await mine.remember("f", f"of {project}", user="U1", channel="C1", project=project)
    assert await ours.last_project("f", user="U9", channel="C1") == "shop"
    assert await theirs.last_project("f", user="U1", channel="C9") == "bank"
    assert await ours.habits("f", user="U1", channel="C1", project="bank") == ""


async def test_what_was_remembered_before_the_workspace_was_known_is_found(remembering: FormHabits) -> None:
    await remembering.remember("f", "old", user="U1", channel="C1", project="shop")
    ours = replace(remembering, team=lambda: "T1")
    assert await ours.habits("f", user="U1", channel="C9", project="shop") == "old"
    assert await ours.last_project("f", user="U9", channel="C1") == "shop"
    await ours.remember("f", "new", user="U1", channel="C1", project="shop")
    assert await ours.habits("f", user="U1", channel="C9", project="shop") == "new"
