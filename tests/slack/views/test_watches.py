"""What people watch."""

from collections.abc import Callable
from typing import Any

from bot.domain.models import Status, Version, VersionReference
from bot.domain.watching import Watch
from bot.slack.metadata import VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.watches import already_settled, not_watching, unwatched, watches, watching

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]


def watch(name: str) -> Watch:
    return Watch(user="U1", project="shop", version_name=name, since=1_795_411_440)


def test_each_has_a_button_that_ends_it(checked: Check, clickable: Clickable) -> None:
    said = checked(watches([watch("v12"), watch("v13")]))
    assert said.text == "You're watching 2 versions: shop/v12, shop/v13."
    chosen = [VersionAction.unpack(each["value"]) for each in clickable(said).values()]
    assert chosen == [VersionAction(action="unwatch", project="shop", name=name) for name in ("v12", "v13")]


def test_none_says_how_to_begin(checked: Check) -> None:
    assert "`/ship watch project/version`" in checked(watches([], command="/ship")).text


def test_more_than_fit_are_on_pages(checked: Check, clickable: Clickable, shown: Shown) -> None:
    said = checked(watches([watch(f"v{n}") for n in range(25)], number=2))
    assert [key for key in clickable(said) if key.startswith("unwatch")] == [f"unwatch.{n}" for n in range(5)]
    assert "Page 2 of 2, 25 in all" in shown(said)
    assert (
        said.text
        == "You're watching 25 versions (page 2 of 2): shop/v20, shop/v21, shop/v22, shop/v23, shop/v24."
    )


def test_watching_promises_a_direct_message(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    version = a_version(status=Status.CREATING)
    said = checked(watching(version, links=links))
    assert said.text.startswith("You're now watching shop/v13. You get a direct message")
    assert "unwatch.0" in clickable(said)
    again = checked(watching(version, links=links, new=False))
    assert again.text.startswith("You're already watching shop/v13.")


def test_what_has_settled_is_not_watched(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    said = checked(already_settled(a_version(status=Status.FAILED), links=links))
    assert said.text == "shop/v13 has already failed, so there's nothing to watch."
    assert set(clickable(said)) == {"version_button.show", "version_button.retry"}


def test_unwatching_is_said(checked: Check) -> None:
    reference = VersionReference(project="shop", name="v13")
    assert checked(unwatched(reference)).text == "You're no longer watching shop/v13."
    assert checked(not_watching(reference)).text.startswith("You aren't watching shop/v13")
