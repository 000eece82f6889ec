"""What was typed is taken for the name that it looks like, and for no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.meaning import as_typed, meant, near, project_meant, status_meant, strange_characters
from bot.domain.models import Kind, Project, Status

PROJECTS = (
    Project(key="shop", name="Web Shop", kind=Kind.K8S),
    Project(key="platform", name="平台（生产）", kind=Kind.HELM),
    Project(key="Café", name="", kind=Kind.K8S),
)


@pytest.mark.parametrize(
    "typed",
    [
        "shop/v13\u200b", "sh\u200dop/v13", "\ufeffshop/v13", "shop/\u2060v13", "shop\u00ad/v13",
        "\u202ashop/v13\u202c", "ｓｈｏｐ／ｖ１３", "shop∕v13", "shop/v𝟏𝟑", "shop/v13\ufe0f",
    ],
)  # fmt: skip
def test_what_looks_like_a_name_is_read_as_it(typed: str) -> None:
    assert as_typed(typed) == "shop/v13"


def test_hyphens_of_every_kind_are_hyphens() -> None:
    assert as_typed("v1‐2‑3–4−5") == "v1-2-3-4-5"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("shop", "shop"), ("SHOP", "shop"), ("Shop", "shop"), ("web shop", "shop"), ("Web\u00a0Shop", "shop"),
        ("平台（生产）", "platform"), ("平台(生产)", "platform"), ("Cafe\u0301", "Café"), ("café", "Café"),
        ("web", ""), ("", ""), ("ѕhop", ""),
    ],
)  # fmt: skip
def test_a_project_is_known_by_key_and_display_name(typed: str, key: str) -> None:
    assert project_meant(typed, PROJECTS) == key


def test_a_key_goes_before_another_projects_name_and_two_of_one_name_are_none() -> None:
    known = [Project(key="a", name="B", kind=None), Project(key="b", name="x", kind=None)]
    assert project_meant("B", known) == "b"
    assert project_meant("x", [*known, Project(key="c", name="X", kind=None)]) == "b"
    assert project_meant("y", [Project(key=key, name="Y", kind=None) for key in "ab"]) == ""


def test_a_name_as_it_was_typed_goes_before_those_that_look_like_it() -> None:
    assert meant("v13", ["V13", "v13"]) == ("v13",)
    assert meant("V13", ["v13", "v14"]) == ("v13",)
    assert meant("ｖ13", ["v13", "V13"]) == ("v13", "V13")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("fail", Status.FAILED), ("FAILED", Status.FAILED), ("failure", Status.FAILED),
        ("success", Status.SUCCESS), ("succeeded", Status.SUCCESS), ("creating", Status.CREATING),
        ("running", Status.CREATING), ("retrying", Status.RETRYING), ("ｆａｉｌ", Status.FAILED), ("shop", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_status_has_several_words(word: str, status: Status | None) -> None:
    assert status_meant(word) is status


def test_what_is_near_is_found_and_what_is_not_is_not() -> None:
    assert near("shpo", ["shop", "platform"]) == "shop"
    assert near("Shpo", ["Shop"]) == "Shop"
    assert near("bank", ["shop", "platform"]) == ""


def test_characters_that_may_seem_others_are_named() -> None:
    assert strange_characters("shop") == ""
    assert strange_characters("ѕhop") == "What you typed contains “ѕ” (U+0455 cyrillic small letter dze)."
    assert "and 2 more" in strange_characters("ѕһорѕһое")


@given(st.text(), st.lists(st.text()))
def test_any_text_means_known_names_only(typed: str, names: list[str]) -> None:
    assert set(meant(typed, names)) <= set(names)
    assert near(typed, names) in {"", *names}
    assert as_typed(as_typed(typed)) == as_typed(typed)
