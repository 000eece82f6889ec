"""Everything the bot sends to Slack outside the outbox: answers, modals, Home and direct messages."""

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.views.said import Said, View

log = logging.getLogger(__name__)


class ViewGone(Exception):  # noqa: N818 - the person closed it: nobody's error
    """The modal is not open any more."""


class TriggerSpent(Exception):  # noqa: N818 - three seconds have passed: nobody's error
    """The trigger has expired or was used before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Calls to Slack on behalf of one interaction. Raises slack_sdk's and aiohttp's errors unless it says otherwise."""

    client: AsyncWebClient
    session: aiohttp.ClientSession

    async def respond(self, response_url: str, said: Said, *, replace: bool = False) -> None:
        """Answer where the person is, seen by them only; `replace` edits the message they clicked in.

        A response URL works five times within 30 minutes, also where the bot is no member, and needs no token.
        """
        body: dict[str, Any] = {**said.arguments, "replace_original": replace}
        if not replace:
            body["response_type"] = "ephemeral"
        async with self.session.post(response_url, json=body) as answer:
            if answer.status >= 400:  # noqa: PLR2004 - HTTP
                text = (await answer.text())[:200]
                log.warning(
                    "response refused",
                    extra={"action": "response_refused", "status": answer.status, "answer": text},
                )

    async def open(self, trigger_id: str, view: View) -> str:
        """Open a modal within the trigger's three seconds; its view id. Raises TriggerSpent."""
        try:
            answer = await self.client.views_open(trigger_id=trigger_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") in ("expired_trigger_id", "exchanged_trigger_id"):
                raise TriggerSpent from error
            raise
        return str(answer["view"]["id"])

    async def update(self, view_id: str, view: View) -> None:
        """Change an open modal. Raises ViewGone if the person has closed it."""
        try:
            await self.client.views_update(view_id=view_id, view=view)
        except SlackApiError as error:
            if error.response.get("error") == "not_found":
                raise ViewGone from error
            raise

    async def publish_home(self, user: str, view: View) -> None:
        await self.client.views_publish(user_id=user, view=view)

    async def message(self, user: str, said: Said) -> None:
        """A direct message."""
        await self.client.chat_postMessage(channel=user, **said.arguments)
