"""The modal that retries a failed version: why it failed, what a retry does, and the environment that K8s needs in v1."""

from collections.abc import Iterator

from bot.domain.models import Kind
from bot.domain.requests import Field
from bot.slack.forms.retry_version import RetryForm, inputs
from bot.slack.forms.state import OPTION_VALUE, OPTIONS, identifier
from bot.slack.ids import Callback, Click, input_action
from bot.slack.text import code, preformatted, prose
from bot.slack.views.blocks import Block, View, actions, button, context, modal, section
from bot.slack.views.inputs import (
    UNREADABLE,
    Frame,
    best_matches,
    checkbox,
    environment_choices,
    select,
    text_input,
)
from bot.slack.views.problem import details_button

_EFFECT = {
    Kind.K8S: "Zadig repeats it with the settings it was created with, and copies only the images that are still missing.",
    Kind.HELM: "Zadig repeats it with the settings it was created with, and pushes only the charts that are still missing.",
}
_NO_ENVIRONMENT = (
    ":seedling: *{project} has no environment that the bot can see.* Zadig needs one to exist before it retries,"
    " although it takes nothing from it. Create any environment in Zadig, then try again."
)


def retry_version(form: RetryForm, *, draft: str) -> View:
    """The form as it stands; without a button to submit where it cannot work."""
    blocks = [*_beginning(form), *_inputs(form)]
    submit = "" if form.missing else "Retry"
    return modal(Callback.RETRY_VERSION, "Retry a version", blocks, draft=draft, submit=submit)


def options(form: RetryForm, block_id: str, typed: str) -> list[Block]:
    """The answer to a `block_suggestion`: at most 100 options, the best match first."""
    choices = environment_choices(form.environments or ()) if block_id == Field.ENVIRONMENT else []
    return [choice.option for choice in best_matches(choices, typed, OPTIONS)]


def _beginning(form: RetryForm) -> Iterator[Block]:
    if form.refused:
        why = [prose(note) for note in form.notes] or ["Change the fields marked below."]
        yield section("\n".join([":no_entry_sign: *Nothing was retried.*", *why]))
    yield section(f"*{code(f'{form.project}/{form.version_name}', 300)}* failed. {_EFFECT[form.kind]}")
    if form.meaning:
        yield section(prose(form.meaning, 2000))
    elif form.reason:
        yield section(preformatted(form.reason, 2000))
    else:
        yield context("Zadig recorded no reason; the workflow in Zadig may show one.")
    remarks = [text for field, text in form.problems.items() if field not in inputs(form)]
    for remark in remarks[:5]:
        yield context(f":warning: {prose(remark)}")
    yield from actions(details_button(form.raw or (form.reason if form.meaning else "")))
    if form.missing:
        yield section(_NO_ENVIRONMENT.format(project=code(form.project)))


def _inputs(form: RetryForm) -> Iterator[Block]:
    if form.chosen_by_the_bot:
        yield _chosen(form)
    for block_id in inputs(form):
        yield _environment(form) if block_id == Field.ENVIRONMENT else _production(form)
        if block_id in form.problems:
            yield context(f":warning: {prose(form.problems[block_id])}")


def _chosen(form: RetryForm) -> Block:
    name = code(form.version_name)
    if not form.made_from:
        why = f"it is not known which one {name} was made from"
    elif form.environment == form.made_from:
        why = f"{name} was made from it"
    else:
        why = f"{code(form.made_from)}, which {name} was made from, cannot be chosen"
    sort = "the *production* environment" if form.in_production else "the environment"
    text = f"{sort} {code(form.environment)}: {why}. Zadig only checks that it exists."
    return section(
        f"The retry uses {text}", accessory=button("Choose another", Click.RETRY_ENVIRONMENT, "choose")
    )


def _environment(form: RetryForm) -> Block:
    hint = "Zadig only checks that it exists: any environment will do."
    action = input_action(form.revision)
    if form.environments is None:
        frame = Frame(
            block_id=Field.ENVIRONMENT,
            action_id=action,
            label="Environment",
            hint=f"{UNREADABLE} {hint}",
            placeholder="dev",
        )
        return text_input(frame, form.environment)
    frame = Frame(
        block_id=Field.ENVIRONMENT,
        action_id=action,
        label="Environment",
        hint=hint,
        placeholder="Choose an environment",
    )
    return select(frame, environment_choices(form.environments), identifier(form.environment, OPTION_VALUE))


def _production(form: RetryForm) -> Block:
    frame = Frame(
        block_id=Field.PRODUCTION, action_id=input_action(form.revision), label="Production", optional=True
    )
    return checkbox(frame, "This is a production environment", ticked=form.production)
