"""response_urls: how often, how long, where, and what they can do."""

from typing import Any

import httpx
import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    GENERAL,
    GRACE,
    OPS_SECRET,
    SHOP,
    Json,
    Sandbox,
    actions,
    button,
    sandbox_of,
    section,
)


async def command_url(sandbox: Sandbox, channel: str = GENERAL) -> str:
    return str((await sandbox.command(channel=channel))["response_url"])


async def clicked_url(sandbox: Sandbox, **message: Any) -> tuple[str, str]:
    """The response_url of a click in a message of the app, and the message's ts."""
    ts = await sandbox.post(**{"blocks": [actions(button())]} | message)
    await sandbox.act("click", user=ADA, channel=GENERAL, ts=ts, block_id="row", action_id="go")
    return str(sandbox.program.last("block_actions")["response_url"]), ts


async def texts(sandbox: Sandbox, user: str = ADA, channel: str = GENERAL) -> list[str]:
    return [one["text"] for one in await sandbox.messages(channel, user)]


async def test_an_answer_is_ephemeral_unless_it_is_for_the_channel(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    first = await sandbox.hook(url, text="for you")
    await sandbox.hook(url, text="for all", response_type="in_channel")

    assert (first.status_code, first.text) == (200, "ok")
    assert await texts(sandbox, ADA) == ["for you", "for all"]
    assert await texts(sandbox, GRACE) == ["for all"]


async def test_five_uses_are_the_most(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    answers = [await sandbox.hook(url, text=str(number)) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].text == "used_url"


async def test_thirty_minutes_are_the_longest(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    sandbox.clock.advance(30 * 60)
    in_time = await sandbox.hook(url, text="in time")
    sandbox.clock.advance(1)
    late = await sandbox.hook(url, text="late")

    assert in_time.status_code == 200
    assert (late.status_code, late.text) == (404, "expired_url")


async def test_a_refused_answer_is_no_use(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    refused: list[httpx.Response] = [
        await sandbox.hook(url, blocks=[{"type": "no_such"}]),
        await sandbox.hook(url, blocks="nonsense"),
        await sandbox.hook(url),
        await sandbox.client.post(url, content=b"{", headers={"Content-Type": "application/json"}),
        await sandbox.hook(url, text="x", thread_ts="1.000001"),
    ]

    assert [(one.status_code, one.text) for one in refused] == [
        (400, "invalid_blocks"),
        (400, "invalid_blocks_format"),
        (400, "no_text"),
        (400, "invalid_json"),
        (400, "cannot_reply_to_message"),
    ]
    for number in range(5):
        assert (await sandbox.hook(url, text=str(number))).status_code == 200


async def test_an_unknown_url_is_not_found(sandbox: Sandbox) -> None:
    answer = await sandbox.hook("/hooks/commands/0123456789abcdef", text="x")

    assert (answer.status_code, answer.text) == (404, "no_service")


@pytest.mark.parametrize("channel", [OPS_SECRET])
async def test_it_works_where_the_app_is_not_a_member(sandbox: Sandbox, channel: str) -> None:
    url = await command_url(sandbox, channel)
    await sandbox.hook(url, text="here", response_type="in_channel")

    assert await texts(sandbox, GRACE, channel) == ["here"]


async def test_it_works_after_the_token_was_revoked(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    await sandbox.act("token", revoked=True)

    assert (await sandbox.hook(url, text="still here")).status_code == 200


async def test_nothing_is_said_in_an_archived_channel(sandbox: Sandbox) -> None:
    url = await command_url(sandbox, SHOP)
    await sandbox.act("archive", channel=SHOP, archived=True)

    answer = await sandbox.hook(url, text="x")
    assert (answer.status_code, answer.text) == (404, "is_archived")


async def test_the_clicked_message_is_replaced(sandbox: Sandbox) -> None:
    url, ts = await clicked_url(sandbox)
    await sandbox.hook(url, text="done", replace_original=True)

    [message] = await sandbox.messages()
    assert (message["ts"], message["text"]) == (ts, "done")
    assert "blocks" not in message


async def test_replacing_keeps_who_sees_it(sandbox: Sandbox) -> None:
    answer = await sandbox.call(
        "chat.postEphemeral", channel=GENERAL, user=ADA, text="x", blocks=[actions(button())]
    )
    await sandbox.act(
        "click", user=ADA, channel=GENERAL, ts=answer["message_ts"], block_id="row", action_id="go"
    )
    url = sandbox.program.last("block_actions")["response_url"]
    await sandbox.hook(url, text="done", replace_original=True, response_type="in_channel")

    [message] = await sandbox.messages(GENERAL, ADA)
    assert (message["text"], message["is_ephemeral"]) == ("done", True)
    assert await texts(sandbox, GRACE) == []


async def test_the_clicked_message_is_deleted(sandbox: Sandbox) -> None:
    url, _ = await clicked_url(sandbox)
    await sandbox.hook(url, delete_original=True)

    assert await texts(sandbox) == []


async def test_a_command_has_no_original(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    deleted = await sandbox.hook(url, delete_original=True)
    await sandbox.hook(url, text="new", replace_original=True)

    assert deleted.text == "cant_delete_message"
    assert await texts(sandbox) == ["new"]


async def test_an_answer_goes_into_a_thread_only_if_asked(sandbox: Sandbox) -> None:
    parent = await sandbox.post()
    url, _ = await clicked_url(sandbox, thread_ts=parent)
    await sandbox.hook(url, text="beside", response_type="in_channel")
    await sandbox.hook(
        url, text="inside", response_type="in_channel", replace_original=False, thread_ts=parent
    )

    by_text: dict[str, Json] = {one["text"]: one for one in await sandbox.messages()}
    assert "thread_ts" not in by_text["beside"]
    assert by_text["inside"]["thread_ts"] == parent


async def test_blocks_can_be_answered(sandbox: Sandbox) -> None:
    url = await command_url(sandbox)
    await sandbox.hook(url, blocks=[section("rich")])

    [message] = await sandbox.messages()
    assert message["blocks"][0]["text"]["text"] == "rich"


async def test_urls_are_made_for_programs_wherever_people_look_from(sandbox: Sandbox) -> None:
    looking = {"Host": "forwarded.example"}
    state = {"user": ADA}
    await sandbox.client.get("/_control/state", params=state, headers=looking)
    before = await sandbox.command()
    await sandbox.call("auth.test")
    await sandbox.client.get("/_control/state", params=state, headers=looking)
    after = await sandbox.command()

    assert before["response_url"].startswith("http://workspace.test/hooks/")
    assert after["response_url"].startswith("http://workspace.test/hooks/")
    body = {"user": ADA, "channel": GENERAL, "text": "/release"}
    await sandbox.client.post("/_control/type", json=body, headers=looking)
    assert sandbox.program.last("/release")["response_url"].startswith("http://workspace.test/hooks/")


async def test_a_given_address_goes_before_what_is_seen() -> None:
    async with sandbox_of(url="https://slack.example/") as sandbox:
        url = await command_url(sandbox)
        opened = await sandbox.call("apps.connections.open", bearer="xapp-sandbox")

    assert url.startswith("https://slack.example/hooks/commands/")
    assert opened["url"].startswith("wss://slack.example/link/?ticket=")


async def test_very_old_urls_and_triggers_are_forgotten(sandbox: Sandbox) -> None:
    url, trigger = await command_url(sandbox), await sandbox.trigger()
    for _ in range(10_000):
        sandbox.workspace.hooks.issue("actions", user=ADA, channel=GENERAL)
        sandbox.workspace.triggers.issue(ADA)

    assert (await sandbox.hook(url, text="x")).text == "no_service"
    answer = await sandbox.call("views.open", trigger_id=trigger, view={"type": "modal"})
    assert answer["error"] == "invalid_trigger_id"
