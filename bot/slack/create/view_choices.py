"""What the selects of the form that creates a version offer, and what they answer while a user types."""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.create.constants import ALL_IMAGES, KEPT_IMAGES, TEMPLATE, images_of
from bot.slack.create.form import CreateForm
from bot.slack.forms.state import OPTION_VALUE, OPTIONS, identifier
from bot.slack.views.blocks import Block
from bot.slack.views.inputs import Choice, best_matches, environment_choices, named

Choices = list[Choice]


def choices_of(form: CreateForm, block_id: str) -> Choices:
    """Everything that the select of this block offers, each value once; nothing for other blocks."""
    offer = _OFFERS.get(block_id)
    return list({choice.value: choice for choice in offer(form) if choice.value}.values()) if offer else []


def options(form: CreateForm, block_id: str, typed: str) -> list[Block]:
    """The answer to a `block_suggestion`: at most 100 options, the best match first."""
    return [choice.option for choice in best_matches(choices_of(form, block_id), typed, OPTIONS)]


def value_of(name: str) -> str:
    """The value of the option for `name`."""
    return identifier(name, OPTION_VALUE)


def _projects(form: CreateForm) -> Choices:
    return [
        Choice(value=value_of(one.key), label=named(one.key, one.name), words=f"{one.key}\n{one.name}")
        for one in form.usable_projects
    ]


def _environments(form: CreateForm) -> Choices:
    """Zadig 4 and later take the images of the version that the form was filled in from as well."""
    own = (
        Choice(value=TEMPLATE, label=f"{_contents(form)} from {form.reusable.name}", group="Version")
        if form.reusable
        else None
    )
    return [*environment_choices(form.choices.environments or ()), *([own] if own else [])]


def _contents(form: CreateForm) -> str:
    return "Charts" if form.kind is Kind.HELM else "Images"


def _registries(form: CreateForm) -> Choices:
    """Registries by address; those with the same one are told apart by the end of their id."""
    offered = form.choices.registries or ()
    alike = Counter(one.title for one in offered)
    return [
        Choice(
            value=value_of(one.id),
            label=one.title
            + (f" …{one.id[-6:]}" if alike[one.title] > 1 else "")
            + " (default)" * one.default,
            words=one.title,
        )
        for one in offered
    ]


def _chart_repositories(form: CreateForm) -> Choices:
    return [Choice(value=value_of(name), label=name) for name in form.choices.chart_repositories or ()]


def _services(form: CreateForm) -> Choices:
    return [Choice(value=value_of(name), label=name) for name in form.offered_services]


def _images(form: CreateForm) -> Choices:
    everything = [Choice(value=ALL_IMAGES, label="All images")] if _may_take_all(form) else []
    if form.kept_images:
        everything.append(Choice(value=KEPT_IMAGES, label=f"{len(form.kept_images)} images chosen so far"))
    images = images_of(form.offered_services)
    return everything + [
        Choice(value=value_of(key), label=key.replace("/", " / "), words=key) for key in images
    ]


def _may_take_all(form: CreateForm) -> bool:
    return form.kind is Kind.HELM or ALL_IMAGES in (form.not_copied or ())


_OFFERS: Mapping[str, Callable[[CreateForm], Choices]] = MappingProxyType(
    {
        Field.PROJECT: _projects,
        Field.ENVIRONMENT: _environments,
        Field.REGISTRY: _registries,
        Field.CHART_REPOSITORY: _chart_repositories,
        Field.SERVICES: _services,
        Field.NOT_COPIED: _images,
    }
)
