"""What every modal has in common: it opens at once, is filled when Zadig has answered, and survives being closed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from pydantic import ValidationError

from bot.domain.drafts import Draft
from bot.domain.errors import (
    BadInput,
    NameTaken,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    StoreDown,
)
from bot.domain.requests import Field, FieldError
from bot.slack.context import Context, Work
from bot.slack.ids import Callback
from bot.slack.metadata import OUTDATED, FormMetadata, Outdated
from bot.slack.payloads import Acknowledgement, Asked, ViewState
from bot.slack.replies import ReplyTarget
from bot.slack.text import code
from bot.slack.views.blocks import Message, View
from bot.slack.views.notice import loading, outcome, working
from bot.slack.views.problem import problem


class Form(Protocol):
    """What was typed into a modal, as `bot.slack.forms` reads it and drafts keep it."""

    @property
    def project(self) -> str: ...

    @property
    def version_name(self) -> str: ...

    def rejected(self, problems: Iterable[FieldError], notes: Iterable[str] = (), raw: str = "") -> Self: ...

    def model_dump_json(self) -> str: ...

    @classmethod
    def model_validate_json(cls, json_data: str) -> Self: ...


FormT = TypeVar("FormT", bound=Form)
Doing = Callable[[Draft], Awaitable[None]]  # asks Zadig on behalf of the draft's person and channel


def _problem(_form: Form, error: ReleaseBotError, _draft: str, reference: str) -> Message:
    return problem(error, reference=reference)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModalFlow(Generic[FormT]):
    """One kind of modal, from opening it to telling how it ended.

    `draw` gives the view of a form and a draft's id. `closed` tells a user who has closed the form why it comes back: the
    form, the error, the draft's id and the reference under which the log has it. After the errors in `final` it does not
    come back, but from a `resumable` one there is a way back to it.
    """

    callback: Callback
    title: str
    form: type[FormT]
    draw: Callable[[FormT, str], View]
    final: tuple[type[ReleaseBotError], ...]
    closed: Callable[[FormT, ReleaseBotError, str, str], Message] = _problem
    resumable: bool = False

    async def open(
        self, ctx: Context, fill: Callable[["OpenModal[FormT]"], Work], *, channel: str = ""
    ) -> None:
        """Open it within the trigger's three seconds, or in the modal that was clicked in; then `fill` it.

        `channel` is where the outcome is told, if not where the user is. Raises TooLate.
        """
        place = ctx.services.subscriptions.place
        draft = ctx.services.drafts.new(
            self.callback,
            user=ctx.actor.user,
            channel=channel or _place(ctx.asked),
            opened_in=ctx.actor.channel,
            thread=place.thread,
        )
        view_id = await ctx.modal.open(loading(self.title, draft=draft.id))
        modal = OpenModal(flow=self, ctx=ctx, draft=draft, view_id=view_id)
        await ctx.shared.reporter.run(fill(modal), modal.reply_target)

    async def kept(self, view: ViewState, ctx: Context) -> tuple["OpenModal[FormT]", FormT]:
        """The user's own draft behind a modal.

        Raises NotFound if it has been cleaned up or is not theirs, Outdated if it cannot be read any more.
        """
        draft_id = FormMetadata.unpack(view.private_metadata).draft
        draft = await ctx.services.drafts.get(draft_id, user=ctx.actor.user)
        return OpenModal(flow=self, ctx=ctx, draft=draft, view_id=view.id), self.read(draft)

    def read(self, draft: Draft) -> FormT:
        """What was typed. Raises Outdated."""
        try:
            return self.form.model_validate_json(draft.content)
        except ValidationError as error:
            raise Outdated(OUTDATED) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenModal(Generic[FormT]):
    """One modal on a user's screen, and the draft behind it, within one interaction."""

    flow: ModalFlow[FormT]
    ctx: Context
    draft: Draft
    view_id: str

    @property
    def reply_target(self) -> ReplyTarget:
        return ReplyTarget(
            user=self.draft.user,
            view_id=self.view_id,
            title=self.flow.title,
            draft=self.draft.id,
            resumable=self.flow.resumable and bool(self.draft.content),
        )

    async def keep(self, form: FormT) -> None:
        await self.ctx.services.drafts.save(self.draft, form.model_dump_json())

    async def show(self, form: FormT) -> None:
        """Keep the form and draw it."""
        await self.ctx.services.drafts.save(self.draft, form.model_dump_json(), view_id=self.view_id)
        await self.ctx.modal.update(self.view_id, self.flow.draw(form, self.draft.id))

    def shown(self, form: FormT) -> Acknowledgement:
        """The answer to a submission that has to be looked at again."""
        return _update(self.flow.draw(form, self.draft.id))

    def completing(self, work: Callable[[], Work]) -> Acknowledgement:
        """The answer to a submission in which something was missing that `work` now fetches and shows."""
        self.go_on(work)
        return _update(loading(self.flow.title, draft=self.draft.id))

    async def send(
        self, form: FormT, doing: Doing, done: str, *, again: Callable[[], FormT] | None = None
    ) -> Acknowledgement:
        """Take the submission, once however often it is delivered; the answer. Zadig is asked after that.

        `done` is mrkdwn that says how it ended if it went well. `again` gives the form as it comes back if not, where that
        is another than was sent.
        """
        if await self.ctx.services.drafts.submit(self.draft, form.model_dump_json()):
            self.go_on(lambda: self._carry_out(again or (lambda: form), doing, done))
        what = f"Sending your request for {code(f'{form.project}/{form.version_name}')} to Zadig…"
        return _update(working(self.flow.title, what, draft=self.draft.id))

    def go_on(self, work: Callable[[], Work]) -> None:
        """Work that goes on after a submission has been answered; its errors are told in the modal."""
        reported = self.ctx.shared.reporter.run(self._after_the_answer(work), self.reply_target)
        self.ctx.shared.tasks.start(reported, name=self.flow.callback)

    async def _after_the_answer(self, work: Callable[[], Work]) -> None:
        """What is sent at once could overtake the answer to the submission, which would then be painted over it."""
        await asyncio.sleep(self.ctx.shared.policy.answer_travels)
        await work()

    async def _carry_out(self, again: Callable[[], FormT], doing: Doing, done: str) -> None:
        try:
            await doing(self.draft)
        except self.flow.final as error:
            if not isinstance(error, OutcomeUnknown):  # what became of that is found out later
                await self._finish(again())
            raise
        except ReleaseBotError as error:
            await self._give_back(again(), error)
        else:
            await self.ctx.modal.update(self.view_id, outcome(self.flow.title, done, draft=self.draft.id))
            await self._finish(again())

    async def _give_back(self, form: FormT, error: ReleaseBotError) -> None:
        _, reference = self.ctx.shared.reporter.note(error)
        again = form.rejected(*blame(error), error.raw)
        await self.ctx.services.drafts.reopen(self.draft, again.model_dump_json())
        otherwise = self.flow.closed(again, error, self.draft.id, reference)
        await self.ctx.modal.update(self.view_id, self.flow.draw(again, self.draft.id), otherwise=otherwise)

    async def _finish(self, form: FormT) -> None:
        """The version is what the user asked about, not how the draft fares."""
        try:
            await self.ctx.services.drafts.finish(self.draft, form.model_dump_json())
        except StoreDown as error:
            self.ctx.shared.reporter.note(error)


def _update(view: View) -> Acknowledgement:
    return {"response_action": "update", "view": view}


def _place(asked: Asked) -> str:
    """Where the outcome is told. A modal is in no channel: it is the one where it was opened."""
    told = FormMetadata.places(asked.view.private_metadata).told if asked.view else ""
    return asked.channel or told or asked.user


def blame(error: ReleaseBotError) -> tuple[tuple[FieldError, ...], tuple[str, ...]]:
    """Which field an error belongs under; what belongs under none becomes a note on top."""
    text = " ".join(part for part in (str(error), error.remedy) if part)
    match error:
        case BadInput(fields=fields):
            return fields, ()
        case NameTaken():
            return (FieldError(field=Field.VERSION_NAME, text=text),), ()
        case Rejected(field=field) if field:
            return (FieldError(field=field, text=text),), ()
        case _:
            return (), (text,)
