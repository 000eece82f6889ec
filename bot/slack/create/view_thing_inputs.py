"""The input of one image or chart, as the form that creates a version and the view over it show it."""

from bot.domain.requests import Field
from bot.slack.create.contents import default_chart_version
from bot.slack.create.form import CreateForm
from bot.slack.create.things import Thing
from bot.slack.text import plain
from bot.slack.views.blocks import Block
from bot.slack.views.inputs import Frame, text_input

# All inputs together have to stay below Slack's 250 kB, and some people's names are long.
TAG = 128
LABEL = 75
NOW = 150


def thing_input(
    form: CreateForm,
    thing: Thing,
    value: str,
    action_id: str,
    *,
    usual: str = "",
    while_typing: bool = False,
) -> Block:
    """A text that may stay empty: then the value for all counts. `usual` stands in it until something is typed."""
    draw = _chart if thing.field is Field.CHART_VERSION else _image
    label, hint = draw(form, thing.name)
    frame = Frame(
        block_id=thing.block,
        action_id=action_id,
        label=plain(label, LABEL),
        hint=plain(hint, NOW) if hint else "",
        placeholder=usual or _usual(form, thing),
        optional=True,
        while_typing=while_typing,
    )
    return text_input(frame, value, limit=TAG)


def _usual(form: CreateForm, thing: Thing) -> str:
    chart = thing.field is Field.CHART_VERSION
    return (
        default_chart_version(form, thing.name) if chart and not form.chart_version else ""
    ) or "Same as above"


def _chart(form: CreateForm, name: str) -> tuple[str, str]:
    service = form.offered_services.get(name)
    runs, made = service.chart_version if service else "", dict(form.choices.made_charts).get(name, "")
    hint = f"{runs} runs now" if runs else f"{made} in the last version" if made else ""
    return f"Chart version of {name}", hint


def _image(form: CreateForm, key: str) -> tuple[str, str]:
    container = form.chosen_images[key]
    name = container.image_name or key.partition("/")[2]
    hint = f"Image {name}, now {container.image}" if container.image else f"Image {name}"
    return f"Tag of {key.replace('/', ' / ')}", hint
