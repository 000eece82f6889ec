"""What can be made to go wrong, and how long it stays so."""

import asyncio
from typing import Any

import httpx
import pytest

from bot.sandbox.slack.connection import ConnectionDroppedError
from bot.sandbox.slack.faults import API_KINDS, DELIVERY_KINDS
from tests.sandbox.slack.conftest import ADA, GENERAL, SHOP, Json, Sandbox
from tests.sandbox.slack.test_http_delivery import meanwhile, never, verified


async def post(sandbox: Sandbox, channel: str = GENERAL) -> httpx.Response:
    return await sandbox.respond("chat.postMessage", channel=channel, text="x")


async def faulty(sandbox: Sandbox, kind: str, where: str = "api", **more: Any) -> None:
    await sandbox.act("faults", where=where, kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        ("429", 429, {"ok": False, "error": "ratelimited"}),
        ("500", 500, {"ok": False, "error": "internal_error"}),
        ("503", 503, {"ok": False, "error": "service_unavailable"}),
        ("error", 200, {"ok": False, "error": "org_login_required"}),
    ],
)
async def test_a_fault_before_the_work_leaves_nothing_behind(
    sandbox: Sandbox, kind: str, status: int, body: Json
) -> None:
    await faulty(sandbox, kind, error="org_login_required", retry_after=7)
    response = await post(sandbox)

    assert (response.status_code, response.json()) == (status, body)
    assert response.headers.get("Retry-After") == ("7" if kind == "429" else None)
    assert await sandbox.messages() == []
    assert (await post(sandbox)).json()["ok"]


async def test_a_web_page_may_come_instead_of_json(sandbox: Sandbox) -> None:
    await faulty(sandbox, "html")
    response = await post(sandbox)

    assert response.status_code == 503
    assert response.headers["content-type"].startswith("text/html")
    assert await sandbox.messages() == []


async def test_work_can_be_done_although_the_answer_says_otherwise(sandbox: Sandbox) -> None:
    await faulty(sandbox, "fatal")
    assert (await post(sandbox)).json() == {"ok": False, "error": "fatal_error"}
    await faulty(sandbox, "truncated")
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        (await post(sandbox)).json()

    assert len(await sandbox.messages()) == 2


async def test_a_slow_answer_comes_in_the_end(sandbox: Sandbox) -> None:
    await faulty(sandbox, "slow", seconds=10)
    posting = asyncio.create_task(post(sandbox))
    await meanwhile(sandbox, 9.9)
    await meanwhile(sandbox, 0)
    assert not posting.done()
    await meanwhile(sandbox, 0.2)

    assert (await posting).json()["ok"]


@pytest.mark.parametrize(("kind", "messages"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_may_have_done_its_work(
    sandbox: Sandbox, kind: str, messages: int
) -> None:
    await faulty(sandbox, kind)
    with pytest.raises(ConnectionDroppedError):
        await post(sandbox)

    assert len(await sandbox.messages()) == messages
    [entry] = [one for one in sandbox.workspace.traffic.after(0) if one["name"] == "chat.postMessage"]
    assert entry["status"] == "dropped"


async def test_a_fault_strikes_as_often_as_it_is_told(sandbox: Sandbox) -> None:
    await faulty(sandbox, "500", times=2)

    assert [(await post(sandbox)).status_code for _ in range(3)] == [500, 500, 200]


async def test_a_fault_without_a_limit_strikes_until_it_is_cleared(sandbox: Sandbox) -> None:
    await faulty(sandbox, "500", times=None)
    before = [(await post(sandbox)).status_code for _ in range(5)]
    await sandbox.client.delete("/_control/faults")

    assert before == [500] * 5
    assert (await post(sandbox)).status_code == 200


async def test_a_fault_strikes_only_its_method_and_channel(sandbox: Sandbox) -> None:
    await faulty(sandbox, "500", method="chat.postMessage", channel=SHOP, times=None)

    assert (await post(sandbox, GENERAL)).status_code == 200
    assert (await sandbox.respond("auth.test")).status_code == 200
    assert (await post(sandbox, SHOP)).status_code == 500


async def test_one_fault_can_be_cleared_or_replaced_by_its_id(sandbox: Sandbox) -> None:
    await faulty(sandbox, "500", id="mine", times=None)
    await faulty(sandbox, "503", id="mine", times=None)
    await faulty(sandbox, "429", id="other", method="auth.test")
    assert (await post(sandbox)).status_code == 503

    await sandbox.client.delete("/_control/faults", params={"id": "mine"})
    assert [one["id"] for one in (await sandbox.state())["faults"]] == ["other"]


async def test_faults_that_do_not_exist_are_refused(sandbox: Sandbox) -> None:
    assert await sandbox.refused("faults", where="api", kind="forge") == "invalid_body"
    assert await sandbox.refused("faults", where="delivery", kind="429") == "invalid_body"
    assert await sandbox.refused("faults", where="nowhere", kind="500") == "invalid_body"
    assert await sandbox.refused("faults", where="api", kind="500", often=True) == "invalid_body"
    listed = (await sandbox.client.get("/_control/faults")).json()
    assert listed["kinds"] == {"api": API_KINDS, "delivery": DELIVERY_KINDS}


@pytest.mark.parametrize(
    ("kind", "status", "said"),
    [("429", 429, []), ("500", 500, []), ("html", 503, []), ("error", 200, [])],
)
async def test_response_urls_fail_too(sandbox: Sandbox, kind: str, status: int, said: list[str]) -> None:
    url = (await sandbox.command())["response_url"]
    await faulty(sandbox, kind, method="hooks")
    response = await sandbox.hook(url, text="x")

    assert response.status_code == status
    assert [one["text"] for one in await sandbox.messages()] == said
    assert (await sandbox.hook(url, text="x")).text == "ok"


# --- deliveries


async def test_a_forged_delivery_has_a_wrong_signature(sandbox: Sandbox) -> None:
    await faulty(sandbox, "forge", "delivery")
    await sandbox.command()
    await sandbox.command()

    assert [verified(one) for one in sandbox.program.received] == [False, True]


async def test_a_stale_delivery_was_signed_ten_minutes_ago(sandbox: Sandbox) -> None:
    await faulty(sandbox, "stale", "delivery")
    await sandbox.command()

    [one] = sandbox.program.received
    assert one.headers["x-slack-request-timestamp"] == "1699999400"
    assert not verified(one)


async def test_a_replayed_delivery_is_the_same_to_the_byte(sandbox: Sandbox) -> None:
    await faulty(sandbox, "replay", "delivery", method="/release")
    await sandbox.command()
    await sandbox.settled()

    first, second = sandbox.program.received
    assert first.body == second.body
    assert first.headers["x-slack-signature"] == second.headers["x-slack-signature"]


async def test_a_duplicate_event_comes_as_a_retry(sandbox: Sandbox) -> None:
    await faulty(sandbox, "duplicate", "delivery", method="message", channel=GENERAL)
    await sandbox.act("type", user=ADA, channel=SHOP, text="once")
    await sandbox.act("type", user=ADA, channel=GENERAL, text="twice")
    await sandbox.settled()

    events = [one.payload["event"]["text"] for one in sandbox.program.received]
    assert sorted(events) == ["once", "twice", "twice"]
    [again] = [one for one in sandbox.program.received if "x-slack-retry-num" in one.headers]
    assert again.payload["event"]["text"] == "twice"


async def test_a_slow_delivery_brings_a_trigger_that_is_too_old(sandbox: Sandbox) -> None:
    await faulty(sandbox, "slow", "delivery", seconds=4)
    typing = asyncio.create_task(sandbox.command())
    await meanwhile(sandbox, 4.1)
    trigger = (await typing)["trigger_id"]

    answer = await sandbox.call("views.open", trigger_id=trigger, view={"type": "modal"})
    assert answer["error"] == "expired_trigger_id"


async def test_a_lost_delivery_times_out_for_the_person(sandbox: Sandbox) -> None:
    await faulty(sandbox, "lost", "delivery")
    typing = asyncio.create_task(sandbox.act("type", user=ADA, channel=GENERAL, text="/release"))
    await meanwhile(sandbox, 3.1)

    assert await typing == {"ok": False, "error": "operation_timeout"}
    assert sandbox.program.received == []
    assert sandbox.workspace.traffic.after(0)[-1]["status"] == "timeout"


async def test_an_unused_answer_does_not_keep_the_workspace_from_ending(sandbox: Sandbox) -> None:
    sandbox.program.on["app_home_opened"] = never
    await sandbox.act("open_home", user=ADA)
    await meanwhile(sandbox, 0)

    await sandbox.act("reset")
    await sandbox.settled()
