"""Bolt and its listeners: one for each type of payload, all of them the dispatcher's."""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.secrets import class_and_message, scrubbed
from bot.slack.context import Feature, Shared
from bot.slack.dispatcher import Dispatcher
from bot.slack.handlers import FEATURES
from bot.slack.identity import Identity

log = logging.getLogger(__name__)

Body = dict[str, Any]
_EVERY = re.compile("")


class Bolt(AsyncApp):
    """Bolt in front of the dispatcher, which answers where Bolt cannot."""

    dispatcher: Dispatcher

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        response = await self.dispatcher.dispatched(req.body, super().async_dispatch(req))
        response.body = scrubbed(response.body)
        return response


def _quiet() -> logging.Logger:
    """Bolt warns that `authorize` replaces the token, and of requests that need no answer."""
    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def answered(app: AsyncApp, payload: Body, headers: Mapping[str, str]) -> BoltResponse:
    """Bolt's answer to a payload that has been verified and read; 400 for one that Bolt cannot even hold."""
    try:
        # In Bolt's words this mode is the one in which the body has been read already.
        request = AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(headers))
    except (AttributeError, KeyError, TypeError) as error:
        log.warning("malformed", extra={"action": "malformed", "error": class_and_message(error)})
        return BoltResponse(status=400, body={"error": "malformed payload"})
    return await app.async_dispatch(request)


def build_app(
    *, client: AsyncWebClient, identity: Identity, shared: Shared, features: Sequence[Feature] = FEATURES
) -> AsyncApp:
    """A Bolt app that asks nothing before it answers: authorization is what `identity` knows.

    The signature has been verified by the guard (HTTP) or by the connection (Socket Mode).
    """

    async def authorize() -> AuthorizeResult:
        return identity.result

    app = Bolt(
        logger=_quiet(),
        client=client,
        authorize=authorize,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ssl_check_enabled=True,
        attaching_function_token_enabled=False,
    )
    dispatcher = app.dispatcher = Dispatcher(shared, features, me=lambda: identity.result.bot_user_id)
    app.command(_EVERY)(dispatcher.command)
    app.action(_EVERY)(dispatcher.click)
    app.view_submission(_EVERY)(dispatcher.submission)
    app.view_closed(_EVERY)(dispatcher.closing)
    app.options(_EVERY)(dispatcher.suggestion)
    app.event("app_home_opened")(dispatcher.home)
    app.event("app_mention")(dispatcher.spoken)
    app.event("message")(dispatcher.spoken)
    app.error(dispatcher.unread)
    return app
