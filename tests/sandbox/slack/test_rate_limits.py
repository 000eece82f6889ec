"""Slack's rate limits: by method and tier, by channel, and how a refusal looks."""

import pytest

from tests.sandbox.slack.conftest import ADA, GENERAL, SHOP, Sandbox, answers, home, sandbox_of


async def limited(sandbox: Sandbox, method: str, allowed: int, **arguments: str) -> None:
    for _ in range(allowed):
        answer = await sandbox.respond(method, **arguments)
        assert answer.status_code == 200
    refused = await sandbox.respond(method, **arguments)
    assert refused.status_code == 429
    assert refused.json() == {"ok": False, "error": "ratelimited"}
    assert refused.headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("method", "allowed"),
    [("users.list", 20), ("conversations.info", 50), ("users.info", 100), ("usergroups.list", 20)],
)
async def test_a_tier_allows_so_many_calls_a_minute(method: str, allowed: int) -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        await limited(sandbox, method, allowed, user=ADA, channel=GENERAL)
        sandbox.clock.advance(59.9)
        soon = await sandbox.respond(method, user=ADA, channel=GENERAL)
        sandbox.clock.advance(0.1)
        again = await sandbox.respond(method, user=ADA, channel=GENERAL)

    assert (soon.status_code, soon.headers["Retry-After"]) == (429, "1")
    assert again.status_code == 200


async def test_one_limited_method_leaves_the_others_alone() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        await limited(sandbox, "users.list", 20)

        assert (await sandbox.call("users.info", user=ADA))["ok"]


async def test_a_channel_takes_a_burst_and_then_one_message_a_second() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        for _ in range(5):
            await sandbox.post(GENERAL)
        refused = await sandbox.respond("chat.postMessage", channel=GENERAL, text="x")
        elsewhere = await sandbox.respond("chat.postMessage", channel=SHOP, text="x")
        sandbox.clock.advance(1)
        await sandbox.post(GENERAL)
        again = await sandbox.respond("chat.postMessage", channel=GENERAL, text="x")

        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
        assert elsewhere.status_code == 200
        assert again.status_code == 429
        assert len(await sandbox.messages(GENERAL)) == 6


async def test_answers_on_response_urls_count_too() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        url = (await sandbox.command())["response_url"]
        for _ in range(5):
            await sandbox.post(GENERAL)
        refused = await sandbox.hook(url, text="x")

        assert (refused.status_code, refused.text) == (429, "ratelimited")
        assert refused.headers["Retry-After"] == "1"


async def test_a_whole_workspace_takes_so_many_messages_a_minute() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        for number in range(400):
            sandbox.workspace.limits.message(f"C{number}")
        refused = await sandbox.respond("chat.postMessage", channel=GENERAL, text="x")

    assert refused.status_code == 429


async def test_limits_can_be_off(sandbox: Sandbox) -> None:
    for _ in range(120):
        assert (await sandbox.call("views.publish", user_id=ADA, view=home()))["ok"]


async def test_answers_that_come_with_an_acknowledgement_are_not_limited() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        sandbox.program.on["/release"] = answers("here")
        answered = [await sandbox.act("type", user=ADA, channel=GENERAL, text="/release") for _ in range(10)]

    assert all(one["ok"] for one in answered)


async def test_limits_can_be_switched() -> None:
    async with sandbox_of(rate_limits=True) as sandbox:
        await limited(sandbox, "users.list", 20)
        await sandbox.act("limits", enabled=False)
        assert (await sandbox.call("users.list"))["ok"]
        await sandbox.act("limits", enabled=True)
        assert (await sandbox.respond("users.list")).status_code == 429
