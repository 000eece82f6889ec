"""Where a person waits for an answer: messages and errors reach them below what they typed or clicked, in the modal, or by direct message."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from bot.domain.errors import OutcomeUnknown
from bot.slack.api import SlackApi, TriggerSpent, ViewGone
from bot.slack.error_reporter import Known
from bot.slack.failures import SlackFailed
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Asked, Typed, ViewState
from bot.slack.views.message import Message
from bot.slack.views.notice import refused, told
from bot.slack.views.problem import problem


@dataclass(frozen=True, kw_only=True, slots=True)
class InModal:
    """In an open modal, in place of what it shows; if the person has closed it, by direct message.

    `draft` is the id of the draft behind it; a form that is `resumable` can be had back unless the outcome is unknown.
    """

    slack_api: SlackApi
    view_id: str
    user: str
    title: str
    draft: str = ""
    resumable: bool = False

    async def tell(self, error: Known, reference: str) -> None:
        resumable = self.resumable and not isinstance(error, OutcomeUnknown)
        view = refused(self.title, error, reference=reference, draft=self.draft, resumable=resumable)
        try:
            await self.slack_api.update(self.view_id, view)
        except ViewGone:
            await self.slack_api.message(self.user, problem(error, reference=reference))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a payload says of the place; everything but the user may be missing, which leaves a direct message.

    `channel` is where they typed or spoke to the bot. `keeps_input`: the `view` is a form, which an error must not replace.
    """

    slack_api: SlackApi
    user: str
    channel: str = ""
    thread: str = ""
    response_url: str = ""
    trigger_id: str = ""
    view: ViewState | None = None
    keeps_input: bool = False

    @classmethod
    def to(cls, asked: Asked, slack_api: SlackApi, *, forms: Container[str] = ()) -> Self:
        """`forms` are the callback ids of views that people fill in."""
        return cls(
            slack_api=slack_api,
            user=asked.user,
            channel=asked.channel if isinstance(asked, Typed) else "",
            thread=asked.thread,
            response_url=asked.response_url,
            trigger_id=asked.trigger_id,
            view=asked.view,
            keeps_input=bool(asked.view and asked.view.callback_id in forms),
        )

    async def reply(self, message: Message, *, replace: bool = False) -> None:
        """Seen by this person only. `replace` edits the message that was clicked in; a modal always changes."""
        if self.response_url:
            await self.slack_api.respond(self.response_url, message, replace=replace, thread=self.thread)
        elif self.channel:
            await self.slack_api.tell(self.channel, self.user, message, thread=self.thread)
        elif not await self._in_modal(message):
            await self.slack_api.message(self.user, message)

    async def _in_modal(self, message: Message) -> bool:
        """False if it did not happen in a modal, or in one that is closed by now."""
        if self.view is None or self.view.type != "modal":
            return False
        draft = FormMetadata.unpack(self.view.private_metadata).draft
        try:
            await self.slack_api.update(self.view.id, told(self.view.title, message.blocks, draft=draft))
        except ViewGone:
            return False
        return True

    async def tell(self, error: Known, reference: str) -> None:
        """What went wrong: in Home it says why Home is empty, over a form it leaves what was typed."""
        said, view = problem(error, reference=reference), self.view
        if view is None:
            await self.reply(said)
        elif view.type == "home":
            await self.slack_api.publish_home(self.user, {"type": "home", "blocks": said.blocks})
        elif self.keeps_input:
            await self._over(refused(view.title, error, reference=reference), said)
        else:
            modal = InModal(slack_api=self.slack_api, view_id=view.id, user=self.user, title=view.title)
            await modal.tell(error, reference)

    async def _over(self, view: dict[str, object], otherwise: Message) -> None:
        try:
            await self.slack_api.push(self.trigger_id, view)
        except (TriggerSpent, SlackFailed):
            await self.slack_api.message(self.user, otherwise)
