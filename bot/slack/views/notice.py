"""Modals without inputs: a form that loads, a submission that is worked on, and how it ended."""

from collections.abc import Sequence

from bot.domain.errors import ReleaseBotError
from bot.slack.ids import Callback, Click
from bot.slack.views.blocks import Block, View, actions, button, context, modal, section
from bot.slack.views.problem import problem


def loading(title: str, *, draft: str) -> View:
    """Opened at once, because a trigger lives for three seconds only; the form takes its place."""
    text = ":hourglass_flowing_sand: Loading from Zadig…"
    return modal(Callback.NOTICE, title, [section(text)], draft=draft)


def working(title: str, text: str, draft: str) -> View:
    """After a submission, while Zadig is asked. `text` is mrkdwn, what comes from outside escaped in it."""
    blocks = [
        section(f":hourglass_flowing_sand: {text}"),
        context("You can close this: what you typed is kept, and you'll be told the result."),
    ]
    return told(title, blocks, draft=draft)


def outcome(title: str, text: str, *, draft: str = "") -> View:
    """How it ended. `text` is mrkdwn, what comes from outside escaped in it."""
    return told(title, [section(text)], draft=draft)


def told(title: str, blocks: Sequence[Block], *, draft: str = "") -> View:
    """What would be a message, where a user clicked in a modal."""
    return modal(Callback.NOTICE, title, blocks, draft=draft, close="Close")


def refused(
    title: str,
    error: ReleaseBotError | None,
    *,
    draft: str = "",
    reference: str = "",
    resumable: bool = True,
) -> View:
    """Why it did not work and what to do; `error` None is one that was not foreseen. A draft that is `resumable` has a way back.

    `reference` is the id under which the log has it.
    """
    back = button("Back to the form", Click.RESUME_DRAFT, draft, style="primary")
    blocks = [*problem(error, reference=reference).blocks, *actions([back] if draft and resumable else [])]
    return told(title, blocks, draft=draft)
