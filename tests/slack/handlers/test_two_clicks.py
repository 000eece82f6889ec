"""The form opens on what was used last, judges the name while it is typed, and what was never sent can be continued."""

import asyncio
import json

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import StoreDown
from bot.slack.metadata import FormMetadata
from tests.slack.drawn import seen
from tests.slack.served import ADA, GRACE, JSON
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(bot: Staffed, text: str = "create shop", *, user: str = ADA, channel: str = "shop") -> JSON:
    await bot.typed(f"/release {text}", user=user, channel=channel)
    return await bot.modal(user)


async def created(bot: Staffed, name: str = "v14", *, user: str = ADA, **values: object) -> None:
    """Somebody creates a version from dev."""
    view = await opened(bot, "create shop", user=user)
    if not typed(view, "environment"):
        view = await bot.fills(view, user=user, environment="dev")
    await bot.submits(await bot.fills(view, user=user, version_name=name, **values), user=user)
    assert "Zadig is creating" in seen(await bot.modal(user))
    await bot.closes(await bot.modal(user), user=user)


def typed(view: JSON, block_id: str) -> str:
    """What stands in an input; empty if there is no such input."""
    for entry in view["state"]["values"].get(block_id, {}).values():
        chosen = entry.get("selected_options") or [entry.get("selected_option") or {}]
        return str(entry.get("value") or ",".join(str(one.get("value", "")) for one in chosen))
    return ""


def said(view: JSON) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


def updates(bot: Staffed) -> int:
    return len(bot.slack.calls("views.update"))


async def draft_of(bot: Staffed, view: JSON) -> Draft:
    """The draft behind an open view."""
    metadata = bot.slack.workspace.views.find(view["id"]).content["private_metadata"]
    return await bot.services.drafts.get(FormMetadata.unpack(metadata).draft, user=ADA)


# What was used last.


async def test_the_next_form_is_complete_and_one_click_creates(bot: Staffed) -> None:
    await created(bot, not_copied=["mail-catcher/mail-catcher"])
    sent = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]
    view = await opened(bot, "create")
    assert (typed(view, "project"), typed(view, "environment")) == ("shop", "dev")
    assert typed(view, "version_name") == "v15"
    assert "This name is free." in said(view)
    await bot.submits(view)
    again = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]
    assert again["version_name"] == "v15"
    assert again["env_name"] == sent["env_name"]
    assert again["image_registry_id"] == sent["image_registry_id"]
    assert [one["service_name"] for one in again["yaml_datas"]] == [
        one["service_name"] for one in sent["yaml_datas"]
    ]


async def test_what_ada_leaves_out_grace_is_offered_to_leave_out_too(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")
    everything = typed(view, "services").split(",")
    await created(bot, services=[name for name in everything if name != "web"])
    view = await opened(bot, "create", user=GRACE)
    assert typed(view, "services").split(",") == everything
    assert "`web` was left out of `v14`." in said(view)
    await bot.clicks_in(view, "Leave it out again", user=GRACE)
    view = await bot.modal(GRACE)
    assert typed(view, "services").split(",") == [name for name in everything if name != "web"]
    assert "left out of" not in said(view)
    await bot.submits(view, user=GRACE)
    sent = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]["yaml_datas"]
    assert "web" not in [one["service_name"] for one in sent]


async def test_all_of_150_services_are_sent_without_listing_them(bot: Staffed) -> None:
    bot.add_project("mesh", services=150)
    view = await bot.fills(await opened(bot, "create mesh"), environment="dev")
    assert typed(view, "services_scope") == "all"
    assert typed(view, "services") == ""
    await bot.submits(await bot.fills(view, version_name="v14"))
    [made] = [one for one in bot.zadig.versions if one.project == "mesh"]
    assert len({one.name for one in made.services}) == 150


async def test_only_these_of_150_services_are_sent(bot: Staffed) -> None:
    bot.add_project("mesh", services=150)
    view = await bot.fills(await opened(bot, "create mesh"), environment="dev")
    view = await bot.fills(view, services_scope="only")
    select = next(one for one in view["blocks"] if one["block_id"] == "services")
    place = {"view_id": view["id"], "block_id": "services", "action_id": select["element"]["action_id"]}
    await bot.person().control("suggest", **place, value="service-14")
    view = await bot.fills(view, services=["service-141", "service-147"])
    assert typed(view, "services") == "service-141,service-147"
    await bot.submits(await bot.fills(view, version_name="v14"))
    sent = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]["yaml_datas"]
    assert [one["service_name"] for one in sent] == ["service-141", "service-147"]


async def test_somebody_else_in_the_channel_opens_on_the_same(bot: Staffed) -> None:
    await created(bot)
    view = await opened(bot, "create", user=GRACE)
    assert (typed(view, "project"), typed(view, "environment")) == ("shop", "dev")


async def test_somebody_elsewhere_opens_on_what_they_used_there(bot: Staffed) -> None:
    await created(bot)
    view = await opened(bot, "create", channel="general")
    assert (typed(view, "project"), typed(view, "environment")) == ("shop", "dev")
    view = await opened(bot, "create", user=GRACE, channel="general")
    assert typed(view, "project") == ""


async def test_what_went_wrong_is_not_remembered(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")
    bot.zadig.faults.add("license", where="create", times=1)
    await bot.submits(await bot.fills(view, version_name="v14"))
    assert (await bot.modal())["callback_id"] == "create_version"
    await bot.closes(await bot.modal())
    await bot.settled()
    assert typed(await opened(bot, "create", user=GRACE), "project") == ""


async def test_a_project_that_is_gone_is_silently_let_go(bot: Staffed) -> None:
    await bot.services.habits.remember(
        "create_version", "{}", user=ADA, channel="C0SHOP00001", project="gone"
    )
    view = await opened(bot, "create")
    assert typed(view, "project") == ""
    assert "gone" not in said(view)


async def test_habits_of_another_release_of_the_bot_are_no_obstacle(bot: Staffed) -> None:
    await bot.services.habits.remember(
        "create_version", '{"from": "next year"}', user=ADA, channel="C0SHOP00001", project="shop"
    )
    view = await opened(bot, "create")
    assert (typed(view, "project"), typed(view, "environment")) == ("shop", "")


async def test_a_version_is_created_also_if_nobody_can_remember_it(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.habits, "remember", down)
    await created(bot)


# The name.


async def test_the_name_is_judged_while_it_is_typed_and_drawn_when_the_verdict_changes(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")
    assert "This name is free." in said(view)
    before = updates(bot)
    for text in ("v", "v2", "v20"):
        view = await bot.fills(view, version_name=text)
    assert updates(bot) == before
    view = await bot.fills(view, version_name="v13")
    assert updates(bot) == before + 1
    assert "This name is taken." in said(view)
    view = await bot.fills(view, version_name="v13/")
    assert "A version name cannot contain" in said(view)
    view = await bot.fills(view, version_name="v130")
    assert "This name is free." in said(view)
    assert updates(bot) == before + 3
    assert typed(view, "version_name") == "v130"


async def test_every_character_is_kept(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")
    await bot.fills(view, version_name="v2", description="not told yet")
    view = await bot.fills(view, version_name="v20")
    content = json.loads((await draft_of(bot, view)).content)
    assert (content["version_name"], content["description"]) == ("v20", "not told yet")


async def test_what_is_typed_while_another_project_is_fetched_stays(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")

    async def type_on() -> None:
        await bot.person().fills(view, version_name="mine-7")

    await bot.while_zadig_thinks("catalog", bot.person().fills(view, project="platform"), type_on)
    view = await bot.modal()
    assert typed(view, "project") == "platform"
    assert typed(view, "version_name") == "mine-7"
    assert "Chart repository" in seen(view)


async def test_another_project_brings_its_own_proposal(bot: Staffed) -> None:
    view = await opened(bot)
    assert typed(view, "version_name") == "v14"
    view = await bot.fills(view, project="platform")
    assert typed(view, "version_name") not in ("", "v14")
    view = await bot.fills(view, version_name="mine-7")
    view = await bot.fills(view, project="shop")
    assert typed(view, "version_name") == "mine-7"


# What was never sent.


async def closed(bot: Staffed, view: JSON) -> Draft:
    """The draft behind the view once it has been closed."""
    draft = await draft_of(bot, view)
    await bot.closes(view)
    await bot.settled()
    return await bot.services.drafts.get(draft.id, user=ADA)


async def left_open(bot: Staffed, name: str = "v20") -> Draft:
    view = await bot.fills(await opened(bot), environment="dev")
    return await closed(bot, await bot.fills(view, version_name=name))


async def test_a_closed_form_can_be_continued_where_it_was(bot: Staffed) -> None:
    draft = await left_open(bot)
    assert draft.state is DraftState.OPEN
    bot.clock.at += 600
    fresh = await opened(bot)
    assert "You were creating *shop/v20* 10 min ago." in said(fresh)
    await bot.clicks_in(fresh, "Continue draft")
    again = await bot.modal()
    assert again["id"] == fresh["id"]
    assert (typed(again, "environment"), typed(again, "version_name")) == ("dev", "v20")
    assert "You were creating" not in said(again)
    await bot.submits(again)
    assert "Zadig is creating `shop/v20`" in seen(await bot.modal())
    assert "You were creating" not in said(await opened(bot))


@pytest.mark.parametrize(
    ("block_id", "text"),
    [
        ("description", "only this"),
        ("labels", "rc"),
        ("image_tag", "hot-1"),
        ("image_tag:cart/cart", "hot-2"),
    ],
)
async def test_what_was_typed_last_is_kept_although_nothing_was_chosen_after_it(
    bot: Staffed, block_id: str, text: str
) -> None:
    """Slack does not say what stood in a form that is closed: it has to be known before."""
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev")
    drawn = len(bot.slack.calls("views.update"))
    view = await bot.fills(view, **{block_id: text})
    assert len(bot.slack.calls("views.update")) == drawn, "nobody's typing is disturbed"
    await bot.closes(view)
    await bot.typed("/release create shop")
    await bot.clicks_in(await bot.modal(), "Continue draft")
    assert typed(await bot.modal(), block_id) == text


async def test_what_was_typed_into_the_form_in_between_can_be_continued_too(bot: Staffed) -> None:
    await left_open(bot)
    fresh = await bot.fills(await opened(bot), environment="staging")
    fresh = await bot.fills(fresh, version_name="v30")
    await bot.clicks_in(fresh, "Continue draft")
    assert typed(await bot.modal(), "version_name") == "v20"
    await bot.submits(await bot.modal())
    assert "You were creating *shop/v30*" in said(await opened(bot))


async def test_a_form_into_which_nothing_was_typed_is_not_offered(bot: Staffed) -> None:
    assert (await closed(bot, await opened(bot))).state is DraftState.DONE
    assert "You were creating" not in said(await opened(bot))


async def test_forms_that_were_opened_in_vain_do_not_hide_the_one_that_counts(bot: Staffed) -> None:
    await left_open(bot)
    for _ in range(3):
        await opened(bot)
    assert "You were creating *shop/v20*" in said(await opened(bot))


async def test_other_people_are_not_asked_to_continue(bot: Staffed) -> None:
    await left_open(bot)
    assert "You were creating" not in said(await opened(bot, user=GRACE))


async def test_it_can_be_forgotten(bot: Staffed) -> None:
    await left_open(bot)
    fresh = await opened(bot)
    fresh = await bot.fills(fresh, environment="staging", version_name="v30")
    await bot.clicks_in(fresh, "Discard draft")
    view = await bot.modal()
    assert "You were creating" not in said(view)
    assert (typed(view, "environment"), typed(view, "version_name")) == ("staging", "v30")
    await bot.closes(view)
    assert "You were creating *shop/v30*" in said(await opened(bot))


async def test_what_was_refused_can_be_continued_after_closing(bot: Staffed) -> None:
    view = await bot.fills(await opened(bot), environment="dev")
    await bot.submits(await bot.fills(view, version_name="no/slashes", description="what I typed"))
    await bot.closes(await bot.modal())
    await bot.clicks_in(await opened(bot), "Continue draft")
    assert typed(await bot.modal(), "description") == "what I typed"


async def test_a_form_of_which_nobody_knows_how_it_ended_is_offered_when_it_came_to_nothing(
    bot: Staffed,
) -> None:
    draft = await left_open(bot)
    assert await bot.services.drafts.submit(draft, draft.content)
    assert "You were creating" not in said(await opened(bot))
    await bot.services.drafts.reopen(draft, draft.content)
    assert "You were creating *shop/v20*" in said(await opened(bot))


async def test_closing_says_nothing_whatever_goes_wrong(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await opened(bot)

    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.drafts, "get", down)
    await bot.closes(view)
    await bot.settled()
    assert await bot.told() == []
    assert await bot.answers() == []


async def test_two_clicks_on_create_make_one_version(bot: Staffed) -> None:
    await created(bot)
    view = await opened(bot, "create")
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "replay"})
    await asyncio.gather(*(bot.person().submits(view) for _ in range(3)))
    await bot.settled()
    assert len(bot.asked_zadig("POST", "releases")) == 2
