"""What many outcomes at once look like: how many, of what, why, who asked, and the list behind the button."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.digests import DigestPage
from bot.domain.endings import Ending
from bot.domain.models import Progress, Status, Version
from bot.domain.notifications import (
    Afterwards,
    OutcomeDigest,
    Since,
    Tally,
    VersionEnded,
)
from bot.slack.ids import Click
from bot.slack.metadata import DigestState, VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.notifications import render
from bot.slack.views.outcome_digest import PAGE_SIZE, folded_list, outcomes_folded

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]

ASKERS = tuple(f"U0{number:04d}" for number in range(300))


def fold(**changed: Any) -> OutcomeDigest:
    usual: dict[str, Any] = {
        "fold": "77",
        "of": "version_failed",
        "count": 200,
        "projects": (Tally(of="shop", count=200),),
        "reasons": (Tally(of="registry unreachable", count=200),),
        "names": tuple(f"shop/v{number}" for number in range(50)),
    }
    return OutcomeDigest(**(usual | changed))


def test_one_message_says_how_many_where_and_why(
    links: Links, checked: Check, shown: Shown, clickable: Clickable
) -> None:
    said = checked(outcomes_folded(fold(), links=links))
    assert said.text == "200 versions failed, all in shop: registry unreachable."
    assert "All of them failed with\n```\nregistry unreachable\n```" in shown(said)
    assert "*.\nshop/v0, shop/v1, shop/v2, shop/v3, shop/v4 and 195 more\n" in shown(said)
    button = clickable(said)[Click.FOLD_LIST]
    assert DigestState.unpack(button["value"]) == DigestState(fold="77", page=1)


def test_several_projects_and_reasons_are_counted(links: Links, checked: Check, shown: Shown) -> None:
    projects = tuple(
        Tally(of=name, count=count) for name, count in zip("abcde", (90, 50, 40, 15, 5), strict=True)
    )
    reasons = (Tally(of="disk full", count=150), Tally(of="timeout", count=30), Tally(of="quota", count=20))
    said = checked(outcomes_folded(fold(projects=projects, reasons=reasons), links=links))
    assert said.text == (
        "200 versions failed, 90 in a, 50 in b, 40 in c and 20 in 2 more projects: disk full."
    )
    assert "150 of them failed with" in shown(said)
    assert "2 other reasons in the list." in shown(said)


def test_two_projects_are_joined_by_an_and(links: Links) -> None:
    projects = (Tally(of="a", count=150), Tally(of="b", count=50))
    assert outcomes_folded(fold(projects=projects), links=links).text.startswith(
        "200 versions failed, 150 in a and 50 in b: "
    )


def test_without_a_reason_nothing_is_said_about_it(links: Links, checked: Check, shown: Shown) -> None:
    said = checked(outcomes_folded(fold(reasons=(), of="version_succeeded"), links=links))
    assert said.text == "200 versions succeeded, all in shop."
    assert "All of them" not in shown(said)


@pytest.mark.parametrize("count", [1, 150, 300])
def test_everybody_who_asked_is_mentioned_once(
    links: Links, checked: Check, shown: Shown, count: int
) -> None:
    text = shown(checked(outcomes_folded(fold(asked_by=ASKERS[:count]), links=links)))
    assert all(text.count(f"<@{user}>") == 1 for user in ASKERS[:count])


def test_more_than_a_message_holds_are_counted(links: Links, shown: Shown) -> None:
    assert " and 12 more" in shown(outcomes_folded(fold(asked_by=(*ASKERS, *"ABCDEFGHIJKL")), links=links))


def test_a_direct_message_says_why_it_came(links: Links, shown: Shown) -> None:
    assert "because you're watching these versions or requested them" in shown(
        render(fold(), links=links, direct=True)
    )


def test_the_list_shows_each_with_its_reason_and_what_can_be_done(
    a_version: Versions, links: Links, checked: Check, shown: Shown, clickable: Clickable
) -> None:
    broken = a_version(status=Status.FAILED, progress=Progress(done=0, total=1, error="quota exceeded"))
    page = DigestPage(
        total=23,
        outcomes=(
            VersionEnded(ending=Ending.FAILED, version=broken, seconds=5, asked_by="U012AB"),
            VersionEnded(ending=Ending.GONE, version=a_version(name="v14"), asked_by="U056EF"),
            VersionEnded(ending=Ending.MISSING, version=Version.unseen("shop", "v15"), asked_by="U034CD"),
        ),
    )
    said = checked(folded_list(page, DigestState(fold="77", page=2), links=links))
    assert said.text == "Versions in this message. Page 2 of 3, 23 versions."
    assert "`quota exceeded`" in shown(said)
    assert "requested by <@U012AB>" in shown(said)
    assert " · requested by <@U056EF>" in shown(said)
    assert "*shop/v15* · requested by <@U034CD>" in shown(said)
    controls = clickable(said)
    assert {name for name in controls if name.startswith("version_menu")} == {"version_menu.0"}
    turns = {
        name: DigestState.unpack(one["value"]).page for name, one in controls.items() if "fold_page" in name
    }
    assert turns == {"fold_page.previous": 1, "fold_page.next": 3}


def test_the_list_says_what_has_become_of_each_since_and_offers_nothing_that_is_over(
    a_version: Versions, links: Links, checked: Check, shown: Shown, clickable: Clickable
) -> None:
    page = DigestPage(
        total=3,
        outcomes=tuple(
            VersionEnded(
                ending=Ending.FAILED,
                version=a_version(name=name, status=Status.FAILED),
                seconds=5,
                asked_by="U012AB",
                since=since,
            )
            for name, since in {
                "v1": Since(what=Afterwards.RETRYING, by="U034CD"),
                "v2": Since(what=Afterwards.DELETED),
                "v3": None,
            }.items()
        ),
    )
    said = checked(folded_list(page, DigestState(fold="77"), links=links))
    assert "requested by <@U012AB> · being retried by <@U034CD>" in shown(said)
    assert "*shop/v2* · requested by <@U012AB> · deleted in Zadig" in shown(said)
    offered = {
        name: [VersionAction.unpack(option["value"]).action for option in one["options"]]
        for name, one in clickable(said).items()
        if name.startswith("version_menu")
    }
    assert offered == {
        "version_menu.0": ["show", "template"],
        "version_menu.2": ["show", "retry", "template", "delete"],
    }


def test_a_list_that_fits_one_page_has_nothing_to_turn(
    a_version: Versions, links: Links, clickable: Clickable
) -> None:
    outcomes = (
        VersionEnded(ending=Ending.FAILED, version=a_version(status=Status.FAILED), seconds=5),
    ) * PAGE_SIZE
    said = folded_list(DigestPage(total=PAGE_SIZE, outcomes=outcomes), DigestState(fold="77"), links=links)
    assert not [name for name in clickable(said) if name.startswith("fold_page")]


def test_what_was_forgotten_says_so(links: Links, checked: Check, shown: Shown) -> None:
    said = checked(folded_list(DigestPage(total=0, outcomes=()), DigestState(fold="77"), links=links))
    assert "30 days" in shown(said)
