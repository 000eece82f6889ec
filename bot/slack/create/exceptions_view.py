"""The view over the form that sets tags image by image and versions chart by chart: a page of inputs at a time."""

from collections.abc import Iterator, Mapping

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.create.contents import default_chart_version, default_tag
from bot.slack.create.exceptions_as_text import area_blocks, areas, fits
from bot.slack.create.exceptions_form import (
    PAGE,
    SEARCH,
    ExceptionsPage,
    block_errors,
    editing,
    problems_of,
    sheet,
    value_of,
)
from bot.slack.create.form import CreateForm
from bot.slack.create.things import Thing
from bot.slack.create.view_thing_inputs import thing_input
from bot.slack.ids import INPUT, Callback, Click, input_action
from bot.slack.text import code, plain, prose
from bot.slack.views.blocks import Block, View, actions, button, context, modal, section
from bot.slack.views.inputs import Frame, text_input

TITLE = "Different tags"
SUBMIT = "Save"
PLACEHOLDER = 50
LONGEST_SEARCH = 100
NONE: Mapping[str, str] = {}


def image_tags(form: CreateForm, *, draft: str, page: int = 1, search: str = "", told: bool = False) -> View:
    """The inputs of one page. With `told` what is wrong stands under the inputs, also on pages that were turned."""
    shown = sheet(form, page, search)
    problems = block_errors(shown, problems_of(form)) if told else NONE
    blocks = [*_beginning(form, shown, search), *_inputs(form, shown, problems), *_buttons(form, shown)]
    return modal(
        Callback.IMAGE_TAGS,
        TITLE,
        blocks,
        draft=draft,
        submit=SUBMIT,
        page=shown.number,
        search=search[:LONGEST_SEARCH],
        tell_when_closed=True,
    )


def _beginning(form: CreateForm, shown: ExceptionsPage, search: str) -> Iterator[Block]:
    if shown.total > PAGE:
        frame = Frame(
            block_id=SEARCH,
            action_id=f"{INPUT}.{SEARCH}",
            label="Find",
            hint="Press Enter to search. Values set on other pages are kept.",
            placeholder="Part of a name",
            optional=True,
            dispatch=True,
        )
        yield text_input(frame, search, limit=LONGEST_SEARCH)
    if not shown.total:
        yield section("None of the chosen images is copied, so there are no tags to set.")
        return
    if not shown.found:
        yield section(f"Nothing chosen matches {code(search)}.")
        return
    usual = default_tag(form)
    where = f"Page {shown.number} of {shown.count}. " if shown.count > 1 else ""
    yield context(f"{where}Fields left empty use {code(usual) if usual else 'the version name'}.")


def _inputs(form: CreateForm, shown: ExceptionsPage, problems: Mapping[str, str]) -> Iterator[Block]:
    action = input_action(editing(form).revision)
    for thing in shown.things:
        yield thing_input(form, thing, value_of(form, thing), action, usual=_usual(form, thing))
        if thing.block in problems:
            yield context(f":warning: {prose(problems[thing.block])}")


def _usual(form: CreateForm, thing: Thing) -> str:
    chart = thing.field is Field.CHART_VERSION
    usual = default_chart_version(form, thing.name) if chart else default_tag(form)
    return plain(usual, PLACEHOLDER) if usual else "Same as for all"


def _buttons(form: CreateForm, shown: ExceptionsPage) -> list[Block]:
    latest_only = {"Previous": shown.number - 1, "Next": shown.number + 1}
    buttons = [
        button(
            label, f"{Click.IMAGE_TAGS_PAGE}.{label.lower()}", str(number), spoken=f"{label}: page {number}"
        )
        for label, number in latest_only.items()
        if 1 <= number <= shown.count
    ]
    if fits(form):
        buttons.append(button("Edit as text", Click.IMAGE_LINES, "text"))
    return actions(buttons)


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
