"""Puts notifications into Slack and says what became of each: the only caller of chat.postMessage with metadata."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.notifications import Notification, OutcomeDigest, VersionCard
from bot.domain.ports import Clock, Posted, PostedMessage, Posting, PostResult, TryLater, Unclear
from bot.slack.failures import SlackFailed, asked
from bot.slack.ids import MetadataEvent
from bot.slack.message_search import Search
from bot.slack.refusals import ANSWERED_SETTLES, RefusalMeaning, means, not_found_out, not_sent, result_of
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.notifications import render
from bot.slack.views.version_card import mentions
from bot.slack.wire import TooLateToSend, sent_before

log = logging.getLogger(__name__)

_CANNOT_ASK = frozenset({"missing_scope", "unknown_method"})
# As errors and as warnings: https://docs.slack.dev/messaging/message-metadata.
_METADATA_REFUSED = frozenset(
    {
        "invalid_metadata_schema",
        "invalid_metadata_format",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackPoster:
    """Implements the Poster port. `client` must not retry by itself: Slack has no key that would drop a repeated post.

    `unmarked` are the kinds of notifications of which Slack has not kept the metadata.
    """

    client: AsyncWebClient
    links: Links
    clock: Clock
    unmarked: set[str] = field(default_factory=set)

    async def post(self, posting: Posting) -> PostResult:
        """Post, or edit where the message stands already; nothing is sent twice that may have arrived."""
        said = self._render(posting)
        try:
            channel = posting.message.channel if posting.message else await self._channel(posting.destination)
        except SlackFailed as error:
            return not_sent(error)
        try:
            with sent_before(posting.send_before):
                if posting.message:
                    return await self._edit(posting, posting.message, said)
                return await self._send(posting, channel, said)
        except TooLateToSend:
            return TryLater(reason="the claim ran out before the message was sent", seconds=0)
        except SlackFailed as error:
            return result_of(error)

    async def _send(self, posting: Posting, channel: str, said: Message) -> PostResult:
        thread = posting.thread.ts if posting.thread else None
        try:
            return await self._post(posting, channel, said, thread)
        except SlackFailed as error:
            if thread is None or means(error) is not RefusalMeaning.UNTHREADED:
                raise
            return await self._post(posting, channel, said, None)

    async def _post(self, posting: Posting, channel: str, said: Message, thread: str | None) -> PostResult:
        send = partial(
            self.client.chat_postMessage,
            channel=channel,
            unfurl_links=False,
            unfurl_media=False,
            thread_ts=thread,
            **said.arguments,
        )
        answer = await self._marked(posting, send)
        if not answer.get("ts"):
            return Unclear(reason="Slack did not say where the message stands", settles_in=ANSWERED_SETTLES)
        message = PostedMessage(channel=answer.get("channel") or channel, ts=answer["ts"])
        return Posted(message=message, unfinished=_says_less(posting))

    async def _edit(self, posting: Posting, message: PostedMessage, said: Message) -> PostResult:
        update = partial(self.client.chat_update, channel=message.channel, ts=message.ts, **said.arguments)
        await self._marked(posting, update)
        return Posted(message=message)

    async def _marked(
        self, posting: Posting, call: Callable[..., Awaitable[AsyncSlackResponse]]
    ) -> AsyncSlackResponse:
        """The answer to a call with the operation id in its metadata, and without it where Slack refuses the metadata.

        Either way Slack may keep none: then later searches must not rely on it.
        """
        try:
            answer = await asked(call(metadata=_metadata(posting)))
        except SlackFailed as error:
            if error.code not in _METADATA_REFUSED:
                raise
            self._is_unmarked(posting, error.code)
            return await asked(call())
        if refused := _METADATA_REFUSED & set(_warnings(answer)):
            self._is_unmarked(posting, *refused)
        return answer

    def _is_unmarked(self, posting: Posting, *codes: str) -> None:
        kind = posting.notification.kind
        self.unmarked.add(kind)
        fields = {"kind": kind, "project": posting.project, "code": " ".join(codes)}
        log.warning("metadata refused", extra={"action": "metadata_refused", **fields})

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

    def _render(self, posting: Posting) -> Message:
        """A message that is edited was told in time, or has said so."""
        waited = self.clock.unix() - posting.created_at
        return render(
            posting.notification,
            links=self.links,
            late_seconds=0 if posting.message else waited,
            direct=_is_person(posting.destination),
            quiet=posting.message is None,
        )

    async def find(self, posting: Posting) -> PostResult:
        """Search the card's thread and the channel for the operation id; see `searching`."""
        if posting.first_tried_at is None:
            return TryLater(reason="never tried")
        search = Search(
            client=self.client,
            posting=posting,
            text=self._render(posting).text,
            now=self.clock.now().timestamp(),
            marked=posting.notification.kind not in self.unmarked,
        )
        try:
            found = await search.result(await self._channel(posting.destination))
        except SlackFailed as error:
            return not_found_out(error)
        return replace(found, unfinished=_says_less(posting)) if isinstance(found, Posted) else found


def _is_person(destination: str) -> bool:
    return destination.startswith(("U", "W"))


def _says_less(posting: Posting) -> bool:
    """Whether a new message leaves a user out that its first edit mentions."""
    return isinstance(posting.notification, VersionCard) and mentions(posting.notification)


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
    """What a fold tells, for programs: the first few versions, one a line, because Slack's metadata knows no lists."""
    if not isinstance(notification, OutcomeDigest):
        return {}
    return {"of": notification.of, "count": notification.count, "versions": "\n".join(notification.names)}


def _warnings(answer: AsyncSlackResponse) -> list[str]:
    """`response_metadata.warnings`, and `warning`, in which Slack puts them with commas between."""
    listed = (answer.get("response_metadata") or {}).get("warnings") or []
    return [*map(str, listed), *str(answer.get("warning") or "").split(",")]
