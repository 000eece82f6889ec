"""Menus and buttons that offer the next step: a project or a version to choose, or a form to have back."""

from collections.abc import Sequence

from bot.domain.errors import ReleaseBotError
from bot.domain.models import VersionReference
from bot.slack.ids import Click
from bot.slack.text import prose
from bot.slack.views.blocks import (
    OPTION_VALUE,
    Block,
    Message,
    actions,
    button,
    context,
    option,
    plain_text,
    say,
    section,
)
from bot.slack.views.problem import details_button
from bot.slack.views.version_lines import full_name

# https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
OPTIONS = 100


def offer(question: str, answers: Sequence[tuple[str, str]], *, placeholder: str) -> Message:
    """`answers` are labels with their lines, at most `OPTIONS` of which fit; a line that is too long has to be typed."""
    fitting = [(label, line) for label, line in answers if len(line) <= OPTION_VALUE]
    menu: Block = {
        "type": "static_select",
        "action_id": f"{Click.RUN}.menu",
        "placeholder": plain_text(placeholder, OPTION_VALUE),
        "options": [option(label, line) for label, line in fitting[:OPTIONS]],
    }
    left = len(answers) - len(fitting[:OPTIONS])
    return say(
        question,
        section(prose(question, 3000)),
        *actions([menu] if fitting else []),
        *([context(f"{left} more can be typed.")] if left else []),
    )


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
