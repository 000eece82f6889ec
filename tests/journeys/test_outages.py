"""Forms while Zadig is slow, down or says no, after it has been there."""

import asyncio
import json
from datetime import timedelta
from typing import Literal

import pytest

from tests.journeys.living import ADA, JSON, AheadClock, Life, Person, eventually, living
from tests.journeys.sent import last_create


async def used(town: Life, ada: Person) -> None:
    """Somebody has opened the form and chosen an environment; the bot has read all that it wants to know beforehand."""
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    await ada.fills(view, environment="staging")
    view = await ada.modal('"services"', ":package:")
    await ada.control("close", view_id=view["id"])

    async def read() -> bool | None:
        return bool(town.zadig_asked("GET", "/openapi/system/registry")) or None

    await eventually(read, "the registries read", ada.state(), 10)


async def options(view: JSON, block_id: str) -> str:
    block = next(one for one in view["blocks"] if one.get("block_id") == block_id)
    return json.dumps(block["element"], ensure_ascii=False)


@pytest.mark.parametrize("fault", ["drop_before", "503", "401"])
async def test_while_zadig_is_down_the_form_still_opens_with_choices(
    town: Life, ada: Person, fault: str
) -> None:
    await used(town, ada)
    await town.zadig_fault(where="*", kind=fault)
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    assert "staging" in await options(view, "environment")
    await ada.fills(view, environment="staging")
    view = await ada.modal('"services"', ":package:")
    assert "registry" in {block.get("block_id") for block in view["blocks"]}
    await ada.fills(view, version_name="v14", description="kept")
    await ada.submits(view)
    again = await ada.modal("create_version", "v14", "kept", seconds=15)
    await town.zadig_well()
    await ada.submits(again)
    await ada.modal("Zadig is creating", seconds=15)
    assert last_create(town).environment == "staging"


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_choices_from_before_an_outage_say_how_old_they_are(dialect: Literal["v1", "v2"]) -> None:
    clock = AheadClock()  # by which a signed request would be too old: over a socket none is signed
    async with living(mode="socket", dialect=dialect) as life, life.bot_running(clock):
        await life.connected()
        ada = life.person(ADA)
        await used(life, ada)
        await life.zadig_fault(where="*", kind="503")
        clock.ahead += timedelta(minutes=12)
        await ada.types("/release create shop")
        view = await ada.modal("create_version", "These choices are from <!date^", "^{ago}|")
        assert "staging" in await options(view, "environment")


async def test_while_zadig_is_slow_the_form_opens_at_once(town: Life, ada: Person) -> None:
    await used(town, ada)
    await town.zadig_fault(where="*", kind="slow", seconds=8)
    loop = asyncio.get_running_loop()
    started = loop.time()
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    await ada.fills(view, environment="staging")
    await ada.modal('"services"', ":package:")
    assert loop.time() - started < 6, "and not after three answers of eight seconds each"


async def test_what_a_channel_follows_is_known_before_anybody_asks(town: Life, ada: Person) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")

    async def warm() -> bool | None:
        return bool(town.zadig_asked("GET", "/openapi/environments/staging")) or None

    await eventually(warm, "the environments read", ada.state(), 20)
    await town.zadig_fault(where="catalog", kind="503")
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "environment")
    assert "staging" in await options(view, "environment")
    await ada.fills(view, environment="staging")
    await ada.modal('"services"', ":package:")


async def test_a_failure_is_explained_by_the_workflow_that_copied_its_images(town: Life, ada: Person) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await town.zadig("shop", "create", "bad", outcome="failed", error="denied: quota exceeded on {host}")
    await ada.sees("shop/bad", '"version_failed"', "quota exceeded on registry.example.com", seconds=15)
    await ada.types("/release show shop/bad")
    await ada.sees("Why it failed", "quota exceeded on registry.example.com")


async def test_a_failure_that_nobody_can_explain_is_told_all_the_same(town: Life, ada: Person) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await town.zadig_fault(where="catalog", kind="403")
    await town.zadig("shop", "create", "bad", outcome="failed", error="denied: quota exceeded")
    await ada.sees("shop/bad", '"version_failed"', seconds=15)
