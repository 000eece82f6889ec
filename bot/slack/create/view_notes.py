"""What the form that creates a version says between its inputs: notes, warnings, explanations and what will happen."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field, name_problem
from bot.domain.watching import MISSING_AFTER_SECONDS
from bot.slack.create.exceptions_form import exceptions, is_unfinished
from bot.slack.create.fields import inputs
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Pending, Template
from bot.slack.create.request import NameVerdict, read_request, verdict_on_name
from bot.slack.create.template import gone_from_environment, new_in_environment, overwritten
from bot.slack.create.things import copied_things, is_folded
from bot.slack.ids import Click
from bot.slack.text import ago, clock_time, code, duration, phrase, prose, whom_to_ask
from bot.slack.views.blocks import Block, actions, button, context, section
from bot.slack.views.problem import details_button

THINGS_HEADING = "*Exceptions*: fields left empty use the value above."

_VERDICTS: Mapping[NameVerdict, str] = MappingProxyType(
    {
        NameVerdict.REPLACES: ":wastebasket: The failed version with this name is deleted first.",
        NameVerdict.TAKEN: ":no_entry_sign: This name is taken.",
        NameVerdict.AWAITED: ":hourglass: Zadig has not yet confirmed a version with this name.",
        NameVerdict.FREE: ":white_check_mark: This name is free.",
        NameVerdict.FREE_AMONG_NEWEST: ":white_check_mark: None of the newest versions has this name.",
    }
)

_EXPLANATIONS: Mapping[Field, str] = MappingProxyType(
    {
        Field.PROJECT: (
            ":open_file_folder: *No project can have versions.* Create a K8s YAML or Helm project in Zadig,"
            " or ask a project administrator to add the owner of the bot's API token to one. Then open this form again."
        ),
        Field.ENVIRONMENT: (
            ":seedling: *{project} has no environment that the bot can see.* A version is made from what an environment"
            " runs: create one in Zadig, or give the owner of the bot's API token access to one. Then refresh."
        ),
        Field.SERVICES: (
            ":seedling: *Nothing runs in {environment}.* A version is made from what an environment runs: add services to"
            " it in Zadig and refresh, or choose another environment."
        ),
    }
)

_NOTHING_BUT_PRODUCTION = (
    ":seedling: *{project} has no environment that you may create versions from.* It has production"
    " environments only. Ask for access to them, or refresh once there is another."
)

_OVERWRITTEN = (
    ":warning: {images} would overwrite the template's own tag in the registry. Clear the tag to use the new version's"
    " name."
)


def beginning(form: CreateForm) -> Iterator[Block]:
    """Notes, problems for which no input is left, and on demand what the other side said."""
    texts = [] if form.refused else [prose(note) for note in form.notes]
    if not inputs(form):
        texts += [f":warning: {prose(text)}" for text in form.problems.values()]
    shown = "\n".join(text for text in texts if text.strip())
    if shown:
        yield context(shown)
    yield from actions(details_button(form.raw))
    if not inputs(form):
        yield from oldness(form)


def oldness(form: CreateForm) -> Iterator[Block]:
    """How old what is offered is, while Zadig says nothing newer."""
    if form.choices.as_of:
        what = ago(form.choices.as_of)
        yield context(f":hourglass: These choices are from {what}: Zadig has not answered since.")


def verdict(form: CreateForm) -> Iterator[Block]:
    """What can be said of the name as it stands; it does not repeat it, so that it changes only with the verdict."""
    found = verdict_on_name(form)
    if found is NameVerdict.INVALID:
        yield context(f":warning: {prose(name_problem(form.version_name))}")
    elif found in _VERDICTS:
        yield context(_VERDICTS[found])


def foretaste(form: CreateForm) -> Iterator[Block]:
    """The summary, also near the top of a form that chose everything itself: it can be sent without reading on."""
    if form.environment and form.environment == form.suggested_environment:
        yield from summary(form)


def folded(form: CreateForm) -> Iterator[Block]:
    """In place of more inputs for single images and charts than a user would read through."""
    things = copied_things(form, form.not_copied)
    if is_folded(things):
        what = "tags or chart versions" if form.kind is Kind.HELM else "tags"
        count = exceptions(form)
        text = f"*Different {what} for some images* ({count or 'none'} set)"
        if count:
            text += "\nAll others use the value above."
        if is_unfinished(form):
            text += "\n:memo: You have unsaved changes there: open it to continue."
        yield section(
            text, accessory=button("Set them…", Click.IMAGE_TAGS, "open", spoken=f"Different {what}")
        )


def explanation(form: CreateForm, *fields: Field) -> Iterator[Block]:
    """What to do in Zadig if it is one of these fields for which there is nothing to choose from."""
    if form.missing and form.missing in fields:
        withheld = form.missing is Field.ENVIRONMENT and form.production_by
        text = _NOTHING_BUT_PRODUCTION if withheld else _EXPLANATIONS[form.missing]
        yield section(text.format(project=code(form.project), environment=code(form.environment)))


def withheld(form: CreateForm) -> Iterator[Block]:
    """Why environments are missing that others are offered."""
    if form.production_by:
        text = "Production environments are hidden: you may not create versions from them."
        yield context(f":lock: {text} {whom_to_ask(form.production_by)}")


def warning(form: CreateForm) -> Iterator[Block]:
    if form.original and form.in_production:
        yield section(f":warning: {code(form.original)} was made from a *production* environment.")
    elif form.in_production:
        name = code(form.environment) if form.environment else "This"
        yield section(
            f":warning: {name} is a *production* environment. The version records what runs there and changes nothing."
        )


def summary(form: CreateForm) -> Iterator[Block]:
    """What creating will do, as the form stands."""
    if form.ready:
        request, _ = read_request(form)
        parts = list(_parts(form, request))
        if form.replacing:
            parts.insert(0, f"{code(f'{form.project}/{form.replacing.name}')} is deleted first")
        if parts:
            yield context(f":package: {', '.join(parts)}.")
        if count := overwritten(form, request):
            yield context(_OVERWRITTEN.format(images=_count(count, "image")))


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


SHOWN = 10
NAME = 60
NOTHING = "Nothing was created."


def fate(form: CreateForm) -> Iterator[Block]:
    """After a submission that failed: first of all whether anything was created, then why not."""
    if form.refused:
        deleted = code(f"{form.project}/{form.deleted}", 300)
        what = f"{deleted} was deleted, and nothing was created in its place." if form.deleted else NOTHING
        why = [prose(note) for note in form.notes] or ["Change the fields marked below."]
        yield section("\n".join([f":no_entry_sign: *{what}*", *why]))


def origin(form: CreateForm) -> Iterator[Block]:
    """What stands on top of the form."""
    for one in form.pending:
        yield section(_pending(one))
    yield from _earlier(form)
    if form.replacing:
        name = code(f"{form.project}/{form.replacing.name}", 300)
        yield section(
            f":warning: *Submitting first deletes the failed version* {name} *from Zadig*, then creates it again. Images and"
            " charts it pushed stay in their registries."
        )
    if form.template:
        yield context("\n".join(_template(form, form.template)))


def _earlier(form: CreateForm) -> Iterator[Block]:
    if form.earlier:
        what = phrase(form.earlier.what) or "a version"
        yield section(f":memo: You were creating *{what}* {_ago(form.earlier.seconds)}.")
        yield from actions(
            [
                button("Continue draft", Click.RESUME_DRAFT, form.earlier.draft),
                button("Discard draft", Click.FORGET_DRAFT, form.earlier.draft),
            ]
        )


def _pending(one: Pending) -> str:
    """The moment stands in the reader's own time; where it has passed, Zadig itself does not answer."""
    by = f"by {clock_time(one.told_by)}" if one.seconds < MISSING_AFTER_SECONDS else "as soon as it does"
    return f":hourglass_flowing_sand: *Your {code(one.what)} of {_ago(one.seconds)}*: Zadig has not answered. You'll get a message {by}."


def _ago(seconds: int) -> str:
    """The largest unit is enough: `10 min ago`."""
    return f"{' '.join(duration(seconds).split()[:2])} ago" if seconds >= 1 else "just now"


def _template(form: CreateForm, template: Template) -> Iterator[str]:
    name = code(f"{form.project}/{template.name}")
    if template.services:
        yield f":clipboard: Filled in from {name}."
    else:
        yield f":clipboard: Filled in from {name}. Zadig recorded no services for it, so all running ones are chosen."
    gone, new = gone_from_environment(form), new_in_environment(form)
    if gone:
        yield f":warning: {code(form.environment)} no longer has {_names(gone)}: left out."
    if new:
        yield f"Not in {code(template.name)}, so left out: {_names(new)}."


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(code(name, NAME) for name in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown
