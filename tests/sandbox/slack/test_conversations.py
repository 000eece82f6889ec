"""Channels, membership, history, threads, people, groups: what the app may read."""

from typing import Any

import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    BOT_USER,
    GENERAL,
    GRACE,
    GUEST,
    LINUS,
    MANIFEST,
    OPS_SECRET,
    RELEASES,
    SHOP,
    Json,
    Sandbox,
    sandbox_of,
)


def with_scopes(*scopes: str) -> Json:
    return MANIFEST | {"oauth_config": {"scopes": {"bot": list(scopes)}}}


def texts(answer: Json) -> list[str]:
    assert answer["ok"], answer
    return [one["text"] for one in answer["messages"]]


async def posted(sandbox: Sandbox, count: int) -> list[str]:
    return [await sandbox.post(text=str(number)) for number in range(1, count + 1)]


# --- history


async def test_history_is_newest_first_and_comes_in_pages(sandbox: Sandbox) -> None:
    await posted(sandbox, 5)

    first = await sandbox.call("conversations.history", channel=GENERAL, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    await sandbox.post(text="meanwhile")
    second = await sandbox.call("conversations.history", channel=GENERAL, limit=2, cursor=cursor)
    last = await sandbox.call(
        "conversations.history", channel=GENERAL, limit=2, cursor=second["response_metadata"]["next_cursor"]
    )

    assert (texts(first), first["has_more"]) == (["5", "4"], True)
    assert (texts(second), second["has_more"]) == (["3", "2"], True)
    assert (texts(last), last["has_more"]) == (["1"], False)
    assert "response_metadata" not in last


async def test_history_between_two_timestamps_excludes_them_unless_asked(sandbox: Sandbox) -> None:
    stamps = await posted(sandbox, 5)
    bounds = {"channel": GENERAL, "oldest": stamps[1], "latest": stamps[3]}

    assert texts(await sandbox.call("conversations.history", **bounds)) == ["3"]
    assert texts(await sandbox.call("conversations.history", **bounds, inclusive=True)) == ["4", "3", "2"]
    assert texts(await sandbox.call("conversations.history", channel=GENERAL, oldest=stamps[3])) == ["5"]
    assert texts(await sandbox.call("conversations.history", channel=GENERAL, latest=stamps[1])) == ["1"]


async def test_threads_show_their_parent_in_history_and_the_rest_in_replies(sandbox: Sandbox) -> None:
    parent = await sandbox.post(text="parent")
    await sandbox.post(text="quiet", thread_ts=parent)
    await sandbox.post(text="loud", thread_ts=parent, reply_broadcast=True)

    history = await sandbox.call("conversations.history", channel=GENERAL)
    replies = await sandbox.call("conversations.replies", channel=GENERAL, ts=parent)
    assert texts(history) == ["loud", "parent"]
    assert history["messages"][1]["reply_count"] == 2
    assert texts(replies) == ["parent", "quiet", "loud"]
    assert replies["messages"][1]["parent_user_id"] == BOT_USER


async def test_replies_keep_the_parent_whatever_the_bounds(sandbox: Sandbox) -> None:
    parent = await sandbox.post(text="parent")
    stamps = [await sandbox.post(text=str(number), thread_ts=parent) for number in range(3)]

    answer = await sandbox.call("conversations.replies", channel=GENERAL, ts=parent, oldest=stamps[1])
    assert texts(answer) == ["parent", "2"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"limit": 1000}, "invalid_limit"),
        ({"limit": -1}, "invalid_limit"),
        ({"limit": "many"}, "invalid_limit"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"cursor": "bmV4dDoxLjAwMDAwMQ=="}, "invalid_cursor"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "now"}, "invalid_ts_latest"),
        ({"channel": OPS_SECRET}, "channel_not_found"),
        ({"channel": ADA}, "channel_not_found"),
    ],
)
async def test_history_refuses_nonsense(sandbox: Sandbox, arguments: dict[str, Any], error: str) -> None:
    await posted(sandbox, 1)

    assert (await sandbox.call("conversations.history", **{"channel": GENERAL} | arguments))["error"] == error


async def test_history_takes_membership(sandbox: Sandbox) -> None:
    await sandbox.act("membership", channel=SHOP, user=BOT_USER, present=False)

    assert (await sandbox.call("conversations.history", channel=SHOP))["error"] == "not_in_channel"


async def test_history_takes_the_scope_of_its_kind_of_channel() -> None:
    async with sandbox_of(manifest=with_scopes("channels:history")) as sandbox:
        in_channel = await sandbox.call("conversations.history", channel=GENERAL)
        in_dm = await sandbox.call("conversations.history", channel=ADAS_DM)

    assert in_channel["ok"]
    assert (in_dm["error"], in_dm["needed"]) == ("missing_scope", "im:history")


async def test_a_thread_that_is_not_there_is_not_found(sandbox: Sandbox) -> None:
    answer = await sandbox.call("conversations.replies", channel=GENERAL, ts="1.000001")

    assert answer["error"] == "thread_not_found"


# --- channels


def names(answer: Json) -> list[str]:
    assert answer["ok"], answer
    return [one.get("name", one["id"]) for one in answer["channels"]]


async def test_the_list_has_public_channels_unless_other_types_are_asked_for(sandbox: Sandbox) -> None:
    assert names(await sandbox.call("conversations.list")) == ["general", "releases", "shop"]
    assert ADAS_DM in names(await sandbox.call("conversations.list", types="im"))
    assert names(await sandbox.call("conversations.list", types="private_channel")) == []
    assert (await sandbox.call("conversations.list", types="nonsense"))["error"] == "invalid_types"


async def test_a_private_channel_is_seen_once_the_app_is_invited(sandbox: Sandbox) -> None:
    before = await sandbox.call("conversations.info", channel=OPS_SECRET)
    await sandbox.act("membership", channel=OPS_SECRET, user=BOT_USER, present=True)
    after = await sandbox.call("conversations.info", channel=OPS_SECRET)

    assert before["error"] == "channel_not_found"
    assert after["channel"]["is_private"] is True
    assert names(await sandbox.call("conversations.list", types="private_channel")) == ["ops-secret"]


async def test_types_take_their_scopes() -> None:
    async with sandbox_of(manifest=with_scopes("channels:read")) as sandbox:
        answer = await sandbox.call("conversations.list", types="public_channel,im")

    assert (answer["error"], answer["needed"]) == ("missing_scope", "im:read")


async def test_archived_channels_can_be_left_out(sandbox: Sandbox) -> None:
    await sandbox.act("archive", channel=SHOP, archived=True)

    assert "shop" in names(await sandbox.call("conversations.list"))
    assert "shop" not in names(await sandbox.call("conversations.list", exclude_archived="true"))


async def test_lists_come_in_pages(sandbox: Sandbox) -> None:
    first = await sandbox.call("conversations.list", limit=2)
    second = await sandbox.call(
        "conversations.list", limit=2, cursor=first["response_metadata"]["next_cursor"]
    )

    assert (names(first), names(second)) == (["general", "releases"], ["shop"])
    assert second["response_metadata"]["next_cursor"] == ""


async def test_members_are_listed(sandbox: Sandbox) -> None:
    answer = await sandbox.call("conversations.members", channel=RELEASES, limit=3)

    assert answer["members"] == [ADA, GRACE, LINUS]
    assert answer["response_metadata"]["next_cursor"]


async def test_info_counts_members_when_asked(sandbox: Sandbox) -> None:
    plain = await sandbox.call("conversations.info", channel=GENERAL)
    counted = await sandbox.call("conversations.info", channel=GENERAL, include_num_members=True)

    assert "num_members" not in plain["channel"]
    assert counted["channel"]["num_members"] == 4
    assert counted["channel"]["is_member"] is True
    direct = (await sandbox.call("conversations.info", channel=ADAS_DM))["channel"]
    assert (direct["is_im"], direct["user"]) == (True, ADA)


async def test_the_app_joins_and_leaves(sandbox: Sandbox) -> None:
    left = await sandbox.call("conversations.leave", channel=SHOP)
    leave_missing_scope = left["error"]
    await sandbox.act("app", manifest=None)
    assert leave_missing_scope == "missing_scope"

    assert (await sandbox.call("conversations.leave", channel=SHOP))["ok"]
    again = await sandbox.call("conversations.leave", channel=SHOP)
    assert again == {"ok": True, "not_in_channel": True}
    joined = await sandbox.call("conversations.join", channel=SHOP)
    assert joined["channel"]["is_member"] is True
    assert (await sandbox.call("conversations.join", channel=SHOP))["warning"] == "already_in_channel"
    assert (await sandbox.call("conversations.leave", channel=GENERAL))["error"] == "cant_leave_general"
    direct = await sandbox.call("conversations.join", channel=ADAS_DM)
    assert direct["error"] == "method_not_supported_for_channel_type"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "users_list_not_supplied"),
        ({"users": "U0NOBODY000"}, "user_not_found"),
        ({"users": f"{ADA},{GRACE}"}, "not_in_this_sandbox"),
        ({"users": BOT_USER}, "cannot_dm_bot"),
        ({"channel": GENERAL}, "method_not_supported_for_channel_type"),
    ],
)
async def test_direct_messages_that_cannot_be_opened(
    sandbox: Sandbox, arguments: dict[str, Any], error: str
) -> None:
    assert (await sandbox.call("conversations.open", **arguments))["error"] == error


async def test_a_direct_message_is_opened_by_person(sandbox: Sandbox) -> None:
    short = await sandbox.call("conversations.open", users=ADA)
    full = await sandbox.call("conversations.open", users=ADA, return_im=True)

    assert short["channel"] == {"id": ADAS_DM}
    assert full["channel"]["user"] == ADA


async def test_somebodys_channels_are_those_that_both_know(sandbox: Sandbox) -> None:
    mine = await sandbox.call("users.conversations")
    graces = await sandbox.call("users.conversations", user=GRACE, types="public_channel,private_channel")
    guests = await sandbox.call("users.conversations", user=GUEST)

    assert names(mine) == ["general", "releases", "shop"]
    assert names(graces) == ["general", "releases", "shop"]
    assert names(guests) == ["releases"]


# --- people


async def test_a_person_has_an_email_only_for_those_who_may_know() -> None:
    async with sandbox_of(manifest=with_scopes("users:read")) as sandbox:
        hidden = await sandbox.call("users.info", user=ADA)
        await sandbox.act("app", manifest=with_scopes("users:read", "users:read.email"))
        shown = await sandbox.call("users.info", user=ADA)

    assert "email" not in hidden["user"]["profile"]
    assert shown["user"]["profile"]["email"] == "ada@example.com"


async def test_people_are_found_by_id_and_email(sandbox: Sandbox) -> None:
    assert (await sandbox.call("users.info", user="U0NOBODY000"))["error"] == "user_not_found"
    assert (await sandbox.call("users.info", user=GUEST))["user"]["is_restricted"] is True
    assert (await sandbox.call("users.info", user=BOT_USER))["user"]["is_bot"] is True
    found = await sandbox.call("users.lookupByEmail", email="grace@example.com")
    assert found["user"]["id"] == GRACE
    missing = await sandbox.call("users.lookupByEmail", email="nobody@example.com")
    assert missing["error"] == "users_not_found"
    listed = await sandbox.call("users.list")
    assert [one["id"] for one in listed["members"]] == [ADA, GRACE, LINUS, GUEST, BOT_USER]


async def test_groups_bot_and_team_describe_themselves(sandbox: Sandbox) -> None:
    [group] = (await sandbox.call("usergroups.list", include_users=True))["usergroups"]
    assert group["users"] == [ADA, GRACE]
    assert (await sandbox.call("usergroups.users.list", usergroup=group["id"]))["users"] == [ADA, GRACE]
    missing = await sandbox.call("usergroups.users.list", usergroup="S0NOWHERE00")
    assert missing["error"] == "no_such_subteam"
    assert (await sandbox.call("bots.info", bot="B0SANDBOX01"))["bot"]["name"] == "release-bot"
    assert (await sandbox.call("bots.info", bot="B0NOWHERE00"))["error"] == "bot_not_found"
    assert (await sandbox.call("team.info"))["team"]["domain"] == "sandbox"


# --- reactions


async def test_a_reaction_is_added_once(sandbox: Sandbox) -> None:
    ts = await sandbox.post()
    first = await sandbox.call("reactions.add", channel=GENERAL, timestamp=ts, name=":eyes:")
    again = await sandbox.call("reactions.add", channel=GENERAL, timestamp=ts, name="eyes")

    assert first == {"ok": True}
    assert again["error"] == "already_reacted"
    [message] = (await sandbox.call("conversations.history", channel=GENERAL))["messages"]
    assert message["reactions"] == [{"name": "eyes", "users": [BOT_USER], "count": 1}]
    missing = await sandbox.call("reactions.add", channel=GENERAL, timestamp="1.000001", name="eyes")
    assert missing["error"] == "message_not_found"
    assert (await sandbox.call("reactions.add", channel=GENERAL, name="eyes"))["error"] == "no_item_specified"
