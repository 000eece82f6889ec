"""A second opinion: what slack_sdk.models builds is accepted, and what it will not build is refused.

The SDK misses much; what it lets through is refused here all the same, which is what this checker is for.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    ActionsBlock,
    AlertBlock,
    AuthProviderBlock,
    Block,
    ButtonElement,
    CallBlock,
    CardBlock,
    CarouselBlock,
    CheckboxesElement,
    ConfirmObject,
    ContainerBlock,
    ContextBlock,
    DateTimePickerElement,
    DividerBlock,
    HeaderBlock,
    ImageBlock,
    InputBlock,
    InteractiveElement,
    MarkdownBlock,
    Option,
    OptionGroup,
    OverflowMenuElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    RawTextObject,
    SectionBlock,
    StaticSelectElement,
    TableBlock,
    TaskCardBlock,
    VideoBlock,
)
from slack_sdk.models.views import View

from bot.sandbox.slack.blockkit import Problem, Surface, check_blocks, check_view

Thing = Block | View
Build = Callable[[], Thing]

SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
UNKNOWN_TO_THE_SDK = {"data_table", "data_visualization"}


def text(length: int) -> str:
    return "x" * length


def options(count: int) -> list[Option]:
    return [Option(value=f"v{number}", label=f"Option {number}") for number in range(count)]


def button(**more: Any) -> ButtonElement:
    return ButtonElement(**{"text": "x", **more})


def actions(element: InteractiveElement | None = None, *, count: int = 1) -> Block:
    return ActionsBlock(elements=[button() if element is None else element] * count)


def section(**more: Any) -> Block:
    return SectionBlock(**{"text": "x", **more})


def modal(*blocks: Block, **more: Any) -> View:
    return View(**{"type": "modal", "title": "x", "blocks": list(blocks) or [DividerBlock()], **more})


def entry(**more: Any) -> Block:
    return InputBlock(label="x", element=PlainTextInputElement(**more))


def look_at(thing: Thing, surface: Surface) -> list[Problem]:
    built = thing.to_dict()
    return check_view(built) if isinstance(thing, View) else check_blocks([built], surface)


def refusal(build: Build) -> str | None:
    """Why the SDK will not build it; None if it will."""
    try:
        build().to_dict()
    except SlackObjectFormationError as refused:
        return str(refused)
    return None


@pytest.mark.parametrize("name", SAMPLES["messages"])
def test_what_the_sdk_makes_of_a_sample_is_accepted(name: str) -> None:
    known = [block for block in SAMPLES["messages"][name] if block["type"] not in UNKNOWN_TO_THE_SDK]
    assert check_blocks([block.to_dict() for block in Block.parse_all(known)], "message") == []


@pytest.mark.parametrize("name", SAMPLES["views"])
def test_what_the_sdk_makes_of_a_view_is_accepted(name: str) -> None:
    assert check_view(View(**SAMPLES["views"][name]).to_dict()) == []


def confirmed() -> Block:
    confirm = ConfirmObject(title="Sure?", text="It *goes*", confirm="Yes", deny="No", style="danger")
    return actions(button(action_id="go", style="primary", confirm=confirm, url="https://example.com"))


def chosen() -> Block:
    groups = [OptionGroup(label="All", options=options(3))]
    return section(accessory=StaticSelectElement(option_groups=groups, initial_option=options(3)[2]))


BUILT: dict[str, tuple[Build, Surface]] = {
    "a section with fields": (lambda: section(fields=["a", "b"], block_id="s"), "home"),
    "a button with everything": (confirmed, "message"),
    "a menu of groups": (chosen, "message"),
    "checkboxes": (
        lambda: actions(CheckboxesElement(options=options(10), initial_options=options(2))),
        "modal",
    ),
    "an input": (lambda: modal(entry(min_length=1, max_length=3000, multiline=True), submit="Go"), "modal"),
    "a header": (lambda: HeaderBlock(text=text(150)), "message"),
    "a table": (lambda: TableBlock(rows=[[RawTextObject(text="x")]]), "message"),
    "a card": (lambda: CarouselBlock(elements=[CardBlock(title="x", body="y")]), "message"),
    "a container": (lambda: ContainerBlock(title="x", child_blocks=[DividerBlock()]), "message"),
    "an alert": (lambda: modal(AlertBlock(text="x", level="error")), "modal"),
    "a task": (lambda: TaskCardBlock(task_id="a", title="x", status="complete"), "message"),
    "a home tab": (lambda: View(type="home", blocks=[section()]), "home"),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_the_sdk_builds_is_accepted(name: str) -> None:
    build, surface = BUILT[name]
    assert look_at(build(), surface) == []


CAUGHT_BY_BOTH: dict[str, Build] = {
    "a header of 151": lambda: HeaderBlock(text=text(151)),
    "a view of 101 blocks": lambda: modal(*[DividerBlock()] * 101),
    "a menu of 101 options": lambda: section(accessory=StaticSelectElement(options=options(101))),
    "a menu with options and groups": lambda: section(
        accessory=StaticSelectElement(
            options=options(1), option_groups=[OptionGroup(label="x", options=options(1))]
        )
    ),
    "a modal's title of 25": lambda: modal(title=text(25)),
    "a modal's submit of 25": lambda: modal(submit=text(25)),
    "a modal's metadata of 3001": lambda: modal(private_metadata=text(3001)),
    "a modal's callback id of 256": lambda: modal(callback_id=text(256)),
    "a section of 11 fields": lambda: section(fields=["x"] * 11),
    "a section of 3001": lambda: section(text=text(3001)),
    "a section of nothing": SectionBlock,
    "a button of 76": lambda: actions(button(text=text(76))),
    "a button's value of 2001": lambda: actions(button(value=text(2001))),
    "a button's url of 3001": lambda: actions(button(url=f"https://example.com/{text(3000)}")),
    "a button of an unknown style": lambda: actions(button(style="green")),
    "an action id of 256": lambda: actions(button(action_id=text(256))),
    "a block id of 256": lambda: section(block_id=text(256)),
    "an option of 76": lambda: section(
        accessory=OverflowMenuElement(options=[Option(value="a", label=text(76))])
    ),
    "an option's value of 151": lambda: section(
        accessory=OverflowMenuElement(options=[Option(value=text(151), label="a")])
    ),
    "an overflow menu of 6": lambda: section(accessory=OverflowMenuElement(options=options(6))),
    "actions of 26 elements": lambda: actions(count=26),
    "a context of 11 elements": lambda: ContextBlock(elements=[PlainTextObject(text="x")] * 11),
    "an image's text of 2001": lambda: ImageBlock(image_url="https://example.com", alt_text=text(2001)),
    "an input's label of 2001": lambda: modal(
        InputBlock(label=text(2001), element=PlainTextInputElement()), submit="x"
    ),
    "a video's title of 200": lambda: VideoBlock(
        alt_text="x",
        video_url="https://example.com",
        thumbnail_url="https://example.com",
        title=text(200),
    ),
    "markdown of 12,001": lambda: MarkdownBlock(text=text(12_001)),
    "a card of nothing": CardBlock,
    "a carousel of 11": lambda: CarouselBlock(elements=[CardBlock(body="x")] * 11),
    "a container without a title": lambda: ContainerBlock(child_blocks=[DividerBlock()]),
    "a container that both collapses and divides": lambda: ContainerBlock(
        title="x", child_blocks=[DividerBlock()], is_collapsible=True, has_header_divider=True
    ),
    "an alert of an unknown level": lambda: modal(AlertBlock(text="x", level="fatal")),
    "a confirmation's title of 101": lambda: actions(
        button(confirm=ConfirmObject(title=text(101), text="x", confirm="x", deny="x"))
    ),
    "a task of an unknown status": lambda: TaskCardBlock(task_id="a", title="x", status="done"),
}


def as_plain_json(build: Build, monkeypatch: pytest.MonkeyPatch) -> Thing:
    """What the SDK would have built if it did not check."""
    monkeypatch.setattr("slack_sdk.models.basic_objects.JsonObject.validate_json", lambda _: None)
    return build()


@pytest.mark.parametrize("name", CAUGHT_BY_BOTH)
def test_what_the_sdk_will_not_build_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    build = CAUGHT_BY_BOTH[name]
    assert refusal(build) is not None
    assert look_at(as_plain_json(build, monkeypatch), "message") != []


MISSED_BY_THE_SDK: dict[str, Build] = {
    "a modal without a title": lambda: modal(title=None),
    "an input without a submit button": lambda: modal(entry()),
    "a field of 2001": lambda: section(fields=[text(2001)]),
    "11 checkboxes": lambda: actions(CheckboxesElement(options=options(11))),
    "11 radio buttons": lambda: actions(RadioButtonsElement(options=options(11))),
    "an external id of 256": lambda: modal(external_id=text(256)),
    "a longest length of 3001": lambda: modal(entry(max_length=3001), submit="x"),
    "a table of 101 rows": lambda: TableBlock(rows=[[RawTextObject(text="x")]] * 101),
    "a table of 21 columns": lambda: TableBlock(rows=[[RawTextObject(text="x")] * 21]),
    "a table of 10,001 characters": lambda: TableBlock(rows=[[RawTextObject(text=text(10_001))]]),
    "an alert in a message": lambda: AlertBlock(text="x"),
    "two blocks of one id": lambda: modal(section(block_id="a"), section(block_id="a")),
    "two actions of one id": lambda: actions(button(action_id="a"), count=2),
    "an initial option that is not offered": lambda: section(
        accessory=StaticSelectElement(options=options(1), initial_option=options(2)[1])
    ),
    "actions without elements": lambda: actions(count=0),
    "a moment of nine digits": lambda: actions(DateTimePickerElement(initial_date_time=123456789)),
    "a task that waits on its own": lambda: TaskCardBlock(task_id="a", title="x", status="pending"),
    "an auth provider, which came after the blocks of the table": lambda: AuthProviderBlock(
        value="x", name="x", is_connected=True
    ),
    "a call, which only Slack posts": lambda: CallBlock(call_id="R1"),
}


@pytest.mark.parametrize("name", MISSED_BY_THE_SDK)
def test_what_the_sdk_misses_is_refused(name: str) -> None:
    build = MISSED_BY_THE_SDK[name]
    assert refusal(build) is None
    assert look_at(build(), "message") != []
