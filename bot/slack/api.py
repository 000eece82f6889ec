"""Everything the bot sends to Slack outside the outbox: answers, modals, Home and direct messages."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot.domain.secrets import for_operators, scrubbed_tree
from bot.proxies import proxy_for
from bot.slack.failures import SlackFailed, asked, refused
from bot.slack.refusals import RefusalMeaning, means, slowed_down
from bot.slack.views.blocks import Message, View

log = logging.getLogger(__name__)

# Where response URLs lead in Slack itself, commercial and governmental; a part behind the dot may stand in front.
SLACK_HOSTS = ("slack.com", "slack-gov.com")
# Slack says the second of private channels that the bot is not in.
_NO_MEMBER = frozenset({"not_in_channel", "channel_not_found"})
_SPENT = frozenset({"expired_trigger_id", "exchanged_trigger_id"})
# Slack may have done a part of it.
_UNCLEAR = frozenset({"", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
# What came too soon, or got no clear answer, is tried once more if that is not further off than a user waits.
TIMEOUT_SECONDS = 10.0
TRIGGER_SECONDS = 2.0  # of the three for which a trigger lives
AGAIN_SECONDS = 1.0
FIRST_NO_SUCCESS = 300  # a redirect leads elsewhere, and is not followed
MAX_BYTES = 4096  # of what is said about an answer that was not taken
Answer = TypeVar("Answer")


class TriggerSpent(Exception):  # noqa: N818 - three seconds have passed: not an error
    """The trigger has expired or was used before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlackApi:
    """Calls to Slack on behalf of one interaction. Each raises SlackFailed, and what it says besides.

    What Slack refuses because it came too soon is sent once more after the time that it asks for; what may safely happen
    twice also after an answer that leaves open whether it has happened.
    """

    client: AsyncWebClient
    session: aiohttp.ClientSession
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def respond(
        self, response_url: str, said: Message, *, replace: bool = False, thread: str = ""
    ) -> None:
        """Answer where the person is, seen by them only: in the `thread`, if there is one; `replace` edits the message they clicked in.

        A response URL works five times within 30 minutes, also where the bot is no member, and needs no token.
        """
        body: dict[str, Any] = {**said.arguments, "replace_original": replace}
        if not replace:
            body |= {"response_type": "ephemeral"} | ({"thread_ts": thread} if thread else {})
        await self._asked(lambda: self._respond(response_url, body))

    async def _respond(self, response_url: str, body: dict[str, Any]) -> None:
        url = _answerable(response_url, self.client.base_url)
        request = self.session.post(
            url, json=scrubbed_tree(body), proxy=proxy_for(response_url), allow_redirects=False
        )
        async with request as answer:
            if answer.status >= FIRST_NO_SUCCESS:
                words = (await answer.content.read(MAX_BYTES)).decode(errors="replace")
                raise refused(answer.status, for_operators(words)[:100], answer.headers)

    async def open(self, trigger_id: str, view: View) -> str:
        """Open a modal within the trigger's three seconds; its view id. Raises TriggerSpent."""
        answer = await self._in_time(lambda: self.client.views_open(trigger_id=trigger_id, view=view))
        return str(answer["view"]["id"])

    async def push(self, trigger_id: str, view: View) -> None:
        """Lay a modal over the one in which the trigger arose. Raises TriggerSpent."""
        await self._in_time(lambda: self.client.views_push(trigger_id=trigger_id, view=view))

    async def _in_time(self, call: Callable[[], Awaitable[AsyncSlackResponse]]) -> AsyncSlackResponse:
        try:
            return await self._asked(call, timeout_seconds=TRIGGER_SECONDS)
        except SlackFailed as error:
            if error.code in _SPENT:
                raise TriggerSpent from error
            raise

    async def update(self, view_id: str, view: View) -> bool:
        """Change an open modal; False if the user has closed it."""
        try:
            await self._asked(lambda: self.client.views_update(view_id=view_id, view=view), twice=True)
        except SlackFailed as error:
            if error.code != "not_found":
                raise
            return False
        return True

    async def publish_home(self, user: str, view: View) -> None:
        await self._asked(lambda: self.client.views_publish(user_id=user, view=view), twice=True)

    async def is_member(self, channel: str) -> bool:
        """Whether the bot may post in a channel, as far as Slack says; whatever else is wrong shows when it posts."""
        try:
            await self._asked(lambda: self.client.conversations_history(channel=channel, limit=1), twice=True)
        except SlackFailed as error:
            return error.code not in _NO_MEMBER
        return True

    async def tell(self, channel: str, user: str, said: Message, *, thread: str = "") -> None:
        """Answer what a user said there: in a direct message for good, elsewhere for their eyes only, in the `thread` if there is one."""
        where: dict[str, Any] = {"channel": channel} | ({"thread_ts": thread} if thread else {})
        if channel.startswith("D"):
            await self._asked(lambda: self.client.chat_postMessage(**where, **said.arguments))
            return
        try:
            await self._asked(lambda: self.client.chat_postEphemeral(**where, user=user, **said.arguments))
        except SlackFailed as error:
            if means(error) is not RefusalMeaning.LOST and error.code != "user_not_in_channel":
                raise
            await self.message(user, said)

    async def is_shared(self, channel: str) -> bool | None:
        """Whether people of another company read along in a channel; None if Slack does not say.

        Channels of a direct message have no others; workspaces of one organisation are one company.
        """
        try:
            answer = await self._asked(lambda: self.client.conversations_info(channel=channel), twice=True)
        except SlackFailed as error:
            log.warning(
                "channel unknown",
                extra={"action": "channel_unknown", "channel": channel, "error": str(error)},
            )
            return None
        return _is_shared(answer.get("channel") or {})

    async def message(self, user: str, said: Message) -> None:
        """A direct message."""
        await self._asked(lambda: self.client.chat_postMessage(channel=user, **said.arguments))

    async def _asked(
        self,
        call: Callable[[], Awaitable[Answer]],
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        twice: bool = False,
    ) -> Answer:
        """The answer; `twice`: it does no harm if it happens two times."""
        try:
            return await asked(call())
        except SlackFailed as error:
            wait = _wait(error, twice=twice)
            if wait is None or wait > timeout_seconds:
                raise
        await self.sleep(wait)
        return await asked(call())


def _answerable(response_url: str, api_url: str) -> URL:
    """The address, read as the client reads it. Raises SlackFailed for one that is neither Slack's nor of the server of the Web API.

    Who can make the bot take a payload for one of Slack's shall not learn from it what projects and versions there are.
    """
    try:
        url = URL(response_url)
        host = (url.host or "").lower()
        is_slacks = url.scheme == "https" and any(f".{host}".endswith(f".{one}") for one in SLACK_HOSTS)
        if is_slacks or (url.scheme in {"http", "https"} and host == (URL(api_url).host or "").lower()):
            return url
    except ValueError:
        host = ""
    log.warning("response_url refused", extra={"action": "response_url_refused", "host": host[:200]})
    raise SlackFailed("The address to answer at is not one of Slack's.", unsent=True)


def _is_shared(channel: Mapping[str, Any]) -> bool | None:
    """https://docs.slack.dev/reference/objects/conversation-object: `is_shared` is also said within an organisation."""
    said = [channel.get(name) for name in ("is_ext_shared", "is_pending_ext_shared")]
    if any(said) or (channel.get("is_shared") and not channel.get("is_org_shared")):
        return True
    return False if isinstance(channel.get("is_ext_shared"), bool) else None


def _wait(error: SlackFailed, *, twice: bool) -> float | None:
    """Seconds until it is worth trying again; None if it is not."""
    if slowed_down(error):
        return AGAIN_SECONDS if error.retry_after is None else error.retry_after
    return AGAIN_SECONDS if twice and error.code in _UNCLEAR else None
