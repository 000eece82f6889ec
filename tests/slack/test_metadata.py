"""What rides along on buttons and modals comes back as it went, fits, and is refused if the bot did not write it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Status
from bot.slack.metadata import (
    DigestState,
    FormMetadata,
    ListState,
    Outdated,
    RoundTrip,
    ShowState,
    VersionAction,
)
from bot.slack.views.blocks import BLOCK_ID, OPTION_VALUE

ID = "65a0b1c2d3e4f5a6b7c8d9e0"
NAME = st.text(max_size=40)
VALUES: dict[type[RoundTrip], dict[str, st.SearchStrategy[Any]]] = {
    ListState: {"project": NAME, "page": st.integers(1, 999), "status": st.none() | st.sampled_from(Status)},
    ShowState: {"project": NAME, "name": NAME, "id": NAME, "page": st.integers(1, 999)},
    VersionAction: {
        "action": st.sampled_from(["show", "retry", "delete", "watch", "unwatch"]),
        "project": NAME,
        "name": NAME,
        "id": NAME,
    },
    FormMetadata: {"draft": NAME},
    DigestState: {"fold": NAME, "page": st.integers(1, 999)},
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_packed_is_unpacked_the_same(kind: type[RoundTrip], data: st.DataObject) -> None:
    value = kind(**data.draw(st.fixed_dictionaries(VALUES[kind])))
    assert kind.unpack(value.pack()) == value


@pytest.mark.parametrize("kind", VALUES)
@given(text=st.text())
def test_what_the_bot_did_not_write_is_outdated(kind: type[RoundTrip], text: str) -> None:
    with pytest.raises(Outdated) as refused:
        kind.unpack(text)
    assert "older release of the bot" in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "1", '"x"', "NaN", '{"p":"shop","surprise":1}'])
def test_other_json_is_outdated_too(kind: type[RoundTrip], text: str) -> None:
    with pytest.raises(Outdated):
        kind.unpack(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ListState, {"p": "shop", "n": 0}),
        (ListState, {"p": "shop", "n": -1}),
        (ListState, {"p": "shop", "n": "many"}),
        (ListState, {"p": "shop", "s": "finished"}),
        (ListState, {"p": None}),
        (ShowState, {"p": "shop", "n": 0}),
        (VersionAction, {"p": "shop", "a": "explode"}),
        (VersionAction, {"p": "shop"}),
        (FormMetadata, {"d": None}),
    ],
)
def test_values_out_of_range_are_outdated(kind: type[RoundTrip], value: dict[str, object]) -> None:
    with pytest.raises(Outdated):
        kind.unpack(json.dumps(value))


def test_defaults_are_left_out_because_options_hold_little() -> None:
    assert ListState(project="shop").pack() == '{"p":"shop"}'
    longest = VersionAction(action="unwatch", project="p" * 30, name="v" * 30, id=ID)
    assert len(longest.pack()) <= OPTION_VALUE
    assert len(ListState(project="p" * 63, page=10_000, status=Status.CREATING).pack()) <= BLOCK_ID


def test_a_reference_is_carried_whole() -> None:
    reference = VersionAction(action="show", project="shop", name="v13", id=ID).reference
    assert (reference.project, reference.name, reference.id) == ("shop", "v13", ID)
    assert ShowState(project="shop", name="v13", id=ID, page=3).reference == reference


@pytest.mark.parametrize(
    ("metadata", "channel"),
    [
        (FormMetadata(draft="0123.C0SHOP00001").pack(), "C0SHOP00001"),
        (FormMetadata(draft="0123").pack(), ""),
        (FormMetadata(draft="").pack(), ""),
        ("", ""),
        ("not json", ""),
    ],
)
def test_a_modal_knows_the_channel_it_was_opened_from(metadata: str, channel: str) -> None:
    assert FormMetadata.places(metadata).told == channel


@pytest.mark.parametrize(
    ("draft", "places"),
    [
        ("0123", ("", "", "")),
        ("0123.C1", ("C1", "C1", "")),
        ("0123.C1.C2", ("C1", "C2", "")),
        ("0123.U1.", ("U1", "", "")),
        ("0123.C1.C1.17-001", ("C1", "C1", "17.001")),
    ],
)
def test_a_form_opened_in_no_channel_is_not_taken_for_one_opened_where_its_outcome_is_told(
    draft: str, places: tuple[str, str, str]
) -> None:
    assert FormMetadata.places(FormMetadata(draft=draft).pack()) == places
