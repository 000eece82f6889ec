"""What a field of the form that creates a version is: its ids, when it is shown, how it is drawn, and how it is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.domain.requests import Field
from bot.slack.create.constants import PROPOSED
from bot.slack.create.form import CreateForm
from bot.slack.forms.state import OPTION_VALUE, Typed, named
from bot.slack.ids import OF, input_action
from bot.slack.views.blocks import Block
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


Changes = dict[str, Any]
Read = Callable[[CreateForm, Typed], Changes]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRow:
    """One input of the form: when it is shown, how it is drawn, and what of the form its answer changes.

    Problems of an input that is not on screen stand under the first of `nearest` that is. Services are read together.
    """

    block: str
    draw: Callable[[CreateForm], Block]
    read: Read | None = None
    shown: Callable[[CreateForm], bool] = lambda _: True
    nearest: tuple[str, ...] = ()


def one_of(answer: Typed) -> str:
    return answer.strip() if isinstance(answer, str) else ""


def many_of(answer: Typed) -> tuple[str, ...]:
    return () if isinstance(answer, str) else answer


def line(name: str) -> Read:
    return lambda _, answer: {name: one_of(answer)}


def text(name: str) -> Read:
    return lambda _, answer: {name: answer if isinstance(answer, str) else ""}


def choice(name: str, offered: Callable[[CreateForm], Iterable[str]]) -> Read:
    return lambda form, answer: {name: named([one_of(answer)], tuple(offered(form)), OPTION_VALUE)[0]}
