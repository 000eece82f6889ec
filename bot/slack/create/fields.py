"""The inputs of the form that creates a version, one row a field; a field is typed where nothing can be offered."""

from collections.abc import Mapping

from bot.domain.models import Kind
from bot.domain.requests import Field, chart_version_from
from bot.slack.create.constants import KIND, SCOPE, TEMPLATE, Stage, images_of
from bot.slack.create.contents import chart_version_of_all
from bot.slack.create.field_rows import (
    Changes,
    FieldRow,
    Read,
    action_of,
    choice,
    frame_of,
    line,
    many_of,
    one_of,
    text,
)
from bot.slack.create.form import CreateForm
from bot.slack.create.scope import read_not_copied
from bot.slack.create.things import Thing, unfolded_things
from bot.slack.create.view_choices import choices_of, value_of
from bot.slack.create.view_contents import not_copied, scope, services
from bot.slack.create.view_thing_inputs import TAG, thing_input
from bot.slack.forms.state import OPTION_VALUE, Typed, named
from bot.slack.views.blocks import Block
from bot.slack.views.inputs import UNREADABLE, Choice, checkbox, select, text_input

# All inputs together have to stay below Slack's 250 kB, and some people's names are long.
NAME = 63
LONG = 255  # for a name that is brought along and too long, so that it can be said to be


def inputs(form: CreateForm) -> tuple[str, ...]:
    """The block ids of all inputs that the form shows, from top to bottom: drawing and reading both go by this."""
    if form.missing is Field.PROJECT:
        return ()
    return (*(row.block for row in FIELDS if row.shown(form)), *unfolded_things(form))


def input_of(form: CreateForm, block_id: str) -> Block:
    """The input block of this id, one of `inputs`."""
    if block_id in _ROWS:
        return _ROWS[block_id].draw(form)
    thing = unfolded_things(form)[block_id]
    return thing_input(form, thing, _value(form, thing), action_of(form, block_id), while_typing=True)


def _value(form: CreateForm, thing: Thing) -> str:
    values = form.chart_versions if thing.field is Field.CHART_VERSION else form.image_tags
    return values.get(thing.name, "")


def _project(form: CreateForm) -> Block:
    if form.projects is None:
        hint = f"{UNREADABLE} Type the project's key, as in the address of its page, and press Enter."
        return text_input(
            frame_of(form, Field.PROJECT, "Project", hint=hint, placeholder="shop", dispatch=True),
            form.project,
        )
    hint = _without_versions(len(form.projects) - len(form.usable_projects))
    frame = frame_of(form, Field.PROJECT, "Project", hint=hint, placeholder="Choose a project", dispatch=True)
    return select(frame, choices_of(form, Field.PROJECT), value_of(form.project))


def _without_versions(left_out: int) -> str:
    if left_out == 1:
        return "1 project is hidden: only K8s YAML and Helm projects have versions."
    many = f"{left_out} projects are hidden: only K8s YAML and Helm projects have versions."
    return many if left_out else ""


def _kind(form: CreateForm) -> Block:
    kinds = [Choice(value=Kind.K8S, label="K8s YAML"), Choice(value=Kind.HELM, label="Helm charts")]
    frame = frame_of(form, KIND, "Kind of project", placeholder="K8s YAML or Helm", dispatch=True)
    return select(frame, kinds, form.kind or "")


def _environment(form: CreateForm) -> Block:
    if form.choices.environments is None:
        hint = f"{UNREADABLE} Type the environment's key and press Enter."
        return text_input(
            frame_of(form, Field.ENVIRONMENT, "Environment", hint=hint, placeholder="dev", dispatch=True),
            form.environment,
        )
    hint = f"The version takes the {'charts' if form.kind is Kind.HELM else 'images'} that run there"
    hint += f", or those of {form.reusable.name}." if form.reusable else "."
    frame = frame_of(
        form,
        Field.ENVIRONMENT,
        "Environment",
        hint=hint,
        placeholder="Choose an environment",
        dispatch=True,
    )
    return select(frame, choices_of(form, Field.ENVIRONMENT), value_of(form.environment))


def _production(form: CreateForm) -> Block:
    frame = frame_of(form, Field.PRODUCTION, "Production", optional=True, dispatch=True)
    return checkbox(frame, "This is a production environment", ticked=form.production)


def _version_name(form: CreateForm) -> Block:
    hint = "Also the image tag, unless you set another."
    frame = frame_of(
        form, Field.VERSION_NAME, "Version name", hint=hint, placeholder="v14 or 2.3.0", while_typing=True
    )
    return text_input(frame, form.version_name, limit=LONG if len(form.version_name) > NAME else NAME)


def _description(form: CreateForm) -> Block:
    frame = frame_of(
        form, Field.DESCRIPTION, "Description", placeholder="What's new", optional=True, while_typing=True
    )
    return text_input(frame, form.description, multiline=True)


def _labels(form: CreateForm) -> Block:
    frame = frame_of(
        form,
        Field.LABELS,
        "Labels",
        hint="Separate labels with commas. Put a label that contains a comma in quotation marks.",
        placeholder="stable, q4",
        optional=True,
        while_typing=True,
    )
    return text_input(frame, form.labels)


def _registry(form: CreateForm) -> Block:
    optional = form.kind is not Kind.HELM
    choices = choices_of(form, Field.REGISTRY)
    if not choices:
        unknown = form.choices.registries is None
        first = f"{UNREADABLE} Type" if unknown else "Zadig lists no registries. Add one in Zadig, then type"
        hint = f"{first} its 24-character id here."
        return text_input(
            frame_of(form, Field.REGISTRY, "Image registry", hint=hint, optional=optional, while_typing=True),
            form.registry,
        )
    frame = frame_of(
        form,
        Field.REGISTRY,
        "Image registry",
        hint="Images are copied here under the new tag.",
        placeholder="Choose a registry",
        optional=optional,
        dispatch=True,
    )
    return select(frame, choices, value_of(form.registry))


def _chart_repository(form: CreateForm) -> Block:
    choices = choices_of(form, Field.CHART_REPOSITORY)
    label, hint = "Chart repository", "Charts are pushed here."
    if choices:
        frame = frame_of(
            form, Field.CHART_REPOSITORY, label, hint=hint, placeholder="Choose a chart repository"
        )
        return select(frame, choices, value_of(form.chart_repository))
    why = UNREADABLE if form.choices.chart_repositories is None else "Zadig lists none for this project."
    hint = f"{hint} {why} Type the name of a chart repository that Zadig integrates."
    frame = frame_of(form, Field.CHART_REPOSITORY, label, hint=hint, while_typing=True)
    return text_input(frame, form.chart_repository)


def _image_tag(form: CreateForm) -> Block:
    frame = frame_of(
        form,
        Field.IMAGE_TAG,
        "Image tag for all",
        placeholder="Same as the version name",
        optional=True,
        while_typing=True,
    )
    return text_input(frame, form.image_tag, limit=TAG)


def _chart_version(form: CreateForm) -> Block:
    frame = frame_of(
        form,
        Field.CHART_VERSION,
        "Chart version for all",
        hint="SemVer. If empty, it comes from the version name: v1.4.0 gives 1.4.0. If the name has none, each chart gets the next version after the one that's running.",
        placeholder=chart_version_from(form.version_name) or chart_version_of_all(form),
        optional=True,
        while_typing=True,
    )
    return text_input(frame, form.chart_version, limit=TAG)


def _read_project(form: CreateForm, answer: Typed) -> Changes:
    offered = {project.key: project.kind for project in form.usable_projects}
    (key,) = named([one_of(answer)], offered, OPTION_VALUE)
    return {"project": key, **({"kind": offered[key]} if key in offered else {})}


def _read_kind(_: CreateForm, answer: Typed) -> Changes:
    return {"kind": Kind(answer)} if answer in set(Kind) else {}


def _read_not_copied(form: CreateForm, answer: Typed) -> Changes:
    return read_not_copied(form, many_of(answer))


def _begun(form: CreateForm) -> bool:
    """Whether the project is known, so that the rest can be asked for."""
    return form.stage is not Stage.PROJECT and form.missing is not Field.ENVIRONMENT


def _is_helm(form: CreateForm) -> bool:
    return form.kind is Kind.HELM


def _has_images(form: CreateForm) -> bool:
    return form.ready and bool(images_of(form.offered_services))


FIELDS: tuple[FieldRow, ...] = (
    FieldRow(block=Field.PROJECT, draw=_project, read=_read_project),
    FieldRow(
        block=KIND,
        shown=lambda form: form.projects is None,
        draw=_kind,
        read=_read_kind,
        nearest=(Field.PROJECT,),
    ),
    FieldRow(
        block=Field.ENVIRONMENT,
        shown=_begun,
        draw=_environment,
        read=choice(
            "environment", lambda form: (*(one.key for one in form.choices.environments or ()), TEMPLATE)
        ),
    ),
    FieldRow(
        block=Field.PRODUCTION,
        shown=lambda form: _begun(form) and form.choices.environments is None,
        draw=_production,
        read=lambda _, answer: {"production": bool(answer)},
        nearest=(Field.ENVIRONMENT,),
    ),
    FieldRow(block=Field.VERSION_NAME, shown=_begun, draw=_version_name, read=line("version_name")),
    FieldRow(block=Field.DESCRIPTION, shown=_begun, draw=_description, read=text("description")),
    FieldRow(block=Field.LABELS, shown=_begun, draw=_labels, read=text("labels")),
    FieldRow(
        block=Field.REGISTRY,
        shown=_begun,
        draw=_registry,
        read=choice("registry", lambda form: (one.id for one in form.choices.registries or ())),
    ),
    FieldRow(
        block=Field.CHART_REPOSITORY,
        shown=lambda form: _begun(form) and _is_helm(form),
        draw=_chart_repository,
        read=choice("chart_repository", lambda form: form.choices.chart_repositories or ()),
        nearest=(Field.REGISTRY,),
    ),
    FieldRow(block=SCOPE, shown=lambda form: form.ready and not form.tickable, draw=scope),
    FieldRow(
        block=Field.SERVICES, shown=lambda form: form.ready, draw=services, nearest=(Field.ENVIRONMENT,)
    ),
    FieldRow(
        block=Field.IMAGE_TAG,
        shown=lambda form: form.ready and (form.choices.services is None or _has_images(form)),
        draw=_image_tag,
        read=line("image_tag"),
        nearest=(Field.IMAGE_TAG, Field.SERVICES),
    ),
    FieldRow(
        block=Field.CHART_VERSION,
        shown=lambda form: form.ready and _is_helm(form),
        draw=_chart_version,
        read=line("chart_version"),
        nearest=(Field.CHART_VERSION, Field.SERVICES),
    ),
    FieldRow(
        block=Field.NOT_COPIED,
        shown=_has_images,
        draw=not_copied,
        read=_read_not_copied,
        nearest=(Field.SERVICES,),
    ),
)
_ROWS = {row.block: row for row in FIELDS}
READERS: Mapping[str, Read] = {row.block: row.read for row in FIELDS if row.read}
NEAREST: Mapping[str, tuple[str, ...]] = {row.block: row.nearest for row in FIELDS if row.nearest}
