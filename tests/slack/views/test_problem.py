"""What went wrong, as people see it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    NameTaken,
    NotFailed,
    NotRetryable,
    Refused,
    Rejected,
    ReleaseBotError,
    ServerDown,
    Unreadable,
)
from bot.domain.models import Status, Version, VersionReference
from bot.domain.requests import FieldError
from bot.slack.metadata import VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.problem import problem

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]


def kinds_of(root: type[ReleaseBotError]) -> Iterator[type[ReleaseBotError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def example(kind: type[ReleaseBotError], version: Version) -> ReleaseBotError:
    """One error of a class; those that carry objects are built from the version."""
    reference = VersionReference(project=version.project, name=version.name)
    special: dict[type[ReleaseBotError], Callable[[], ReleaseBotError]] = {
        BadInput: lambda: BadInput((FieldError(field="project", text="Choose a project."),)),
        NameTaken: lambda: NameTaken(version),
        NotRetryable: lambda: NotRetryable(reference, version.status),
        NotFailed: lambda: NotFailed(version),
        CreatedButFailed: lambda: CreatedButFailed(version, Rejected("No.")),
    }
    return special.get(kind, lambda: kind("It does not work."))()


@pytest.mark.parametrize("kind", list(kinds_of(ReleaseBotError)))
def test_every_error_is_said_with_its_remedy(
    kind: type[ReleaseBotError], a_version: Versions, checked: Check, shown: Shown
) -> None:
    error = example(kind, a_version(status=Status.FAILED))
    text = shown(checked(problem(error, reference="ab12cd34")))
    assert error.remedy in text
    assert ("Reference `ab12cd34`" in text) is not isinstance(error, Refused)


def test_the_other_sides_words_are_shown_on_demand_only(
    checked: Check, shown: Shown, clickable: Clickable
) -> None:
    error = ServerDown("Zadig does not answer.", raw="secret <stack>\x00" + "x" * 5000)
    said = checked(problem(error, reference="ab12"))
    assert "secret" not in shown(said) + said.text
    button = clickable(said)["details"]
    assert button["text"]["text"] == "Details"
    assert button["value"].startswith("secret <stack>xxx")
    assert len(button["value"]) == 2000
    assert "details" not in clickable(checked(problem(ServerDown("No."), reference="ab12")))


def test_a_failure_that_zadig_does_not_retry_can_be_created_again(
    checked: Check, clickable: Clickable
) -> None:
    reference = VersionReference(project="shop", name="v13", id="65a0b1c2d3e4f5a6b7c8d9e0")
    refused = NotRetryable(reference, Status.FAILED, remedy="Delete it and create it again.")
    said = checked(problem(refused, reference="r"))
    assert said.text == "shop/v13 cannot be retried. Delete it and create it again."
    action = VersionAction.unpack(clickable(said)["version_button.recreate"]["value"])
    assert (action.action, action.reference) == ("recreate", reference)
    for other in (
        NotRetryable(reference, Status.SUCCESS),
        NotRetryable(VersionReference(project="shop", name="v13"), Status.FAILED),
    ):
        assert clickable(checked(problem(other, reference="r"))) == {}


def test_an_error_that_nobody_foresaw_apologises(checked: Check, shown: Shown) -> None:
    said = checked(problem(None, reference="ab12cd34"))
    assert "Sorry, something went wrong" in said.text
    assert "`ab12cd34`" in said.text
    assert "`ab12cd34`" in shown(said)


def test_one_bad_field_is_one_sentence(checked: Check) -> None:
    error = BadInput((FieldError(field="version_name", text="Say `project/version`, such as `shop/v13`."),))
    assert checked(problem(error, reference="r")).text == "Say `project/version`, such as `shop/v13`."


def test_several_bad_fields_are_a_list(checked: Check, shown: Shown) -> None:
    error = BadInput(
        (
            FieldError(field="image_tag:cart/app", text="Too long."),
            *(FieldError(field="labels", text="No.") for _ in range(12)),
        )
    )
    text = shown(checked(problem(error, reference="r")))
    assert "• *image tag of cart/app*: Too long." in text
    assert "• and 3 more." in text


def test_a_version_in_the_way_can_be_dealt_with(
    a_version: Versions, checked: Check, clickable: Clickable
) -> None:
    version = a_version(status=Status.FAILED)
    taken = checked(problem(NameTaken(version), reference="r"))
    assert set(clickable(taken)) == {"version_button.show"}
    failed = checked(problem(CreatedButFailed(version, Rejected("No.")), reference="r"))
    assert set(clickable(failed)) == {"version_button.show", "version_button.retry", "version_button.delete"}


def test_a_defect_is_not_the_persons_fault(checked: Check) -> None:
    assert "This is a bug." in checked(problem(Unreadable("Zadig's answer is cut off"), reference="r")).text
