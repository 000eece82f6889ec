"""A form went wrong after its window was closed: the reason, and a button that brings back what was typed."""

from bot.domain.errors import ReleaseBotError
from bot.domain.models import VersionReference
from bot.slack.ids import Click
from bot.slack.text import prose
from bot.slack.views.blocks import actions, button, say, section
from bot.slack.views.details import details_button
from bot.slack.views.message import Message
from bot.slack.views.version_lines import full_name

KEPT = "What you typed is kept."


def resume(what: VersionReference, error: ReleaseBotError, *, draft: str) -> Message:
    """`what` was to be created and was not, because of `error`; `draft` is the id of what was typed."""
    name = full_name(what.project, what.name)
    reason = " ".join(part for part in (prose(str(error)), prose(error.remedy)) if part)
    return say(
        f"{name} was not created: {reason} {KEPT}",
        section(f":no_entry_sign: *{name}* was not created.\n{reason}\n{KEPT}"),
        *actions(
            [
                button("Continue draft", Click.RESUME_DRAFT, draft, style="primary"),
                *details_button(error.raw),
            ]
        ),
    )
