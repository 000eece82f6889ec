"""What can be said of a version's name while it is being typed."""

from enum import StrEnum

from bot.domain.requests import name_problem
from bot.services.choosing import NAMES
from bot.slack.forms.create_form import CreateForm


class Verdict(StrEnum):
    """`REPLACES`: a failed version has the name, and goes. `FREE_AMONG_NEWEST`: older versions than those read may have it."""

    NONE = "none"
    REPLACES = "replaces"
    INVALID = "invalid"
    TAKEN = "taken"
    FREE = "free"
    FREE_AMONG_NEWEST = "free among the newest"


def verdict_on_name(form: CreateForm) -> Verdict:
    """Nothing is said of no name, and nothing where no name is known."""
    name, names = form.version_name, form.choices.names
    if not name:
        return Verdict.NONE
    if name_problem(name):
        return Verdict.INVALID
    if form.replacing:
        return Verdict.REPLACES
    if name in names:
        return Verdict.TAKEN
    if not names:
        return Verdict.NONE
    return Verdict.FREE if len(names) < NAMES else Verdict.FREE_AMONG_NEWEST
