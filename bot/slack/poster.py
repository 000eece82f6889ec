"""Puts notifications into Slack and says what became of each: the only caller of chat.postMessage with metadata."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.notifications import Notification, VersionCard
from bot.domain.ports import Clock, Message, Never, Posted, Posting, PostResult, TryLater, Unclear
from bot.slack.ids import MetadataEvent
from bot.slack.views.links import Links
from bot.slack.views.notifications import render
from bot.slack.views.said import Said

log = logging.getLogger(__name__)

# A message is called late if the change was written down so many seconds before it is sent.
LATE_SECONDS = 120
# How far back history is searched before the first attempt (clocks differ), and how many pages.
SEARCH_MARGIN = 60
SEARCH_PAGES = 5

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


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackPoster:
    """Implements the Poster port. `client` must not retry by itself: Slack has no key that would drop a repeated post."""

    client: AsyncWebClient
    links: Links
    clock: Clock

    async def post(self, posting: Posting) -> PostResult:
        """Post, or edit where the message stands already; exactly one request that writes."""
        said = self._render(posting)
        metadata = _metadata(posting)
        try:
            if posting.message:
                return await self._edit(posting.message, said, metadata)
            channel = await self._channel(posting.destination)
            answer = await self.client.chat_postMessage(
                channel=channel,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=posting.thread.ts if posting.thread else None,
                **said.arguments,
            )
            return Posted(message=Message(channel=answer["channel"], ts=answer["ts"]))
        except SlackApiError as error:
            return result_of(error)
        except aiohttp.ClientConnectorError as error:
            return TryLater(reason=f"Slack is not reachable: {error}", whole_workspace=True)
        except (aiohttp.ClientError, TimeoutError) as error:
            return Unclear(reason=f"no answer from Slack: {error!r}")

    async def _edit(self, message: Message, said: Said, metadata: dict[str, Any]) -> PostResult:
        try:
            await self.client.chat_update(
                channel=message.channel, ts=message.ts, metadata=metadata, **said.arguments
            )
        except SlackApiError as error:
            if error.response.get("error") in _MESSAGE_GONE:
                return Never(reason="the card was deleted in Slack", destination_lost=False)
            raise
        return Posted(message=message)

    async def _channel(self, destination: str) -> str:
        """A person's direct message has a channel of its own; it is needed to find the message again."""
        if not destination.startswith(("U", "W")):
            return destination
        answer = await self.client.conversations_open(users=destination)
        return str(answer["channel"]["id"])

    def _render(self, posting: Posting) -> Said:
        late = int(self.clock.now().timestamp()) - posting.created_at
        notification: Notification = posting.notification
        return render(
            notification,
            links=self.links,
            late_seconds=late if late >= LATE_SECONDS and not isinstance(notification, VersionCard) else 0,
            direct=posting.destination.startswith(("U", "W")),
        )

    async def find(self, posting: Posting) -> PostResult:
        """Search the channel's history, or the card's thread, for the operation id."""
        if posting.first_tried_at is None:
            return TryLater(reason="never tried")
        try:
            channel = await self._channel(posting.destination)
            return await self._search(posting, channel)
        except SlackApiError as error:
            found = result_of(error)
            if isinstance(found, TryLater) and error.response.get("error") != "missing_scope":
                return TryLater(
                    reason=found.reason, seconds=found.seconds or 5, whole_workspace=found.whole_workspace
                )
            return Unclear(reason=found.reason) if isinstance(found, TryLater) else found
        except (aiohttp.ClientError, TimeoutError) as error:
            return Unclear(reason=f"no answer from Slack: {error!r}")

    async def _search(self, posting: Posting, channel: str) -> PostResult:
        arguments: dict[str, Any] = {
            "channel": channel,
            "include_all_metadata": True,
            "oldest": str((posting.first_tried_at or 0) - SEARCH_MARGIN),
            "limit": 200,
        }
        for _ in range(SEARCH_PAGES):
            if posting.thread:
                answer = await self.client.conversations_replies(ts=posting.thread.ts, **arguments)
            else:
                answer = await self.client.conversations_history(**arguments)
            for message in answer.get("messages") or []:
                if _operation(message) == posting.operation_id:
                    return Posted(message=Message(channel=channel, ts=message["ts"]))
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return TryLater(reason="not in the channel")
            arguments["cursor"] = cursor
        return Unclear(reason="too many newer messages to search")


def result_of(error: SlackApiError) -> PostResult:
    """What an error of Slack's means for a posting; the tables above."""
    response = error.response
    status, code = response.status_code, response.get("error") or ""
    if status == 429 or code in _LATER:  # noqa: PLR2004 - HTTP
        return TryLater(reason=code or "ratelimited", seconds=float(_retry_after(response.headers)))
    if status >= 500 or code in _UNCLEAR or not code:  # noqa: PLR2004 - HTTP
        return Unclear(reason=f"Slack answered {status} {code}".strip())
    if code in _CHANNEL_LOST:
        return Never(reason=_CHANNEL_LOST[code], destination_lost=True)
    if code in _WORKSPACE_WAITS:
        return TryLater(reason=f"Slack refuses the bot: {code}", seconds=60, whole_workspace=True)
    return Never(reason=f"Slack refused the message: {code}", destination_lost=False)


def _retry_after(headers: Mapping[str, Any]) -> float:
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    text = str(value[0] if isinstance(value, list) else value)
    return float(text) if text.isdigit() else 1.0


def _metadata(posting: Posting) -> dict[str, Any]:
    return {
        "event_type": MetadataEvent.POSTING.value,
        "event_payload": {
            "operation_id": posting.operation_id,
            "project": posting.project,
            "version_name": posting.version_name,
        },
    }


def _operation(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MetadataEvent.POSTING.value:
        return ""
    return str((metadata.get("event_payload") or {}).get("operation_id", ""))
