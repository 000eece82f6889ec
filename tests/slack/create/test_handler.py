"""`create`: the form follows what is chosen, asks for what is missing, and gives everything back that was typed."""

import asyncio
import json
from dataclasses import replace

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import StoreDown
from bot.domain.watching import Action, Subscription
from bot.services.versions.operations import Versions
from bot.slack.metadata import FormMetadata
from tests.slack.drawn import seen
from tests.slack.served import ADA, ADAS_DM, GRACE, JSON, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(bot: Staffed, text: str = "create shop") -> JSON:
    await bot.typed(f"/release {text}")
    return await bot.modal()


async def ready(bot: Staffed, *, name: str = "v14", project: str = "shop") -> JSON:
    view = await bot.fills(await opened(bot, f"create {project}"), environment="dev")
    return await bot.fills(view, version_name=name, description="what I typed")


def inputs(view: JSON) -> set[str]:
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def typed(view: JSON, block_id: str) -> str:
    """What stands in an input."""
    [entry] = view["state"]["values"][block_id].values()
    return str(entry.get("value") or (entry.get("selected_option") or {}).get("value") or "")


@pytest.mark.parametrize(
    ("text", "project", "name"),
    [
        ("create", "", ""),
        ("create shop", "shop", ""),
        ("create shop/v14", "shop", "v14"),
        ("create shop v14", "shop", "v14"),
        ("CREATE `shop/v14`", "shop", "v14"),
        ("create Web shop", "shop", ""),
        ("create Web shop/v14", "shop", "v14"),
        ("create shop / v14", "shop", "v14"),
    ],
)
async def test_what_is_typed_behind_the_word_stands_in_the_form(
    bot: Staffed, text: str, project: str, name: str
) -> None:
    view = await opened(bot, text)
    assert typed(view, "project") == project
    if name:
        view = await bot.fills(view, environment="dev")
        assert typed(view, "version_name") == name


@pytest.mark.parametrize(
    "text", ["create shop v14 extra", "create shop/v14 extra", "create Web shop/v14 extra"]
)
async def test_a_word_too_many_is_named_and_not_dropped(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    shown = json.dumps(await bot.modal())
    assert "`extra` is one word too many" in shown
    assert "/release create project/version" in shown


async def test_the_channels_only_project_is_chosen_already(bot: Staffed) -> None:
    await bot.store.subscriptions.subscribe(
        Subscription(channel=SHOP, project="platform", by=ADA, since=START)
    )
    assert typed(await opened(bot, "create"), "project") == "platform"


async def test_a_project_that_is_not_there_can_be_chosen_again(bot: Staffed) -> None:
    view = await opened(bot, "create shpo")
    assert "There is no project shpo in Zadig" in seen(view)
    view = await bot.fills(view, project="shop")
    assert "environment" in inputs(view)


async def test_a_form_that_is_sent_too_early_asks_for_what_is_missing(bot: Staffed) -> None:
    view = await opened(bot, "create")
    answer = await bot.person().control("submit", view_id=view["id"], values={"project": "shop"})
    assert answer["response_action"] == "update"
    await bot.settled()
    view = await bot.modal()
    assert view["callback_id"] == "create_version"
    assert "environment" in inputs(view)
    assert not bot.asked_zadig("POST", "releases")


async def test_mistakes_stand_under_their_fields_and_the_rest_stays(bot: Staffed) -> None:
    view = await ready(bot, name="no/slashes")
    answer = await bot.submits(view)
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"version_name"}
    shown = await bot.modal()
    assert typed(shown, "description") == "what I typed"
    assert not bot.asked_zadig("POST", "releases")


async def test_a_version_is_asked_for_in_the_channel_where_it_was_typed(bot: Staffed) -> None:
    await bot.submits(await ready(bot))
    assert "Zadig is creating `shop/v14`" in seen(await bot.modal())
    [ask] = (await bot.store.pending.interest("shop")).asks
    assert (ask.action, ask.user, ask.channel, ask.version_name) == (Action.CREATE, ADA, SHOP, "v14")


async def test_a_name_that_is_taken_meanwhile_stands_under_the_field(bot: Staffed) -> None:
    view = await ready(bot)
    bot.in_zadig("shop", "create", "v14")
    await bot.submits(view)
    again = await bot.modal()
    assert again["callback_id"] == "create_version"
    assert "shop already has a version named" in seen(again)
    assert typed(again, "description") == "what I typed"


async def test_an_environment_that_is_removed_meanwhile_is_said_where_it_was_chosen(bot: Staffed) -> None:
    view = await ready(bot)
    shop = next(project for project in bot.zadig.catalog.projects if project.key == "shop")
    bot.add_project("shop", services=0)
    assert shop is not next(project for project in bot.zadig.catalog.projects if project.key == "shop")
    await bot.submits(view)
    again = await bot.modal()
    assert again["callback_id"] == "create_version"
    assert typed(again, "description") == "what I typed"
    assert ":warning:" in seen(again)


async def failed_at_once(bot: Staffed) -> JSON:
    view = await ready(bot)
    bot.zadig.faults.add("failing_create", where="create", times=1)
    await bot.submits(view)
    view = await bot.modal()
    assert "was created but failed immediately" in seen(view)
    return view


async def test_a_version_that_failed_at_once_can_be_shown_in_the_modal(bot: Staffed) -> None:
    await bot.clicks_in(await failed_at_once(bot), "Show")
    shown = await bot.modal()
    assert "shop/v14" in seen(shown)
    assert shown["callback_id"] == "notice"
    assert await bot.told() == []


async def test_a_version_that_failed_at_once_is_deleted_and_created_again_for_the_same_channel(
    bot: Staffed,
) -> None:
    view = await failed_at_once(bot)
    assert "Retry…" not in seen(view)
    await bot.clicks_in(view, "Delete and create again")
    form = await bot.modal()
    assert (form["id"], form["callback_id"]) == (view["id"], "create_version")
    assert typed(form, "version_name") == "v14"
    await bot.submits(await bot.fills(form, environment="dev"))
    assert len(bot.asked_zadig("DELETE", "releases")) == 1
    for ask in (await bot.store.pending.interest("shop")).asks:
        assert ask.channel == SHOP


async def test_a_version_that_failed_at_once_can_be_deleted(bot: Staffed) -> None:
    await bot.clicks_in(await failed_at_once(bot), "Delete…")
    form = await bot.modal()
    assert form["callback_id"] == "delete_version"
    await bot.submits(form)
    assert "has been deleted" in seen(await bot.modal())


async def test_what_was_typed_can_be_had_back_after_it_failed_at_once(bot: Staffed) -> None:
    await bot.clicks_in(await failed_at_once(bot), "Back to the form")
    form = await bot.modal()
    assert form["callback_id"] == "create_version"
    assert typed(form, "description") == "what I typed"
    await bot.fills(form, version_name="v15")
    await bot.submits(await bot.modal())
    assert "Zadig is creating `shop/v15`" in seen(await bot.modal())


async def test_nothing_is_offered_to_be_sent_again_while_nobody_knows_how_it_ended(bot: Staffed) -> None:
    view = await ready(bot)

    async def outage() -> None:
        bot.zadig.faults.add("503", where="list")

    await bot.while_zadig_thinks("create", bot.person().submits(view), outage, "truncated")
    shown = json.dumps(await bot.modal())
    assert "Don't send it again" in shown
    assert "Back to the form" not in shown


async def test_what_was_typed_can_be_had_back_after_a_defect(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def defect(*_: object, **__: object) -> None:
        raise RuntimeError("nobody foresaw this")

    view = await ready(bot)
    with monkeypatch.context() as broken:
        broken.setattr(Versions, "create", defect)
        await bot.submits(view)
    await bot.clicks_in(await bot.modal(), "Back to the form")
    form = await bot.modal()
    assert typed(form, "description") == "what I typed"
    await bot.submits(form)
    assert "Zadig is creating" in seen(await bot.modal())


async def resumable(bot: Staffed) -> JSON:
    """The direct message after a closed form was refused."""
    view = await ready(bot)

    async def close() -> None:
        await bot.closes(await bot.modal())

    await bot.while_zadig_thinks("create", bot.person().submits(view), close, "license")
    message = await bot.message("was not created", channel="directmessage")
    return {**message, "channel": ADAS_DM}


async def test_a_closed_form_is_continued_from_the_direct_message(bot: Staffed) -> None:
    await bot.clicks(await resumable(bot), "Continue")
    form = await bot.modal()
    assert typed(form, "description") == "what I typed"
    await bot.submits(form)
    assert "Zadig is creating" in seen(await bot.modal())
    [ask] = (await bot.store.pending.interest("shop")).asks
    assert ask.channel == SHOP, "it is still the channel in which the version was asked for"


async def test_a_form_that_was_continued_and_sent_can_be_continued_for_another_version(bot: Staffed) -> None:
    message = await resumable(bot)
    await bot.clicks(message, "Continue")
    await bot.submits(await bot.modal())
    await bot.clicks(message, "Continue")
    form = await bot.fills(await bot.modal(), version_name="v15")
    await bot.submits(form)
    assert "Zadig is creating `shop/v15`" in seen(await bot.modal())


async def test_a_form_that_is_no_longer_kept_cannot_be_continued(bot: Staffed) -> None:
    message = await resumable(bot)
    await bot.store.housekeeping.clean_up(now=START + 365 * 86_400)
    await bot.clicks(message, "Continue")
    assert "This form has expired" in (await bot.message("has expired", channel="directmessage"))["text"]


async def test_of_several_choices_the_last_one_is_drawn(bot: Staffed) -> None:
    view = await opened(bot, "create")
    await asyncio.gather(
        *(bot.person().fills(view, project=project) for project in ("shop", "platform", "billing"))
    )
    await bot.settled()
    shown = await bot.modal()
    assert typed(shown, "project") in {"shop", "platform", "billing"}
    draft = await bot.store.drafts.get(
        FormMetadata.unpack(bot.slack.workspace.views.find(view["id"]).content["private_metadata"]).draft,
        user=ADA,
    )
    assert draft is not None
    assert json.loads(draft.content)["project"] == typed(shown, "project")


async def test_a_choice_that_cannot_be_followed_is_explained_over_the_form(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot)

    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(bot.store.drafts, "get", down)
        await bot.fills(view, environment="staging")
    over = await bot.modal()
    assert "database does not answer" in seen(over)
    await bot.closes(over)
    below = await bot.modal()
    assert below["callback_id"] == "create_version"
    assert typed(below, "description") == "what I typed"


async def test_an_explanation_that_comes_too_late_for_the_screen_comes_by_direct_message(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot)

    async def down(*_: object, **__: object) -> None:
        bot.slack.workspace.clock.advance(5)
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.drafts, "get", down)
    await bot.fills(view, environment="staging")
    assert "database does not answer" in (await bot.told())[-1]


async def test_a_choice_that_is_still_being_followed_does_not_paint_over_what_became_of_the_form(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot)
    look_up, begun, gate = bot.store.drafts.get, asyncio.Event(), asyncio.Event()

    async def slowly(draft_id: str, *, user: str) -> Draft | None:
        monkeypatch.setattr(bot.store.drafts, "get", look_up)
        begun.set()
        await gate.wait()
        return await look_up(draft_id, user=user)

    monkeypatch.setattr(bot.store.drafts, "get", slowly)
    await bot.person().fills(view, services=["cart"])
    await begun.wait()
    await bot.person().submits(await bot.modal())
    await bot.person().modal("Zadig is creating")
    gate.set()
    await bot.settled()
    assert "Zadig is creating" in seen(await bot.modal())


async def test_options_come_for_what_is_typed_into_a_long_list(bot: Staffed) -> None:
    bot.add_project("large", services=150)
    view = await bot.fills(await opened(bot, "create large"), environment="dev")
    block = next(block for block in view["blocks"] if block.get("block_id") == "services")
    answer = await bot.person().control(
        "suggest",
        view_id=view["id"],
        block_id="services",
        action_id=block["element"]["action_id"],
        value="service-14",
    )
    labels = [option["text"]["text"] for option in answer["options"]]
    assert labels
    assert all("service-14" in label for label in labels[:5])


async def test_nothing_is_suggested_while_the_database_is_away(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.add_project("large", services=150)
    view = await bot.fills(await opened(bot, "create large"), environment="dev")
    block = next(block for block in view["blocks"] if block.get("block_id") == "services")

    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.drafts, "get", down)
    answer = await bot.person().control(
        "suggest", view_id=view["id"], block_id="services", action_id=block["element"]["action_id"], value="x"
    )
    assert answer["options"] == []


async def test_two_people_fill_in_forms_of_their_own(bot: Staffed) -> None:
    await bot.typed("/release create shop")
    await bot.typed("/release create platform", user=GRACE)
    assert typed(await bot.modal(), "project") == "shop"
    assert typed(await bot.modal(GRACE), "project") == "platform"


async def test_a_form_that_is_opened_twice_has_a_draft_each(bot: Staffed) -> None:
    await opened(bot)
    await opened(bot)
    drafts = await bot.services.drafts.unfinished("create_version", user=ADA)
    assert len({draft.id for draft in drafts}) == 2
    assert {draft.state for draft in drafts} == {DraftState.OPEN}


def first_block(view: JSON) -> str:
    """What stands on top, which has to be full-size text."""
    block = view["blocks"][0]
    assert block["type"] in ("section", "header")
    return str(block["text"]["text"])


async def test_a_failed_submission_says_first_that_nothing_was_created(bot: Staffed) -> None:
    view = await ready(bot)
    bot.zadig.faults.add("license", where="create", times=1)
    await bot.submits(view)
    said = first_block(await bot.modal())
    assert said.startswith(":no_entry_sign: *Nothing was created.*")
    assert "licence" in said


async def test_a_name_that_is_taken_meanwhile_says_first_that_nothing_was_created(bot: Staffed) -> None:
    view = await ready(bot)
    bot.in_zadig("shop", "create", "v14")
    await bot.submits(view)
    assert "*Nothing was created.*" in first_block(await bot.modal())


async def submitted_raw(bot: Staffed, view: JSON, **values: str) -> JSON:
    """Submit these values as JSON writes them: half a character cannot be encoded in any other way."""
    body = json.dumps({"user": ADA, "view_id": view["id"], "values": values})
    answer = await bot.http.post(
        "/_control/submit", content=body.encode("ascii"), headers={"content-type": "application/json"}
    )
    await bot.settled()
    return dict(answer.json())


async def test_half_an_emoji_in_a_form_is_no_obstacle(bot: Staffed) -> None:
    view = await ready(bot)
    broken = "a fine release \ud83d"
    answer = await submitted_raw(bot, view, description=broken, labels="rc，week 47、\ud83d")
    assert answer["response_action"] == "update"
    sent = bot.asked_zadig("POST", "releases")[-1]["request"]["body"]
    assert sent["desc"] == "a fine release \ufffd"
    assert sent["labels"] == ["rc", "week 47", "\ufffd"]


async def test_a_character_that_a_name_cannot_hold_is_named(bot: Staffed) -> None:
    view = await ready(bot)
    for name, said in (("v14，5", "“，” (U+FF0C fullwidth comma)"), ("v14\ud83d", "half a character")):
        answer = await submitted_raw(bot, view, version_name=name)
        assert said in answer["errors"]["version_name"]


async def test_while_zadig_has_not_answered_the_next_form_says_so(bot: Staffed) -> None:
    view = await ready(bot)

    async def meanwhile() -> None:
        await bot.person().types("/release create shop")
        again = await bot.person().modal("Zadig has not answered")
        said = first_block(again)
        assert said.startswith(":hourglass_flowing_sand: *Your `shop/v14` of")
        assert "You'll get a message by <!date^" in said

    await bot.while_zadig_thinks("create", bot.person().submits(view), meanwhile)


async def test_a_name_that_zadig_may_have_taken_is_not_sent_again(bot: Staffed) -> None:
    bot.zadig.faults.add("drop_before", where="create", times=1)
    await bot.submits(await ready(bot))
    view = await opened(bot, "create shop/v14")
    view = await bot.fills(view, environment="dev")
    assert "Zadig has not answered" in first_block(view)
    assert "Zadig has not yet confirmed" in seen(view)
    answer = await bot.submits(view)
    assert "has not yet confirmed" in answer["errors"]["version_name"]
    assert len(bot.asked_zadig("POST", "releases")) <= 1


async def test_the_forms_own_proposal_for_charts_is_taken(bot: Staffed) -> None:
    bot.in_zadig("platform", "create", "2026.5-rc2")
    view = await bot.fills(await opened(bot, "create platform"), environment="dev")
    assert typed(view, "version_name") == "2026.5-rc3"
    assert "1.0.0 runs now" in seen(view)
    view = await bot.fills(view, chart_repository="charts")
    answer = await bot.submits(view)
    assert answer["response_action"] == "update"
    [made] = [one for one in bot.zadig.versions if one.name == "2026.5-rc3"]
    assert [one.chart_version for one in made.services] == ["1.0.1", "1.1.1", "1.2.1", "1.3.1", "1.4.1"]


@pytest.mark.parametrize(("zone", "name"), [("Asia/Tokyo", "2027.01.15"), ("Pacific/Honolulu", "2027.01.14")])
async def test_a_name_that_is_a_date_is_that_persons_day(bot: Staffed, zone: str, name: str) -> None:
    people = bot.slack.workspace.directory
    ada = people.find(ADA)
    assert ada is not None
    people.put(replace(ada, tz=zone))
    bot.in_zadig("billing", "create", "2027.01.10")
    view = await bot.fills(await opened(bot, "create billing"), environment="dev")
    assert typed(view, "version_name") == name


@pytest.mark.parametrize("text", ["create Shop/v14", "create v14"])
async def test_a_name_alone_is_one_of_the_project_that_the_channel_follows(bot: Staffed, text: str) -> None:
    await bot.store.subscriptions.subscribe(Subscription(channel=SHOP, project="shop", by=ADA, since=START))
    view = await opened(bot, text)
    assert "v14" in seen(view)
    assert "Web shop" in seen(view)
