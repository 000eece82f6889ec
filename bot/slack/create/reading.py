"""Reads the modal that creates a version: what was typed into the form, and which input has to hear of a problem."""

from collections.abc import Iterable, Mapping

from bot.domain.choices import Choices
from bot.domain.models import Kind
from bot.domain.requests import Field, FieldError
from bot.slack.create.constants import ALL_IMAGES, PROPOSED, Stage, images_of
from bot.slack.create.field_rows import Changes, one_of
from bot.slack.create.fields import NEAREST, READERS, inputs
from bot.slack.create.form import CreateForm
from bot.slack.create.request import read_request
from bot.slack.create.scope import read_services
from bot.slack.create.things import block_of
from bot.slack.forms.state import Typed, Values, errors_by_block, typed
from bot.slack.ids import input_action

__all__ = [
    "ALL_IMAGES",
    "CreateForm",
    "Stage",
    "block_errors",
    "inputs",
    "needs_choices",
    "problems_by_block",
    "read_request",
    "read_state",
]


def read_state(form: CreateForm, values: Values) -> CreateForm:
    """The form with what `view.state.values` says; blocks that are not in it keep their former value.

    A new project lets go of everything that belonged to the old one, a new environment of its services; then
    `needs_choices` is true and the form must be given new choices (`CreateForm.offering`) before it is drawn. What
    a user typed in place of a proposal while the next one was on its way is worth another redraw: `proposals` counts up.
    """
    changes: Changes = {}
    answers = typed(values)
    for field in PROPOSED:
        if field in answers and _was_replaced(form, values, field):
            if answers[field] == form.proposed_before[field]:
                del answers[field]
            else:
                changes["proposals"] = form.proposals + 1
    for block_id, answer in answers.items():
        if block_id in READERS:
            changes.update(READERS[block_id](form, answer))
    changes.update(read_services(form, answers))
    changes["image_tags"] = _things(
        Field.IMAGE_TAG, form.image_tags, images_of(form.offered_services), answers
    )
    changes["chart_versions"] = _things(
        Field.CHART_VERSION, form.chart_versions, form.offered_services, answers
    )
    after = form.changed(**changes)
    after = after.changed(**_let_go(form, after), problems=_remaining_problems(form, after))
    return after.changed(touched=form.touched or any(_differ(form, after, name) for name in _TYPED))


def _was_replaced(form: CreateForm, values: Values, field: str) -> bool:
    """Whether this was typed before a redraw brought another proposal, in an input that is not on screen any more."""
    current = input_action(form.attempt, form.proposals)
    return field in form.proposed_before and current not in values[field]


def _differ(before: CreateForm, after: CreateForm, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def needs_choices(before: CreateForm, after: CreateForm) -> bool:
    """Whether something was chosen on which the choices depend: they must be fetched anew, and nothing is submitted."""
    return _chosen(before) != _chosen(after)


def block_errors(form: CreateForm, problems: Iterable[FieldError]) -> dict[str, str]:
    """The answer to a submission (Slack: `response_action: errors`): texts by block id of inputs that are on screen.

    `form` is the one that was drawn. A problem of a field that is not on screen goes to the nearest one that is.
    """
    return errors_by_block(inputs(form), problems, NEAREST)


def problems_by_block(form: CreateForm) -> dict[str, str]:
    """The problems that the form holds, by block id of the inputs that it shows."""
    return block_errors(form, [FieldError(field=field, text=text) for field, text in form.problems.items()])


def _chosen(form: CreateForm) -> tuple[str, str, Kind | None]:
    return form.project, form.environment, form.kind


# What people type and choose.
_TYPED = (*map(str, READERS), "services", "scope", "service_lines", "image_tags", "chart_versions")


def _things(
    field: str, before: dict[str, str], things: Iterable[str], answers: Mapping[str, Typed]
) -> dict[str, str]:
    """The values of a repeated field by thing; emptied ones leave."""
    after = dict(before)
    for thing in things:
        answer = answers.get(block_of(field, thing))
        if answer is not None:
            after[thing] = one_of(answer)
    return {thing: value for thing, value in after.items() if value}


def _let_go(before: CreateForm, after: CreateForm) -> Changes:
    """What a new project, kind or environment takes with it. Tags and labels stay: names often recur."""
    services: Changes = {"services": None, "scope": None, "not_copied": None, "tagging": None}
    if before.project != after.project:
        kind = {"kind": None} if after.projects is not None and not after.project else {}
        choices = Choices(registries=after.choices.registries)
        place: Changes = {"environment": "", "production": False, "chart_repository": "", "service_lines": ""}
        origins: Changes = {"habits": None, "template": None, "replaces": None, "suggested_environment": ""}
        return {**services, **place, **kind, **origins, "choices": choices}
    if before.environment != after.environment or before.kind != after.kind:
        return services
    return {}


def _remaining_problems(before: CreateForm, after: CreateForm) -> dict[str, str]:
    """The problems of fields that have not been touched since."""
    changed = {name for name in CreateForm.model_fields if _differ(before, after, name)}
    if changed & {"image_tags", "chart_versions", "service_lines", "scope"}:
        changed |= {Field.IMAGE_TAG, Field.CHART_VERSION, Field.SERVICES}
    return {field: text for field, text in after.problems.items() if field.partition(":")[0] not in changed}
