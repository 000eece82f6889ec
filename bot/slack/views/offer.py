"""A question with a menu of answers, each of which runs as if it had been typed."""

from collections.abc import Sequence

from bot.slack.ids import Click
from bot.slack.text import prose
from bot.slack.views.blocks import OPTION_VALUE, actions, context, option, plain_text, say, section
from bot.slack.views.message import Block, Message

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
