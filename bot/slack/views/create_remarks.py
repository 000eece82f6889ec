"""What the form that creates a version says between its inputs: notes, warnings, explanations and what will happen."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field
from bot.slack.forms.create_form import CreateForm
from bot.slack.forms.create_layout import inputs
from bot.slack.forms.create_request import read_request
from bot.slack.text import code, prose
from bot.slack.views.blocks import context, section
from bot.slack.views.said import Block

THINGS_HEADING = "*Exceptions*: what is left empty below takes the value for all above."

_EXPLANATIONS: Mapping[Field, str] = MappingProxyType(
    {
        Field.PROJECT: (
            ":open_file_folder: *There is no project that can have versions.* Create a K8s YAML or Helm project in Zadig,"
            " or let a project administrator add the owner of the bot's API token to one. Then open this form again."
        ),
        Field.ENVIRONMENT: (
            ":seedling: *{project} has no environment that the bot can see.* A version is made from what an environment"
            " runs: create one in Zadig, or give the owner of the bot's API token access to it. Then look again."
        ),
        Field.SERVICES: (
            ":seedling: *Nothing runs in {environment}.* A version is made from what an environment runs: add services to"
            " it in Zadig and look again, or choose another environment."
        ),
    }
)


def beginning(form: CreateForm) -> Iterator[Block]:
    """Notes, and problems for which no input is left."""
    texts = [prose(note) for note in form.notes]
    if not inputs(form):
        texts += [f":warning: {prose(text)}" for text in form.problems.values()]
    shown = "\n".join(text for text in texts if text.strip())
    if shown:
        yield context(shown)


def explanation(form: CreateForm, *fields: Field) -> Iterator[Block]:
    """What to do in Zadig if it is one of these fields for which there is nothing to choose from."""
    if form.missing and form.missing in fields:
        text = _EXPLANATIONS[form.missing]
        yield section(text.format(project=code(form.project), environment=code(form.environment)))


def warning(form: CreateForm) -> Iterator[Block]:
    if form.in_production:
        name = code(form.environment) if form.environment else "This"
        yield section(
            f":warning: {name} is a *production* environment. The version records what runs there; it changes nothing in it."
        )


def summary(form: CreateForm) -> Iterator[Block]:
    """What creating will do, as the form stands."""
    if form.ready:
        request, _ = read_request(form)
        parts = list(_parts(form, request))
        if parts:
            yield context(f":package: {', '.join(parts)}.")


def _parts(form: CreateForm, request: CreateVersion) -> Iterator[str]:
    images = [image for service in request.services for image in service.images]
    copied = sum(image.copied for image in images)
    if form.kind is Kind.HELM and request.services:
        to = f" to {code(request.chart_repository)}" if request.chart_repository else ""
        yield f"{_count(len(request.services), 'chart')}{to}"
    if copied:
        to = f" to {code(_registry(form))}" if form.registry else ""
        yield f"{_count(copied, 'image')}{to}"
    if len(images) > copied:
        yield f"{len(images) - copied} not copied" if copied else f"{_count(len(images), 'image')} not copied"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _registry(form: CreateForm) -> str:
    offered = {registry.id: registry.title for registry in form.choices.registries or ()}
    return offered.get(form.registry, form.registry)
