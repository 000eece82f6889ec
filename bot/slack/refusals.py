"""What each of Slack's error codes means for a posting: one table, and how the outbox hears of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from bot.domain.ports import Never, PostResult, TryLater, Unclear
from bot.slack.failures import SlackFailed

# How long a search waits that Slack does not answer, where it does not say so itself.
SEARCH_AGAIN_SECONDS = 5.0
# How long Slack may go on with a request after it has answered, after the connection broke, and after it was too slow.
ANSWERED_SETTLES, BROKEN_SETTLES, SLOW_SETTLES = 1.0, 5.0, 15.0
# How long is waited for what an operator has to mend, and for a BUSY channel where Slack does not say so itself.
OPERATOR_SECONDS = 60.0
BUSY_SECONDS = {"external_channel_migrating": 10.0}


class RefusalMeaning(Enum):
    """What follows from a code. Only LOST, GONE, UNTHREADED and FINAL give anything up."""

    LOST = "nothing will pass to this channel or person any more"
    GONE = "the message that was to be edited is not there to be edited"
    UNTHREADED = "no one may reply there; the channel itself still hears"
    FINAL = "this message will never pass; others will"
    OPERATOR = "nothing passes in the workspace until an operator or an administrator mends it"
    AWAY = "nothing passes in the workspace for a while"
    BUSY = "nothing passes to this channel for a while"
    UNCLEAR = "some of the work may have been done"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `reason` is a clause for people."""

    means: RefusalMeaning
    reason: str


# The codes of chat.postMessage, chat.update, conversations.open, history and replies, and those that every method has;
# https://docs.slack.dev/reference/methods. What stands here as final has been read there as final.
# By meaning and reason, the codes that have them.
_TABLE: Mapping[RefusalMeaning, Mapping[str, str]] = {
    RefusalMeaning.LOST: {
        "the channel no longer exists, or the bot was removed from it": "channel_not_found",
        "the bot is not a member of the channel; invite it with /invite": "not_in_channel",
        "the channel is archived": "is_archived is_inactive",
        "the workspace does not let the bot post in this channel": "restricted_action",
        "the channel is read-only": "restricted_action_read_only_channel",
        "the channel takes replies in threads only": "restricted_action_thread_only_channel",
        "Slack no longer knows this person": "user_not_found",
        "this person's account is deactivated": "user_disabled",
        "the bot may not see this person": "user_not_visible",
        "the bot's Messages tab is switched off in its app settings": "messages_tab_disabled",
        "bots cannot be told anything": "cannot_dm_bot",
        "the workspace is gone": "team_not_found",
    },
    RefusalMeaning.GONE: {
        "the message in Slack was deleted": "message_not_found",
        "the message in Slack belongs to another app": "cant_update_message",
        "the message in Slack is too old to be edited": "edit_window_closed",
    },
    RefusalMeaning.UNTHREADED: {
        "the message cannot have replies": "cannot_reply_to_message",
        "the thread is gone": "thread_not_found",
        "the channel has no threads": "restricted_action_non_threadable_channel",
        "the thread is locked": "restricted_action_thread_locked",
    },
    RefusalMeaning.OPERATOR: {
        "Slack does not accept the bot's token": "invalid_auth",
        "the bot sends no token": "not_authed",
        "the bot's token was revoked": "token_revoked",
        "the bot's token has expired": "token_expired",
        "the bot's account or its workspace is deactivated": "account_inactive",
        "the bot's token lacks a scope": "missing_scope",
        "the bot's token is of the wrong kind": "not_allowed_token_type",
        "the bot's token lacks a permission": "no_permission",
        "the bot is denied access": "access_denied",
        "Slack does not take calls from the bot's network": "accesslimited",
        "the app is restricted in this workspace": "app_access_restricted",
        "the workspace is being moved to another organization": "org_login_required",
        "two-factor authentication has to be set up": "two_factor_setup_required",
        "the app was not given access to the workspace": "team_access_not_granted",
        "an administrator has suspended posting": "ekm_access_denied",
        "the app may not act in this organization": "enterprise_is_restricted",
        "Slack has withdrawn what the bot calls": "method_deprecated deprecated_endpoint",
    },
    RefusalMeaning.AWAY: {
        "the workspace is being moved into an organization": "team_added_to_org",
    },
    RefusalMeaning.BUSY: {
        "Slack asks the bot to slow down": "ratelimited rate_limited rate_limit rate_limit_exceeded",
        "the workspace sends too many messages": "message_limit_exceeded",
        "Slack is unavailable": "service_unavailable",
        "the message is being written to": "streaming_state_conflict",
        "the channel is being moved between workspaces": "external_channel_migrating",
    },
    RefusalMeaning.UNCLEAR: {
        "Slack broke off": "fatal_error internal_error update_failed",
        "Slack took too long to read the request": "request_timeout",
    },
    RefusalMeaning.FINAL: {
        "the message is empty": "no_text",
        "the message is too long": "msg_too_long msg_blocks_too_long attachment_payload_limit_exceeded",
        "Slack refuses how the message is built": (
            "invalid_blocks invalid_blocks_format block_mismatch markdown_text_conflict "
            "invalid_attachments too_many_attachments too_many_contact_cards"
        ),
        "Slack refuses the mark on the message": (
            "invalid_metadata_format invalid_metadata_schema metadata_too_large "
            "metadata_must_be_sent_from_app"
        ),
        "Slack refuses how the request is built": (
            "invalid_arguments invalid_arg_name invalid_array_arg invalid_charset invalid_form_data "
            "invalid_json json_not_object invalid_post_type missing_post_type "
            "duplicate_channel_not_found duplicate_message_not_found"
        ),
        "an administrator forbids it in shared channels": (
            "slack_connect_canvas_sharing_blocked slack_connect_file_link_sharing_blocked "
            "slack_connect_lists_sharing_blocked"
        ),
    },
}
CODES: Mapping[str, Row] = MappingProxyType(
    {
        code: Row(meaning, reason)
        for meaning, reasons in _TABLE.items()
        for reason, codes in reasons.items()
        for code in codes.split()
    }
)


def means(error: SlackFailed) -> RefusalMeaning | None:
    """What the table says of a refusal; None for a code that it does not hold."""
    row = CODES.get(error.code)
    return row.means if row else None


def slowed_down(error: SlackFailed) -> bool:
    """Whether Slack refused a call because it came too soon: by status or, in an answer with status 200, by code."""
    return error.status == 429 or error.code.startswith(("ratelimited", "rate_limit"))  # noqa: PLR2004 - HTTP


def result_of(error: SlackFailed) -> PostResult:
    """What a refusal or a silence of Slack's means for a posting. A code that is unknown has to wait, for a while."""
    if error.unsent:
        return TryLater(reason=str(error), whole_workspace=True)
    row = CODES.get(error.code)
    if slowed_down(error):
        return TryLater(reason=str(error), seconds=error.retry_after or 1.0)
    if row and row.means is RefusalMeaning.BUSY:
        return TryLater(reason=str(error), seconds=error.retry_after or BUSY_SECONDS.get(error.code, 1.0))
    if not error.code or (error.status or 0) >= 500:  # noqa: PLR2004 - HTTP
        return _unclear(error)
    return _of(row, error) if row else TryLater(reason=str(error), unknown=error.code)


def _of(row: Row, error: SlackFailed) -> PostResult:
    match row.means:
        case RefusalMeaning.UNCLEAR:
            return _unclear(error)
        case RefusalMeaning.OPERATOR:
            return TryLater(reason=str(error), seconds=OPERATOR_SECONDS, whole_workspace=True)
        case RefusalMeaning.AWAY:
            return TryLater(reason=str(error), whole_workspace=True)
        case RefusalMeaning.LOST:
            return Never(reason=row.reason, destination_lost=True)
        case _:
            return Never(reason=f"{row.reason} ({error.code})", destination_lost=False)


def _unclear(error: SlackFailed) -> Unclear:
    return Unclear(reason=f"{error} {error.raw}".strip(), settles_in=_settles_in(error))


def _settles_in(error: SlackFailed) -> float:
    if error.status is not None:
        return ANSWERED_SETTLES
    return SLOW_SETTLES if isinstance(error.__cause__, TimeoutError) else BROKEN_SETTLES


def not_sent(error: SlackFailed) -> PostResult:
    """The same for a call that came before the message: nothing is unclear about that one."""
    result = result_of(error)
    return TryLater(reason=result.reason) if isinstance(result, Unclear) else result


def not_found_out(error: SlackFailed) -> PostResult:
    """The same for a search: what keeps the bot from looking says nothing about the message."""
    result = result_of(error)
    if isinstance(result, TryLater) and error.code != "missing_scope" and not result.unknown:
        return replace(result, seconds=result.seconds or SEARCH_AGAIN_SECONDS)
    if isinstance(result, Never) and result.destination_lost:
        return result
    return Unclear(reason=str(error))
