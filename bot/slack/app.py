"""Turns the rows of the features into Bolt listeners: one for each type of payload, and a dictionary behind it."""

import logging
import re
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.errors import StoreDown
from bot.slack import commands
from bot.slack.errors import InDirectMessage, InModal, InResponse, Where
from bot.slack.handlers import FEATURES
from bot.slack.handlers.help import how_to
from bot.slack.handlers.home import show_home
from bot.slack.identity import Identity
from bot.slack.ids import INPUT, base_of
from bot.slack.parts import Answer, ClickRun, Feature, Form, Parts, Subcommand
from bot.slack.payloads import Clicked, Submitted, Suggesting, Typed
from bot.slack.views.notice import refused
from bot.slack.views.said import Said

log = logging.getLogger(__name__)

Body = dict[str, Any]
_EVERY = re.compile("")


class Desk:
    """Takes what Slack sends, acknowledges it, and hands it to the feature that declared it."""

    def __init__(self, parts: Parts, features: Sequence[Feature] = FEATURES) -> None:
        self._parts = parts
        self._subcommands: Mapping[str, Subcommand] = {
            row.word: row for one in features for row in one.subcommands
        }
        self._clicks: Mapping[str, ClickRun] = {
            click: run for one in features for click, run in one.clicks.items()
        }
        self._forms: Mapping[str, Form] = {
            callback: form for one in features for callback, form in one.forms.items()
        }

    async def command(self, ack: AsyncAck, body: Body) -> None:
        """A slash command: usage at once, everything else after the acknowledgement."""
        typed = Typed.model_validate(body)
        words = commands.read(typed.text)
        row = self._subcommands.get(words.first)
        if row is None or words.first == "help":
            await ack(
                **_ephemeral(how_to(words.first, list(self._subcommands.values()), self._parts.command))
            )
            return
        await ack()
        log.info(
            "command",
            extra={"action": "command", "word": row.word, "user": typed.user, "channel": typed.channel},
        )
        where = InResponse(talk=self._parts.talk, response_url=typed.response_url)
        self._start(
            row.run(typed, words.rest, self._parts), where, key=f"command/{typed.trigger_id}", name=row.word
        )

    async def click(self, ack: AsyncAck, body: Body) -> None:
        """A button, menu or select: of a message, of Home, or an input of a form that redraws itself."""
        await ack()
        clicked = Clicked.read(body)
        base = base_of(clicked.action_id)
        if base == INPUT and clicked.view:
            form = self._forms.get(clicked.view.callback_id)
            run = form.changed if form else None
        else:
            run = self._clicks.get(base)
        if run is None:
            log.info(
                "click without effect", extra={"action": "click_ignored", "action_id": clicked.action_id}
            )
            return
        key = f"click/{clicked.trigger_id}/{clicked.action_id}"
        self._start(run(clicked, self._parts), self._where(clicked), key=key, name=base)

    def _where(self, clicked: Clicked) -> Where:
        talk = self._parts.talk
        if clicked.view and clicked.view.callback_id:
            return InModal(talk=talk, view_id=clicked.view.id, user=clicked.user, title="Versions")
        if clicked.response_url:
            return InResponse(talk=talk, response_url=clicked.response_url)
        return InDirectMessage(talk=talk, user=clicked.user)

    async def submission(self, ack: AsyncAck, body: Body) -> None:
        """A form: what is wrong with it, or a view that says it is being worked on, within three seconds."""
        submitted = Submitted.read(body)
        form = self._forms.get(submitted.view.callback_id)
        if form is None:
            await ack()
            return
        try:
            answer = await form.submitted(submitted, self._parts)
        except Exception as error:  # noqa: BLE001 - the person waits in front of an open modal: tell them there
            known, reference = self._parts.funnel.note(error)
            answer = {"response_action": "update", "view": refused("Versions", known, reference=reference)}
        await ack(**answer)

    async def suggestion(self, ack: AsyncAck, body: Body) -> None:
        """Options for what has been typed into a select; none rather than an error."""
        try:
            suggesting = Suggesting.read(body)
            form = self._forms.get(suggesting.view.callback_id) if suggesting.view else None
            answer: Answer = (
                await form.suggest(suggesting, self._parts) if form and form.suggest else {"options": []}
            )
        except Exception as error:  # noqa: BLE001 - a select without options is all that Slack can show
            self._parts.funnel.note(error)
            answer = {"options": []}
        await ack(**answer)

    async def home(self, body: Body) -> None:
        """The Home tab was opened."""
        event = body["event"]
        if event.get("tab", "home") == "home":
            where = InDirectMessage(talk=self._parts.talk, user=event["user"])
            self._start(
                show_home(event["user"], self._parts), where, key=f"event/{body.get('event_id')}", name="home"
            )

    def _start(self, work: Coroutine[Any, Any, None], where: Where, *, key: str, name: str) -> None:
        self._parts.tasks.start(self._parts.funnel.run(self._once(key, work), where), name=name)

    async def _once(self, key: str, work: Coroutine[Any, Any, None]) -> None:
        """Slack sends some things twice; a database that is away must not keep people from reading."""
        try:
            first = await self._parts.first_time(key)
        except StoreDown:
            first = True
        if first:
            await work
        else:
            work.close()
            log.info("delivered twice", extra={"action": "delivered_twice", "key": key})


def _ephemeral(said: Said) -> Answer:
    return {**said.arguments, "response_type": "ephemeral"}


def build_app(*, client: AsyncWebClient, identity: Identity, parts: Parts) -> AsyncApp:
    """A Bolt app that asks nobody before it answers: authorization is what `identity` knows.

    The signature has been verified by the guard (HTTP) or by the connection (Socket Mode).
    """

    async def authorize() -> AuthorizeResult:
        return identity.result

    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(
        logging.ERROR
    )  # it warns that `authorize` replaces the token, and of clicks that need no answer
    app = AsyncApp(
        logger=quiet,
        client=client,
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=True,
        attaching_function_token_enabled=False,
    )
    desk = Desk(parts)
    app.command(parts.command)(desk.command)
    app.action(_EVERY)(desk.click)
    app.view_submission(_EVERY)(desk.submission)
    app.view_closed(_EVERY)(_acknowledge)
    app.options(_EVERY)(desk.suggestion)
    app.event("app_home_opened")(desk.home)
    return app


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
