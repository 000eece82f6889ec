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
    Refused,
    Rejected,
    ReleaseBotError,
    StoreDown,
)
from bot.domain.requests import Field, FieldError
from bot.slack.api import TriggerSpent, ViewGone
from bot.slack.context import Context, Work
from bot.slack.ids import Callback
from bot.slack.metadata import OUTDATED, FormMetadata, Outdated
from bot.slack.payloads import Acknowledgement, Asked, ViewState
from bot.slack.replies import InModal
from bot.slack.text import code
from bot.slack.views.message import Message, View
from bot.slack.views.notice import loading, outcome, working

# How long the answer to a submission may take to be on the screen.
ANSWER_TRAVELS_SECONDS = 0.25


class TooLate(Refused):
    """Slack gives three seconds to open a form."""

    remedy = "Please try again."


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


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenModal:
    """One modal on somebody's screen, and the draft behind it."""

    draft: Draft
    view_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModalFlow(Generic[FormT]):
    """One kind of modal, from opening it to telling how it ended.

    `draw` gives the view of a form and a draft's id. `closed` tells somebody who has closed the form why it comes back:
    the form, the error, the draft's id and the reference under which the log has it. After the errors in `final` it does
    not come back, but from a `resumable` one there is a way back to it.
    """

    callback: Callback
    title: str
    form: type[FormT]
    draw: Callable[[FormT, str], View]
    closed: Callable[[FormT, ReleaseBotError, str, str], Message]
    final: tuple[type[ReleaseBotError], ...]
    resumable: bool = False

    async def open(
        self, asked: Asked, fill: Callable[[OpenModal], Work], ctx: Context, *, channel: str = ""
    ) -> None:
        """Open it within the trigger's three seconds, or in the modal that was clicked in; then `fill` it.

        `channel` is where the outcome is told, if not where the person is. Raises TooLate.
        """
        told = channel or _place(asked)
        draft = ctx.drafts.new(
            self.callback,
            user=asked.user,
            channel=told,
            opened_in=ctx.actor.channel,
            thread=ctx.services.subscriptions.place.thread,
        )
        modal = OpenModal(draft=draft, view_id=await self._opened(asked, draft, ctx))
        await ctx.reporter.run(fill(modal), self._where(modal, ctx))

    async def _opened(self, asked: Asked, draft: Draft, ctx: Context) -> str:
        view = loading(self.title, draft=draft.id)
        if asked.modal:
            await ctx.slack_api.update(asked.modal, view)
            return asked.modal
        try:
            return await ctx.slack_api.open(asked.trigger_id, view)
        except TriggerSpent as error:
            raise TooLate("The form could not open: it took more than three seconds.") from error

    def _where(self, modal: OpenModal, ctx: Context) -> InModal:
        return InModal(
            slack_api=ctx.slack_api,
            view_id=modal.view_id,
            user=modal.draft.user,
            title=self.title,
            draft=modal.draft.id,
            resumable=self.resumable and bool(modal.draft.content),
        )

    async def kept(self, view: ViewState, ctx: Context) -> tuple[OpenModal, FormT]:
        """The person's own draft behind a modal.

        Raises NotFound if it has been cleaned up or is not theirs, Outdated if it cannot be read any more.
        """
        draft = await ctx.drafts.get(FormMetadata.unpack(view.private_metadata).draft, user=ctx.actor.user)
        return OpenModal(draft=draft, view_id=view.id), self.read(draft)

    def read(self, draft: Draft) -> FormT:
        """What was typed. Raises Outdated."""
        try:
            return self.form.model_validate_json(draft.content)
        except ValidationError as error:
            raise Outdated(OUTDATED) from error

    async def show(self, modal: OpenModal, form: FormT, ctx: Context) -> None:
        """Keep the form and draw it."""
        await ctx.drafts.save(modal.draft, form.model_dump_json(), view_id=modal.view_id)
        await _show(modal, self.draw(form, modal.draft.id), None, ctx)

    def shown(self, modal: OpenModal, form: FormT) -> Acknowledgement:
        """The answer to a submission that has to be looked at again."""
        return {"response_action": "update", "view": self.draw(form, modal.draft.id)}

    def completing(self, modal: OpenModal, work: Callable[[], Work], ctx: Context) -> Acknowledgement:
        """The answer to a submission in which something was missing that `work` now fetches and shows."""
        self.go_on(modal, work, ctx)
        return {"response_action": "update", "view": loading(self.title, draft=modal.draft.id)}

    async def send(
        self,
        modal: OpenModal,
        form: FormT,
        doing: Doing,
        done: str,
        ctx: Context,
        *,
        again: Callable[[], FormT] | None = None,
    ) -> Acknowledgement:
        """Take the submission, once however often it is delivered; the answer. Zadig is asked after that.

        `done` is mrkdwn that says how it ended if it went well. `again` gives the form as it comes back if not, where that
        is another than was sent.
        """
        if await ctx.drafts.submit(modal.draft, form.model_dump_json()):
            sent = again or (lambda: form)
            self.go_on(modal, lambda: self._carry_out(modal, sent, doing, done, ctx), ctx)
        what = f"Sending your request for {code(f'{form.project}/{form.version_name}')} to Zadig…"
        return {"response_action": "update", "view": working(self.title, what, draft=modal.draft.id)}

    def go_on(self, modal: OpenModal, work: Callable[[], Work], ctx: Context) -> None:
        """Work that goes on after a submission has been answered; its errors are told in the modal."""
        work_then_told = ctx.reporter.run(_after_the_answer(work), self._where(modal, ctx))
        ctx.tasks.start(work_then_told, name=self.callback)

    async def _carry_out(
        self, modal: OpenModal, again: Callable[[], FormT], doing: Doing, done: str, ctx: Context
    ) -> None:
        try:
            await doing(modal.draft)
        except self.final as error:
            if not isinstance(error, OutcomeUnknown):  # what became of that is found out later
                await _finish(modal.draft, again(), ctx)
            raise
        except ReleaseBotError as error:
            await self._give_back(modal, again(), error, ctx)
        else:
            await _show(modal, outcome(self.title, done, draft=modal.draft.id), None, ctx)
            await _finish(modal.draft, again(), ctx)

    async def _give_back(self, modal: OpenModal, form: FormT, error: ReleaseBotError, ctx: Context) -> None:
        _, reference = ctx.reporter.note(error)
        again = form.rejected(*blame(error), error.raw)
        await ctx.drafts.reopen(modal.draft, again.model_dump_json())
        otherwise = self.closed(again, error, modal.draft.id, reference)
        await _show(modal, self.draw(again, modal.draft.id), otherwise, ctx)


async def _after_the_answer(work: Callable[[], Work]) -> None:
    """What is sent at once could overtake the answer to the submission, which would then be painted over it."""
    await asyncio.sleep(ANSWER_TRAVELS_SECONDS)
    await work()


def _place(asked: Asked) -> str:
    """Where the outcome is told. A modal is in no channel: it is the one where it was opened."""
    opened_in = FormMetadata.channel_of(asked.view.private_metadata) if asked.view else ""
    return asked.channel or opened_in or asked.user


async def _show(modal: OpenModal, view: View, otherwise: Message | None, ctx: Context) -> None:
    """Change the modal; if the person has closed it, say `otherwise` in a direct message."""
    try:
        await ctx.slack_api.update(modal.view_id, view)
    except ViewGone:
        if otherwise is not None:
            await ctx.slack_api.message(modal.draft.user, otherwise)


async def _finish(draft: Draft, form: Form, ctx: Context) -> None:
    """The version is what the person asked about, not how the draft fares."""
    try:
        await ctx.drafts.finish(draft, form.model_dump_json())
    except StoreDown as error:
        ctx.reporter.note(error)


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
