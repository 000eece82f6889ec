"""`retry`: only what has failed, with any environment that exists, and for whoever asked."""

import pytest

from bot.domain.record import RequestKind, Result
from bot.domain.watching import Action
from bot.sandbox.slack.people import TEAM
from bot.slack.metadata import VersionAction
from tests.slack.drawn import seen
from tests.slack.served import ADA, JSON, SHOP
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(bot: Staffed, text: str = "retry shop/v11") -> JSON:
    await bot.typed(f"/release {text}")
    return await bot.modal()


async def test_a_failed_version_is_retried_with_an_environment_that_exists(bot: Staffed) -> None:
    await bot.submits(await opened(bot))
    assert "Zadig is retrying `shop/v11`" in seen(await bot.modal())
    [sent] = bot.asked_zadig("POST", "releases/k8s")
    assert sent["request"]["body"] == {
        "project_key": "shop",
        "version_name": "v11",
        "retry": True,
        "env_name": "dev",
        "production": False,
    }
    [ask] = (await bot.store.pending.interest("shop")).asks
    assert (ask.action, ask.user, ask.channel, ask.version_name) == (Action.RETRY, ADA, SHOP, "v11")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("retry shop/v13", "cannot be retried: it has already succeeded"),
        ("retry shop/v99", "There is no version v99 in shop"),
        ("retry nowhere/v1", "There is no project nowhere"),
        ("retry 0123456789abcdef01234567", "No project that the bot can see"),
    ],
)
async def test_what_cannot_be_retried_is_explained_in_the_modal(bot: Staffed, text: str, answer: str) -> None:
    view = await opened(bot, text)
    assert view["callback_id"] == "notice"
    assert answer in seen(view)


@pytest.mark.parametrize("text", ["retry", "retry shop/", "retry a b c"])
async def test_a_version_has_to_be_named(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    assert "Say which version" in (await bot.answers())[-1]
    assert not bot.slack.calls("views.open")


async def test_a_version_that_was_retried_by_somebody_else_meanwhile_is_left_alone(bot: Staffed) -> None:
    view = await opened(bot)
    bot.in_zadig("shop", "retry", "v11")
    await bot.submits(view)
    shown = await bot.modal()
    assert "cannot be retried" in seen(shown)
    assert shown["callback_id"] == "notice"
    assert not bot.asked_zadig("POST", "releases")


async def test_a_version_that_was_deleted_meanwhile_does_not_bring_the_form_back(bot: Staffed) -> None:
    view = await opened(bot)
    bot.in_zadig("shop", "delete", "v11")
    await bot.submits(view)
    shown = await bot.modal()
    assert "There is no version v11 in shop" in seen(shown)
    assert shown["callback_id"] == "notice"


async def test_an_environment_can_be_typed_while_zadig_does_not_list_them(bot: Staffed) -> None:
    bot.zadig.faults.add("503", where="catalog")
    view = await opened(bot)
    bot.zadig.faults.clear()
    view = await bot.fills(view, environment="dev")
    await bot.submits(view)
    assert "Zadig is retrying" in seen(await bot.modal())


async def test_an_environment_that_does_not_exist_is_said_to_be_missing(bot: Staffed) -> None:
    bot.zadig.faults.add("503", where="catalog")
    view = await opened(bot)
    bot.zadig.faults.clear()
    await bot.submits(await bot.fills(view, environment="nowhere"))
    again = await bot.modal()
    assert again["callback_id"] == "retry_version"
    assert "*Nothing was retried.*" in again["blocks"][0]["text"]["text"]
    assert "nowhere" in seen(again)
    assert (await bot.store.pending.interest("shop")).asks == ()


async def test_a_project_without_environments_says_what_to_do(bot: Staffed) -> None:
    bot.add_project("bare", services=1)
    bot.in_zadig("bare", "create", "v1")
    bot.in_zadig("bare", "fail", "v1", error="no space left")
    bot.remove_environments("bare")
    view = await opened(bot, "retry bare/v1")
    assert "has no environment" in seen(view)
    assert view["submit"] is None


async def test_a_helm_version_needs_no_environment(bot: Staffed) -> None:
    bot.in_zadig("platform", "create", "2.0.0")
    bot.in_zadig("platform", "fail", "2.0.0", error="push refused")
    await bot.submits(await opened(bot, "retry platform/2.0.0"))
    [sent] = bot.asked_zadig("POST", "releases/helm")
    assert sent["request"]["body"] == {"project_key": "platform", "version_name": "2.0.0", "retry": True}


async def test_a_button_retries_as_well(bot: Staffed) -> None:
    await bot.typed("/release show shop/v11")
    await bot.clicks(await bot.message("shop/v11"), "Retry")
    assert (await bot.modal())["callback_id"] == "retry_version"


# What has happened to a failed version since a message offered to retry it, and what the click leads to.
SINCE = {
    "it was retried and succeeded": (("retry", "succeed"), "cannot be retried: it has already succeeded"),
    "it is being retried": (("retry",), "cannot be retried: it is already being retried"),
    "it is gone": (("delete",), "There is no version v11 in shop."),
    "it was created again": (("delete", "create"), "cannot be retried: it is still being created"),
    "it was made anew and is complete": (
        ("delete", "create", "succeed"),
        "cannot be retried: it has already succeeded",
    ),
}


@pytest.mark.parametrize("since", SINCE)
async def test_a_button_of_an_outdated_message_says_how_the_version_stands_now(
    bot: Staffed, since: str
) -> None:
    await bot.typed("/release show shop/v11")
    shown = await bot.message("shop/v11")
    actions, answer = SINCE[since]
    for action in actions:
        bot.zadig.clock.advance(1)
        bot.in_zadig("shop", action, "v11")
    await bot.clicks(shown, "Retry")
    view = await bot.modal()
    assert view["callback_id"] == "notice"
    assert answer in seen(view)
    assert not [one for one in bot.asked_zadig("POST", "releases") if "retry" in str(one["request"])]


async def test_a_button_of_an_outdated_message_retries_what_has_failed_anew(bot: Staffed) -> None:
    await bot.typed("/release show shop/v11")
    shown = await bot.message("shop/v11")
    for action, more in (("retry", {}), ("fail", {"error": "no space left"})):
        bot.in_zadig("shop", action, "v11", **more)
    await bot.clicks(shown, "Retry")
    assert (await bot.modal())["callback_id"] == "retry_version"


async def test_the_record_knows_who_asked_of_which_workspace_and_in_which_thread(bot: Staffed) -> None:
    above = await bot.slack.client.chat_postMessage(channel=SHOP, text="What about v11?")
    value = VersionAction(action="retry", project="shop", name="v11").pack()
    label = {"type": "plain_text", "text": "Again"}
    button = {"type": "button", "text": label, "action_id": "version_button.retry", "value": value}
    row: JSON = {"type": "actions", "block_id": "row", "elements": [button]}
    await bot.slack.client.chat_postMessage(
        channel=SHOP, thread_ts=above["ts"], text="This one", blocks=[row]
    )
    await bot.clicks(await bot.message("This one"), "Again")
    await bot.submits(await bot.modal())
    (recorded,) = await bot.store.record.requests("shop", ["v11"])
    asked = recorded.request
    assert (asked.deed, asked.user, asked.team) == (RequestKind.RETRY, ADA, TEAM.id)
    assert (asked.channel, asked.thread) == (SHOP, above["ts"])
    assert recorded.has(Result.ACCEPTED)


async def made_from(bot: Staffed, environment: str) -> None:
    """A version of the bot's that has failed."""
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment=environment)
    await bot.submits(await bot.fills(view, version_name="v14"))
    bot.in_zadig("shop", "fail", "v14", error="no space left")


async def test_the_environment_is_the_one_that_the_version_was_made_from(bot: Staffed) -> None:
    await made_from(bot, "staging")
    view = await opened(bot, "retry shop/v14")
    assert "`staging`: `v14` was made from it" in seen(view)
    assert not [block for block in view["blocks"] if block["type"] == "input"]
    await bot.submits(view)
    assert bot.asked_zadig("POST", "releases/k8s")[-1]["request"]["body"]["env_name"] == "staging"


async def test_another_environment_can_be_chosen(bot: Staffed) -> None:
    view = await opened(bot)
    assert "is not known" in seen(view)
    await bot.clicks_in(view, "Choose another")
    view = await bot.fills(await bot.modal(), environment="staging")
    await bot.submits(view)
    assert bot.asked_zadig("POST", "releases/k8s")[-1]["request"]["body"]["env_name"] == "staging"
