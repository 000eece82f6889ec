"""What every input of the form that creates a version is framed by: its ids, its label, and when Slack tells of a change."""

from bot.domain.requests import Field
from bot.slack.create.form import CreateForm
from bot.slack.create.reading import PROPOSED
from bot.slack.ids import OF, input_action
from bot.slack.views.inputs import Frame

# Texts that the form itself never changes, and those that it changes only when it has a new proposal.
_FREE = frozenset({Field.DESCRIPTION, Field.LABELS, Field.IMAGE_TAG})
_PROPOSED = frozenset(PROPOSED)


def action_of(form: CreateForm, block_id: str) -> str:
    """Free texts keep their action id while the form is redrawn: what is typed meanwhile must not be lost."""
    field = block_id.partition(OF)[0]
    if field in _PROPOSED and OF not in block_id:
        return input_action(form.attempt, form.proposals)
    return (
        input_action(form.attempt)
        if field in _FREE | _PROPOSED
        else input_action(form.attempt, form.revision)
    )


def frame_of(
    form: CreateForm,
    block_id: str,
    label: str,
    *,
    hint: str = "",
    placeholder: str = "",
    optional: bool = False,
    dispatch: bool = False,
    while_typing: bool = False,
) -> Frame:
    return Frame(
        block_id=block_id,
        action_id=action_of(form, block_id),
        label=label,
        hint=hint,
        placeholder=placeholder,
        optional=optional,
        dispatch=dispatch,
        while_typing=while_typing,
    )
