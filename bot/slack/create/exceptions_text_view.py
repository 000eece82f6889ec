"""The view over the form that sets tags and chart versions as text, for people who have them in a list."""

from collections.abc import Mapping

from bot.domain.models import Kind
from bot.slack.create.exceptions_as_text import area_blocks, areas
from bot.slack.create.exceptions_form import editing
from bot.slack.create.exceptions_view import SUBMIT, TITLE
from bot.slack.create.form import CreateForm
from bot.slack.ids import Callback, Click, input_action
from bot.slack.text import prose
from bot.slack.views.blocks import actions, button, context
from bot.slack.views.inputs import Frame, text_input
from bot.slack.views.message import Block, View
from bot.slack.views.modal import modal

NONE: Mapping[str, str] = {}
_LINES = "One per line: service/container image:tag, with nocopy at the end for an image not to be copied."
_CHARTS = " Charts: service chart-version."
_OTHERS = " Anything without a line uses the values for all."


def image_lines(form: CreateForm, *, draft: str, problems: Mapping[str, str] = NONE) -> View:
    """All exceptions as text, in as many inputs as they need; `problems` by block id stand under them."""
    texts = areas(form)
    blocks: list[Block] = []
    for number, (block_id, text) in enumerate(zip(area_blocks(len(texts)), texts, strict=True), start=1):
        blocks.append(
            _area(form, block_id, text, f"Exceptions, part {number}" if len(texts) > 1 else "Exceptions")
        )
        if block_id in problems:
            blocks.append(context(f":warning: {prose(problems[block_id])}"))
    blocks += actions([button("Edit one by one", Click.IMAGE_LINES, "inputs")])
    return modal(Callback.IMAGE_LINES, TITLE, blocks, draft=draft, submit=SUBMIT, tell_when_closed=True)


def _area(form: CreateForm, block_id: str, text: str, label: str) -> Block:
    frame = Frame(
        block_id=block_id,
        action_id=input_action(editing(form).revision),
        label=label,
        hint=f"{_LINES}{_CHARTS if form.kind is Kind.HELM else ''}{_OTHERS}",
        placeholder="cart/app cart:1.4.0",
        optional=True,
    )
    return text_input(frame, text, multiline=True)
