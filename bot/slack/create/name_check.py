"""What can be said of a version's name while it is being typed."""

from enum import StrEnum

from bot.domain.requests import name_problem
from bot.services.forms.choices import NAMES
from bot.slack.create.form import CreateForm


class NameVerdict(StrEnum):
    """`REPLACES`: a failed version has the name, and goes. `FREE_AMONG_NEWEST`: older versions than those read may have it."""

    NONE = "none"
    REPLACES = "replaces"
    INVALID = "invalid"
    TAKEN = "taken"
    AWAITED = "awaited"
    FREE = "free"
    FREE_AMONG_NEWEST = "free among the newest"


def verdict_on_name(form: CreateForm) -> NameVerdict:
    """Nothing is said of no name, and nothing where no name is known."""
    name, names = form.version_name, form.choices.names
    if not name:
        return NameVerdict.NONE
    if name_problem(name):
        return NameVerdict.INVALID
    if form.replacing:
        return NameVerdict.REPLACES
    if name in names or name in form.awaited:
        return NameVerdict.TAKEN if name in names else NameVerdict.AWAITED
    return _free(len(names))


def _free(known: int) -> NameVerdict:
    if not known:
        return NameVerdict.NONE
    return NameVerdict.FREE if known < NAMES else NameVerdict.FREE_AMONG_NEWEST
