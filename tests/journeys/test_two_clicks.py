"""Journeys of people who release every day: two clicks to a version, from another one, instead of one, after an interruption."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.drafts import Draft, DraftState
from tests.journeys.living import ADA, GRACE, JSON, OUTCOME, Life, Person, eventually, living
from tests.journeys.sent import creates


async def first(person: Person, name: str = "v14", project: str = "shop", **values: object) -> None:
    """Somebody creates a version the long way."""
    await person.types(f"/release create {project}")
    view = await person.modal("create_version", "environment")
    await person.fills(view, environment="dev")
    view = await person.modal('"services"', ":package:")
    await person.fills(view, version_name=name, **values)
    await person.submits(view)
    view = await person.modal("Zadig is creating")
    await person.control("close", view_id=view["id"])


def versions(life: Life, name: str, project: str = "shop") -> list[str]:
    """The statuses of the versions of this name, deleted ones last."""
    mine = [one for one in life.world.zadig.versions if (one.project, one.name) == (project, name)]
    return sorted("~deleted" if one.deleted_at else str(one.status) for one in mine)


async def test_two_clicks_from_the_command_to_a_version(life: Life) -> None:
    ada, grace = life.person(ADA), life.person(GRACE)
    await first(ada, not_copied=["mail-catcher/mail-catcher", "cart/cart"], description="the first")
    await grace.sees("shop/v14 succeeded", OUTCOME, seconds=15)

    await ada.types("/release create")  # one
    view = await ada.modal("create_version", '"v15"', "This name is free.", ":package:")
    assert (await ada.submits(view))["response_action"] == "update"  # two

    await ada.modal("Zadig is creating", "shop/v15")
    await grace.sees("shop/v15 succeeded", OUTCOME, seconds=15)
    old, new = ([one for one in life.world.zadig.versions if one.name == name][-1] for name in ("v14", "v15"))
    assert [(one.service, one.container) for one in new.images] == [
        (one.service, one.container) for one in old.images
    ]
    assert {one.service for one in old.images if not one.push} == {"cart", "mail-catcher"}
    assert {one.service for one in new.images if not one.push} == {"mail-catcher"}, "what Zadig cannot copy"
    assert {one.tag for one in new.images if one.push} == {"v15"}


async def test_two_clicks_for_charts(life: Life) -> None:
    ada = life.person(ADA)
    await first(ada, "3.1.0", "platform", chart_repository="charts")
    await ada.types("/release create")
    await ada.submits(await ada.modal("create_version", '"3.1.1"', ":package:"))
    await ada.modal("Zadig is creating", "platform/3.1.1")


async def test_the_name_is_judged_while_it_is_typed(life: Life) -> None:
    ada = life.person(ADA)
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "This name is free.")
    await ada.fills(view, version_name="v13")
    view = await ada.modal("This name is taken.")
    await ada.fills(view, version_name="v1300")
    view = await ada.modal("This name is free.")
    assert "v1300" in str(view["state"]["values"]["version_name"])


async def test_the_next_version_is_like_an_older_one(life: Life) -> None:
    ada = life.person(ADA)
    await first(ada, description="worth repeating", labels="rc, hot", **{"image_tag:cart/cart": "hot-1"})
    await ada.sees("shop/v14 succeeded", OUTCOME, seconds=15)
    await ada.types("/release list shop")
    listed = await ada.sees("Versions of shop", "v14")
    await ada.clicks(listed, "Use as template")
    view = await ada.modal(
        "create_version", "Filled in from `shop/v14`.", "worth repeating", '"v15"', ":package:"
    )
    await ada.submits(view)
    await ada.modal("Zadig is creating", "shop/v15")
    new = next(one for one in life.world.zadig.versions if one.name == "v15")
    assert (new.description, sorted(new.labels)) == ("worth repeating", ["hot", "rc"])
    tags = {f"{one.service}/{one.container}": one.tag for one in new.images if one.push}
    assert tags.pop("cart/cart") == "hot-1"
    assert set(tags.values()) == {"v15"}


async def test_what_cannot_be_retried_is_deleted_and_created_again(town: Life, ada: Person) -> None:
    await ada.types("/release create shop")
    await ada.fills(await ada.modal("create_version", "environment"), environment="dev")
    view = await ada.modal('"services"', ":package:")
    await ada.fills(view, version_name="v14")
    await town.zadig_fault(where="create", kind="failing_create", times=1)
    await ada.submits(view)
    view = await ada.modal("failed immediately")
    await ada.control("close", view_id=view["id"])
    await ada.types("/release show shop/v14")
    await ada.clicks(await ada.sees("shop/v14", "Delete and create again"), "Delete and create again")
    view = await ada.modal("create_version", "Submitting first deletes", '"v14"')
    await ada.fills(view, environment="dev")
    await ada.submits(await ada.modal(":package: `shop/v14` is deleted first"))
    await ada.modal("Zadig is creating", "shop/v14")
    await ada.sees("shop/v14 succeeded", OUTCOME, seconds=15)
    assert versions(town, "v14") in (
        ["success"],
        ["success", "~deleted"],
    )  # Zadig 4 keeps nothing of what is deleted


async def test_hundreds_of_images_with_exceptions_on_different_pages(town: Life, ada: Person) -> None:
    project = {"key": "size", "deploy_type": "k8s", "services": 300}
    await town.http.post("/zadig/_control/projects", json=project)
    await ada.types("/release create size/v1")
    await ada.fills(await ada.modal("create_version", "environment"), environment="dev")
    view = await ada.modal("Set them…", ":package:")
    await ada.clicks_in(view, "Set them")
    chosen = []
    for page in (1, 2, 3):
        view = await ada.modal('"image_tags"', f"Page {page} of")
        block_id = next(
            one["block_id"] for one in view["blocks"][7 * page :] if one["block_id"].startswith("image_tag:")
        )
        chosen.append(block_id.partition(":")[2])
        await ada.fills(view, **{block_id: f"page-{page}"})
        if page < 3:
            await ada.clicks_in(view, "Next")
    await ada.submits(view)
    view = await ada.modal('"create_version"', "(3 set)")
    await ada.submits(view)
    await ada.modal("Zadig is creating", seconds=15)
    [version] = [one for one in town.world.zadig.versions if one.project == "size"]
    tags = {f"{one.service}/{one.container}": one.tag for one in version.images}
    assert len({one.service for one in version.images}) == 300
    assert {key: tag for key, tag in tags.items() if tag != "v1"} == {
        name: f"page-{page}" for page, name in enumerate(chosen, start=1)
    }
    refused = [e for e in town.world.workspace.traffic.after(0) if "invalid_" in str(e.get("response"))]
    assert not refused


async def test_a_form_that_was_closed_is_continued_in_the_next_one(life: Life) -> None:
    ada = life.person(ADA)
    await ada.types("/release create shop")
    await ada.fills(await ada.modal("create_version", "environment"), environment="staging")
    view = await ada.modal('"services"', ":package:")
    await ada.fills(view, description="half done", **{"image_tag:cart/cart": "hot-1"})
    await ada.fills(view, version_name="v20")
    await kept(life, "half done", "v20")
    await ada.control("close", view_id=view["id"], all=True)
    await ada.types("/release create")
    fresh = await ada.modal("create_version", "You were creating *shop/v20*")
    await ada.clicks_in(fresh, "Continue draft")
    view = await ada.modal("half done", "hot-1", ":package:")
    assert view["id"] == fresh["id"]
    await ada.submits(view)
    await ada.modal("Zadig is creating", "shop/v20")
    new = next(one for one in life.world.zadig.versions if one.name == "v20")
    assert {one.tag for one in new.images if one.service == "cart" and one.container == "cart"} == {"hot-1"}


async def test_a_form_survives_a_restart_of_the_bot(tmp_path: Path) -> None:
    async with living(database=f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3") as life:
        ada = life.person(ADA)
        async with life.bot_running():
            await first(ada)
            await ada.types("/release create")
            await ada.fills(await ada.modal('"v15"', ":package:"), version_name="v20")
        async with life.bot_running():
            await ada.types("/release create")
            await ada.clicks_in(await ada.modal("You were creating *shop/v20*", '"v15"'), "Continue")
            await ada.submits(await ada.modal('"v20"', ":package:"))
            await ada.modal("Zadig is creating", "shop/v20")


async def kept(life: Life, *typed: str) -> Draft:
    """The draft, as soon as all of this is in it: Slack is answered before it is written."""
    assert life.bot is not None
    store = life.bot.store

    async def look() -> Draft | None:
        found = await store.drafts.find(form="create_version", state=DraftState.OPEN, limit=1)
        return next((one for one in found if all(f'"{text}"' in one.content for text in typed)), None)

    return await eventually(look, f"{typed} in the draft", life.person(ADA).state(), 5)


async def test_a_crash_between_a_form_and_zadig_is_told(tmp_path: Path) -> None:
    async with living(database=f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3") as life:
        ada = life.person(ADA)
        async with life.bot_running() as bot:
            await first(ada)
            await ada.types("/release create")
            view = await ada.modal('"v15"', ":package:")
            await ada.fills(view, version_name="v20")
            draft = await kept(life, "v20")
            await ada.control("close", view_id=view["id"])
            assert await bot.store.drafts.move(
                draft.id, before=DraftState.OPEN, after=DraftState.SUBMITTED, at=draft.at - 180
            )
        async with life.bot_running():
            told = await ada.hears("shop/v20", "was not created", "Continue draft")
            im = next(one for one in (await ada.state())["channels"] if one["kind"] == "im")
            await ada.clicks({**told, "channel": im["id"]}, "Continue")
            await ada.submits(await ada.modal('"v20"', ":package:"))
            await ada.modal("Zadig is creating", "shop/v20")
        assert versions(life, "v20") != []


@pytest.mark.parametrize("kind", ["replay", "slow"])
async def test_clicking_twice_and_deliveries_that_come_twice_make_one_version(
    town: Life, ada: Person, kind: str
) -> None:
    await first(ada)
    await ada.types("/release create")
    view = await ada.modal('"v15"', ":package:")
    if kind == "replay":
        await town.http.post("/_control/faults", json={"where": "delivery", "kind": "replay", "times": 2})
    await asyncio.gather(*(ada.submits(view) for _ in range(3)))
    await ada.modal("Zadig is creating", "shop/v15")
    await asyncio.sleep(0.5)
    accepted = [one["request"]["body"]["version_name"] for one in creates(town) if one["status"] == 200]
    assert accepted == ["v14", "v15"]
    assert len(versions(town, "v15")) == 1


async def test_operators_can_read_what_zadig_said(town: Life, ada: Person) -> None:
    await first(ada)
    await ada.types("/release create")
    view = await ada.modal('"v15"', ":package:")
    await town.zadig_fault(where="create", kind="license", times=1)
    await ada.submits(view)
    view = await ada.modal("licence", "Details")
    await ada.clicks_in(view, "Details")
    over: JSON = await ada.modal("7050", "The original response")
    assert over["previous_view_id"] == view["id"]
