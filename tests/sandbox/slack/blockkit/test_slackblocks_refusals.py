"""A second opinion: what slackblocks will not build is refused here too."""

from collections.abc import Callable
from typing import Any

import pytest
import slackblocks as sb

from bot.sandbox.slack.blockkit import check_message, check_view

Json = dict[str, Any]
Build = Callable[[], Any]  # slackblocks' blocks, messages and views have no common class


def options(count: int) -> list[sb.Option]:
    return [sb.Option(text=sb.PlainText(f"Option {number}"), value=f"v{number}") for number in range(count)]


def entry(element: sb.Element | None = None) -> Any:
    return sb.InputBlock("x", element or sb.PlainTextInput())


def modal(*blocks: Any, title: Any = "x") -> Any:
    return sb.ModalView(title=title, blocks=list(blocks))


def message(*blocks: Any) -> Any:
    return sb.Message(channel="C0SHOP000", blocks=list(blocks))


def chart() -> Any:
    return sb.DataVisualizationBlock("x", sb.PieChart([sb.ChartSegment("x", 1)]))


PLAIN: Json = {"type": "plain_text", "text": "x"}
DIVIDER: Json = {"type": "divider"}
OPTION: Json = {"text": PLAIN, "value": "x"}
IMAGE: Json = {"type": "image", "alt_text": "x", "image_url": "https://example.com/a.png"}
ENTRY: Json = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input"}}


def view(*blocks: Json) -> Json:
    return {"type": "modal", "title": PLAIN, "blocks": list(blocks)}


def beside(element: Json) -> Json:
    return {"type": "section", "text": PLAIN, "accessory": element}


CAUGHT_BY_BOTH: dict[str, tuple[Build, Json | list[Json]]] = {
    "a message of 51 blocks": (lambda: message(*[sb.DividerBlock() for _ in range(51)]), [DIVIDER] * 51),
    "a view of 101 blocks": (lambda: modal(*[sb.DividerBlock() for _ in range(101)]), view(*[DIVIDER] * 101)),
    "a modal without a title": (lambda: modal(title=None), {"type": "modal", "blocks": [DIVIDER]}),
    "an input without a submit button": (lambda: modal(entry()), view(ENTRY)),
    "a section of nothing": (sb.SectionBlock, [{"type": "section"}]),
    "a context of a button": (
        lambda: sb.ContextBlock([sb.Button("x")]),
        [{"type": "context", "elements": [{"type": "button", "text": PLAIN}]}],
    ),
    "an input of a button": (
        lambda: entry(sb.Button("x")),
        [{**ENTRY, "element": {"type": "button", "text": PLAIN}}],
    ),
    "an alert in a message": (lambda: message(sb.AlertBlock("x")), [{"type": "alert", "text": PLAIN}]),
    "markdown in a modal": (lambda: modal(sb.MarkdownBlock("x")), view({"type": "markdown", "text": "x"})),
    "markdown of 12,001 in two blocks": (
        lambda: message(sb.MarkdownBlock("x" * 6000), sb.MarkdownBlock("x" * 6001)),
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
    ),
    "three charts": (
        lambda: message(chart(), chart(), chart()),
        [
            {
                "type": "data_visualization",
                "title": "x",
                "chart": {"type": "pie", "segments": [{"label": "x", "value": 1}]},
            }
        ]
        * 3,
    ),
    "options and groups of options": (
        lambda: sb.StaticSelectMenu("a", options(1), [sb.OptionGroup("x", options(1))]),
        [
            beside(
                {
                    "type": "static_select",
                    "options": [OPTION],
                    "option_groups": [{"label": PLAIN, "options": [OPTION]}],
                }
            )
        ],
    ),
    "an image from two places": (
        lambda: sb.Image("x", "https://example.com/a.png", sb.SlackFile(None, "F0123456789")),
        [beside({**IMAGE, "slack_file": {"id": "F0123456789"}})],
    ),
    "an image from nowhere": (lambda: sb.Image("x"), [beside({"type": "image", "alt_text": "x"})]),
    "a smallest number above the largest": (
        lambda: sb.NumberInput(is_decimal_allowed=True, min_value="2", max_value="1"),
        [
            {
                **ENTRY,
                "element": {
                    "type": "number_input",
                    "is_decimal_allowed": True,
                    "min_value": "2",
                    "max_value": "1",
                },
            }
        ],
    ),
    "a day that is none": (
        lambda: sb.DatePicker("a", "2024-13-01"),
        [beside({"type": "datepicker", "initial_date": "2024-13-01"})],
    ),
    "a filter of nothing": (
        sb.ConversationFilter,
        [beside({"type": "conversations_select", "filter": {}})],
    ),
    "a conversation of no known kind": (
        lambda: sb.ConversationFilter(include=["secret"]),  # type: ignore[list-item]
        [beside({"type": "conversations_select", "filter": {"include": ["secret"]}})],
    ),
    "a trigger of no known kind": (
        lambda: sb.DispatchActionConfiguration("on_blur"),
        [
            {
                **ENTRY,
                "element": {
                    **ENTRY["element"],
                    "dispatch_action_config": {"trigger_actions_on": ["on_blur"]},
                },
            }
        ],
    ),
    "a data table with a formatted header": (
        lambda: sb.DataTableBlock(
            [[sb.RichTextBlock(sb.RichTextSection(sb.RichText("x")))], [sb.RawText("a")]], caption="x"
        ),
        [
            {
                "type": "data_table",
                "caption": "x",
                "rows": [[{"type": "rich_text", "elements": []}], [{"type": "raw_text", "text": "a"}]],
            }
        ],
    ),
    "a card of nothing": (sb.CardBlock, [{"type": "card"}]),
    "a card with two icons": (
        lambda: sb.CardBlock(
            title="x", icon=sb.Image("x", "https://a.b/c.png"), slack_icon=sb.SlackIcon("bug")
        ),
        [{"type": "card", "title": PLAIN, "icon": IMAGE, "slack_icon": {"type": "icon", "name": "bug"}}],
    ),
    "a container collapsed that cannot be": (
        lambda: sb.ContainerBlock([sb.DividerBlock()], title="x", default_collapsed=True),
        [{"type": "container", "title": PLAIN, "child_blocks": [DIVIDER], "default_collapsed": True}],
    ),
    "a card in a container": (
        lambda: sb.ContainerBlock([sb.CardBlock(title="x")], title="x"),
        [{"type": "container", "title": PLAIN, "child_blocks": [{"type": "card", "title": PLAIN}]}],
    ),
    "a task that waits on its own": (
        lambda: message(sb.TaskCardBlock("a", "x", status="pending")),
        [{"type": "task_card", "task_id": "a", "title": "x", "status": "pending"}],
    ),
    "two tasks of one id": (
        lambda: sb.PlanBlock("x", [sb.TaskCardBlock("a", "x", status="complete")] * 2),
        [{"type": "plan", "title": "x", "tasks": [{"task_id": "a", "title": "x"}] * 2}],
    ),
    "an icon that is not there": (
        lambda: sb.SlackIcon("banana"),  # type: ignore[arg-type]
        [{"type": "card", "title": PLAIN, "slack_icon": {"type": "icon", "name": "banana"}}],
    ),
}


@pytest.mark.parametrize("name", CAUGHT_BY_BOTH)
def test_what_slackblocks_will_not_build_is_refused(name: str) -> None:
    build, payload = CAUGHT_BY_BOTH[name]
    with pytest.raises((sb.InvalidUsageError, ValueError)):
        build()
    assert (check_message({"blocks": payload}) if isinstance(payload, list) else check_view(payload)) != []
