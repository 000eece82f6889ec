"""Every answer that Slack can give to a posting becomes what the outbox needs to know: there, later, unclear or never."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.endings import Ending
from bot.domain.models import Kind, Status, Version
from bot.domain.notifications import OutcomeDigest, ProjectBack, Tally, VersionCard, VersionEnded
from bot.domain.ports import Never, Posted, PostedMessage, Posting, PostResult, TryLater, Unclear
from bot.sandbox.slack.model import Message as SlackMessage
from bot.slack.message_search import SEARCH_PAGES
from bot.slack.poster import SlackPoster
from bot.slack.refusals import CODES
from bot.slack.views.links import Links
from tests.journeys.living import Later
from tests.slack.drawn import drawn
from tests.slack.served import (
    ADA,
    ADAS_DM,
    OPS_SECRET,
    SHOP,
    START,
    HandClock,
    Slack,
    plain_answer,
    scopes_but,
    slack_of,
    texts,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

VERSION = Version(
    project="shop",
    name="v13",
    id="65a0b1c2d3e4f5a6b7c8d9e0",
    kind=Kind.K8S,
    status=Status.SUCCESS,
    status_word="success",
    created_at=START - 60,
)


def posting(**changed: Any) -> Posting:
    usual: dict[str, Any] = {
        "id": 1,
        "key": "outcome/C/shop/v13/1/succeeded",
        "destination": SHOP,
        "project": "shop",
        "version_name": "v13",
        "notification": VersionEnded(ending=Ending.SUCCEEDED, version=VERSION, seconds=60),
        "operation_id": "operation-1",
        "revision": 1,
        "fence": 1,
        "attempts": 0,
        "created_at": START,
        "first_tried_at": START,
    }
    return Posting(**usual | changed)


@pytest_asyncio.fixture(loop_scope="session")
async def poster(slack: Slack) -> SlackPoster:
    return poster_of(slack)


def poster_of(slack: Slack, clock: HandClock | None = None) -> SlackPoster:
    links = Links(origin="https://zadig.example.com")
    return SlackPoster(client=slack.client, links=links, clock=clock or HandClock())


async def posted(poster: SlackPoster, **changed: Any) -> PostedMessage:
    result = await poster.post(posting(**changed))
    assert isinstance(result, Posted)
    return result.message


async def test_a_new_card_notifies_nobody_and_its_first_edit_says_who_asked(
    slack: Slack, poster: SlackPoster
) -> None:
    """Slack notifies whom a new message mentions, and nobody of an edit."""
    card = VersionCard(version=VERSION, since=START, asked_by=ADA)
    result = await poster.post(posting(notification=card))
    assert isinstance(result, Posted)
    assert result.unfinished
    assert ADA not in str(slack.messages()[0].blocks) + slack.messages()[0].text
    found = await poster.find(posting(notification=card, uncertain=True))
    assert found == result
    edited = await poster.post(posting(notification=card, message=result.message))
    assert edited == Posted(message=result.message)
    assert f"requested by <@{ADA}>" in "\n".join(drawn(slack.messages()[0].blocks))


async def test_an_outcome_mentions_who_asked_at_once(slack: Slack, poster: SlackPoster) -> None:
    told = VersionEnded(ending=Ending.SUCCEEDED, version=VERSION, seconds=60, asked_by=ADA)
    assert not (await _posted(poster, notification=told)).unfinished
    assert f"requested by <@{ADA}>" in slack.messages()[0].text


async def _posted(poster: SlackPoster, **changed: Any) -> Posted:
    result = await poster.post(posting(**changed))
    assert isinstance(result, Posted)
    return result


async def test_a_message_is_posted_once_with_its_operation_in_the_metadata(
    slack: Slack, poster: SlackPoster
) -> None:
    message = await posted(poster)
    [there] = slack.messages()
    assert (message.channel, message.ts) == (SHOP, there.ts)
    assert "shop/v13" in there.text
    assert there.blocks
    assert there.metadata == {
        "event_type": "release_bot_posting",
        "event_payload": {
            "operation_id": "operation-1",
            "kind": "version_succeeded",
            "project": "shop",
            "version_name": "v13",
        },
    }
    [call] = slack.calls("chat.postMessage")
    assert (call["request"]["unfurl_links"], call["request"]["unfurl_media"]) == (False, False)


async def test_an_outcome_can_stand_in_the_thread_of_its_card(slack: Slack, poster: SlackPoster) -> None:
    card = await posted(poster)
    await posted(poster, thread=card)
    assert [message.thread_ts for message in slack.messages()] == [None, card.ts]


async def test_a_card_is_edited_where_it_stands(slack: Slack, poster: SlackPoster) -> None:
    card = VersionCard(version=VERSION, since=START)
    message = await posted(poster, notification=card)
    again = await posted(poster, notification=card, message=message, operation_id="operation-2")
    assert again == message
    [there] = slack.messages()
    assert there.metadata["event_payload"]["operation_id"] == "operation-2"
    assert len(slack.calls("chat.update")) == 1


async def test_a_person_is_told_in_their_direct_message(slack: Slack, poster: SlackPoster) -> None:
    message = await posted(poster, destination=ADA)
    assert message.channel == ADAS_DM
    [there] = slack.messages(ADAS_DM)
    assert any("You're getting this because" in text for text in texts(there.blocks))


async def test_a_channel_is_not_told_why_it_hears(slack: Slack, poster: SlackPoster) -> None:
    await posted(poster)
    assert not any("You're getting this because" in text for text in texts(slack.messages()[0].blocks))


@pytest.mark.parametrize(
    ("seconds", "late"), [(-5, False), (0, False), (299, False), (300, True), (7200, True)]
)
async def test_what_is_told_late_says_so(slack: Slack, seconds: int, late: bool) -> None:
    await posted(poster_of(slack, HandClock(START + seconds)))
    assert ("late." in slack.messages()[0].text) is late


async def test_a_card_shows_what_is_now_and_is_never_late(slack: Slack) -> None:
    card = VersionCard(version=VERSION, since=START)
    await posted(poster_of(slack, HandClock(START + 7200)), notification=card)
    assert "late." not in slack.messages()[0].text


# What Slack says, and what it means for the outbox: the codes of slack.com's pages on the methods that the poster calls.
LOST = {
    "channel_not_found", "not_in_channel", "is_archived", "is_inactive", "restricted_action",
    "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "user_not_found",
    "user_disabled", "user_not_visible", "messages_tab_disabled", "cannot_dm_bot", "team_not_found",
}  # fmt: skip
WAIT_FOR_AN_OPERATOR = {
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "missing_scope",
    "not_allowed_token_type", "no_permission", "org_login_required", "team_access_not_granted",
    "ekm_access_denied", "access_denied", "accesslimited", "app_access_restricted",
    "two_factor_setup_required", "enterprise_is_restricted", "method_deprecated", "deprecated_endpoint",
}  # fmt: skip
AWAY = {"team_added_to_org"}
UNCLEAR = {"fatal_error", "internal_error", "request_timeout", "update_failed"}
LATER = {
    "ratelimited", "rate_limited", "rate_limit", "rate_limit_exceeded", "message_limit_exceeded",
    "service_unavailable", "streaming_state_conflict",
}  # fmt: skip
MIGRATING = {"external_channel_migrating"}
GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
UNTHREADED = {
    "cannot_reply_to_message", "thread_not_found", "restricted_action_non_threadable_channel",
    "restricted_action_thread_locked",
}  # fmt: skip
UNMARKED = {
    "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema",
    "metadata_must_be_sent_from_app",
}  # fmt: skip
NEVER = {
    "no_text", "msg_too_long", "msg_blocks_too_long", "invalid_blocks", "invalid_blocks_format",
    "block_mismatch", "markdown_text_conflict", "invalid_attachments", "too_many_attachments",
    "attachment_payload_limit_exceeded", "too_many_contact_cards", "invalid_arguments", "invalid_arg_name",
    "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_json", "json_not_object",
    "invalid_post_type", "missing_post_type", "duplicate_channel_not_found", "duplicate_message_not_found",
    "slack_connect_canvas_sharing_blocked", "slack_connect_file_link_sharing_blocked",
    "slack_connect_lists_sharing_blocked",
}  # fmt: skip
UNKNOWN = {"something_that_slack_invents_next_year", "app_is_being_moved", "invalid_moon_phase"}


@pytest.mark.parametrize("code", sorted(LOST))
async def test_a_destination_that_cannot_be_told_is_lost_for_a_reason(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    result = await poster.post(posting())
    assert isinstance(result, Never)
    assert result.destination_lost
    assert code not in result.reason


@pytest.mark.parametrize("code", sorted(WAIT_FOR_AN_OPERATOR))
async def test_what_an_operator_has_to_mend_keeps_everything_waiting(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    result = await poster.post(posting())
    assert result == TryLater(reason=f"Slack refused: {code}.", seconds=60, whole_workspace=True)


@pytest.mark.parametrize("code", sorted(AWAY))
async def test_a_workspace_that_is_being_moved_is_waited_for_like_an_outage(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    result = await poster.post(posting())
    assert result == TryLater(reason=f"Slack refused: {code}.", whole_workspace=True)


@pytest.mark.parametrize("code", sorted(UNCLEAR))
async def test_errors_after_which_part_of_the_work_may_stand_are_unclear(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    assert isinstance(await poster.post(posting()), Unclear)


@pytest.mark.parametrize("code", sorted(LATER | MIGRATING))
async def test_a_busy_slack_is_asked_again_for_this_channel_only(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    seconds = 10 if code in MIGRATING else 1
    assert await poster.post(posting()) == TryLater(reason=f"Slack refused: {code}.", seconds=seconds)


@pytest.mark.parametrize("code", sorted(NEVER | GONE | UNTHREADED))
async def test_a_message_that_slack_refuses_is_given_up_but_not_its_channel(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    result = await poster.post(posting())
    assert isinstance(result, Never)
    assert not result.destination_lost
    assert result.reason.endswith(f" ({code})")


@pytest.mark.parametrize("code", sorted(UNKNOWN))
async def test_a_code_that_nobody_knows_gives_nothing_up(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", error=code)
    assert await poster.post(posting()) == TryLater(reason=f"Slack refused: {code}.", unknown=code)
    slack.fault("error", method="conversations.open", error=code)
    result = await poster.post(posting(destination=ADA))
    assert result == TryLater(reason=f"Slack refused: {code}.", unknown=code)


async def test_the_table_holds_each_code_once_and_with_a_reason() -> None:
    tables = [LOST, WAIT_FOR_AN_OPERATOR, AWAY, UNCLEAR, LATER, MIGRATING, GONE, UNTHREADED, UNMARKED, NEVER]
    assert sum(map(len, tables)) == len(set().union(*tables))
    assert set(CODES) == set().union(*tables)
    assert all(row.reason for row in CODES.values())


@pytest.mark.parametrize("code", sorted(UNMARKED))
async def test_a_message_whose_metadata_is_refused_is_sent_without(
    slack: Slack, poster: SlackPoster, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    slack.fault("error", method="chat.postMessage", error=code)
    await posted(poster)
    [there] = slack.messages()
    assert there.metadata is None
    assert [vars(one)["code"] for one in caplog.records if vars(one).get("action") == "metadata_refused"] == [
        code
    ]


@pytest.mark.parametrize("arrived", [True, False])
async def test_where_slack_drops_the_metadata_a_message_is_known_by_its_words_or_nobody_can_tell(
    slack: Slack, poster: SlackPoster, arrived: bool
) -> None:
    slack.fault("metadata", method="chat.postMessage", times=1)
    await posted(poster, notification=ProjectBack(project="shop", seconds=60))
    assert poster.unmarked == {"project_back"}
    lost = posting(notification=ProjectBack(project="shop", seconds=90), operation_id="operation-2")
    said = {True: poster._render(lost).text, False: "something else"}[arrived]
    await slack.client.chat_postMessage(channel=SHOP, text=said)
    result = await poster.find(lost)
    if arrived:
        assert result == Posted(message=PostedMessage(channel=SHOP, ts=slack.messages()[-1].ts))
    else:
        assert isinstance(result, Unclear)
    assert await poster.find(posting(operation_id="operation-3")) == TryLater(reason="not in the channel")


async def test_an_older_message_with_the_same_words_or_a_persons_is_not_taken_for_it(slack: Slack) -> None:
    poster = poster_of(slack, HandClock(START + 1000))
    late = posting(first_tried_at=START + 1000, created_at=START + 1000)
    said = poster._render(late).text
    await slack.client.chat_postMessage(channel=SHOP, text=said)
    slack.workspace.clock.advance(1000)
    channel = slack.workspace.conversations.find(SHOP)
    assert channel is not None
    ts = slack.workspace.conversations.next_ts(channel)
    channel.messages[ts] = SlackMessage(ts=ts, channel=SHOP, user=ADA, text=said)
    assert await poster.find(late) == TryLater(reason="not in the channel")


async def test_an_edit_whose_metadata_is_dropped_is_noticed(slack: Slack, poster: SlackPoster) -> None:
    card = VersionCard(version=VERSION, since=START)
    message = await posted(poster, notification=card)
    slack.fault("metadata", method="chat.update")
    await posted(poster, notification=card, message=message)
    assert poster.unmarked == {"version_card"}


async def test_the_metadata_of_a_fold_holds_no_lists(slack: Slack, poster: SlackPoster) -> None:
    shop = Tally(of="shop", count=2)
    fold = OutcomeDigest(
        fold="7", of="version_failed", count=2, projects=(shop,), names=("shop/v1", "shop/v2")
    )
    await posted(poster, notification=fold)
    [there] = slack.messages()
    assert there.metadata["event_payload"]["versions"] == "shop/v1\nshop/v2"
    assert not poster.unmarked


async def test_retry_after_is_obeyed(slack: Slack, poster: SlackPoster) -> None:
    slack.fault("429", retry_after=7)
    assert await poster.post(posting()) == TryLater(reason="Slack refused: ratelimited.", seconds=7)


@pytest.mark.parametrize("header", [b"", b"soon", b"-3", b"1.5", b"9" * 400, "٣".encode()])
async def test_a_retry_after_that_is_no_number_means_a_second(
    slack: Slack, poster: SlackPoster, header: bytes
) -> None:
    async def app(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 429, "headers": [(b"retry-after", header)]})
        await send({"type": "http.response.body"})

    slack.answers(app)
    result = await poster.post(posting())
    assert isinstance(result, TryLater)
    assert result.seconds == 1


@pytest.mark.parametrize(
    ("kind", "arrived"),
    [("500", 0), ("html", 0), ("drop_before", 0), ("drop_after", 1), ("fatal", 1), ("truncated", 1)],
)
async def test_an_answer_that_does_not_come_or_says_nothing_is_unclear(
    slack: Slack, poster: SlackPoster, kind: str, arrived: int
) -> None:
    slack.fault(kind, method="chat.postMessage")
    assert isinstance(await poster.post(posting()), Unclear)
    assert len(slack.messages()) == arrived
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_503_says_that_nothing_has_happened(slack: Slack, poster: SlackPoster) -> None:
    slack.fault("503", method="chat.postMessage")
    assert isinstance(await poster.post(posting()), TryLater)


async def test_an_answer_slower_than_the_bots_patience_is_unclear(slack: Slack, poster: SlackPoster) -> None:
    slack.answers_late("chat.postMessage")
    started = time.monotonic()
    assert isinstance(await poster.post(posting()), Unclear)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (503, b"upstream connect error or disconnect/reset before headers", "text/plain"),
        (200, b"ok", "text/plain"),
        (200, b"[]", "application/json"),
        (200, b"[1]", "application/json"),
        (200, b'"ok"', "application/json"),
        (200, b"null", "application/json"),
        (200, b"{}", "application/json"),
        (200, b'{"ok": false}', "application/json"),
        (200, b'{"ok": true}', "application/json"),
        (200, b'{"ok": true, "ts": null}', "application/json"),
        (200, b'{"ok": tr', "application/json"),
        (200, b"\xff\xfe", "application/json; charset=utf-8"),
        (200, b"<html>", "text/html"),
        (404, b"<html>", "text/html"),
        (502, b"", "application/octet-stream"),
    ],
)
async def test_an_answer_that_is_not_slacks_is_unclear(
    slack: Slack, poster: SlackPoster, status: int, body: bytes, media_type: str
) -> None:
    slack.answers(plain_answer(status, body, media_type))
    assert isinstance(await poster.post(posting()), Unclear)


async def test_without_a_connection_nothing_can_have_arrived(slack: Slack) -> None:
    client = AsyncWebClient(
        token="xoxb", base_url="http://127.0.0.1:9/api/", session=slack.session, retry_handlers=[]
    )
    unreachable = SlackPoster(
        client=client, links=Links(origin="https://zadig.example.com"), clock=HandClock()
    )
    result = await unreachable.post(posting())
    assert isinstance(result, TryLater)
    assert result.whole_workspace
    assert result.seconds is None


@pytest.mark.parametrize("kind", ["500", "html", "drop_before", "drop_after", "fatal", "truncated"])
async def test_nothing_is_unclear_while_the_persons_channel_is_being_looked_up(
    slack: Slack, poster: SlackPoster, kind: str
) -> None:
    slack.fault(kind, method="conversations.open")
    result = await poster.post(posting(destination=ADA))
    assert isinstance(result, TryLater)
    assert result.seconds is None
    assert not slack.calls("chat.postMessage")


async def test_nor_is_it_if_that_takes_too_long(slack: Slack, poster: SlackPoster) -> None:
    slack.answers_late("conversations.open")
    assert isinstance(await poster.post(posting(destination=ADA)), TryLater)
    assert not slack.calls("chat.postMessage")


async def test_somebody_whom_slack_does_not_know_is_lost(poster: SlackPoster) -> None:
    result = await poster.post(posting(destination="U0NOBODY001"))
    assert isinstance(result, Never)
    assert result.destination_lost


async def test_a_channel_that_the_bot_was_removed_from_is_lost(slack: Slack, poster: SlackPoster) -> None:
    slack.remove_bot()
    result = await poster.post(posting())
    assert isinstance(result, Never)
    assert result.destination_lost
    assert "invite" in result.reason


async def test_a_private_channel_that_the_bot_never_saw_is_lost(poster: SlackPoster) -> None:
    result = await poster.post(posting(destination=OPS_SECRET))
    assert isinstance(result, Never)
    assert result.destination_lost


@pytest.mark.parametrize("code", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_was_deleted_is_given_up_but_not_its_channel(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", method="chat.update", error=code)
    result = await poster.post(posting(message=PostedMessage(channel=SHOP, ts="1.0")))
    assert isinstance(result, Never)
    assert not result.destination_lost
    assert "the message in Slack" in result.reason


@pytest.mark.parametrize("kind", ["500", "drop_after", "truncated"])
async def test_an_edit_can_be_unclear(slack: Slack, poster: SlackPoster, kind: str) -> None:
    message = await posted(poster)
    slack.fault(kind, method="chat.update")
    assert isinstance(await poster.post(posting(message=message)), Unclear)


async def test_an_edit_in_an_archived_channel_loses_the_channel(slack: Slack, poster: SlackPoster) -> None:
    message = await posted(poster)
    slack.fault("error", method="chat.update", error="is_inactive")
    result = await poster.post(posting(message=message))
    assert isinstance(result, Never)
    assert result.destination_lost


async def test_an_outcome_whose_card_was_deleted_stands_in_the_channel(
    slack: Slack, poster: SlackPoster
) -> None:
    card = await posted(poster)
    slack.delete(card.ts)
    await posted(poster, thread=card)
    [there] = slack.messages()
    assert there.thread_ts is None


async def test_a_locked_thread_sends_the_outcome_to_the_channel(slack: Slack, poster: SlackPoster) -> None:
    card = await posted(poster)
    slack.fault("error", method="chat.postMessage", error="restricted_action_thread_locked")
    await posted(poster, thread=card)
    assert [message.thread_ts for message in slack.messages()] == [None, None]


async def test_the_second_attempt_outside_the_thread_can_be_unclear_too(
    slack: Slack, poster: SlackPoster
) -> None:
    card = await posted(poster)
    slack.fault("error", method="chat.postMessage", error="restricted_action_thread_locked")
    slack.fault("drop_after", method="chat.postMessage")
    lost = posting(thread=card, operation_id="operation-2")
    assert isinstance(await poster.post(lost), Unclear)
    found = await poster.find(lost)
    assert isinstance(found, Posted)
    assert found.message.ts == slack.messages()[-1].ts


async def test_a_message_whose_answer_was_lost_is_found_again(slack: Slack, poster: SlackPoster) -> None:
    slack.fault("drop_after", method="chat.postMessage")
    lost = posting()
    assert isinstance(await poster.post(lost), Unclear)
    found = await poster.find(lost)
    assert found == Posted(message=PostedMessage(channel=SHOP, ts=slack.messages()[0].ts))


async def test_a_message_that_never_arrived_may_be_sent(slack: Slack, poster: SlackPoster) -> None:
    slack.fault("drop_before", method="chat.postMessage")
    lost = posting()
    assert isinstance(await poster.post(lost), Unclear)
    assert await poster.find(lost) == TryLater(reason="not in the channel")


async def test_what_was_never_tried_needs_no_search(slack: Slack, poster: SlackPoster) -> None:
    assert await poster.find(posting(first_tried_at=None)) == TryLater(reason="never tried")
    assert not slack.calls("conversations.history")


async def test_another_operation_or_another_app_is_not_taken_for_it(
    slack: Slack, poster: SlackPoster
) -> None:
    await posted(poster, operation_id="operation-2")
    metadata = {"event_type": "something_else", "event_payload": {"operation_id": "operation-1"}}
    await slack.client.chat_postMessage(channel=SHOP, text="not ours", metadata=metadata)
    await slack.client.chat_postMessage(channel=SHOP, text="no metadata")
    assert await poster.find(posting()) == TryLater(reason="not in the channel")


async def test_a_lost_reply_is_found_in_its_thread(slack: Slack, poster: SlackPoster) -> None:
    card = await posted(poster)
    slack.fault("drop_after", method="chat.postMessage")
    lost = posting(thread=card, operation_id="operation-2")
    assert isinstance(await poster.post(lost), Unclear)
    found = await poster.find(lost)
    assert isinstance(found, Posted)
    assert found.message.ts == slack.messages()[-1].ts
    assert not slack.calls("conversations.history")


async def test_a_lost_reply_to_a_card_that_is_deleted_meanwhile_did_not_arrive(
    slack: Slack, poster: SlackPoster
) -> None:
    card = await posted(poster)
    slack.fault("drop_before", method="chat.postMessage")
    lost = posting(thread=card, operation_id="operation-2")
    await poster.post(lost)
    slack.delete(card.ts)
    assert await poster.find(lost) == TryLater(reason="not in the channel")


async def test_a_lost_direct_message_is_found(slack: Slack, poster: SlackPoster) -> None:
    slack.fault("drop_after", method="chat.postMessage")
    lost = posting(destination=ADA)
    assert isinstance(await poster.post(lost), Unclear)
    found = await poster.find(lost)
    assert found == Posted(message=PostedMessage(channel=ADAS_DM, ts=slack.messages(ADAS_DM)[0].ts))


def chatter(slack: Slack, count: int) -> None:
    """People talk in the channel."""
    channel = slack.workspace.conversations.find(SHOP)
    assert channel is not None
    for _ in range(count):
        ts = slack.workspace.conversations.next_ts(channel)
        channel.messages[ts] = SlackMessage(ts=ts, channel=SHOP, user=ADA, text="chatter")


async def lost_below(slack: Slack, poster: SlackPoster, newer: int) -> PostResult:
    """The search for a message that arrived before so many others."""
    slack.fault("drop_after", method="chat.postMessage")
    lost = posting()
    assert isinstance(await poster.post(lost), Unclear)
    chatter(slack, newer)
    return await poster.find(lost)


async def test_the_search_turns_pages(slack: Slack, poster: SlackPoster) -> None:
    assert isinstance(await lost_below(slack, poster, 450), Posted)
    assert len(slack.calls("conversations.history")) == 3


async def test_the_search_ends_somewhere_and_says_that_it_is_unclear(
    slack: Slack, poster: SlackPoster
) -> None:
    assert isinstance(await lost_below(slack, poster, 1001), Unclear)
    assert len(slack.calls("conversations.history")) == SEARCH_PAGES


async def test_the_search_does_not_go_further_back_than_the_first_attempt(
    slack: Slack, poster: SlackPoster
) -> None:
    chatter(slack, 3000)
    slack.workspace.clock.advance(3 * 3600)
    slack.fault("drop_before", method="chat.postMessage")
    late = posting(first_tried_at=START + 3 * 3600)
    await poster.post(late)
    assert await poster.find(replace(late, first_tried_at=START)) == Unclear(
        reason="too many newer messages to search"
    )
    later = replace(poster, clock=HandClock(START + 4 * 3600))
    assert await later.find(late) == TryLater(reason="not in the channel")


async def test_what_was_sent_while_the_clock_was_ahead_is_found_all_the_same(
    slack: Slack, poster: SlackPoster
) -> None:
    slack.fault("drop_after", method="chat.postMessage")
    in_a_month = posting(first_tried_at=START + 30 * 24 * 3600)
    assert isinstance(await poster.post(in_a_month), Unclear)
    assert isinstance(await poster.find(in_a_month), Posted)


async def test_without_the_history_scope_nobody_can_tell(port: tuple[str, Later]) -> None:
    async with slack_of(*port, manifest=scopes_but("channels:history")) as slack:
        result = await poster_of(slack).find(posting())
        assert isinstance(result, Unclear)
        assert "missing_scope" in result.reason


@pytest.mark.parametrize("kind", ["500", "html", "drop_before", "truncated", "fatal"])
async def test_a_search_that_is_not_answered_leaves_it_unclear(
    slack: Slack, poster: SlackPoster, kind: str
) -> None:
    slack.fault(kind, method="conversations.history", times=None)  # aiohttp repeats what only reads
    assert isinstance(await poster.find(posting()), Unclear)


@pytest.mark.parametrize("code", ["invalid_cursor", "invalid_ts_oldest", "something_new"])
async def test_a_search_that_is_refused_says_nothing_about_the_message(
    slack: Slack, poster: SlackPoster, code: str
) -> None:
    slack.fault("error", method="conversations.history", error=code)
    assert isinstance(await poster.find(posting()), Unclear)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ({"kind": "429", "retry_after": 30}, 30),
        ({"kind": "503"}, 1),
        ({"kind": "error", "error": "token_revoked"}, 60),
    ],
)
async def test_a_search_can_be_put_off(
    slack: Slack, poster: SlackPoster, fault: dict[str, Any], seconds: int
) -> None:
    slack.fault(method="conversations.history", **fault)
    result = await poster.find(posting())
    assert isinstance(result, TryLater)
    assert result.seconds == seconds


async def test_a_search_without_a_connection_is_put_off_and_never_taken_for_an_absence(slack: Slack) -> None:
    client = AsyncWebClient(
        token="xoxb", base_url="http://127.0.0.1:9/api/", session=slack.session, retry_handlers=[]
    )
    unreachable = SlackPoster(
        client=client, links=Links(origin="https://zadig.example.com"), clock=HandClock()
    )
    result = await unreachable.find(posting())
    assert isinstance(result, TryLater)
    assert result.seconds


async def test_a_search_in_a_channel_that_is_lost_gives_the_channel_up(
    slack: Slack, poster: SlackPoster
) -> None:
    slack.remove_bot()
    result = await poster.find(posting())
    assert isinstance(result, Never)
    assert result.destination_lost


async def test_notifications_without_a_version_are_posted_too(slack: Slack, poster: SlackPoster) -> None:
    await posted(poster, version_name="", notification=ProjectBack(project="shop", seconds=90))
    assert slack.messages()[0].metadata["event_payload"]["version_name"] == ""


Broken = Callable[[], Exception]


@pytest.mark.parametrize(
    "error",
    [aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError, aiohttp.ClientOSError, TimeoutError],
)
async def test_every_way_in_which_a_connection_breaks_is_unclear(slack: Slack, error: Broken) -> None:
    class Breaking(AsyncWebClient):
        async def api_call(self, *_: Any, **__: Any) -> Any:
            raise error()

    client = Breaking(token="xoxb", session=slack.session)
    breaking = SlackPoster(client=client, links=Links(origin="https://zadig.example.com"), clock=HandClock())
    assert isinstance(await breaking.post(posting()), Unclear)
    assert isinstance(await breaking.find(posting()), Unclear)
