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
# How long is waited for a channel that is being moved, and for what an operator has to mend.
MIGRATING_SECONDS, OPERATOR_SECONDS = 10.0, 60.0


class RefusalMeaning(Enum):
    """What follows from a code. Only LOST, GONE, UNTHREADED and FINAL give anything up."""

    LOST = "nothing will pass to this channel or person any more"
    GONE = "the message that was to be edited is not there to be edited"
    UNTHREADED = "nobody may reply there; the channel itself still hears"
    FINAL = "this message will never pass; others will"
    OPERATOR = "nothing passes in the workspace until an operator or an administrator mends it"
    AWAY = "nothing passes in the workspace for a while"
    BUSY = "nothing passes to this channel for a while"
    UNCLEAR = "some of the work may have been done"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `reason` is a clause for people, `seconds` how long a BUSY channel rests."""

    means: RefusalMeaning
    reason: str
    seconds: float = 1.0


def _rows(means: RefusalMeaning, reasons: Mapping[str, str], *, seconds: float = 1.0) -> dict[str, Row]:
    return {code: Row(means, reason, seconds) for code, reason in reasons.items()}


# The codes of chat.postMessage, chat.update, conversations.open, history and replies, and those that every method has;
# https://docs.slack.dev/reference/methods. What stands here as final has been read there as final.
CODES: Mapping[str, Row] = MappingProxyType(
    _rows(
        RefusalMeaning.LOST,
        {
            "channel_not_found": "the channel no longer exists, or the bot was removed from it",
            "not_in_channel": "the bot is not a member of the channel; invite it with /invite",
            "is_archived": "the channel is archived",
            "is_inactive": "the channel is archived",
            "restricted_action": "the workspace does not let the bot post in this channel",
            "restricted_action_read_only_channel": "the channel is read-only",
            "restricted_action_thread_only_channel": "the channel takes replies in threads only",
            "user_not_found": "Slack no longer knows this person",
            "user_disabled": "this person's account is deactivated",
            "user_not_visible": "the bot may not see this person",
            "messages_tab_disabled": "the bot's Messages tab is switched off in its app settings",
            "cannot_dm_bot": "bots cannot be told anything",
            "team_not_found": "the workspace is gone",
        },
    )
    | _rows(
        RefusalMeaning.GONE,
        {
            "message_not_found": "the message in Slack was deleted",
            "cant_update_message": "the message in Slack belongs to another app",
            "edit_window_closed": "the message in Slack is too old to be edited",
        },
    )
    | _rows(
        RefusalMeaning.UNTHREADED,
        {
            "cannot_reply_to_message": "the message cannot have replies",
            "thread_not_found": "the thread is gone",
            "restricted_action_non_threadable_channel": "the channel has no threads",
            "restricted_action_thread_locked": "the thread is locked",
        },
    )
    | _rows(
        RefusalMeaning.OPERATOR,
        {
            "invalid_auth": "Slack does not accept the bot's token",
            "not_authed": "the bot sends no token",
            "token_revoked": "the bot's token was revoked",
            "token_expired": "the bot's token has expired",
            "account_inactive": "the bot's account or its workspace is deactivated",
            "missing_scope": "the bot's token lacks a scope",
            "not_allowed_token_type": "the bot's token is of the wrong kind",
            "no_permission": "the bot's token lacks a permission",
            "access_denied": "the bot is denied access",
            "accesslimited": "Slack does not take calls from the bot's network",
            "app_access_restricted": "the app is restricted in this workspace",
            "org_login_required": "the workspace is being moved to another organization",
            "two_factor_setup_required": "two-factor authentication has to be set up",
            "team_access_not_granted": "the app was not given access to the workspace",
            "ekm_access_denied": "an administrator has suspended posting",
            "enterprise_is_restricted": "the app may not act in this organization",
            "method_deprecated": "Slack has withdrawn what the bot calls",
            "deprecated_endpoint": "Slack has withdrawn what the bot calls",
        },
    )
    | _rows(RefusalMeaning.AWAY, {"team_added_to_org": "the workspace is being moved into an organization"})
    | _rows(
        RefusalMeaning.BUSY,
        {
            "ratelimited": "Slack asks the bot to slow down",
            "rate_limited": "Slack asks the bot to slow down",
            "rate_limit": "Slack asks the bot to slow down",
            "rate_limit_exceeded": "Slack asks the bot to slow down",
            "message_limit_exceeded": "the workspace sends too many messages",
            "service_unavailable": "Slack is unavailable",
            "streaming_state_conflict": "the message is being written to",
        },
    )
    | _rows(
        RefusalMeaning.BUSY,
        {"external_channel_migrating": "the channel is being moved between workspaces"},
        seconds=MIGRATING_SECONDS,
    )
    | _rows(
        RefusalMeaning.UNCLEAR,
        {
            "fatal_error": "Slack broke off",
            "internal_error": "Slack broke off",
            "request_timeout": "Slack took too long to read the request",
            "update_failed": "Slack broke off",
        },
    )
    | _rows(
        RefusalMeaning.FINAL,
        {
            "no_text": "the message is empty",
            "msg_too_long": "the message is too long",
            "msg_blocks_too_long": "the message is too long",
            "invalid_blocks": "Slack refuses how the message is built",
            "invalid_blocks_format": "Slack refuses how the message is built",
            "block_mismatch": "Slack refuses how the message is built",
            "markdown_text_conflict": "Slack refuses how the message is built",
            "invalid_attachments": "Slack refuses how the message is built",
            "too_many_attachments": "Slack refuses how the message is built",
            "attachment_payload_limit_exceeded": "the message is too long",
            "too_many_contact_cards": "Slack refuses how the message is built",
            "invalid_metadata_format": "Slack refuses the mark on the message",
            "invalid_metadata_schema": "Slack refuses the mark on the message",
            "metadata_too_large": "Slack refuses the mark on the message",
            "metadata_must_be_sent_from_app": "Slack refuses the mark on the message",
            "invalid_arguments": "Slack refuses how the request is built",
            "invalid_arg_name": "Slack refuses how the request is built",
            "invalid_array_arg": "Slack refuses how the request is built",
            "invalid_charset": "Slack refuses how the request is built",
            "invalid_form_data": "Slack refuses how the request is built",
            "invalid_json": "Slack refuses how the request is built",
            "json_not_object": "Slack refuses how the request is built",
            "invalid_post_type": "Slack refuses how the request is built",
            "missing_post_type": "Slack refuses how the request is built",
            "duplicate_channel_not_found": "Slack refuses how the request is built",
            "duplicate_message_not_found": "Slack refuses how the request is built",
            "slack_connect_canvas_sharing_blocked": "an administrator forbids it in shared channels",
            "slack_connect_file_link_sharing_blocked": "an administrator forbids it in shared channels",
            "slack_connect_lists_sharing_blocked": "an administrator forbids it in shared channels",
        },
    )
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
        return TryLater(reason=str(error), seconds=error.retry_after or row.seconds)
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
