"""After a crash people are told what came to nothing, and get it back by a click."""

import json

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.services.forms.drafts import BEFORE_ASKING_SECONDS, CutOffRecovery
from bot.slack.handlers.cut_off import tell_cut_off
from bot.slack.metadata import FormMetadata
from tests.slack.served import ADA, ADAS_DM, JSON
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def text(view: JSON) -> str:
    return json.dumps(view, ensure_ascii=False)


async def cut_off(bot: Staffed) -> Draft:
    """Somebody sent a form, and the bot died before it asked Zadig; that was a while ago."""
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev", version_name="v20", description="mine")
    view = await bot.fills(view, version_name="v21")
    metadata = bot.slack.workspace.views.find(view["id"]).content["private_metadata"]
    draft = await bot.services.drafts.get(FormMetadata.unpack(metadata).draft, user=ADA)
    assert await bot.services.drafts.submit(draft, draft.content)
    await bot.closes(view)
    bot.clock.at += BEFORE_ASKING_SECONDS
    return draft


async def recover(bot: Staffed) -> None:
    releases = bot.services.finder.releases
    recovering = CutOffRecovery(store=bot.store, releases=releases, clock=bot.clock)
    await tell_cut_off(recovering, bot.shared.slack_api)


async def test_they_are_told_once_and_get_it_back(bot: Staffed) -> None:
    await cut_off(bot)
    await recover(bot)
    await recover(bot)
    assert await bot.told() == [
        "shop/v21 was not created: The bot stopped before Zadig answered. What you typed is kept."
    ]
    [message] = await bot.person().direct_messages()
    await bot.clicks({**message, "channel": ADAS_DM}, "Continue draft")
    view = await bot.modal()
    assert '"v21"' in text(view)
    assert '"mine"' in text(view)
    await bot.submits(view)
    assert "Zadig is creating `shop/v21`" in text(await bot.modal())


async def test_nobody_is_told_if_the_version_is_there(bot: Staffed) -> None:
    draft = await cut_off(bot)
    bot.in_zadig("shop", "create", "v21")
    await recover(bot)
    assert await bot.told() == []
    assert (await bot.services.drafts.get(draft.id, user=ADA)).state is DraftState.DONE


async def test_somebody_whom_slack_cannot_reach_is_offered_it_the_next_time(bot: Staffed) -> None:
    await cut_off(bot)
    bot.slack.fault("error", method="chat.postMessage", error="user_disabled", times=1)
    await recover(bot)
    assert await bot.told() == []
    await bot.typed("/release create shop", user=ADA)
    assert "You were creating *shop/v21*" in text(await bot.modal())


async def test_a_draft_that_cannot_be_read_is_let_go(bot: Staffed) -> None:
    draft = await cut_off(bot)
    await bot.store.drafts.move(
        draft.id, before=DraftState.SUBMITTED, after=DraftState.SUBMITTED, content='{"from": "next year"}'
    )
    await recover(bot)
    assert await bot.told() == []
