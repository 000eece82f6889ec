"""The inputs of modals: texts, selects and ticks, every text clipped to Slack's limits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.domain.models import Environment
from bot.slack.forms.state import OPTION_VALUE, identifier, tickable
from bot.slack.text import clean
from bot.slack.views.blocks import OPTION_TEXT, Block, option, plain_text

# https://docs.slack.dev/reference/block-kit/block-elements
INPUT_TEXT = 3000
LABEL = 2000
PLACEHOLDER = 150

# Under inputs that take the place of a select.
UNREADABLE = "The choices could not be loaded from Zadig."


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Something to choose: `value` comes back, `label` is shown, `words` are what typing finds besides the label."""

    value: str
    label: str
    group: str = ""
    words: str = ""

    @property
    def option(self) -> Block:
        return option(self.label, self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What all inputs have in common. `dispatch`: Slack reports a change at once instead of with the submission.

    A text's change is reported when Enter is pressed; `while_typing` with every character.
    """

    block_id: str
    action_id: str
    label: str
    hint: str = ""
    placeholder: str = ""
    optional: bool = False
    dispatch: bool = False
    while_typing: bool = False

    def around(self, element: Block) -> Block:
        block: Block = {
            "type": "input",
            "block_id": self.block_id,
            "label": plain_text(self.label, LABEL),
            "element": {**element, "action_id": self.action_id},
            "optional": self.optional,
        }
        if self.while_typing:
            block["element"]["dispatch_action_config"] = {"trigger_actions_on": ["on_character_entered"]}
        if self.placeholder and element["type"] != "checkboxes":
            block["element"]["placeholder"] = plain_text(self.placeholder, PLACEHOLDER)
        if self.hint:
            block["hint"] = plain_text(self.hint, LABEL)
        return block | {"dispatch_action": True} if self.dispatch or self.while_typing else block


def text_input(frame: Frame, initial: str = "", *, multiline: bool = False, limit: int = INPUT_TEXT) -> Block:
    """A text of at most `limit` characters, Slack's own limit being 3,000; what is longer loses its end."""
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": limit}
    shown = clean(initial)[:limit]
    return frame.around(element | {"initial_value": shown} if shown else element)


def checkbox(frame: Frame, text: str, *, ticked: bool) -> Block:
    """One box to tick; its value is `yes`."""
    yes = option(text, "yes")
    element: Block = {"type": "checkboxes", "options": [yes]}
    return frame.around(element | {"initial_options": [yes]} if ticked else element)


def select(frame: Frame, choices: Sequence[Choice], initial: str = "") -> Block:
    """One of the choices; Slack asks the bot for options where there are too many to send (`options_for`)."""
    chosen = next((choice.option for choice in choices if choice.value == initial), None)
    element: Block = {"type": "static_select", **_offer(choices)} if fits(choices) else _external("")
    return frame.around(element | {"initial_option": chosen} if chosen else element)


def radio(frame: Frame, choices: Sequence[Choice], initial: str) -> Block:
    """One of at most ten choices, all of them on screen."""
    chosen = next(choice.option for choice in choices if choice.value == initial)
    options = [choice.option for choice in choices]
    return frame.around({"type": "radio_buttons", "options": options, "initial_option": chosen})


def multi_select(
    frame: Frame, choices: Sequence[Choice], initial: Collection[str] = (), *, most: int = 0
) -> Block:
    """Any of the choices, at most `most` of them if that is given; see `select`."""
    chosen = [choice.option for choice in choices if choice.value in initial]
    element: Block = (
        {"type": "multi_static_select", **_offer(choices)} if fits(choices) else _external("multi_")
    )
    if most and element["type"].endswith("external_select"):
        element["max_selected_items"] = most
    return frame.around(element | {"initial_options": chosen} if chosen else element)


def fits(choices: Sequence[Choice]) -> bool:
    """Whether the choices can be sent along."""
    return tickable([choice.value for choice in choices])


def _external(prefix: str) -> Block:
    return {"type": f"{prefix}external_select", "min_query_length": 0}


def _offer(choices: Sequence[Choice]) -> Block:
    """The options, in groups where the choices have some."""
    if not any(choice.group for choice in choices):
        return {"options": [choice.option for choice in choices]}
    groups = groupby(choices, key=lambda choice: choice.group)
    return {
        "option_groups": [
            {"label": plain_text(group, OPTION_TEXT), "options": [choice.option for choice in members]}
            for group, members in groups
        ]
    }


def named(key: str, name: str) -> str:
    """How a thing with a key and a name of its own is shown: `Web shop (shop)`."""
    return key if not name or name == key else f"{name} ({key})"


def environment_choices(offered: Iterable[Environment]) -> list[Choice]:
    """Environments in two groups, test ones first, each key once."""
    known = {one.key: one for one in offered if one.key}
    return [
        Choice(
            value=identifier(one.key, OPTION_VALUE),
            label=named(one.key, one.name),
            group="Production" if production else "Test",
            words=f"{one.key}\n{one.name}",
        )
        for production in (False, True)
        for one in known.values()
        if one.production is production
    ]


def best_matches(choices: Iterable[Choice], typed: str, limit: int) -> list[Choice]:
    """The choices that contain what was typed: the whole name first, then beginnings, beginnings of words, the rest."""
    wanted = typed.strip().casefold()
    ranked = [(_rank(choice, wanted), choice) for choice in choices]
    found = [(rank, choice) for rank, choice in ranked if rank is not None]
    return [choice for _, choice in sorted(found, key=lambda pair: pair[0])][:limit]


def _rank(choice: Choice, wanted: str) -> int | None:
    text = f"{choice.label}\n{choice.words}".casefold()
    names = text.split("\n")
    if not wanted:
        return 0
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    position = text.find(wanted)
    if position < 0:
        return None
    return 3 if text[position - 1].isalnum() else 2
