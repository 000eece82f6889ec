"""Takes every type of payload, acknowledges it, and looks up in a dictionary which row of the features it is for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.domain.errors import StoreDown
from bot.services.tasks import FairQueue, Start, TooManyWaiting
from bot.slack import commands
from bot.slack.context import ClickRun, Context, Feature, FormHandlers, Shared
from bot.slack.error_reporter import refused_submission, slow_submission
from bot.slack.handlers import FEATURES, outdated
from bot.slack.handlers.help import CommandLines
from bot.slack.handlers.watch import show_home
from bot.slack.ids import INPUT, Click, base_of
from bot.slack.payloads import (
    Acknowledgement,
    Asked,
    Clicked,
    Closed,
    Opened,
    Spoken,
    Submitted,
    Suggesting,
    Typed,
)
from bot.slack.replies import KnownError, ReplyTarget
from bot.slack.views.blocks import Message
from bot.slack.views.problem import problem

log = logging.getLogger(__name__)

Body = dict[str, Any]
Ack = Callable[..., Awaitable[BoltResponse]]  # as Bolt gives it to listeners
_UNKNOWN_FORM = FormHandlers(submitted=outdated.unknown_form)


class Dispatcher:
    """Takes what Slack sends, acknowledges it, and hands it to the feature that declared it."""

    def __init__(
        self,
        shared: Shared,
        features: Sequence[Feature] = FEATURES,
        *,
        me: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`me` is the bot's user id, as far as it is known by now."""
        self._shared = shared
        self._queue = FairQueue(shared.tasks)
        self._me = me
        self._lines = CommandLines((row for one in features for row in one.subcommands), shared.command)
        self._clicks: dict[str, ClickRun] = {Click.RUN: self._lines.clicked}
        self._clicks |= {click: run for one in features for click, run in one.clicks.items()}
        self._forms: dict[str, FormHandlers] = {
            id_: form for one in features for id_, form in one.forms.items()
        }

    def _context(self, asked: Asked) -> Context:
        keeps_form = asked.view is not None and asked.view.callback_id in self._forms
        return self._shared.context(asked, keeps_form=keeps_form)

    def _start(self, ctx: Context, work: Start, *, key: str, name: str) -> None:
        """When it is this user's turn, once for each key; what goes wrong is shown where they are, also that it was not taken."""
        reporter = self._shared.reporter
        try:
            self._queue.start(
                ctx.actor.user, lambda: reporter.run(self._once(ctx, key, work), ctx.target), name=name
            )
        except TooManyWaiting as error:
            self._shared.tasks.start(reporter.show(error, ctx.target), name=name)

    async def _once(self, ctx: Context, key: str, work: Start) -> None:
        """Slack sends some things twice. Those who may look at nothing are told so, whatever they want."""
        if await self._is_first(key):
            await ctx.actor.must_be_let_in()
            await work()
        else:
            log.info("delivered twice", extra={"action": "delivered_twice", "key": key})

    async def _is_first(self, key: str) -> bool:
        """A database that is away must not keep people from reading."""
        try:
            return not key or await self._shared.first_time(key)
        except StoreDown:
            return True

    async def command(self, ack: Ack, body: Body) -> None:
        """A slash command: usage at once, everything else after the acknowledgement."""
        typed = Typed.read(body)
        words = commands.read(typed.text)
        row = self._lines.row(words)
        if row is None or typed.command != self._shared.command:
            await ack(**_ephemeral(self._lines.usage(typed, words)))
            return
        try:
            self._queue.check(typed.user)
        except TooManyWaiting as error:
            await ack(**_ephemeral(problem(error, reference=self._shared.reporter.note(error)[1])))
            return
        await ack()
        log.info(
            "command",
            extra={"action": "command", "word": row.word, "user": typed.user, "channel": typed.channel},
        )
        ctx, key = self._context(typed), _key("command", typed.trigger_id)
        self._start(ctx, lambda: row.run(typed, words.rest, ctx), key=key, name=row.word)

    async def spoken(self, body: Body) -> None:
        """A message to the bot, or one that mentions it: the same words as behind the slash command do the same."""
        said = Spoken.read(body)
        me = self._me() or ""
        if not said.is_for_the_bot or said.user == me:
            return
        text = commands.spoken(said.text, command=self._shared.command, me=me)
        typed = said.as_typed(text, self._shared.command)
        log.info("spoken", extra={"action": "spoken", "user": said.user, "channel": said.channel})
        ctx, words = self._context(typed), commands.read(text)
        key = _key("spoken", said.channel, said.ts)
        self._start(ctx, lambda: self._lines.run(typed, words, ctx), key=key, name="spoken")

    async def click(self, ack: Ack, body: Body) -> None:
        """A button, menu or select: of a message, of Home, or an input of a form that redraws itself."""
        await ack()
        clicked = Clicked.read(body)
        base = base_of(clicked.action_id)
        run = self._changed(clicked) if base == INPUT else self._clicks.get(base, outdated.unknown)
        if run is None or base == Click.OPEN_LINK:
            return
        if run is outdated.unknown:
            log.info("outdated", extra={"action": "click_outdated", "action_id": clicked.action_id})
        key = _key("click", clicked.trigger_id, clicked.action_id)
        ctx, work = self._context(clicked), outdated.understood(run)
        self._start(ctx, lambda: work(clicked, ctx), key=key, name=base)

    def _changed(self, clicked: Clicked) -> ClickRun | None:
        form = self._forms.get(clicked.view.callback_id) if clicked.view else None
        return form.changed if form else outdated.unknown

    async def submission(self, ack: Ack, body: Body) -> None:
        """A form: what is wrong with it, or a view that says it is being worked on, within three seconds."""
        submitted = Submitted.read(body)
        form = self._forms.get(submitted.view.callback_id, _UNKNOWN_FORM)
        await ack(**await self._submitted(form, submitted))

    async def _submitted(self, form: FormHandlers, submitted: Submitted) -> Acknowledgement:
        """The form's answer; if it takes too long, it is finished all the same and speaks for itself in the modal."""
        view, reporter = submitted.view, self._shared.reporter
        answering = asyncio.ensure_future(form.submitted(submitted, self._context(submitted)))
        await asyncio.wait({answering}, timeout=self._shared.policy.ack)
        if answering.done():
            return await reporter.result(
                answering, otherwise=lambda error, reference: refused_submission(view, error, reference)
            )
        direct = ReplyTarget(user=submitted.user)
        self._shared.tasks.start(reporter.run(answering, direct), name=view.callback_id)
        return slow_submission(view)

    async def closing(self, ack: Ack, body: Body) -> None:
        """A form was closed without being submitted. No answer is waited for any more."""
        await ack()
        closed = Closed.read(body)
        form = self._forms.get(closed.view.callback_id)
        if form and form.closed:
            work = form.closed(closed, self._context(closed))
            self._shared.tasks.start(
                self._shared.reporter.run(work, ReplyTarget()), name=closed.view.callback_id
            )

    async def suggestion(self, ack: Ack, body: Body) -> None:
        """Options for what has been typed into a select; none rather than an error, or an answer too late."""
        suggesting = Suggesting.read(body)
        form = self._forms.get(suggesting.view.callback_id) if suggesting.view else None
        work = _suggested(form, suggesting, self._context(suggesting))
        await ack(**await self._shared.reporter.result(work, otherwise=lambda *_: {"options": []}))

    async def home(self, body: Body) -> None:
        opened = Opened.read(body)
        if opened.tab == "home":
            ctx, key = self._context(opened), _key("event", opened.event_id)
            self._start(ctx, lambda: show_home(opened.user, ctx), key=key, name="home")

    async def unread(self, error: Exception, body: Body) -> BoltResponse:
        """What cannot be taken or read: answered where a user waits, and never so that Slack sends it again."""
        if isinstance(error, BoltUnhandledRequestError):
            log.info("unhandled", extra={"action": "unhandled", "type": str(body.get("type"))})
            return BoltResponse(status=200)
        return _sorry(body, *self._shared.reporter.note(error))

    async def dispatched(self, body: Body, answering: Awaitable[BoltResponse]) -> BoltResponse:
        """Bolt's answer, also where Bolt itself stumbles over a payload."""
        return await self._shared.reporter.result(
            answering, otherwise=lambda error, reference: _sorry(body, error, reference)
        )


async def _suggested(form: FormHandlers | None, suggesting: Suggesting, ctx: Context) -> Acknowledgement:
    if form is None or form.suggest is None:
        return {"options": []}
    try:
        async with asyncio.timeout(ctx.shared.policy.ack):
            await ctx.actor.must_be_let_in()
            return await form.suggest(suggesting, ctx)
    except TimeoutError as error:
        raise StoreDown("The bot's database takes too long to answer.") from error


def _key(kind: str, delivery: str, *further: str) -> str:
    """What is the same when the same thing is delivered again; empty if nothing tells."""
    return "/".join((kind, delivery, *further)) if delivery else ""


def _sorry(body: Body, error: KnownError, reference: str) -> BoltResponse:
    if "command" in body:
        return BoltResponse(status=200, body=_ephemeral(problem(error, reference=reference)))
    if body.get("type") == "block_suggestion":
        return BoltResponse(status=200, body={"options": []})
    return BoltResponse(status=200)


def _ephemeral(said: Message) -> Acknowledgement:
    return {**said.arguments, "response_type": "ephemeral"}
