"""Finds a message again after an unclear answer, by the operation id in its metadata, or by its words where it has none."""

import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.ports import Posted, PostedMessage, Posting, PostResult, TryLater, Unclear
from bot.slack.failures import SlackFailed, TooManyPages, pages
from bot.slack.ids import MetadataEvent
from bot.slack.refusals import RefusalMeaning, means

# How far back history is searched before the first attempt (clocks differ, and are set), and how many pages.
SEARCH_MARGIN = 2 * 3600
SEARCH_PAGES = 5
# The same for a message that has only its words: an earlier one may have the same.
WORDS_MARGIN = 60

Listing = Callable[..., Awaitable[AsyncSlackResponse]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A search for one posting, of which `text` is what it would say.

    `marked` is False where Slack is known to drop the metadata of such messages: that none is found proves nothing then.
    By a clock that was ahead when the message was sent, the message is older than its first attempt: where the clock may
    have been wrong, the search goes back as far as it can. `now`: unix seconds.
    """

    client: AsyncWebClient
    posting: Posting
    text: str
    now: float
    marked: bool = True

    async def result(self, channel: str) -> PostResult:
        """Where the message stands, that it does not, or that it cannot be told. Raises SlackFailed."""
        since = {"channel": channel}
        if self._first is not None:
            since["oldest"] = str(self._first - SEARCH_MARGIN)
        client, thread, found = self.client, self.posting.thread, None
        try:
            if thread:
                found = await self._among(client.conversations_replies, since | {"ts": thread.ts})
            found = found or await self._among(client.conversations_history, since)
        except TooManyPages:
            return Unclear(reason="too many newer messages to search")
        if found:
            return Posted(message=PostedMessage(channel=channel, ts=found))
        if not self.marked:
            return Unclear(reason="Slack does not keep what such a message could be known by")
        return TryLater(reason="not in the channel")

    @property
    def _first(self) -> int | None:
        """When it was tried first; None where the clock was ahead then."""
        first = self.posting.first_tried_at or 0
        return first if first <= self.now else None

    async def _among(self, ask: Listing, arguments: dict[str, str]) -> str | None:
        """The `ts` of the message of this operation, if it is in the list."""
        try:
            listing = pages(ask, at_most=SEARCH_PAGES, include_all_metadata=True, limit=200, **arguments)
            async for page in listing:
                for message in page.get("messages") or []:
                    if _operation(message) == self.posting.operation_id or self._says_the_same(message):
                        return str(message["ts"])
        except SlackFailed as error:
            if means(error) is not RefusalMeaning.UNTHREADED:
                raise
        return None

    def _says_the_same(self, message: Mapping[str, Any]) -> bool:
        """Whether a bot's message that has lost its metadata has these words and can be as young."""
        if message.get("metadata") or not message.get("bot_id"):
            return False
        young = self._first is None or float(message["ts"]) >= self._first - WORDS_MARGIN
        return young and _plain(str(message.get("text") or "")) == _plain(self.text)


def _plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _operation(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != MetadataEvent.POSTING.value:
        return ""
    return str((metadata.get("event_payload") or {}).get("operation_id", ""))
