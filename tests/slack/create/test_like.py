"""The next version like one that exists, and the same once more in place of one that failed for good."""

import json

import pytest

from tests.slack.served import JSON
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def text(view: JSON) -> str:
    return json.dumps(view, ensure_ascii=False)


def typed(view: JSON, block_id: str) -> str:
    for entry in view["state"]["values"].get(block_id, {}).values():
        chosen = entry.get("selected_options") or [entry.get("selected_option") or {}]
        return str(entry.get("value") or ",".join(str(one.get("value", "")) for one in chosen))
    return ""


async def listed(bot: Staffed, text: str = "list shop") -> JSON:
    await bot.typed(f"/release {text}")
    return await bot.message("Versions of shop")


async def template(bot: Staffed) -> JSON:
    """The form on the newest version of shop, v13."""
    await bot.clicks(await listed(bot), "Use as template")
    return await bot.modal()


async def test_a_version_of_a_list_is_a_template(bot: Staffed) -> None:
    view = await template(bot)
    assert view["callback_id"] == "create_version"
    assert "Filled in from `shop/v13`." in text(view)
    assert (typed(view, "project"), typed(view, "version_name")) == ("shop", "v14")
    assert typed(view, "environment") == ""
    view = await bot.fills(view, environment="dev")
    assert typed(view, "image_tag") == ""
    assert "Filled in from `shop/v13`." in text(view)
    await bot.submits(view)
    sent = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]
    assert sent["version_name"] == "v14"
    assert {image["image_tag"] for one in sent["yaml_datas"] for image in one["image_datas"]} == {"v14"}


async def test_a_shown_version_is_a_template_too(bot: Staffed) -> None:
    await bot.typed("/release show shop/v12")
    await bot.clicks(await bot.message("shop/v12"), "Use as template")
    assert "Filled in from `shop/v12`." in text(await bot.modal())


async def test_a_template_opens_on_the_environment_of_last_time(bot: Staffed) -> None:
    view = await bot.fills(await template(bot), environment="dev")
    await bot.submits(view)
    await bot.closes(await bot.modal())
    await bot.clicks(await bot.message("Versions of shop"), "Use as template")
    view = await bot.modal()
    assert typed(view, "environment") == "dev"
    await bot.submits(view)
    assert "Zadig is creating" in text(await bot.modal())


async def test_a_helm_template_counts_its_charts_up(bot: Staffed) -> None:
    await bot.typed("/release list platform")
    await bot.clicks(await bot.message("Versions of platform"), "Use as template")
    view = await bot.fills(await bot.modal(), environment="dev")
    assert typed(view, "chart_repository") != ""
    await bot.submits(view)
    assert "Zadig is creating" in text(await bot.modal())
    sent = bot.asked_zadig("POST", "releases/helm")[-1]["request"]["body"]
    assert all(chart["version"] for chart in sent["chart_datas"])


async def test_a_version_that_is_gone_is_no_template(bot: Staffed) -> None:
    message = await listed(bot)
    bot.in_zadig("shop", "delete", "v13")
    await bot.clicks(message, "Use as template")
    view = await bot.modal()
    assert view["callback_id"] == "notice"
    assert "There is no version" in text(view)


async def failed(bot: Staffed, name: str = "v14") -> JSON:
    """The modal of a version that was created and failed before there was anything to retry."""
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev", version_name=name, description="mine")
    view = await bot.fills(view, **{"image_tag:cart/cart": "hot-1"})
    bot.zadig.faults.add("failing_create", where="create", times=1)
    await bot.submits(view)
    return await bot.modal()


def versions(bot: Staffed, name: str = "v14") -> list[str]:
    """The statuses of the versions of this name, deleted ones included."""
    mine = [one for one in bot.zadig.versions if (one.project, one.name) == ("shop", name)]
    return ["deleted" if one.deleted_at else str(one.status) for one in mine]


async def test_back_to_the_form_offers_to_delete_it_first_and_has_everything(bot: Staffed) -> None:
    await bot.clicks_in(await failed(bot), "Back to the form")
    view = await bot.modal()
    assert "Submitting first deletes the failed version" in text(view)
    assert view["submit"]["text"] == "Delete and create"
    assert typed(view, "image_tag:cart/cart") == "hot-1"
    await bot.submits(view)
    assert "Zadig is creating `shop/v14`" in text(await bot.modal())
    assert sorted(versions(bot)) == ["creating", "deleted"]
    assert len(bot.asked_zadig("DELETE", "releases")) == 1


async def test_under_another_name_nothing_is_deleted(bot: Staffed) -> None:
    await bot.clicks_in(await failed(bot), "Back to the form")
    view = await bot.fills(await bot.modal(), version_name="v15")
    assert "Submitting first deletes" not in text(view)
    assert view["submit"]["text"] == "Create"
    await bot.submits(view)
    assert "Zadig is creating `shop/v15`" in text(await bot.modal())
    assert not bot.asked_zadig("DELETE", "releases")


async def recreating(bot: Staffed) -> JSON:
    """The form that replaces the failed v14."""
    await bot.closes(await failed(bot))
    await bot.typed("/release show shop/v14")
    await bot.clicks(await bot.message("shop/v14", "Delete and create again"), "Delete and create again")
    return await bot.fills(await bot.modal(), environment="dev")


async def test_what_cannot_be_retried_is_deleted_and_created_again(bot: Staffed) -> None:
    view = await recreating(bot)
    assert typed(view, "version_name") == "v14"
    assert "is deleted first" in text(view)
    await bot.submits(view)
    assert "Zadig is creating `shop/v14`" in text(await bot.modal())
    assert len(bot.asked_zadig("DELETE", "releases")) == 1
    assert len(bot.asked_zadig("POST", "releases")) == 2


async def test_a_retry_that_cannot_work_offers_it(bot: Staffed) -> None:
    await bot.closes(await failed(bot))
    await bot.typed("/release retry shop/v14")
    view = await bot.modal()
    assert "cannot be retried" in text(view)
    await bot.clicks_in(view, "Delete and create again")
    assert (await bot.modal())["callback_id"] == "create_version"


async def test_a_refusal_after_the_deletion_gives_the_form_back(bot: Staffed) -> None:
    view = await recreating(bot)
    bot.zadig.faults.add("license", where="create", times=1)
    await bot.submits(view)
    view = await bot.modal()
    assert "licence" in text(view)
    assert "Submitting first deletes" not in text(view)
    assert "`shop/v14` was deleted, and nothing was created in its place." in text(view)
    assert view["submit"]["text"] == "Create"
    await bot.submits(view)
    assert "Zadig is creating `shop/v14`" in text(await bot.modal())
    assert len(bot.asked_zadig("DELETE", "releases")) == 1


async def test_a_refusal_before_the_deletion_leaves_the_warning(bot: Staffed) -> None:
    view = await recreating(bot)
    bot.zadig.faults.add("license", where="delete", times=1)
    await bot.submits(view)
    view = await bot.modal()
    assert "Submitting first deletes" in text(view)
    assert not [one for one in versions(bot) if one == "deleted"]


async def test_one_that_has_not_failed_any_more_is_left_alone(bot: Staffed) -> None:
    view = await recreating(bot)
    bot.in_zadig("shop", "succeed", "v14")
    await bot.submits(view)
    view = await bot.modal()
    assert "so it was not deleted" in text(view)
    assert not bot.asked_zadig("DELETE", "releases")


async def test_two_deliveries_delete_and_create_once(bot: Staffed) -> None:
    view = await recreating(bot)
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "replay"})
    await bot.submits(view)
    assert len(bot.asked_zadig("DELETE", "releases")) == 1
    assert len(bot.asked_zadig("POST", "releases")) == 2


async def test_the_environment_that_was_chosen_is_kept(bot: Staffed) -> None:
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="staging")
    bot.zadig.faults.add("failing_create", where="create", times=1)
    await bot.submits(await bot.fills(view, version_name="v15"))
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev")
    await bot.submits(await bot.fills(view, version_name="v16"))
    await bot.typed("/release show shop/v15")
    await bot.clicks(await bot.message("shop/v15"), "Delete and create again")
    view = await bot.modal()
    [chosen] = view["state"]["values"]["environment"].values()
    assert chosen["selected_option"]["value"] == "staging"
