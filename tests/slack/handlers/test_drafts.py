"""Drafts belong to the person who typed them: with the id of another person's draft nothing is read, changed or sent."""

import json

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.slack.bolt import answered
from bot.slack.ids import Click
from bot.slack.metadata import FormMetadata
from tests.slack.recorded import BUTTON, IN_MESSAGE, IN_MODAL, PAYLOADS, USER, VIEW
from tests.slack.served import ADA, GRACE, JSON, SHOP
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "what only Ada knows"
NOT_YOURS = "This form has expired or belongs to another user."
BY_GRACE: JSON = {"user": {**USER, "id": GRACE, "username": "grace", "name": "grace"}}
OPENING: dict[str, str] = {
    "create_version": "create shop",
    "retry_version": "retry shop/v11",
    "delete_version": "delete shop/v13",
}


async def adas(bot: Staffed, form: str = "create_version") -> tuple[Draft, JSON]:
    """A form in Ada's hands, ready to be sent: its draft, and its view as Slack would hand it back."""
    await bot.typed(f"/release {OPENING[form]}")
    view = await bot.modal()
    if form == "create_version":
        view = await bot.fills(view, environment="dev", description=SECRET)
    content = bot.slack.workspace.views.find(view["id"]).content
    draft = await bot.store.drafts.get(FormMetadata.unpack(content["private_metadata"]).draft, user=ADA)
    assert draft is not None
    metadata = {"private_metadata": content["private_metadata"], "callback_id": form}
    state: JSON = {"values": {}}
    for block in view["blocks"]:
        if block["type"] == "input" and (value := block["element"].get("initial_value")):
            state["values"][block["block_id"]] = {block["element"]["action_id"]: {"value": value}}
    return draft, {**VIEW, **metadata, "state": state}


async def grace_sends(bot: Staffed, payload: JSON) -> str:
    """What came of a payload in Grace's name: Slack's answer, and everything that she was shown."""
    answer = await answered(bot.app, {**payload, **BY_GRACE}, {})
    await bot.settled()
    calls = [
        call for method in ("views.open", "views.update", "views.push") for call in bot.slack.calls(method)
    ]
    hers = [answer.body, await bot.told(GRACE), *calls[len(calls) - 2 :]]
    return json.dumps(hers, ensure_ascii=False, default=str)


async def unchanged(bot: Staffed, draft: Draft) -> None:
    kept = await bot.store.drafts.get(draft.id, user=ADA)
    assert kept == draft
    assert not bot.asked_zadig("POST", "releases")
    assert not bot.asked_zadig("PUT", "releases")
    assert not bot.asked_zadig("DELETE", "releases")


@pytest.mark.parametrize("form", OPENING)
async def test_another_persons_form_is_not_sent(bot: Staffed, form: str) -> None:
    draft, view = await adas(bot, form)
    assert NOT_YOURS in await grace_sends(bot, {**PAYLOADS["submission"], "view": view})
    await unchanged(bot, draft)


@pytest.mark.parametrize("callback", ["create_version", "image_tags", "image_lines"])
async def test_another_persons_form_is_neither_followed_nor_closed(bot: Staffed, callback: str) -> None:
    draft, view = await adas(bot)
    view["callback_id"] = callback
    chosen = {**PAYLOADS["input of a form"], "view": view}
    chosen["actions"] = [{**chosen["actions"][0], "action_id": "input.0.0", "block_id": "environment"}]
    for payload in (chosen, {**PAYLOADS["closing"], "view": view}, {**PAYLOADS["suggestion"], "view": view}):
        await grace_sends(bot, payload)
        await unchanged(bot, draft)


@pytest.mark.parametrize("click", [Click.RESUME_DRAFT, Click.FORGET_DRAFT])
@pytest.mark.parametrize("place", ["message", "modal"])
async def test_another_persons_form_is_neither_continued_nor_dropped(
    bot: Staffed, click: Click, place: str
) -> None:
    draft, view = await adas(bot)
    where = IN_MESSAGE if place == "message" else {**IN_MODAL, "view": view}
    await grace_sends(bot, {**where, "actions": [{**BUTTON, "action_id": click, "value": draft.id}]})
    opened = [call for call in bot.slack.calls("views.open") if SECRET in json.dumps(call)]
    assert opened == []
    await unchanged(bot, draft)


async def test_who_tries_is_told_what_to_do_and_nothing_of_what_was_typed(bot: Staffed) -> None:
    draft, _ = await adas(bot)
    payload = {**IN_MESSAGE, "actions": [{**BUTTON, "action_id": Click.RESUME_DRAFT, "value": draft.id}]}
    del payload["response_url"]
    shown = await grace_sends(bot, payload)
    assert NOT_YOURS in shown
    assert "Open a new one." in shown
    assert SECRET not in json.dumps(await bot.told(GRACE))


async def test_saving_under_the_id_of_another_persons_draft_changes_nothing(bot: Staffed) -> None:
    draft, _ = await adas(bot)
    await bot.store.drafts.save(
        Draft(
            id=draft.id, form=draft.form, user=GRACE, channel=SHOP, content="{}", at=1, state=DraftState.DONE
        )
    )
    await unchanged(bot, draft)
