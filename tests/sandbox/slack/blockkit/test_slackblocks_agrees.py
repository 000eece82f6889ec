"""A second opinion: what slackblocks builds is accepted, and the differences are named with Slack's reason."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import slackblocks as sb

from bot.sandbox.slack.blockkit import Problem, Surface, check_blocks, check_message, check_view

Thing = Any  # slackblocks' blocks, messages and views have no common class
Build = Callable[[], Thing]


def text(length: int) -> str:
    return "x" * length


def options(count: int) -> list[sb.Option]:
    return [sb.Option(text=sb.PlainText(f"Option {number}"), value=f"v{number}") for number in range(count)]


def actions(element: sb.Element | None = None, *, count: int = 1) -> Thing:
    return sb.ActionsBlock(elements=[element or sb.Button("x")] * count)


def section(**more: Any) -> Thing:
    return sb.SectionBlock(**{"text": "x", **more})


def entry(element: sb.Element | None = None, **more: Any) -> Thing:
    return sb.InputBlock(**{"label": "x", "element": element or sb.PlainTextInput(), **more})


def modal(*blocks: Any, **more: Any) -> Thing:
    return sb.ModalView(**{"title": "x", "blocks": list(blocks) or [sb.DividerBlock()], **more})


def form(element: sb.Element) -> Thing:
    return modal(entry(element), submit="x")


def message(*blocks: Any) -> Thing:
    return sb.Message(channel="C0SHOP000", blocks=list(blocks))


def rich(*parts: Any) -> Thing:
    return sb.RichTextBlock(list(parts))


def cells(*texts: str) -> list[Any]:
    return [sb.RawText(each) for each in texts]


def chart(**more: Any) -> Thing:
    axes = sb.AxisConfig(["May"], x_label="Month", y_label=more.get("y_label"))
    series = [
        sb.DataSeries(f"s{number}", [sb.DataPoint("May", 1)]) for number in range(more.get("series", 1))
    ]
    return sb.DataVisualizationBlock(title=more.get("title", "x"), chart=sb.LineChart(series, axes))


def video(**more: Any) -> Thing:
    urls = {"thumbnail_url": "https://example.com/a.png", "video_url": "https://example.com/a"}
    return sb.VideoBlock(**{"alt_text": "x", "title": "x", **urls, **more})


def look_at(thing: Thing, surface: Surface) -> list[Problem]:
    if isinstance(thing, sb.View):
        return check_view(thing.to_dict())
    if isinstance(thing, sb.Message):
        return check_message(thing.to_dict())
    return check_blocks([thing._resolve()], surface)


def is_built(build: Build) -> bool:
    try:
        build()
    except sb.InvalidUsageError:
        return False
    return True


CONFIRM = sb.ConfirmationDialogue(
    title=text(100), text=text(300), confirm=text(30), deny=text(30), style="danger"
)
MENUS: list[sb.Element] = [
    sb.StaticSelectMenu("a", options=options(100), initial_option=options(3)[2], confirm=CONFIRM),
    sb.StaticMultiSelectMenu("a", options=options(3), initial_options=options(2), max_selected_items=2),
    sb.ExternalSelectMenu("a", initial_option=options(1)[0], min_query_length=0, placeholder=text(150)),
    sb.ExternalMultiSelectMenu("a", initial_options=options(2)),
    sb.UserSelectMenu("a", initial_user="U1"),
    sb.UserMultiSelectMenu("a", initial_users=["U1"]),
    sb.ConversationSelectMenu("a", filter=sb.ConversationFilter(include=["im"])),
    sb.ConversationMultiSelectMenu("a", initial_conversations=["C1"]),
    sb.ChannelSelectMenu("a", initial_channel="C1"),
    sb.ChannelMultiSelectMenu("a", initial_channels=["C1"]),
    sb.DatePicker("a", initial_date="2024-02-29"),
    sb.TimePicker("a", initial_time="09:30", timezone="Europe/Berlin"),
    sb.CheckboxGroup("a", options=options(10), initial_options=options(2)),
    sb.RadioButtonGroup("a", options=options(10), initial_option=options(1)[0]),
]
INPUTS: list[sb.Element] = [
    sb.PlainTextInput("a", min_length=0, max_length=3000, multiline=True),
    sb.EmailInput("a", initial_value="ada@example.com"),
    sb.URLInput("a", initial_value="https://example.com"),
    sb.NumberInput(is_decimal_allowed=True, action_id="a", min_value=-1.5, max_value=3, initial_value="2"),
    sb.FileInput("a", filetypes=["yaml"], max_files=10),
    sb.DateTimePicker("a", initial_datetime=1628633820),
    sb.RichTextInput("a", min_lines=1, max_lines=100),
]
BUILT: dict[str, tuple[Build, Surface]] = {
    **{f"a section with {type(each).__name__}": (partial(section, accessory=each), "home") for each in MENUS},
    **{f"an input of {type(each).__name__}": (partial(form, each), "modal") for each in INPUTS},
    "a message": (lambda: message(*[sb.DividerBlock() for _ in range(50)]), "message"),
    "a header": (lambda: sb.HeaderBlock(text(150)), "message"),
    "fields": (lambda: section(text=None, fields=[text(2000)] * 10), "message"),
    "a button": (
        lambda: actions(sb.Button(text(75), "a", value=text(2000), style="primary", confirm=CONFIRM)),
        "home",
    ),
    "an overflow menu": (lambda: actions(sb.OverflowMenu("a", options(5))), "message"),
    "a context": (
        lambda: sb.ContextBlock([sb.Text("x"), sb.Image("x", "https://example.com/a.png")]),
        "modal",
    ),
    "an image": (
        lambda: sb.ImageBlock(slack_file=sb.SlackFile(None, "F0123456789"), alt_text=text(2000)),
        "modal",
    ),
    "rich text": (
        lambda: rich(
            sb.RichTextSection(
                [sb.RichText("x", bold=True), sb.RichTextEmoji("tada"), sb.RichTextUser("U1")]
            ),
            sb.RichTextList("bullet", [sb.RichTextSection(sb.RichTextChannel("C1"))], indent=8, border=1),
            sb.RichTextQuote([sb.RichTextLink("https://example.com", "x")]),
            sb.RichTextCodeBlock([sb.RichText("x")]),
        ),
        "home",
    ),
    "a table": (
        lambda: sb.TableBlock([cells("a", "b")] * 100, [sb.ColumnSettings("right", True)]),
        "message",
    ),
    "a data table": (lambda: sb.DataTableBlock([cells("a")] * 201, caption="x", page_size=100), "message"),
    "a chart": (lambda: chart(title=text(50), series=12, y_label=text(50)), "message"),
    "a pie": (
        lambda: sb.DataVisualizationBlock("x", sb.PieChart([sb.ChartSegment(text(20), 0.5)] * 12)),
        "message",
    ),
    "markdown": (lambda: message(sb.MarkdownBlock(text(12_000))), "message"),
    "cards": (
        lambda: sb.CarouselBlock([sb.CardBlock(title=text(150), body=text(200)) for _ in range(10)]),
        "message",
    ),
    "a container": (
        lambda: sb.ContainerBlock([section() for _ in range(10)], title=text(150), is_collapsible=True),
        "message",
    ),
    "an alert": (lambda: modal(sb.AlertBlock(text(200), "error")), "modal"),
    "a plan": (
        lambda: sb.PlanBlock(
            "x", [sb.TaskCardBlock(f"t{each}", "x", status="pending") for each in range(50)]
        ),
        "message",
    ),
    "feedback": (
        lambda: sb.ContextActionsBlock(
            [sb.FeedbackButtons(sb.FeedbackButton("x", "y"), sb.FeedbackButton("x", "n")), sb.IconButton("x")]
        ),
        "message",
    ),
    "a film": (lambda: video(title=text(199), author_name=text(49), provider_name=text(50)), "modal"),
    "a workflow": (
        lambda: actions(
            sb.WorkflowButton("x", sb.Workflow.from_url("https://example.com", a="1"), action_id="a")
        ),
        "message",
    ),
    "a modal": (lambda: modal(title=text(24), submit=text(24), private_metadata=text(3000)), "modal"),
    "a home tab": (lambda: sb.HomeTabView([section() for _ in range(100)]), "home"),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_slackblocks_builds_is_accepted(name: str) -> None:
    build, surface = BUILT[name]
    assert look_at(build(), surface) == []


SLACKBLOCKS_IS_WIDER: dict[str, Build] = {
    "Slack's page says less than 200 of a video's title": lambda: video(title=text(200)),
    "Slack's page says less than 50 of a video's author": lambda: video(author_name=text(50)),
    "Slack's examples of numbers have no exponent": lambda: entry(
        sb.NumberInput(is_decimal_allowed=True, min_value="1e3")
    ),
    "Slack refuses submit_disabled in a modal": lambda: modal(submit_disabled=True),
    "Slack asks for the text of an image": lambda: sb.ImageBlock("https://example.com/a.png", ""),
    "Slack refuses unknown fields of cells": lambda: sb.TableBlock([[sb.RawText("x", emoji=True)]]),
    "Slack refuses empty actions": lambda: sb.ActionsBlock([]),
    "Slack refuses an empty context": lambda: sb.ContextBlock([]),
    "Slack refuses empty texts": lambda: rich(sb.RichTextSection(sb.RichText(""))),
    "a datetime has ten digits": lambda: actions(sb.DateTimePicker("a", initial_datetime=123456789)),
    "an initial option must be offered": lambda: section(
        accessory=sb.StaticSelectMenu("a", options=options(1), initial_option=options(2)[1])
    ),
    "action ids differ": lambda: actions(sb.Button("x", "a"), count=2),
    "block ids differ": lambda: message(section(block_id="a"), section(block_id="a")),
    "one table in a message": lambda: message(sb.TableBlock([cells("a")]), sb.TableBlock([cells("a")])),
    "a table holds 10,000 characters": lambda: message(sb.TableBlock([cells(text(10_001))])),
    "one element is focused": lambda: modal(
        *[entry(sb.PlainTextInput("a", focus_on_load=True)) for _ in range(2)], submit="x"
    ),
    "Slack opens a link, not a word": lambda: actions(sb.Button("x", url="example")),
    "Slack fetches an image from the web": lambda: sb.ImageBlock("a.png"),
    "a view has 250 kB": lambda: modal(*[section(text="\N{PARTY POPPER}" * 3000) for _ in range(100)]),
}


@pytest.mark.parametrize("reason", SLACKBLOCKS_IS_WIDER)
def test_what_slackblocks_builds_is_refused_where_slack_refuses_it(reason: str) -> None:
    assert look_at(SLACKBLOCKS_IS_WIDER[reason](), "message") != []


SLACKBLOCKS_IS_NARROWER: dict[str, tuple[Build, dict[str, Any]]] = {
    "Slack takes an empty section of rich text": (
        lambda: sb.RichTextSection([]),
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]},
    ),
    "Slack's page has no tasks that a plan must have": (
        lambda: sb.PlanBlock("x"),
        {"type": "plan", "title": "x"},
    ),
    "Slack's page has a focus for menus of options from outside": (
        lambda: sb.ExternalMultiSelectMenu(focus_on_load=True),
        {"type": "actions", "elements": [{"type": "multi_external_select", "focus_on_load": True}]},
    ),
}


@pytest.mark.parametrize("reason", SLACKBLOCKS_IS_NARROWER)
def test_what_slackblocks_does_not_build_is_accepted_where_slack_takes_it(reason: str) -> None:
    build, block = SLACKBLOCKS_IS_NARROWER[reason]
    assert not is_built(build)
    assert check_blocks([block], "message") == []
