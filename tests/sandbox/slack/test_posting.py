"""chat.postMessage, update, delete, postEphemeral, getPermalink."""

from typing import Any

import pytest

from bot.sandbox.slack.ids import ts_micros
from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    BOT_ID,
    BOT_USER,
    GENERAL,
    GRACE,
    GUEST,
    MANIFEST,
    OPS_SECRET,
    SHOP,
    Json,
    Sandbox,
    actions,
    button,
    sandbox_of,
    section,
)


def manifest(*, without: tuple[str, ...] = (), plus: tuple[str, ...] = (), **app_home: bool) -> Json:
    """The manifest with other scopes, or another Home."""
    scopes = {*MANIFEST["oauth_config"]["scopes"]["bot"], *plus} - {*without}
    features = MANIFEST["features"] | {"app_home": MANIFEST["features"]["app_home"] | app_home}
    return MANIFEST | {"oauth_config": {"scopes": {"bot": sorted(scopes)}}, "features": features}


async def test_a_message_comes_back_as_it_is_stored(sandbox: Sandbox) -> None:
    answer = await sandbox.call("chat.postMessage", channel=GENERAL, text="hi", blocks=[section()])

    message = answer["message"]
    assert answer["channel"] == GENERAL
    assert answer["ts"] == message["ts"] == "1700000000.000000"
    assert message["user"] == BOT_USER
    assert message["bot_id"] == BOT_ID
    assert message["bot_profile"]["name"] == "release-bot"
    assert message["blocks"] == [
        {
            "type": "section",
            "block_id": message["blocks"][0]["block_id"],
            "text": {"type": "mrkdwn", "text": "hello", "verbatim": False},
        }
    ]


async def test_timestamps_are_unique_in_a_channel_and_may_meet_across_channels(sandbox: Sandbox) -> None:
    first, second = await sandbox.post(GENERAL), await sandbox.post(GENERAL)
    elsewhere = await sandbox.post(SHOP)

    assert ts_micros(second) == ts_micros(first) + 1
    assert elsewhere == first


async def test_missing_ids_are_filled_in_and_given_ones_kept(sandbox: Sandbox) -> None:
    nameless = {
        "type": "actions",
        "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}],
    }
    answer = await sandbox.call(
        "chat.postMessage", channel=GENERAL, text="hi", blocks=[nameless, actions(button("mine"))]
    )

    first, second = answer["message"]["blocks"]
    assert first["block_id"]
    assert first["elements"][0]["action_id"]
    assert first["elements"][0]["text"]["emoji"] is True
    assert (second["block_id"], second["elements"][0]["action_id"]) == ("row", "mine")


@pytest.mark.parametrize("target", ["general", "#general", GENERAL])
async def test_a_channel_is_found_by_id_or_name(sandbox: Sandbox, target: str) -> None:
    assert (await sandbox.call("chat.postMessage", channel=target, text="hi"))["channel"] == GENERAL


async def test_posting_to_a_person_opens_the_direct_message(sandbox: Sandbox) -> None:
    answer = await sandbox.call("chat.postMessage", channel=ADA, text="psst")

    assert answer["channel"] == ADAS_DM
    assert [one["text"] for one in await sandbox.messages(ADAS_DM)] == ["psst"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE00", "text": "hi"}, "channel_not_found"),
        ({"channel": "U0NOBODY000", "text": "hi"}, "channel_not_found"),
        ({"channel": OPS_SECRET, "text": "hi"}, "channel_not_found"),
        ({"channel": "#ops-secret", "text": "hi"}, "channel_not_found"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": ""}, "no_text"),
        ({"channel": GENERAL, "text": "", "blocks": []}, "no_text"),
        ({"channel": GENERAL, "blocks": "[nonsense"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": [{"type": "no_such"}]}, "invalid_blocks"),
        ({"channel": GENERAL, "markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"channel": GENERAL, "markdown_text": "x", "blocks": []}, "markdown_text_conflict"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "cannot_reply_to_message"),
        ({"text": "x"}, "invalid_arguments"),
    ],
)
async def test_what_cannot_be_posted_is_refused(
    sandbox: Sandbox, arguments: dict[str, Any], error: str
) -> None:
    answer = await sandbox.call("chat.postMessage", **arguments)

    assert answer["ok"] is False
    assert answer["error"] == error
    assert await sandbox.messages(GENERAL) == []


async def test_invalid_blocks_come_with_pointers(sandbox: Sandbox) -> None:
    answer = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", blocks=[section("x" * 3001)])

    assert answer["error"] == "invalid_blocks"
    assert "must be less than 3001 characters [json-pointer:/blocks/0/text/text]" in answer["errors"]
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {each}" for each in answer["errors"]]


async def test_a_public_channel_takes_joining_or_the_scope_for_all_of_them() -> None:
    async with sandbox_of(manifest=manifest()) as sandbox:
        await sandbox.act("membership", channel=SHOP, user=BOT_USER, present=False)
        assert (await sandbox.call("chat.postMessage", channel=SHOP, text="x"))["error"] == "not_in_channel"

        await sandbox.act("app", manifest=manifest(plus=("chat:write.public",)))
        assert (await sandbox.call("chat.postMessage", channel=SHOP, text="x"))["ok"]


async def test_an_archived_channel_takes_no_messages(sandbox: Sandbox) -> None:
    ts = await sandbox.post(SHOP)
    await sandbox.act("archive", channel=SHOP, archived=True)

    assert (await sandbox.call("chat.postMessage", channel=SHOP, text="x"))["error"] == "is_archived"
    assert (await sandbox.call("chat.update", channel=SHOP, ts=ts, text="x"))["error"] == "is_inactive"


async def test_direct_messages_are_refused_while_the_messages_tab_is_off() -> None:
    async with sandbox_of(manifest=manifest(messages_tab_enabled=False)) as sandbox:
        assert (await sandbox.call("chat.postMessage", channel=ADA, text="x"))[
            "error"
        ] == "messages_tab_disabled"


async def test_long_texts_are_cut_when_posted_and_refused_when_updated(sandbox: Sandbox) -> None:
    at_limit = await sandbox.call("chat.postMessage", channel=GENERAL, text="x" * 40_000)
    cut = await sandbox.call("chat.postMessage", channel=GENERAL, text="x" * 40_001)

    assert "warning" not in at_limit
    assert len(cut["message"]["text"]) == 40_000
    assert cut["response_metadata"]["warnings"] == ["message_truncated"]
    ts = cut["ts"]
    assert (await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x" * 4000))["ok"]
    too_long = await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x" * 4001)
    assert too_long["error"] == "msg_too_long"
    shown = await sandbox.call("chat.postEphemeral", channel=GENERAL, user=ADA, text="x" * 4001)
    assert shown["error"] == "msg_too_long"


async def test_another_name_takes_a_scope(sandbox: Sandbox) -> None:
    refused = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", username="Robot")
    await sandbox.act("app", manifest=manifest(plus=("chat:write.customize",)))
    named = await sandbox.call(
        "chat.postMessage", channel=GENERAL, text="x", username="Robot", icon_emoji=":robot_face:"
    )

    assert refused["error"] == "missing_scope"
    assert refused["needed"] == "chat:write.customize"
    assert (named["message"]["username"], named["message"]["subtype"]) == ("Robot", "bot_message")
    assert named["message"]["icons"] == {"emoji": ":robot_face:"}


async def test_replies_are_counted_at_their_parent(sandbox: Sandbox) -> None:
    parent = await sandbox.post()
    reply = await sandbox.post(thread_ts=parent)
    nested = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", thread_ts=reply)

    shown_parent, shown_reply = await sandbox.messages()
    assert shown_reply["thread_ts"] == parent
    assert shown_parent["reply_count"] == 1
    assert shown_parent["reply_users"] == [BOT_USER]
    assert shown_parent["latest_reply"] == reply
    assert nested["error"] == "cannot_reply_to_message"


async def test_joining_notes_take_no_replies(sandbox: Sandbox) -> None:
    await sandbox.act("membership", channel=SHOP, user=GUEST, present=True)
    note = (await sandbox.messages(SHOP))[-1]

    answer = await sandbox.call("chat.postMessage", channel=SHOP, text="x", thread_ts=note["ts"])
    assert note["subtype"] == "channel_join"
    assert answer["error"] == "cannot_reply_to_message"


# --- chat.update


async def stored(sandbox: Sandbox, ts: str) -> Json:
    return next(one for one in await sandbox.messages() if one["ts"] == ts)


async def test_a_text_without_blocks_removes_the_blocks_and_marks_the_edit(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="old", blocks=[section()])
    answer = await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new")

    message = await stored(sandbox, ts)
    assert answer["text"] == message["text"] == "new"
    assert "blocks" not in message
    assert message["edited"]["user"] == BOT_USER


async def test_blocks_without_a_text_keep_the_text_and_mark_nothing(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="old", blocks=[section()])
    await sandbox.call("chat.update", channel=GENERAL, ts=ts, blocks=[section("new")])

    message = await stored(sandbox, ts)
    assert message["text"] == "old"
    assert message["blocks"][0]["text"]["text"] == "new"
    assert "edited" not in message


async def test_an_empty_list_clears_blocks(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="old", blocks=[section()])
    wordless = (await sandbox.call("chat.postMessage", channel=GENERAL, blocks=[section()]))["ts"]

    assert (await sandbox.call("chat.update", channel=GENERAL, ts=ts, blocks=[]))["ok"]
    assert "blocks" not in await stored(sandbox, ts)
    refused = await sandbox.call("chat.update", channel=GENERAL, ts=wordless, blocks=[])
    assert refused["error"] == "no_text"


async def test_attachments_stay_until_others_are_given(sandbox: Sandbox) -> None:
    ts = await sandbox.post(attachments=[{"text": "note", "fallback": "note"}])
    await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new")
    kept = await stored(sandbox, ts)
    await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new", attachments=[])

    assert kept["attachments"][0]["text"] == "note"
    assert "attachments" not in await stored(sandbox, ts)


async def test_only_ones_own_messages_can_be_changed_or_deleted(sandbox: Sandbox) -> None:
    ts = (await sandbox.act("type", user=ADA, channel=GENERAL, text="mine"))["ts"]

    assert (await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x"))[
        "error"
    ] == "cant_update_message"
    assert (await sandbox.call("chat.delete", channel=GENERAL, ts=ts))["error"] == "cant_delete_message"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": GENERAL, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ({"channel": ADA, "ts": "1.000001", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL, "text": "x"}, "invalid_arguments"),
    ],
)
async def test_what_cannot_be_updated_is_refused(
    sandbox: Sandbox, arguments: dict[str, Any], error: str
) -> None:
    assert (await sandbox.call("chat.update", **arguments))["error"] == error


async def test_an_update_without_content_is_refused(sandbox: Sandbox) -> None:
    ts = await sandbox.post()

    assert (await sandbox.call("chat.update", channel=GENERAL, ts=ts))["error"] == "no_text"


async def test_an_update_in_a_direct_message_takes_its_own_id(sandbox: Sandbox) -> None:
    ts = await sandbox.post(ADA)

    assert (await sandbox.call("chat.update", channel=ADA, ts=ts, text="x"))["error"] == "channel_not_found"
    assert (await sandbox.call("chat.update", channel=ADAS_DM, ts=ts, text="x"))["ok"]


# --- chat.delete


async def test_a_deleted_message_is_gone(sandbox: Sandbox) -> None:
    ts = await sandbox.post()

    assert await sandbox.call("chat.delete", channel=GENERAL, ts=ts) == {
        "ok": True,
        "channel": GENERAL,
        "ts": ts,
    }
    assert await sandbox.messages() == []
    assert (await sandbox.call("chat.delete", channel=GENERAL, ts=ts))["error"] == "message_not_found"


async def test_a_deleted_parent_leaves_a_tombstone(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="secret", blocks=[section("secret")])
    await sandbox.post(thread_ts=ts, text="reply")
    await sandbox.call("chat.delete", channel=GENERAL, ts=ts)

    tombstone, reply = await sandbox.messages()
    assert tombstone["subtype"] == "tombstone"
    assert "secret" not in str(tombstone)
    assert reply["text"] == "reply"
    assert (await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x"))[
        "error"
    ] == "message_not_found"


# --- chat.postEphemeral


async def test_an_ephemeral_message_is_seen_by_one_person_and_in_no_history(sandbox: Sandbox) -> None:
    ts = (await sandbox.call("chat.postEphemeral", channel=GENERAL, user=ADA, text="psst"))["message_ts"]

    shown = await sandbox.messages(GENERAL, ADA)
    assert [(one["text"], one["is_ephemeral"]) for one in shown] == [("psst", True)]
    assert await sandbox.messages(GENERAL, GRACE) == []
    assert (await sandbox.call("conversations.history", channel=GENERAL))["messages"] == []
    updated = await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x")
    assert updated["error"] == "message_not_found"
    assert (await sandbox.call("chat.delete", channel=GENERAL, ts=ts))["error"] == "message_not_found"


async def test_an_ephemeral_message_is_for_members_only(sandbox: Sandbox) -> None:
    answer = await sandbox.call("chat.postEphemeral", channel=SHOP, user=GUEST, text="psst")

    assert answer["error"] == "user_not_in_channel"


# --- chat.getPermalink


async def test_a_permalink_names_channel_message_and_thread(sandbox: Sandbox) -> None:
    parent = await sandbox.post()
    reply = await sandbox.post(thread_ts=parent)

    of_parent = await sandbox.call("chat.getPermalink", channel=GENERAL, message_ts=parent)
    of_reply = await sandbox.call("chat.getPermalink", channel=GENERAL, message_ts=reply)
    base = f"http://workspace.test/archives/{GENERAL}/p"
    assert of_parent["permalink"] == base + parent.replace(".", "")
    assert of_reply["permalink"] == f"{base}{reply.replace('.', '')}?thread_ts={parent}&cid={GENERAL}"
    missing = await sandbox.call("chat.getPermalink", channel=GENERAL, message_ts="1.000001")
    assert missing["error"] == "message_not_found"


# --- metadata

METADATA = {"event_type": "version_posted", "event_payload": {"op_id": "42", "nested": {"a": 1}}}


async def test_metadata_is_given_back_only_when_asked_for(sandbox: Sandbox) -> None:
    await sandbox.post(metadata=METADATA)

    with_it = await sandbox.call("conversations.history", channel=GENERAL, include_all_metadata=True)
    without = await sandbox.call("conversations.history", channel=GENERAL)
    assert with_it["messages"][0]["metadata"] == METADATA
    assert without["messages"][0]["metadata"] == {"event_type": "version_posted"}


async def test_metadata_stays_through_updates_until_it_is_cleared(sandbox: Sandbox) -> None:
    ts = await sandbox.post(metadata=METADATA)
    kept = await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new")
    cleared = await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new", metadata={})

    assert kept["message"]["metadata"] == METADATA
    assert "metadata" not in cleared["message"]


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{nonsense", "invalid_metadata_format"),
        ([1], "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": "x" * 16_000}}, "metadata_too_large"),
    ],
)
async def test_metadata_that_cannot_be_kept_is_refused(sandbox: Sandbox, metadata: Any, error: str) -> None:
    answer = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", metadata=metadata)

    assert answer["error"] == error


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "x"},
        {"event_payload": {}},
        {"event_type": 1, "event_payload": {}},
        {"event_type": "x", "event_payload": {"a": {"b": {"c": 1}}}},
        {"event_type": "x", "event_payload": {"a": ["b", "c"]}},
        {"event_type": "x", "event_payload": {"a": None}},
        {"event_type": "x", "event_payload": {}, "more": 1},
    ],
)
async def test_a_message_whose_metadata_has_the_wrong_shape_stands_without_it_and_is_warned_of(
    sandbox: Sandbox, metadata: Any
) -> None:
    answer = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", metadata=metadata)

    assert "metadata" not in answer["message"]
    assert answer["warning"] == "invalid_metadata_schema"
    assert answer["response_metadata"] == {"warnings": ["invalid_metadata_schema"]}
    again = await sandbox.call("chat.update", channel=GENERAL, ts=answer["ts"], text="y", metadata=metadata)
    assert again["warning"] == "invalid_metadata_schema"


async def test_metadata_can_be_dropped_on_demand(sandbox: Sandbox) -> None:
    await sandbox.act("faults", where="api", kind="metadata", method="chat.postMessage")
    answer = await sandbox.call("chat.postMessage", channel=GENERAL, text="x", metadata=METADATA)
    assert answer["warning"] == "invalid_metadata_schema"
    assert "metadata" not in answer["message"]
