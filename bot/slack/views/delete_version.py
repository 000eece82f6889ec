"""The modal that deletes a version: it names the version and says what deleting does not undo."""

from collections.abc import Iterator

from bot.domain.models import Status
from bot.slack.forms.delete_version import DeleteForm
from bot.slack.ids import Callback
from bot.slack.text import code, prose
from bot.slack.views.blocks import Block, View, actions, modal, section
from bot.slack.views.problem import details_button

_RUNNING = (
    ":warning: *It is still in progress.* Copying goes on after it is deleted, and for an hour its result can end up in"
    " another version with this name: do not reuse the name until then."
)


def delete_version(form: DeleteForm, *, draft: str) -> View:
    """Nothing to fill in; submitting confirms."""
    return modal(
        Callback.DELETE_VERSION, "Delete a version", list(_blocks(form)), draft=draft, submit="Delete"
    )


def _blocks(form: DeleteForm) -> Iterator[Block]:
    name = code(f"{form.project}/{form.version_name}", 300)
    for remark in [*form.notes, *form.problems.values()][:5]:
        yield section(f":no_entry_sign: {prose(remark)}")
    yield section(f"Delete *{name}* from Zadig? This cannot be undone.")
    yield section(
        "Images and charts it pushed stay in their registries, and what runs from them keeps running."
    )
    if form.status is not Status.SUCCESS and form.status is not Status.FAILED:
        yield section(_RUNNING)
    yield from actions(details_button(form.raw))
