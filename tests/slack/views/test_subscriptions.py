"""What channels are subscribed to."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.watching import Subscription
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.subscriptions import page_clicked, subscribed, subscriptions, unsubscribed

Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]


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
    assert "isn't subscribed to any project" in said.text
    assert "`/ship subscribe project`" in said.text


@pytest.mark.parametrize(("number", "first", "count"), [(1, 0, 20), (2, 20, 20), (3, 40, 5), (9, 40, 5)])
def test_more_than_fit_are_on_pages(
    links: Links, checked: Check, clickable: Clickable, shown: Shown, *, number: int, first: int, count: int
) -> None:
    mine = [subscription(f"p{n}") for n in range(45)]
    said = checked(subscriptions(mine, links=links, number=number))
    ending = [each["value"] for key, each in clickable(said).items() if key.startswith("unsubscribe")]
    assert ending == [f"p{n}" for n in range(first, first + count)]
    assert f"Page {min(number, 3)} of 3, 45 in all" in shown(said)
    rows = [block["block_id"] for block in said.blocks if "block_id" in block]
    assert len(rows) == count
    assert {page_clicked(block_id) for block_id in rows} == {min(number, 3)}


@pytest.mark.parametrize(
    ("changed", "gets"),
    [
        ({}, "a card for each version, kept up to date, and every outcome in the channel"),
        ({"only_failures": True, "cards": False}, "gets every failure in the channel"),
        ({"in_thread": True}, "every outcome in the card's thread"),
        ({"in_thread": True, "cards": False}, "gets every outcome in the channel"),
    ],
)
def test_subscribing_says_what_will_come(
    changed: dict[str, Any], gets: str, links: Links, checked: Check
) -> None:
    said = checked(subscribed(subscription(**changed), before=None, links=links))
    assert said.text.startswith("This channel is now subscribed to shop. It gets ")
    assert gets in said.text


def test_changing_and_ending_are_said(links: Links, checked: Check) -> None:
    before = subscription(only_failures=True, cards=False)
    again = checked(subscribed(subscription(), before=before, links=links)).text
    assert "is still subscribed to shop. It now gets a card" in again
    assert "(before: every failure in the channel)." in again
    same = checked(subscribed(subscription(), before=subscription(), links=links)).text
    assert "is already subscribed to shop. Nothing has changed: it gets a card" in same
    assert checked(unsubscribed("shop")).text == "This channel is no longer subscribed to shop."
