"""Answers where the person is: below what they typed or clicked, in the modal they clicked in, or by direct message."""

from bot.slack.api import ViewGone
from bot.slack.context import Context
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Asked, Typed
from bot.slack.views.message import Message
from bot.slack.views.notice import told


async def answer(asked: Asked, said: Message, ctx: Context, *, replace: bool = False) -> None:
    """Seen by this person only. `replace` edits the message that was clicked in; a modal always changes."""
    if asked.response_url:
        await ctx.slack_api.respond(asked.response_url, said, replace=replace, thread=asked.thread)
    elif isinstance(asked, Typed) and asked.channel:
        await ctx.slack_api.tell(asked.channel, asked.user, said, thread=asked.thread)
    elif not await _in_modal(asked, said, ctx):
        await ctx.slack_api.message(asked.user, said)


async def _in_modal(asked: Asked, said: Message, ctx: Context) -> bool:
    """False if it did not happen in a modal, or in one that is closed by now."""
    if not asked.modal or asked.view is None:
        return False
    draft = FormMetadata.unpack(asked.view.private_metadata).draft
    try:
        await ctx.slack_api.update(asked.modal, told(asked.view.title, said.blocks, draft=draft))
    except ViewGone:
        return False
    return True
