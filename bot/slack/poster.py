"""Puts notifications into Slack and says what became of each: the only caller of chat.postMessage with metadata."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.notifications import Notification, OutcomesFolded
from bot.domain.ports import Clock, Message, Never, Posted, Posting, PostResult, TryLater, Unclear
from bot.slack.failures import SlackFailed, asked
from bot.slack.ids import MetadataEvent
from bot.slack.sending import TooLateToSend, sent_before
from bot.slack.views.links import Links
from bot.slack.views.notifications import render
from bot.slack.views.said import Said

# How far back history is searched before the first attempt (clocks differ, and are set), and how many pages.
SEARCH_MARGIN = 2 * 3600
SEARCH_PAGES = 5
# How long a search waits that Slack does not answer, where it does not say so itself.
SEARCH_AGAIN_SECONDS = 5.0
# How long Slack may go on with a request after it has answered, after the connection broke, and after it was too slow.
ANSWERED_SETTLES, BROKEN_SETTLES, SLOW_SETTLES = 1.0, 5.0, 15.0

_CHANNEL_LOST = MappingProxyType(
    {
        "channel_not_found": "the channel does not exist any more, or the bot was removed from it",
        "not_in_channel": "the bot is not a member of the channel; invite it with /invite and subscribe again",
        "is_archived": "the channel is archived",
        "is_inactive": "the channel is archived",
        "restricted_action": "the workspace does not let the bot post in this channel",
        "restricted_action_read_only_channel": "the channel is read-only",
        "restricted_action_thread_only_channel": "the channel takes replies in threads only",
        "user_not_found": "Slack does not know this person any more",
        "user_disabled": "this person's account is switched off",
        "user_not_visible": "the bot may not see this person",
        "messages_tab_disabled": "the bot's Messages tab is switched off in its app settings",
        "cannot_dm_bot": "bots cannot be told anything",
        "team_not_found": "the workspace is gone",
    }
)
_WORKSPACE_WAITS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "org_login_required",
        "team_access_not_granted",
        "ekm_access_denied",
        "access_denied",
    }
)
# Slack: "some aspect of the operation may have succeeded".
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout"})
_LATER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable"})
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
# The card was deleted, or nobody may reply to it: the channel itself still hears.
_THREAD_LOST = frozenset(
    {
        "cannot_reply_to_message",
        "thread_not_found",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
    }
)


_CANNOT_ASK = frozenset({"missing_scope", "unknown_method"})


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackPoster:
    """Implements the Poster port. `client` must not retry by itself: Slack has no key that would drop a repeated post."""

    client: AsyncWebClient
    links: Links
    clock: Clock

    async def post(self, posting: Posting) -> PostResult:
        """Post, or edit where the message stands already; nothing is sent twice that may have arrived."""
        said = self._render(posting)
        try:
            channel = posting.message.channel if posting.message else await self._channel(posting.destination)
        except SlackFailed as error:
            return _not_sent(result_of(error))
        try:
            with sent_before(posting.send_before):
                if posting.message:
                    return await self._edit(posting, posting.message, said)
                return await self._send(posting, channel, said)
        except TooLateToSend:
            return TryLater(reason="the claim ran out before the message was sent", seconds=0)
        except SlackFailed as error:
            return result_of(error)

    async def _send(self, posting: Posting, channel: str, said: Said) -> PostResult:
        thread = posting.thread.ts if posting.thread else None
        try:
            return await self._post(posting, channel, said, thread)
        except SlackFailed as error:
            if thread is None or error.code not in _THREAD_LOST:
                raise
            return await self._post(posting, channel, said, None)

    async def _post(self, posting: Posting, channel: str, said: Said, thread: str | None) -> PostResult:
        answer = await asked(
            self.client.chat_postMessage(
                channel=channel,
                metadata=_metadata(posting),
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread,
                **said.arguments,
            )
        )
        if not answer.get("ts"):
            return Unclear(reason="Slack did not say where the message stands", settles_in=ANSWERED_SETTLES)
        return Posted(message=Message(channel=answer.get("channel") or channel, ts=answer["ts"]))

    async def _edit(self, posting: Posting, message: Message, said: Said) -> PostResult:
        try:
            await asked(
                self.client.chat_update(
                    channel=message.channel, ts=message.ts, metadata=_metadata(posting), **said.arguments
                )
            )
        except SlackFailed as error:
            if error.code in _MESSAGE_GONE:
                return Never(reason="its message in Slack was deleted or is closed", destination_lost=False)
            raise
        return Posted(message=message)

    async def _channel(self, destination: str) -> str:
        """A person's direct message has a channel of its own; it is needed to find the message again.

        Where the bot may not ask for it, posting to the person's id works all the same.
        """
        if not _is_person(destination):
            return destination
        try:
            answer = await asked(self.client.conversations_open(users=destination))
        except SlackFailed as error:
            if error.code not in _CANNOT_ASK:
                raise
            return destination
        return str((answer.get("channel") or {}).get("id") or destination)

    def _render(self, posting: Posting) -> Said:
        """A message that is edited was told in time, or has said so."""
        waited = int(self.clock.now().timestamp()) - posting.created_at
        return render(
            posting.notification,
            links=self.links,
            late_seconds=0 if posting.message else waited,
            direct=_is_person(posting.destination),
        )

    async def find(self, posting: Posting) -> PostResult:
        """Search the card's thread and the channel for the operation id.

        By a clock that was ahead when the message was sent, the message is older than its first attempt: where the clock
        may have been wrong, the search goes back as far as it can.
        """
        if posting.first_tried_at is None:
            return TryLater(reason="never tried")
        try:
            channel = await self._channel(posting.destination)
            return await self._search(posting, channel)
        except SlackFailed as error:
            return _not_found_out(error)

    async def _search(self, posting: Posting, channel: str) -> PostResult:
        since = {"channel": channel} | self._oldest(posting)
        found = None
        try:
            if posting.thread:
                found = await self._among(
                    self.client.conversations_replies, posting, since | {"ts": posting.thread.ts}
                )
            found = found or await self._among(self.client.conversations_history, posting, since)
        except _TooMany:
            return Unclear(reason="too many newer messages to search")
        return (
            Posted(message=Message(channel=channel, ts=found))
            if found
            else TryLater(reason="not in the channel")
        )

    def _oldest(self, posting: Posting) -> dict[str, str]:
        first = posting.first_tried_at or 0
        was_ahead = first > self.clock.now().timestamp()
        return {} if was_ahead else {"oldest": str(first - SEARCH_MARGIN)}

    async def _among(self, pages: "Listing", posting: Posting, arguments: dict[str, str]) -> str | None:
        """The `ts` of the message of this operation, if it is in the list."""
        try:
            async for message in _messages(pages, arguments):
                if _operation(message) == posting.operation_id:
                    return str(message["ts"])
        except SlackFailed as error:
            if error.code not in _THREAD_LOST:
                raise
        return None


Listing = Callable[..., Awaitable[AsyncSlackResponse]]


class _TooMany(Exception):  # noqa: N818 - nobody's error
    """The search ended before the list did."""


async def _messages(pages: Listing, arguments: dict[str, str]) -> AsyncIterator[Mapping[str, Any]]:
    """The messages of conversations.history or replies, with their metadata, page by page."""
    cursor: str | None = None
    for _ in range(SEARCH_PAGES):
        answer = await asked(pages(**arguments, include_all_metadata=True, limit=200, cursor=cursor))
        for message in answer.get("messages") or []:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
    raise _TooMany


def result_of(error: SlackFailed) -> PostResult:
    """What a refusal or a silence of Slack's means for a posting; the tables above."""
    if error.unsent:
        return TryLater(reason=str(error), whole_workspace=True)
    if error.status == 429 or error.code in _LATER:  # noqa: PLR2004 - HTTP
        return TryLater(reason=str(error), seconds=error.retry_after or 1.0)
    if not error.code or (error.status or 0) >= 500 or error.code in _UNCLEAR:  # noqa: PLR2004 - HTTP
        return Unclear(reason=f"{error} {error.raw}".strip(), settles_in=_settles_in(error))
    if error.code in _CHANNEL_LOST:
        return Never(reason=_CHANNEL_LOST[error.code], destination_lost=True)
    if error.code in _WORKSPACE_WAITS:
        return TryLater(reason=str(error), seconds=60, whole_workspace=True)
    return Never(reason=str(error), destination_lost=False)


def _settles_in(error: SlackFailed) -> float:
    if error.status is not None:
        return ANSWERED_SETTLES
    return SLOW_SETTLES if isinstance(error.__cause__, TimeoutError) else BROKEN_SETTLES


def _not_sent(result: PostResult) -> PostResult:
    """The same for a call that came before the message: nothing is unclear about that one."""
    return TryLater(reason=result.reason) if isinstance(result, Unclear) else result


def _not_found_out(error: SlackFailed) -> PostResult:
    """The same for a search: what keeps the bot from looking says nothing about the message."""
    result = result_of(error)
    if isinstance(result, TryLater) and error.code != "missing_scope":
        return replace(result, seconds=result.seconds or SEARCH_AGAIN_SECONDS)
    if isinstance(result, Never) and result.destination_lost:
        return result
    return Unclear(reason=str(error))


def _is_person(destination: str) -> bool:
    return destination.startswith(("U", "W"))


def _metadata(posting: Posting) -> dict[str, Any]:
    return {
        "event_type": MetadataEvent.POSTING.value,
        "event_payload": {
            "operation_id": posting.operation_id,
            "kind": posting.notification.kind,
            "project": posting.project,
            "version_name": posting.version_name,
            **_folded(posting.notification),
        },
    }


def _folded(notification: Notification) -> dict[str, Any]:
    """What a fold tells, for programs; of many versions the first few, because Slack says no limit and has one."""
    if not isinstance(notification, OutcomesFolded):
        return {}
    return {"of": notification.of, "count": notification.count, "versions": list(notification.names)}


def _operation(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MetadataEvent.POSTING.value:
        return ""
    return str((metadata.get("event_payload") or {}).get("operation_id", ""))
