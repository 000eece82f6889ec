"""Where a user waits for an answer, and how a message or an error is shown there."""

from dataclasses import dataclass
from typing import Self

from bot.domain.errors import OutcomeUnknown, ReleaseBotError
from bot.slack.api import SlackApi, TriggerSpent
from bot.slack.failures import SlackFailed
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Asked, Typed
from bot.slack.views.blocks import Message
from bot.slack.views.notice import refused, told
from bot.slack.views.problem import problem

KnownError = ReleaseBotError | None  # None is an error that was not foreseen


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyTarget:
    """Where a user waits: what is set says it. Without a user no one waits, and only the log has an error.

    In order: at a `response_url`, in Home (errors only), in a modal (`view_id`), in a channel or its `thread`, else in a
    direct message. `push_trigger` lays an error over the modal, so that what was typed there stays. `draft` is the id of the
    draft behind the modal; one that is `resumable` can be had back, unless it is unknown how it ended.
    """

    user: str = ""
    channel: str = ""
    thread: str = ""
    response_url: str = ""
    home: bool = False
    view_id: str = ""
    title: str = ""
    draft: str = ""
    resumable: bool = False
    push_trigger: str = ""

    @classmethod
    def of(cls, asked: Asked, *, keeps_form: bool = False) -> Self:
        """Where something was typed or clicked; `keeps_form`: in a form, over which an error is shown."""
        view = None if asked.in_home else asked.view
        return cls(
            user=asked.user,
            channel=asked.channel if isinstance(asked, Typed) else "",
            thread=asked.thread,
            response_url=asked.response_url,
            home=asked.in_home,
            view_id=view.id if view else "",
            title=view.title if view else "",
            draft=FormMetadata.draft_of(view.private_metadata) if view else "",
            push_trigger=asked.trigger_id if keeps_form else "",
        )


async def show_message(
    slack_api: SlackApi, target: ReplyTarget, message: Message, *, replace: bool = False
) -> None:
    """Seen by this user only. `replace` edits the message that was clicked in; a modal always changes."""
    if target.response_url:
        await slack_api.respond(target.response_url, message, replace=replace, thread=target.thread)
    elif target.view_id:
        view = told(target.title, message.blocks, draft=target.draft)
        if not await slack_api.update(target.view_id, view):
            await slack_api.message(target.user, message)
    elif target.channel:
        await slack_api.tell(target.channel, target.user, message, thread=target.thread)
    elif target.user:
        await slack_api.message(target.user, message)


async def show_error(slack_api: SlackApi, target: ReplyTarget, error: KnownError, reference: str) -> None:
    """The error under its reference; by direct message if the modal has been closed or the trigger has expired."""
    message = problem(error, reference=reference)
    if target.home:
        await slack_api.publish_home(target.user, {"type": "home", "blocks": message.blocks})
    elif target.push_trigger:
        try:
            await slack_api.push(target.push_trigger, refused(target.title, error, reference=reference))
        except (TriggerSpent, SlackFailed):
            await slack_api.message(target.user, message)
    elif target.view_id:
        resumable = target.resumable and not isinstance(error, OutcomeUnknown)
        view = refused(target.title, error, reference=reference, draft=target.draft, resumable=resumable)
        if not await slack_api.update(target.view_id, view):
            await slack_api.message(target.user, message)
    else:
        await show_message(slack_api, target, message)
