"""Drafts: what a user typed into a form, kept so that no crash and no refusal makes them type it twice."""

from dataclasses import dataclass
from enum import StrEnum


class DraftState(StrEnum):
    """`OPEN` while typed, `SUBMITTED` from the click on until the outcome is known, then `DONE`."""

    OPEN = "open"
    SUBMITTED = "submitted"
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A form that a user has open. `content` is JSON that only the form's own module reads; `at` unix seconds."""

    id: str
    form: str
    user: str
    channel: str
    content: str
    at: int
    view_id: str = ""
    state: DraftState = DraftState.OPEN
