"""What the bot says outside the outbox arrives where it was meant to, or fails in one known way."""

from typing import Any

import pytest
import pytest_asyncio

from bot.domain.secrets import MARK, keeping
from bot.slack.api import SlackApi, TriggerSpent, _answerable
from bot.slack.failures import SlackFailed
from bot.slack.views.blocks import Message, say, section
from bot.slack.views.notice import loading
from tests.slack.served import ADA, ADAS_DM, GRACE, OPS_SECRET, SHOP, Slack, plain_answer

pytestmark = pytest.mark.asyncio(loop_scope="session")

SAID = say("Hello.", section("Hello."))
VIEW = loading("A form", draft="d")


@pytest_asyncio.fixture(loop_scope="session")
async def slack_api(slack: Slack, waits: list[float]) -> SlackApi:
    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    return SlackApi(client=slack.client, session=slack.session, sleep=sleep)


@pytest.fixture
def waits() -> list[float]:
    """How long it waited between two attempts, in seconds that do not pass."""
    return []


def url(slack: Slack, *, channel: str = SHOP, message: str | None = None) -> str:
    kind = "actions" if message else "commands"
    path = slack.workspace.hooks.issue(kind, user=ADA, channel=channel, message_ts=message)  # type: ignore[arg-type]
    return slack.workspace.url + path


def trigger(slack: Slack, *, view_id: str | None = None) -> str:
    return slack.workspace.triggers.issue(ADA, view_id=view_id, channel=SHOP)


async def test_an_answer_is_for_one_person_only(slack: Slack, slack_api: SlackApi) -> None:
    await slack_api.respond(url(slack), SAID)
    assert [message.text for message in slack.messages(user=ADA)] == ["Hello."]
    assert slack.messages() == []
    assert slack.messages(user=GRACE) == []


async def test_an_answer_needs_no_membership(slack: Slack, slack_api: SlackApi) -> None:
    await slack_api.respond(url(slack, channel=OPS_SECRET), SAID)
    assert len(slack.messages(OPS_SECRET, user=ADA)) == 1


async def test_an_answer_can_replace_the_message_that_was_clicked_in(
    slack: Slack, slack_api: SlackApi
) -> None:
    await slack_api.respond(url(slack), SAID)
    [before] = slack.messages(user=ADA)
    await slack_api.respond(
        url(slack, message=before.ts), Message(text="Bye.", blocks=SAID.blocks), replace=True
    )
    [after] = slack.messages(user=ADA)
    assert (after.ts, after.text) == (before.ts, "Bye.")


async def test_an_answer_in_a_thread_stays_there(slack: Slack, slack_api: SlackApi) -> None:
    parent = await slack.client.chat_postMessage(channel=SHOP, text="A card.")
    await slack_api.respond(url(slack), SAID, thread=str(parent["ts"]))
    answers = [message.thread_ts for message in slack.messages(user=ADA) if message.text == SAID.text]
    assert answers == [parent["ts"]]


async def test_the_sixth_answer_is_one_too_many(slack: Slack, slack_api: SlackApi) -> None:
    once = url(slack)
    for _ in range(5):
        await slack_api.respond(once, SAID)
    with pytest.raises(SlackFailed) as refused:
        await slack_api.respond(once, SAID)
    assert (refused.value.status, refused.value.code) == (404, "used_url")


async def test_half_an_hour_later_is_too_late_for_an_answer(slack: Slack, slack_api: SlackApi) -> None:
    late = url(slack)
    slack.workspace.clock.advance(31 * 60)
    with pytest.raises(SlackFailed) as refused:
        await slack_api.respond(late, SAID)
    assert refused.value.code == "expired_url"


async def test_an_answer_that_slack_cannot_show_is_not_passed_over(slack: Slack, slack_api: SlackApi) -> None:
    with pytest.raises(SlackFailed) as refused:
        await slack_api.respond(url(slack), Message(text="x", blocks=[{"type": "section"}]))
    assert refused.value.status == 400


@pytest.mark.parametrize("fault", ["429", "500", "503", "html", "drop_before", "drop_after"])
async def test_an_answer_that_does_not_arrive_is_a_failure_of_slacks(
    slack: Slack, slack_api: SlackApi, fault: str
) -> None:
    slack.fault(fault, method="hooks", times=None)
    with pytest.raises(SlackFailed):
        await slack_api.respond(url(slack), SAID)


async def test_an_answer_that_comes_too_soon_is_given_again_when_slack_says(
    slack: Slack, slack_api: SlackApi, waits: list[float]
) -> None:
    slack.fault("429", method="hooks", retry_after=7)
    await slack_api.respond(url(slack), SAID)
    assert [message.text for message in slack.messages(user=ADA)] == ["Hello."]
    assert waits == [7]


@pytest.mark.parametrize("code", ["ratelimited", "rate_limited", "rate_limit"])
async def test_too_soon_can_be_said_with_status_200(
    slack: Slack, slack_api: SlackApi, waits: list[float], code: str
) -> None:
    slack.fault("error", method="chat.postMessage", error=code)
    await slack_api.message(ADA, SAID)
    assert len(waits) == 1
    assert len(slack.messages(ADAS_DM)) == 1


@pytest.mark.parametrize(("kind", "retry_after"), [("429", 11), ("500", 1), ("drop_after", 1)])
async def test_an_answer_is_not_waited_for_too_long_nor_given_twice(
    slack: Slack, slack_api: SlackApi, waits: list[float], kind: str, retry_after: int
) -> None:
    slack.fault(kind, method="hooks", retry_after=retry_after)
    with pytest.raises(SlackFailed):
        await slack_api.respond(url(slack), SAID)
    assert waits == []


@pytest.mark.parametrize("nowhere", ["", "not a url", "ftp://x", "http://127.0.0.1:9/hooks"])
async def test_an_answer_to_nowhere_is_a_failure_too(slack_api: SlackApi, nowhere: str) -> None:
    with pytest.raises(SlackFailed):
        await slack_api.respond(nowhere, SAID)


async def test_a_page_instead_of_an_answer_is_a_failure_too(slack: Slack, slack_api: SlackApi) -> None:
    where = url(slack)
    slack.answers(plain_answer(502, b"\xff<html>", "text/html; charset=utf-8"))
    with pytest.raises(SlackFailed):
        await slack_api.respond(where, SAID)


async def test_a_modal_opens_changes_and_is_gone(slack: Slack, slack_api: SlackApi) -> None:
    view_id = await slack_api.open(trigger(slack), VIEW)
    assert await slack_api.update(view_id, loading("Another", draft="d"))
    top = slack.workspace.views.top(ADA)
    assert top is not None
    assert (top.id, top.content["title"]["text"]) == (view_id, "Another")
    slack.workspace.views.clear(ADA)
    assert not await slack_api.update(view_id, VIEW)


@pytest.mark.parametrize("fault", ["429", "500", "html", "truncated", "drop_before", "drop_after"])
async def test_a_modal_that_could_not_be_changed_is_changed_at_the_second_attempt(
    slack: Slack, slack_api: SlackApi, waits: list[float], fault: str
) -> None:
    view_id = await slack_api.open(trigger(slack), VIEW)
    slack.fault(fault, method="views.update")
    await slack_api.update(view_id, loading("Another", draft="d"))
    top = slack.workspace.views.top(ADA)
    assert top is not None
    assert top.content["title"]["text"] == "Another"
    assert waits == [1]


async def test_a_view_that_slack_refuses_for_what_it_is_is_sent_once(
    slack: Slack, slack_api: SlackApi, waits: list[float]
) -> None:
    view_id = await slack_api.open(trigger(slack), VIEW)
    with pytest.raises(SlackFailed) as refused:
        await slack_api.update(view_id, {"type": "modal"})
    assert refused.value.code == "invalid_arguments"
    assert waits == []


@pytest.mark.parametrize(("retry_after", "opens"), [(2, True), (3, False)])
async def test_a_form_is_opened_later_only_while_its_trigger_lives(
    slack: Slack, slack_api: SlackApi, *, retry_after: int, opens: bool
) -> None:
    slack.fault("429", method="views.open", retry_after=retry_after)
    if opens:
        await slack_api.open(trigger(slack), VIEW)
    else:
        with pytest.raises(SlackFailed):
            await slack_api.open(trigger(slack), VIEW)


async def test_a_modal_can_lie_over_another(slack: Slack, slack_api: SlackApi) -> None:
    view_id = await slack_api.open(trigger(slack), VIEW)
    await slack_api.push(trigger(slack, view_id=view_id), loading("Over it", draft="d"))
    assert [view.content["title"]["text"] for view in slack.workspace.views.stack(ADA)] == [
        "A form",
        "Over it",
    ]


async def test_a_trigger_works_once(slack: Slack, slack_api: SlackApi) -> None:
    once = trigger(slack)
    view_id = await slack_api.open(once, VIEW)
    with pytest.raises(TriggerSpent):
        await slack_api.open(once, VIEW)
    over = trigger(slack, view_id=view_id)
    await slack_api.push(over, VIEW)
    with pytest.raises(TriggerSpent):
        await slack_api.push(over, VIEW)


async def test_a_trigger_works_for_three_seconds(slack: Slack, slack_api: SlackApi) -> None:
    late = trigger(slack)
    slack.workspace.clock.advance(3.1)
    with pytest.raises(TriggerSpent):
        await slack_api.open(late, VIEW)


@pytest.mark.parametrize("fault", ["500", "drop_before", "truncated", "html"])
async def test_views_that_slack_does_not_take_are_failures_of_slacks(
    slack: Slack, slack_api: SlackApi, fault: str
) -> None:
    slack.fault(fault, method="views.open", times=None)
    with pytest.raises(SlackFailed):
        await slack_api.open(trigger(slack), VIEW)
    slack.fault(fault, method="views.update", times=None)
    with pytest.raises(SlackFailed):
        await slack_api.update("V1", VIEW)
    slack.fault(fault, method="views.push", times=None)
    with pytest.raises(SlackFailed):
        await slack_api.push(trigger(slack), VIEW)


async def test_an_unknown_trigger_is_a_failure_and_not_merely_late(slack_api: SlackApi) -> None:
    with pytest.raises(SlackFailed) as refused:
        await slack_api.open("123.456.abc", VIEW)
    assert refused.value.code == "invalid_trigger_id"


async def test_a_person_is_told_by_direct_message(slack: Slack, slack_api: SlackApi) -> None:
    await slack_api.message(ADA, SAID)
    assert [message.text for message in slack.messages(ADAS_DM)] == ["Hello."]


async def test_home_is_drawn_for_one_person(slack: Slack, slack_api: SlackApi) -> None:
    await slack_api.publish_home(ADA, {"type": "home", "blocks": SAID.blocks})
    assert slack.workspace.views.home(ADA) is not None
    assert slack.workspace.views.home(GRACE) is None


@pytest.mark.parametrize(
    "response_url",
    [
        "https://evil.example/commands/T1/2/3",
        "https://hooks.slack.com.evil.example/commands/T1/2/3",
        "https://hooks.slack.com@evil.example/commands/T1/2/3",
        "https://evil.example\\@hooks.slack.com/commands",
        "https://notslack.com/commands",
        "http://hooks.slack.com/commands/T1/2/3",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//hooks.slack.com/x",
        "https://[::1",
        "",
    ],
)
async def test_an_answer_goes_to_slack_and_nowhere_else(
    slack_api: SlackApi, response_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SlackFailed, match="is not one of Slack's"):
        await slack_api.respond(response_url, SAID)
    assert [vars(record)["action"] for record in caplog.records] == ["response_url_refused"]


@pytest.mark.parametrize("host", ["hooks.slack.com", "hooks.slack-gov.com", "HOOKS.Slack.com"])
async def test_slacks_own_addresses_are_answered_at_whatever_the_api_url(host: str) -> None:
    assert (
        str(_answerable(f"https://{host}/commands/1", "http://relay:8080/api/"))
        .lower()
        .endswith("/commands/1")
    )


async def test_an_answer_does_not_follow_a_redirect(slack: Slack, slack_api: SlackApi) -> None:
    asked: list[str] = []

    async def redirect(scope: Any, _receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        headers = [(b"location", b"/elsewhere")]
        await send({"type": "http.response.start", "status": 307, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    slack.answers(redirect)
    with pytest.raises(SlackFailed, match="status 307"):
        await slack_api.respond(url(slack), SAID)
    assert len(asked) == 1


async def test_no_secret_goes_to_slack_in_any_way(slack: Slack, slack_api: SlackApi) -> None:
    secret = "eyJhbGciOi.kq3_Zt7-w9XyVb2LmNp4RsTuA6cEfGhJ"
    said = say(f"It said {secret}.", section(f"It said {secret}."))
    with keeping((secret,)):
        await slack_api.respond(url(slack), said)
        await slack_api.message(ADA, said)
    told = [message.text for message in [*slack.messages(user=ADA), *slack.messages(ADAS_DM)]]
    assert told == [f"It said {MARK}."] * 2
    assert secret not in str(slack.workspace.traffic.after(0))
