"""What the other side said is shown on demand, and nothing in it is obeyed."""

from collections.abc import Callable
from typing import Any

from bot.slack.ids import Click
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import Message
from bot.slack.views.problem import details, details_button, details_view


def test_a_button_carries_it(hostile: str) -> None:
    for button in details_button(hostile * 3):
        assert button["action_id"] == Click.DETAILS
        assert 1 <= len(button["value"]) <= 2000


def test_where_nothing_was_said_there_is_no_button() -> None:
    assert details_button("") == details_button(" \n\t") == details_button("\x00") == []


def test_as_a_message(hostile: str, checked: Callable[[Message], Message]) -> None:
    checked(details(hostile))


def test_over_a_modal(hostile: str, client: Any) -> None:
    somebody = client()
    somebody.show(details_view(hostile, draft="d"))
    assert FormMetadata.unpack(somebody.view["private_metadata"]).draft == "d"
    shown = somebody.view["blocks"][0]["elements"]
    assert [part["type"] for part in shown] == ["rich_text_preformatted"]
    assert [element["type"] for element in shown[0]["elements"]] == ["text"]


def test_it_is_shown_as_it_is(client: Any) -> None:
    somebody = client()
    somebody.show(details_view('{"code": 6550,\n "message": "*no*"}', draft="d"))
    assert '```\n{"code": 6550,\n "message": "*no*"}\n```' in somebody.shown()
