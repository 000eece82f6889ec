"""What every form has in common: it opens in time, survives being closed, is sent once, and says how it ended."""

import asyncio
import json

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import NotFound, StoreDown
from bot.services.versions.operations import Versions
from bot.slack.metadata import FormMetadata
from tests.slack.drawn import seen
from tests.slack.served import ADA, ADAS_DM, GRACE, JSON, OPS_SECRET, SHOP
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The command that opens each form, and what it is called.
FORMS = {
    "create shop": "create_version",
    "retry shop/v11": "retry_version",
    "delete shop/v12": "delete_version",
}
# What each form asks of Zadig while it opens, and when it is submitted.
READS = {"create shop": "catalog", "retry shop/v11": "detail", "delete shop/v12": "list"}
WRITES = {"create shop": "create", "retry shop/v11": "retry", "delete shop/v12": "delete"}


@pytest.fixture(params=FORMS)
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def ready(bot: Staffed, text: str, *, user: str = ADA, channel: str = "shop") -> JSON:
    """The form, opened and filled in as far as it needs to be."""
    await bot.typed(f"/release {text}", user=user, channel=channel)
    view = await bot.modal(user)
    if text.startswith("create"):
        view = await bot.fills(view, user=user, environment="dev")
        view = await bot.fills(view, user=user, version_name="v14", description="kept")
    return view


async def draft_of(bot: Staffed, view: JSON) -> Draft:
    metadata = bot.slack.workspace.views.find(view["id"]).content["private_metadata"]
    draft = await bot.store.drafts.get(FormMetadata.unpack(metadata).draft, user=ADA)
    assert draft is not None
    return draft


async def test_a_form_opens_on_the_screen_of_the_person_who_asked(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    view = await bot.modal()
    assert view["callback_id"] == FORMS[text]
    assert await bot.answers() == []
    assert not (await bot.person(GRACE).state())["views"]
    draft = await draft_of(bot, view)
    assert (draft.user, draft.channel, draft.view_id, draft.state) == (ADA, SHOP, view["id"], DraftState.OPEN)


async def test_something_is_on_screen_while_zadig_is_asked(bot: Staffed, text: str) -> None:
    async def look() -> None:
        view = await bot.modal()
        assert view["callback_id"] == "notice"
        assert "Loading from Zadig" in seen(view["blocks"])

    await bot.while_zadig_thinks(READS[text], bot.person().types(f"/release {text}"), look)
    assert (await bot.modal())["callback_id"] == FORMS[text]


async def test_a_form_that_is_closed_while_zadig_is_asked_stays_closed(bot: Staffed, text: str) -> None:
    async def close() -> None:
        await bot.closes(await bot.modal())

    await bot.while_zadig_thinks(READS[text], bot.person().types(f"/release {text}"), close)
    assert not (await bot.person().state())["views"]
    assert await bot.answers() == []
    assert await bot.told() == []


async def test_a_trigger_that_has_expired_is_explained_where_the_person_typed(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = bot.store.housekeeping.once

    async def slowly(key: str, *, now: int) -> bool:
        bot.slack.workspace.clock.advance(3.1)
        return await once(key, now=now)

    monkeypatch.setattr(bot.store.housekeeping, "once", slowly)
    await bot.typed(f"/release {text}")
    assert await bot.answers() == [
        "The form could not open: it took more than three seconds. Please try again."
    ]


async def test_a_command_that_is_delivered_twice_opens_one_form(bot: Staffed, text: str) -> None:
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "replay"})
    await bot.typed(f"/release {text}")
    assert len(bot.slack.calls("views.open")) == 1
    assert await bot.answers() == []


async def test_without_a_database_the_form_says_so_and_keeps_nothing(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.drafts, "save", down)
    await bot.typed(f"/release {text}")
    assert "database does not answer" in seen(await bot.modal())


@pytest.mark.parametrize("kind", ["invalid_arguments", "internal_error", "ratelimited"])
async def test_a_form_that_slack_does_not_open_is_explained(bot: Staffed, text: str, kind: str) -> None:
    bot.slack.fault("error", method="views.open", error=kind, times=None)
    await bot.typed(f"/release {text}")
    [said] = await bot.answers()
    assert kind in said


async def test_a_submission_is_acknowledged_before_zadig_is_asked(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)

    async def look() -> None:
        assert "Sending your request for" in json.dumps(await bot.modal())

    await bot.while_zadig_thinks(WRITES[text], bot.person().submits(view), look)
    assert (await bot.modal())["callback_id"] == "notice"


async def test_a_submission_that_is_delivered_twice_is_carried_out_once(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "replay"})
    await bot.submits(view)
    writes = [*bot.asked_zadig("POST", "releases"), *bot.asked_zadig("DELETE", "releases")]
    assert len(writes) == 1
    assert (await draft_of(bot, await bot.modal())).state is DraftState.DONE


async def test_two_submissions_at_once_are_carried_out_once(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)
    await asyncio.gather(*(bot.person().submits(view) for _ in range(5)))
    await bot.settled()
    assert len([*bot.asked_zadig("POST", "releases"), *bot.asked_zadig("DELETE", "releases")]) == 1


async def test_a_form_that_is_closed_meanwhile_is_carried_out_all_the_same(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)

    async def close() -> None:
        await bot.closes(await bot.modal())

    await bot.while_zadig_thinks(WRITES[text], bot.person().submits(view), close)
    assert len([*bot.asked_zadig("POST", "releases"), *bot.asked_zadig("DELETE", "releases")]) == 1
    assert not (await bot.person().state())["views"]


async def test_a_refusal_gives_the_form_back_with_the_reason(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)
    bot.zadig.faults.add("license", where=WRITES[text], times=1)
    await bot.submits(view)
    again = await bot.modal()
    assert again["callback_id"] == FORMS[text]
    assert "licence" in seen(again)
    await bot.submits(again)
    assert (await bot.modal())["callback_id"] == "notice"
    assert (await draft_of(bot, await bot.modal())).state is DraftState.DONE


async def test_a_refusal_reaches_somebody_who_has_closed_the_form(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)

    async def close() -> None:
        await bot.closes(await bot.modal())

    await bot.while_zadig_thinks(WRITES[text], bot.person().submits(view), close, "license")
    [said] = await bot.told()
    assert "licence" in said
    assert "Reference `–`" not in str(bot.slack.messages(ADAS_DM)[0].blocks)


async def defect(*_: object, **__: object) -> None:
    raise RuntimeError("nobody foresaw this")


@pytest.fixture
def broken(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own code breaks when the form is carried out."""
    monkeypatch.setattr(Versions, text.split(maxsplit=1)[0], defect)


@pytest.mark.usefixtures("broken")
async def test_a_defect_is_said_in_the_modal_under_the_reference_of_the_log(
    bot: Staffed, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.submits(await ready(bot, text))
    [record] = [record for record in caplog.records if getattr(record, "action", "") == "defect"]
    assert vars(record)["reference"] in seen(await bot.modal())


@pytest.mark.usefixtures("broken")
async def test_a_defect_is_said_by_direct_message_to_somebody_who_has_closed_the_form(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()

    async def later(*_: object, **__: object) -> None:
        await gate.wait()
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(Versions, text.split(maxsplit=1)[0], later)
    await bot.person().submits(await ready(bot, text))
    await bot.closes(await bot.modal())
    gate.set()
    await bot.settled()
    [said] = await bot.told()
    assert "Sorry, something went wrong in the bot" in said


async def test_who_closes_the_modal_on_the_way_back_to_the_form_is_told_nothing(
    bot: Staffed, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot, "create shop")
    with monkeypatch.context() as broken:
        broken.setattr(Versions, "create", defect)
        await bot.submits(view)
    caplog.clear()
    bot.slack.fault("error", method="views.update", error="not_found", times=None)
    await bot.clicks_in(await bot.modal(), "Back to the form")
    assert await bot.told() == []
    assert [one for one in caplog.records if getattr(one, "action", "") == "defect"] == []


async def test_a_draft_that_was_cleaned_up_leaves_what_was_typed_on_screen(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot, text)

    async def gone(*_: object, **__: object) -> None:
        raise NotFound("This form has expired.", remedy="Please open it again.")

    monkeypatch.setattr(type(bot.services.drafts), "get", gone)
    answer = await bot.submits(view)
    shown = await bot.modal()
    assert "This form has expired" in seen(shown)
    if answer["response_action"] == "errors":
        assert shown["callback_id"] == FORMS[text]


async def test_a_draft_of_another_version_of_the_bot_is_said_to_be_old(bot: Staffed, text: str) -> None:
    view = await ready(bot, text)
    draft = await draft_of(bot, view)
    await bot.services.drafts.save(draft, '{"from": "next year"}')
    await bot.submits(view)
    assert "from an older release of the bot" in seen(await bot.modal())


async def test_a_database_that_is_away_leaves_what_was_typed_on_screen(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot, text)

    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(bot.store.drafts, "get", down)
        answer = await bot.submits(view)
    shown = await bot.modal()
    assert "database does not answer" in seen(shown)
    if answer["response_action"] == "errors":
        await bot.submits(shown)
        assert "progress is posted in this channel" in seen(await bot.modal())


async def test_the_outcome_is_what_counts_not_the_end_of_the_draft(
    bot: Staffed, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await ready(bot, text)

    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(type(bot.services.drafts), "finish", down)
    await bot.submits(view)
    assert "database" not in seen(await bot.modal())


async def test_a_form_asked_for_in_a_direct_message_belongs_there(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}", channel="directmessage")
    assert (await draft_of(bot, await bot.modal())).channel == ADAS_DM


async def test_a_form_asked_for_where_the_bot_is_no_member_belongs_there(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}", channel="ops-secret")
    assert (await draft_of(bot, await bot.modal())).channel == OPS_SECRET
