"""What channels are subscribed to."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.watching import Subscription
from bot.slack.views.links import Links
from bot.slack.views.said import Said
from bot.slack.views.subscriptions import ROWS, subscribed, subscriptions, unsubscribed

Check = Callable[[Said], Said]
Clickable = Callable[[Said], dict[str, dict[str, Any]]]
Shown = Callable[[Said], str]


def subscription(project: str = "shop", **changed: Any) -> Subscription:
    return Subscription(channel="C1", project=project, by="U012AB", since=1_795_411_440, **changed)


def test_each_has_a_button_that_ends_it(
    links: Links, checked: Check, clickable: Clickable, shown: Shown
) -> None:
    said = checked(subscriptions([subscription("bank"), subscription("shop")], links=links))
    assert said.text == "This channel is subscribed to 2 projects: bank, shop."
    assert [each["value"] for each in clickable(said).values()] == ["bank", "shop"]
    assert "by <@U012AB>, <!date^1795411440^" in shown(said)


def test_none_says_how_to_begin(links: Links, checked: Check) -> None:
    said = checked(subscriptions([], links=links, command="/ship"))
    assert "not subscribed to any project" in said.text
    assert "`/ship subscribe`" in said.text


def test_more_than_fit_are_counted(links: Links, checked: Check, clickable: Clickable, shown: Shown) -> None:
    said = checked(subscriptions([subscription(f"p{n}") for n in range(100)], links=links))
    assert len(clickable(said)) == ROWS
    assert "80 projects more are not shown" in shown(said)


@pytest.mark.parametrize(
    ("changed", "gets"),
    [
        ({}, "a card for each version, kept up to date, and word of every outcome in the channel"),
        ({"only_failures": True, "cards": False}, "gets word of every failure in the channel"),
        ({"in_thread": True}, "word of every outcome in the card's thread"),
        ({"in_thread": True, "cards": False}, "gets word of every outcome in the channel"),
    ],
)
def test_subscribing_says_what_will_come(
    changed: dict[str, Any], gets: str, links: Links, checked: Check
) -> None:
    said = checked(subscribed(subscription(**changed), new=True, links=links))
    assert said.text.startswith("This channel is now subscribed to shop. It gets ")
    assert gets in said.text


def test_changing_and_ending_are_said(links: Links, checked: Check) -> None:
    assert (
        "stays subscribed to shop. It now gets a card"
        in checked(subscribed(subscription(), new=False, links=links)).text
    )
    assert checked(unsubscribed("shop")).text == "This channel is no longer subscribed to shop."
