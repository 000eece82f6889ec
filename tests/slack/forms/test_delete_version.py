"""Deleting is confirmed by somebody who has been told what it does not undo."""

from typing import Any

import pytest

from bot.domain.models import Status
from bot.domain.requests import DeleteVersion, FieldError
from bot.slack.forms.delete_version import DeleteForm, read_request
from bot.slack.views.delete_version import delete_version

ID = "65a0b1c2d3e4f5a6b7c8d9e0"


def form(**changed: Any) -> DeleteForm:
    return DeleteForm(**({"project": "shop", "version_name": "v2", "version_id": ID} | changed))


def test_the_version_is_named_and_nothing_is_asked(client: Any) -> None:
    somebody = client()
    somebody.show(delete_version(form(status=Status.SUCCESS), draft="d"))
    assert somebody.inputs == []
    assert somebody.view["submit"]["text"] == "Delete"
    assert "`shop/v2`" in somebody.shown()
    assert "stay in their registries" in somebody.shown()


@pytest.mark.parametrize("status", list(Status))
def test_a_running_copy_is_warned_of(status: Status, client: Any) -> None:
    somebody = client()
    somebody.show(delete_version(form(status=status), draft="d"))
    assert ("Copying goes on after it is deleted" in somebody.shown()) is not status.settled


def test_a_request_needs_a_usable_id() -> None:
    assert read_request(form()) == (DeleteVersion(project="shop", version_name="v2", version_id=ID), ())
    _, problems = read_request(form(version_id=""))
    assert [problem.field for problem in problems] == ["version_name"]


def test_problems_are_shown(client: Any) -> None:
    rejected = form(project="<" * 500).rejected([FieldError(field="version_name", text="<no>")], ["*Sorry*."])
    somebody = client()
    somebody.show(delete_version(rejected, draft="d"))
    assert ":no_entry_sign: &lt;no&gt;" in somebody.shown()
    assert "∗Sorry∗." in somebody.shown()
    assert DeleteForm.model_validate_json(rejected.model_dump_json()) == rejected
