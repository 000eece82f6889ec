"""Zadig is upgraded from one generation to the next while people follow, retry and delete versions."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.journeys.living import ADA, GRACE, OUTCOME, AheadClock, Life, Person, eventually, living


@pytest.fixture
def clock() -> AheadClock:
    return AheadClock()


@pytest.fixture
async def town(clock: AheadClock) -> AsyncIterator[Life]:
    """A Zadig 3.4.1 with the bot awake beside it, and a channel that hears of shop."""
    async with living() as life, life.bot_running(clock):
        ada = life.person(ADA)
        await ada.types("/release subscribe shop")
        await ada.sees("now subscribed")
        yield life


async def upgrade(life: Life, version: str = "5.0.0") -> None:
    answer = await life.http.post("/zadig/_control/upgrade", json={"server_version": version})
    assert answer.json()["dialect"] == "v2"


async def looked(life: Life, times: int = 2) -> None:
    """Wait until the bot has looked at the project again."""
    before = len(life.zadig_asked("GET", "/openapi/delivery/releases"))

    async def again() -> bool | None:
        return len(life.zadig_asked("GET", "/openapi/delivery/releases")) >= before + times or None

    await eventually(again, f"{times} looks", life.person(ADA).state(), 10)


def lines(messages: list[dict[str, object]], *texts: str) -> list[str]:
    return [str(m["text"]) for m in messages if all(text in str(m) for text in texts)]


async def test_what_is_being_made_goes_on_under_the_same_card(
    town: Life, ada: Person, grace: Person, clock: AheadClock
) -> None:
    """Zadig forgets in its upgrade that it was watching: the bot sees all the same how it ends."""
    await town.zadig("shop", "create", "midway", outcome="hang")
    card = await grace.sees("shop/midway is being created.")
    await grace.types("/release watch shop/midway")
    await grace.sees("You're now watching")
    await upgrade(town)
    await looked(town, 4)
    await town.zadig("shop", "advance", "midway")
    await asyncio.sleep(1)
    clock.ahead += timedelta(minutes=5)
    outcome = await ada.sees("shop/midway succeeded", OUTCOME, seconds=15)
    await grace.hears("shop/midway succeeded", OUTCOME)
    settled = await ada.sees("shop/midway", "succeeded")
    assert settled["ts"] in (card["ts"], outcome["ts"])
    everything = await ada.messages() + await grace.direct_messages()
    assert not lines(everything, "was deleted in Zadig")
    assert not lines(everything, "can't see")
    assert len([m for m in await ada.messages() if "shop/midway" in m["text"] and not m["is_ephemeral"]]) == 2
    await looked(town, 6)
    assert len(lines(await ada.messages(), "shop/midway succeeded", OUTCOME)) == 1, "it is told once"


async def test_nothing_that_was_there_is_gone_or_new(town: Life, ada: Person) -> None:
    before = await ada.messages()
    await upgrade(town, "4.1.0")
    await looked(town, 6)
    assert await ada.messages() == before


async def test_buttons_from_before_find_their_version_by_its_name(town: Life, ada: Person) -> None:
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop")
    await upgrade(town)
    await ada.clicks(listed, "Show")
    await ada.sees("shop/v13", "cart")
    await ada.clicks(listed, "Delete")
    view = await ada.modal("delete_version", "shop/v13")
    await ada.submits(view)
    await ada.modal("has been deleted")
    assert not town.world.zadig.find("shop", "v13")


async def test_a_failure_from_before_is_retried_after(town: Life, ada: Person) -> None:
    await town.zadig("shop", "create", "bad", outcome="failed", error="no space left on the registry")
    failed = await ada.sees("shop/bad", '"version_failed"', "no space left on the registry", seconds=15)
    await upgrade(town)
    await ada.clicks(failed, "Retry")
    await ada.submits(await ada.modal("retry_version"))
    await ada.modal("Zadig is retrying")
    await ada.sees("shop/bad succeeded", OUTCOME, f"<@{ADA}>", seconds=15)


async def test_a_deletion_that_the_upgrade_overtakes_deletes_nothing_unseen(town: Life, ada: Person) -> None:
    await ada.types("/release delete shop/v12")
    view = await ada.modal("shop/v12", "Delete")
    await upgrade(town)
    await ada.submits(view)
    await ada.modal("no longer the version you looked at", "Look at it again")
    await ada.control("close", view_id=view["id"])
    assert town.world.zadig.find("shop", "v12")
    await ada.types("/release delete shop/v12")
    await ada.submits(await ada.modal("shop/v12", "Delete"))
    await ada.modal("has been deleted")


async def test_a_form_from_before_creates_after(town: Life, ada: Person) -> None:
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    await ada.fills(view, environment="dev")
    view = await ada.modal('"services"', ":package:")
    await ada.fills(view, version_name="v14")
    await upgrade(town, "4.2.1")
    await ada.submits(view)
    await ada.modal("Zadig is creating")
    await ada.sees("shop/v14 succeeded", OUTCOME, f"<@{ADA}>", seconds=15)


async def test_a_retry_that_zadig_forgets_is_told_how_it_ended(
    town: Life, ada: Person, clock: AheadClock
) -> None:
    """From 4.0.0 to 4.2.1 Zadig never says how a retry ended."""
    await upgrade(town, "4.2.1")
    await town.zadig("shop", "create", "bad", outcome="failed")
    failed = await ada.sees("shop/bad", '"version_failed"', seconds=15)
    await ada.clicks(failed, "Retry")
    await ada.submits(await ada.modal("retry_version"))
    await ada.modal("Zadig is retrying")
    await ada.sees("shop/bad", "retr")
    await asyncio.sleep(1)
    clock.ahead += timedelta(minutes=2)
    await ada.sees("shop/bad succeeded", OUTCOME, f"<@{ADA}>", seconds=15)
    await looked(town, 6)
    assert len(lines(await ada.messages(), "shop/bad succeeded", OUTCOME)) == 1
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop", "bad (success)")
    assert "retrying" not in listed["text"]


@pytest.fixture
def ada(town: Life) -> Person:
    return town.person(ADA)


@pytest.fixture
def grace(town: Life) -> Person:
    return town.person(GRACE)
