"""Modals without inputs say what is going on and what can be done next."""

from typing import Any

import pytest

from bot.domain.errors import BadInput, NotFound, ReleaseBotError, ServerDown
from bot.domain.requests import FieldError
from bot.slack.ids import Callback, Click
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import actions, button, section
from bot.slack.views.notice import loading, outcome, refused, told, working

TITLE = "A title that is too long for Slack"


def test_the_draft_rides_along(client: Any) -> None:
    for view in (
        loading(TITLE, draft="d"),
        working(TITLE, "Asking …", "d"),
        outcome(TITLE, "Done.", draft="d"),
        refused(TITLE, None, draft="d", reference="r"),
    ):
        client().show(view)
        assert view["callback_id"] == Callback.NOTICE
        assert FormMetadata.unpack(view["private_metadata"]).draft == "d"
        assert len(view["title"]["text"]) == 24
        assert "submit" not in view


def test_what_would_be_a_message_fits_into_a_modal(client: Any) -> None:
    view = told(
        "Done", [section("x" * 5000), *actions([button("Show", "version_button.show", "{}")])], draft="d"
    )
    client().show(view)
    assert view["blocks"][-1]["elements"][0]["action_id"] == "version_button.show"
    assert FormMetadata.unpack(view["private_metadata"]).draft == "d"


@pytest.mark.parametrize(
    "error",
    [
        NotFound("<!channel> is not known."),
        BadInput((FieldError(field="version_name", text="x" * 4000),) * 12),
        ServerDown("It does not answer."),
        None,
    ],
)
def test_a_refusal_leads_back_to_the_form(error: ReleaseBotError | None, client: Any) -> None:
    somebody = client()
    somebody.show(refused("Sorry", error, draft="d", reference="abc"))
    assert "<!channel>" not in somebody.shown()
    back = somebody.view["blocks"][-1]["elements"][0]
    assert (back["action_id"], back["value"]) == (Click.RESUME_DRAFT, "d")


def test_a_form_that_cannot_be_had_back_offers_none(client: Any) -> None:
    view = refused("Sorry", None, reference="abc", draft="d", resumable=False)
    client().show(view)
    assert FormMetadata.unpack(view["private_metadata"]).draft == "d"
    assert not [block for block in view["blocks"] if block["type"] == "actions"]


def test_without_a_draft_there_is_no_way_back(client: Any) -> None:
    somebody = client()
    somebody.show(refused("Sorry", None, reference="abc"))
    assert not [block for block in somebody.view["blocks"] if block["type"] == "actions"]
    assert "abc" in somebody.shown()
