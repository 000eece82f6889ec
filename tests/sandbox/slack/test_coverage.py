"""What the package says that it has, it has; what it says that it lacks, it refuses; and each has its test, by name."""

import importlib
import re
from collections.abc import Iterable

import pytest

import bot.sandbox.slack
from bot.sandbox.slack.blockkit.blocks import BLOCKS
from bot.sandbox.slack.blockkit.elements import ELEMENTS
from bot.sandbox.slack.control.api import ACTS, LOOKS
from bot.sandbox.slack.faults import API_KINDS, DELIVERY_KINDS
from bot.sandbox.slack.manifest import ALL_EVENTS
from bot.sandbox.slack.web_api import ROUTES

METHODS = {
    "api.test": "calling.methods_without_a_token_need_none",
    "apps.connections.open": "socket_mode.a_ticket_is_good_for_one_connection",
    "auth.test": "calling.auth_test_says_who_one_is",
    "blocks.validate": "calling.blocks_validate_checks_exactly_one_thing",
    "bots.info": "conversations.groups_bot_and_team_describe_themselves",
    "chat.delete": "posting.a_deleted_message_is_gone",
    "chat.getPermalink": "posting.a_permalink_names_channel_message_and_thread",
    "chat.postEphemeral": "posting.an_ephemeral_message_is_seen_by_one_person_and_in_no_history",
    "chat.postMessage": "posting.a_message_comes_back_as_it_is_stored",
    "chat.update": "posting.a_text_without_blocks_removes_the_blocks_and_marks_the_edit",
    "conversations.history": "conversations.history_is_newest_first_and_comes_in_pages",
    "conversations.info": "conversations.info_counts_members_when_asked",
    "conversations.join": "conversations.the_app_joins_and_leaves",
    "conversations.leave": "conversations.the_app_joins_and_leaves",
    "conversations.list": "conversations.the_list_has_public_channels_unless_other_types_are_asked_for",
    "conversations.members": "conversations.members_are_listed",
    "conversations.open": "conversations.a_direct_message_is_opened_by_person",
    "conversations.replies": "conversations.replies_keep_the_parent_whatever_the_bounds",
    "reactions.add": "conversations.a_reaction_is_added_once",
    "team.info": "conversations.groups_bot_and_team_describe_themselves",
    "usergroups.list": "conversations.groups_bot_and_team_describe_themselves",
    "usergroups.users.list": "conversations.groups_bot_and_team_describe_themselves",
    "users.conversations": "conversations.somebodys_channels_are_those_that_both_know",
    "users.info": "conversations.people_are_found_by_id_and_email",
    "users.list": "conversations.people_are_found_by_id_and_email",
    "users.lookupByEmail": "conversations.people_are_found_by_id_and_email",
    "views.open": "views.a_trigger_opens_one_view",
    "views.publish": "views.each_person_has_their_own_home",
    "views.push": "views.a_push_takes_a_trigger_from_inside_the_modal",
    "views.update": "views.every_update_changes_the_hash",
}

EVENTS = {
    "app_home_opened": "commands.opening_the_home_tells_the_app_every_time",
    "app_mention": "http_delivery.a_mention_is_an_event_of_its_own",
    "channel_archive": "http_delivery.what_is_not_subscribed_to_is_not_told",
    "channel_created": "http_delivery.an_app_without_a_manifest_hears_every_event",
    "channel_unarchive": "http_delivery.an_app_without_a_manifest_hears_every_event",
    "member_joined_channel": "http_delivery.joining_and_leaving_are_events",
    "member_left_channel": "http_delivery.joining_and_leaving_are_events",
    "message.channels": "http_delivery.the_apps_own_messages_are_events_too",
    "message.groups": "http_delivery.an_app_without_a_manifest_hears_every_event",
    "message.im": "http_delivery.messages_are_heard_where_the_app_is_a_member_and_subscribed",
    "reaction_added": "http_delivery.an_app_without_a_manifest_hears_every_event",
    "tokens_revoked": "calling.a_revoked_token_is_refused_until_it_is_given_back",
}

REFUSED = {
    "every other method": "calling.other_methods_say_that_they_are_not_here",
    "group direct messages": "conversations.direct_messages_that_cannot_be_opened",
    "user tokens": "calling.user_tokens_are_not_here",
    "OAuth": "calling.webhooks_and_oauth_are_not_here",
    "incoming webhooks": "calling.webhooks_and_oauth_are_not_here",
}

CONTROL = {
    "type": "commands.a_typed_message_is_stored_as_slack_stores_it",
    "click": "actions.a_click_in_a_message_carries_everything",
    "input": "actions.typing_is_told_only_where_the_input_dispatches",
    "suggest": "actions.options_are_asked_for_and_only_offered_ones_can_be_chosen",
    "submit": "modals.a_submission_carries_the_view_and_what_was_typed",
    "close": "modals.the_cross_clears_the_stack_and_speaks_of_its_root",
    "open_home": "commands.opening_the_home_tells_the_app_every_time",
    "shortcut": "commands.shortcuts_carry_what_they_were_used_on",
    "read": "commands.reading_marks_what_was_unread",
    "channels": "control.channels_can_be_made",
    "membership": "http_delivery.joining_and_leaving_are_events",
    "account": "control.accounts_of_every_kind_look_as_they_do_at_slack",
    "organisation": "control.a_workspace_can_be_part_of_an_organisation",
    "archive": "commands.nobody_types_into_an_archived_channel_or_one_they_are_not_in",
    "share": "control.a_channel_can_be_shared_with_another_company",
    "faults": "faults.one_fault_can_be_cleared_or_replaced_by_its_id",
    "token": "calling.a_revoked_token_is_refused_until_it_is_given_back",
    "limits": "rate_limits.limits_can_be_switched",
    "clock": "control.time_can_be_moved",
    "app": "control.the_app_can_be_configured_anew",
    "probe": "http_delivery.an_address_is_verified_with_a_challenge",
    "sockets": "socket_mode.connections_are_refreshed_on_demand",
    "reset": "control.a_reset_brings_back_a_fresh_workspace",
    "people": "control.people_are_listed_with_their_team",
    "state": "control.everybody_sees_their_own_channels",
    "traffic": "control.traffic_goes_both_ways_without_secrets",
}

API_FAULTS = {
    "429": "faults.a_fault_before_the_work_leaves_nothing_behind",
    "500": "faults.a_fault_before_the_work_leaves_nothing_behind",
    "503": "faults.a_fault_before_the_work_leaves_nothing_behind",
    "error": "faults.a_fault_before_the_work_leaves_nothing_behind",
    "html": "faults.a_web_page_may_come_instead_of_json",
    "fatal": "faults.work_can_be_done_although_the_answer_says_otherwise",
    "truncated": "faults.work_can_be_done_although_the_answer_says_otherwise",
    "metadata": "posting.metadata_can_be_dropped_on_demand",
    "slow": "faults.a_slow_answer_comes_in_the_end",
    "drop_before": "real_connections.a_dropped_connection_is_really_closed",
    "drop_after": "real_connections.a_dropped_connection_is_really_closed",
}

DELIVERY_FAULTS = {
    "slow": "faults.a_slow_delivery_brings_a_trigger_that_is_too_old",
    "lost": "faults.a_lost_delivery_times_out_for_the_person",
    "forge": "faults.a_forged_delivery_has_a_wrong_signature",
    "stale": "faults.a_stale_delivery_was_signed_ten_minutes_ago",
    "replay": "faults.a_replayed_delivery_is_the_same_to_the_byte",
    "duplicate": "faults.a_duplicate_event_comes_as_a_retry",
    "socket_disconnect": "socket_mode.a_refresh_on_the_way_leaves_the_ack_to_the_next_connection",
}


def listed(heading: str) -> list[str]:
    """The names after a heading of the package's docstring."""
    found = re.search(rf"^{heading}: (.*?)\.\n\n", str(bot.sandbox.slack.__doc__), re.DOTALL | re.MULTILINE)
    assert found, heading
    return [" ".join(name.split()) for name in found[1].split(",")]


@pytest.mark.parametrize(
    ("table", "there"),
    [
        (METHODS, ROUTES),
        (METHODS, listed("Web API methods")),
        (EVENTS, ALL_EVENTS),
        (EVENTS, listed("Events")),
        (REFUSED, listed("Answered with `not_in_this_sandbox`")),
        (CONTROL, {*ACTS, *LOOKS}),
        (API_FAULTS, API_KINDS),
        (DELIVERY_FAULTS, DELIVERY_KINDS),
    ],
    ids=[
        "methods",
        "methods told",
        "events",
        "events told",
        "refusals told",
        "control",
        "faults",
        "deliveries",
    ],
)
def test_what_there_is_and_what_is_tested_are_the_same(table: dict[str, str], there: Iterable[str]) -> None:
    assert sorted(table) == sorted(there)


@pytest.mark.parametrize(
    "name", sorted({*METHODS.values(), *EVENTS.values(), *REFUSED.values(), *CONTROL.values(), *API_FAULTS.values(), *DELIVERY_FAULTS.values()})
)  # fmt: skip
def test_a_test_that_is_named_exists(name: str) -> None:
    module, test = name.split(".")

    assert callable(getattr(importlib.import_module(f"tests.sandbox.slack.test_{module}"), f"test_{test}"))


def test_what_is_not_drawn_is_a_block_or_an_element() -> None:
    assert set(listed("Validated but not drawn on the page")) <= {*BLOCKS, *ELEMENTS}
