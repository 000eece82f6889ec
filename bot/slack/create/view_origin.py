"""Where the form that creates a version comes from: an earlier one, a template, or a failed version that it replaces."""

from collections.abc import Iterator, Sequence

from bot.services.requests.pending import MISSING_AFTER_SECONDS
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Pending, Template
from bot.slack.create.template import gone_from_environment, new_in_environment
from bot.slack.ids import Click
from bot.slack.text import clock_time, code, duration, phrase, prose
from bot.slack.views.blocks import actions, button, context, section
from bot.slack.views.message import Block

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
