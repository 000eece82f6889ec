"""What a page of versions offers, and what its controls bring back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.models import Kind, Page, Progress, Status, Version
from bot.domain.record import Requesters
from bot.slack.metadata import ListState, VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.list_versions import list_versions

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]


def page_of(items: Sequence[Version], *, total: int | None = None, number: int = 1) -> Page[Version]:
    return Page(items=tuple(items), total=len(items) if total is None else total, number=number, size=10)


SHOP = ListState(project="shop")


def test_a_row_says_all_that_is_known(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    version = a_version(kind=Kind.HELM, description="First\nof many", labels=("stable",))
    asked = {"v13": Requesters(requested_by="U012AB", retried_by="U034CD")}
    text = shown(checked(list_versions(page_of([version]), SHOP, links=links, requesters=asked)))
    for part in (
        " · requested by <@U012AB> · retried by <@U034CD>",
        ":white_check_mark: success",
        "|v13>",
        "type=HelmChart",
        "Helm",
        "by Ana",
        "<!date^1795411440^",
        "`stable`",
        "First of many",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        (Status.SUCCESS, ["show", "template", "delete"]),
        (Status.FAILED, ["show", "retry", "template", "delete"]),
        (Status.CREATING, ["show", "watch", "template", "delete"]),
        (Status.RETRYING, ["show", "watch", "template", "delete"]),
        (Status.UNKNOWN, ["show", "watch", "template", "delete"]),
    ],
)
def test_a_menu_offers_what_is_possible(
    status: Status, actions: list[str], a_version: Versions, links: Links, clickable: Clickable
) -> None:
    version = a_version(status=status)
    menu = clickable(list_versions(page_of([version]), SHOP, links=links))["version_menu.0"]
    chosen = [VersionAction.unpack(each["value"]) for each in menu["options"]]
    assert [each.action for each in chosen] == actions
    assert {(each.project, each.name, each.id) for each in chosen} == {("shop", "v13", version.id)}


def test_a_failure_that_cannot_be_retried_is_deleted_and_created_again(
    a_version: Versions, links: Links, clickable: Clickable
) -> None:
    progress = Progress(done=0, total=0, begun=False)
    version = a_version(status=Status.FAILED, progress=progress)
    menu = clickable(list_versions(page_of([version]), SHOP, links=links))["version_menu.0"]
    chosen = [VersionAction.unpack(each["value"]).action for each in menu["options"]]
    assert chosen == ["show", "recreate", "template", "delete"]


def test_a_name_without_room_in_a_menu_gets_a_button(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    versions = [a_version(name="v" * 120), a_version(name="w" * 120)]
    controls = clickable(checked(list_versions(page_of(versions), SHOP, links=links)))
    shown = [VersionAction.unpack(controls[f"version_button.show.{number}"]["value"]) for number in (0, 1)]
    assert [each.name for each in shown] == [each.name for each in versions]


@pytest.mark.parametrize(
    ("number", "targets"),
    [
        (1, {"list_page.next": 2}),
        (4, {"list_page.previous": 3, "list_page.next": 5}),
        (7, {"list_page.previous": 6}),
        (9, {"list_page.previous": 7}),
    ],
)
def test_there_are_buttons_only_to_pages_that_exist(
    *,
    number: int,
    targets: dict[str, int],
    a_version: Versions,
    links: Links,
    checked: Check,
    clickable: Clickable,
) -> None:
    state = ListState(project="shop", page=number, status=Status.SUCCESS)
    items = [a_version()] * 10 if number <= 7 else []
    said = checked(list_versions(page_of(items, total=64, number=number), state, links=links))
    turns = {key: value for key, value in clickable(said).items() if key.startswith("list_page")}
    states = {key: ListState.unpack(value["value"]) for key, value in turns.items()}
    assert {key: value.page for key, value in states.items()} == targets
    assert {value.status for value in states.values()} == {Status.SUCCESS}


def test_a_full_page_fits(a_version: Versions, links: Links, checked: Check, shown: Shown) -> None:
    versions = [
        a_version(name=f"v{n}", description="x" * 3000, labels=("label" * 10,) * 100) for n in range(10)
    ]
    said = checked(
        list_versions(page_of(versions, total=64, number=2), ListState(project="shop", page=2), links=links)
    )
    assert "Page 2 of 7, 64 versions" in shown(said)
    assert "Page 2 of 7, 64 versions" in said.text
    assert "v0 (success)" in said.text


def test_the_filter_carries_the_state_in_its_block_id(
    a_version: Versions, links: Links, checked: Check
) -> None:
    state = ListState(project="shop", page=2, status=Status.FAILED)
    failed = [a_version(status=Status.FAILED)]
    said = checked(list_versions(page_of(failed, total=11, number=2), state, links=links, searched=500))
    block = next(each for each in said.blocks if "block_id" in each)
    menu = block["elements"][0]
    assert ListState.unpack(block["block_id"]) == state
    assert menu["action_id"] == "list_status"
    assert menu["initial_option"]["value"] == "failed"
    assert [each["value"] for each in menu["options"]] == ["all", *(status.value for status in Status)]
    assert "11 failed versions among the newest 500" in said.text


def test_a_project_without_room_for_the_state_has_no_filter(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    state = ListState(project="p" * 250)
    controls = clickable(checked(list_versions(page_of([a_version()]), state, links=links)))
    assert "list_status" not in controls


def test_an_empty_project_says_how_to_begin(links: Links, checked: Check, shown: Shown) -> None:
    said = checked(list_versions(page_of([]), SHOP, links=links, command="/ship"))
    assert said.text == "shop has no versions yet."
    assert "`/ship create shop`" in shown(said)


def test_an_empty_filter_says_how_far_it_has_looked(links: Links, checked: Check, shown: Shown) -> None:
    state = ListState(project="shop", status=Status.FAILED)
    said = checked(list_versions(page_of([]), state, links=links, searched=1000))
    assert said.text == "shop has no failed versions among its newest 1000."
    assert "Choose another status" in shown(said)


def test_a_page_past_the_end_says_so(links: Links, checked: Check, shown: Shown) -> None:
    state = ListState(project="shop", page=9)
    said = checked(list_versions(page_of([], total=64, number=9), state, links=links))
    assert "Page 9 is past the end: there are only 7 pages." in shown(said)


def test_rows_that_could_not_be_read_are_counted_below_the_list(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    page = replace(page_of([a_version()]), left_out=2)
    text = shown(checked(list_versions(page, SHOP, links=links)))
    assert "2 rows left out: Zadig sent no name or id" in text
