"""The tree of errors: nothing is outside the drawing, and every leaf says what a person can do."""

import inspect
import re

import pytest

from bot.domain import errors
from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    Defect,
    NameTaken,
    NotRetryable,
    Refused,
    Rejected,
    ReleaseBotError,
    Unavailable,
)
from bot.domain.models import Status, VersionReference
from bot.domain.outages import trouble_of
from bot.domain.requests import FieldError
from bot.zadig import phrases
from tests.domain.samples import version

DRAWN = re.compile(r"^    (?P<branches>[│ ├└─]*?)(?P<name>[A-Z]\w+)", re.MULTILINE)
CLASSES: dict[str, type[ReleaseBotError]] = {
    name: one
    for name, one in vars(errors).items()
    if inspect.isclass(one) and issubclass(one, ReleaseBotError) and not name.startswith("_")
}


def drawn() -> dict[str, str]:
    """The drawing as child to parent."""
    parents: dict[str, str] = {}
    above = {-1: "Exception"}
    for line in DRAWN.finditer(errors.__doc__ or ""):
        depth = len(line["branches"]) // 4
        above[depth] = line["name"]
        parents[line["name"]] = above[depth - 1]
    return parents


def test_every_exception_of_the_domain_is_one_of_these() -> None:
    assert set(CLASSES.values()) == {
        one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, Exception)
    }


def test_every_error_is_in_the_drawing_below_its_own_parent() -> None:
    assert drawn() == {name: one.__bases__[0].__name__ for name, one in CLASSES.items()}


def test_everything_that_zadigs_failures_mean_is_in_the_drawing() -> None:
    for row in phrases.TABLE:
        known = next(one for one in row.means.__mro__ if one.__module__ == errors.__name__)
        assert known.__name__ in drawn(), row
        assert known not in (ReleaseBotError, Refused, Unavailable, Defect), row


def test_what_a_dialect_adds_is_a_kind_of_something_drawn() -> None:
    added = {
        one
        for one in vars(phrases).values()
        if inspect.isclass(one) and issubclass(one, Exception) and one.__module__ == phrases.__name__
    }
    assert {one.__bases__[0] for one in added} == {errors.WrongServer, errors.Rejected}


def leaves() -> list[type[ReleaseBotError]]:
    inner = set(drawn().values())
    return [one for name, one in CLASSES.items() if name not in inner]


@pytest.mark.parametrize("leaf", leaves(), ids=lambda one: one.__name__)
def test_every_leaf_says_what_it_is_and_belongs_to_one_branch(leaf: type[ReleaseBotError]) -> None:
    assert leaf.__doc__
    assert sum(issubclass(leaf, branch) for branch in (Refused, Unavailable, Defect)) == 1


@pytest.mark.parametrize(
    "leaf", [one for one in leaves() if not issubclass(one, Refused)], ids=lambda one: one.__name__
)
def test_who_can_change_nothing_is_told_what_to_do_instead(leaf: type[ReleaseBotError]) -> None:
    assert leaf("It broke.").remedy.endswith(".")


def test_a_remedy_of_the_occasion_comes_before_that_of_the_kind() -> None:
    assert errors.ServerDown("It broke.").remedy == errors.ServerDown.remedy
    assert errors.ServerDown("It broke.", remedy="Wait.").remedy == "Wait."


def test_operators_are_spoken_to_in_person() -> None:
    told = errors.to_operator(errors.Unauthorized("No.").remedy)
    assert told == "Check ZADIG_TOKEN."
    assert errors.to_operator(errors.LicenceMissing("No.").remedy).startswith("Renew Zadig's")
    assert errors.to_operator("Wait.") == "Wait."
    assert errors.to_operator("") == ""


def test_those_who_tried_nothing_are_not_told_to_try_again() -> None:
    for kind in (errors.ServerDown, errors.Unauthorized, errors.LicenceMissing, errors.WrongServer):
        told = kind("It broke.").lasting_remedy
        assert told
        assert "again" not in told
    assert "Try again" in errors.ServerDown("It broke.").remedy
    assert errors.ServerDown("It broke.", remedy="Wait.").lasting_remedy == "Wait."
    told = trouble_of(errors.ServerDown("It broke.")).remedy
    assert told == "If this goes on, tell the people who run Zadig.", "what channels hear of an outage"


def test_bad_input_names_the_fields() -> None:
    problem = FieldError(field="version_name", text="Give it a name.")
    error = BadInput((problem,))
    assert (str(error), error.fields) == ("version_name: Give it a name.", (problem,))


def test_errors_carry_the_objects_that_they_are_about() -> None:
    failed = version(status=Status.FAILED)
    cause = Rejected("No such repository.", field="chart_repository", raw="failed to query chart-repo info")
    created = CreatedButFailed(failed, cause)
    assert (created.version, created.cause, created.raw) == (failed, cause, cause.raw)
    assert "shop/v1 was created but failed immediately: No such repository." in str(created)
    assert NameTaken(failed).version is failed
    reference = VersionReference(project="shop", name="v1")
    refused = NotRetryable(reference, Status.SUCCESS)
    assert (refused.reference, refused.status) == (reference, Status.SUCCESS)
    assert str(refused) == "shop/v1 cannot be retried: it has already succeeded."


@pytest.mark.parametrize("status", list(Status))
def test_why_it_cannot_be_retried_is_said_in_words(status: Status) -> None:
    text = str(NotRetryable(VersionReference(project="shop", name="v1"), status))
    assert text.startswith("shop/v1 cannot be retried")
    assert text.endswith(".")
    assert f"it is {status}" not in text
