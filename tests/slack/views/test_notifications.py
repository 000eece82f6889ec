"""Every kind of notification: the table, what it says, and its footnotes."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.endings import Ending
from bot.domain.models import Progress, Status, Version
from bot.domain.notifications import (
    Afterwards,
    DestinationLost,
    Fallback,
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    Since,
    Tally,
    VersionCard,
    VersionDeleted,
    VersionEnded,
)
from bot.slack.metadata import VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.notifications import LATE_AFTER_SECONDS, RENDERERS, render
from tests.domain.samples import KINDS

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]


def test_every_kind_of_notification_is_in_the_table() -> None:
    assert set(RENDERERS) == set(KINDS)


def actions(controls: dict[str, dict[str, Any]]) -> set[str]:
    """What the buttons and the menu of a message do."""
    values = [each["value"] for each in controls.values() if "value" in each]
    values += [option["value"] for each in controls.values() for option in each.get("options", ())]
    return {VersionAction.unpack(value).action for value in values}


@pytest.mark.parametrize(
    ("changed", "text", "offered"),
    [
        ({"status": Status.CREATING}, "shop/v13 is being created.", {"show", "watch", "template", "delete"}),
        ({"status": Status.RETRYING}, "shop/v13 is being retried.", {"show", "watch", "template", "delete"}),
        ({"status": Status.SUCCESS}, "shop/v13 succeeded.", {"show", "template", "delete"}),
        ({"status": Status.FAILED}, "shop/v13 failed.", {"show", "retry", "template", "delete"}),
        (
            {"status": Status.UNKNOWN, "status_word": "waiting"},
            "shop/v13 is in a state the bot doesn't know.",
            {"show", "watch", "template", "delete"},
        ),
    ],
)
def test_a_card_says_how_its_version_stands(
    *,
    changed: dict[str, Any],
    text: str,
    offered: set[str],
    a_version: Versions,
    links: Links,
    checked: Check,
    clickable: Clickable,
) -> None:
    said = checked(render(VersionCard(version=a_version(**changed), since=5), links=links))
    assert said.text == text
    assert actions(clickable(said)) == offered


def test_a_card_shows_progress_labels_and_who_asked(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    version = a_version(
        status=Status.CREATING, labels=("stable",), description="Why", progress=Progress(done=4, total=12)
    )
    text = shown(checked(render(VersionCard(version=version, since=5, asked_by="U012AB"), links=links)))
    for part in (
        "▓▓▓▓░░░░░░ 4 of 12 images",
        "K8s · created <!date^1795411440^{date_short_pretty} {time}|2026-11-23 05:24 UTC> by Ana · ",
        "requested by <@U012AB>",
        "`stable`",
        "Why",
    ):
        assert part in text


@pytest.mark.parametrize("why", ["timeout", "copy image:tag: not found", "a *b* _c_ :x:"])
def test_the_card_of_a_failure_carries_its_reason_word_for_word(
    why: str, a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    version = a_version(status=Status.FAILED, progress=Progress(done=1, total=2, error=why))
    assert f"\n`{why}`" in shown(checked(render(VersionCard(version=version, since=5), links=links)))


def test_the_card_of_a_failure_without_a_reason_says_so(
    a_version: Versions, links: Links, shown: Shown
) -> None:
    card = VersionCard(version=a_version(status=Status.FAILED), since=5)
    assert "\nZadig recorded no reason." in shown(render(card, links=links))


def test_the_card_of_what_is_stalled_says_since_when(
    a_version: Versions, links: Links, checked: Check
) -> None:
    version = a_version(status=Status.CREATING)
    said = checked(render(VersionCard(version=version, since=1_795_411_440, stalled=True), links=links))
    assert said.text.startswith("shop/v13 has been in progress since <!date^1795411440^")


def test_the_card_of_what_is_gone_offers_nothing(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    version = a_version(status=Status.FAILED, progress=Progress(done=1, total=2, error="timeout"))
    said = checked(render(VersionCard(version=version, since=5, gone=True, stalled=True), links=links))
    assert said.text == "shop/v13 was deleted in Zadig."
    assert clickable(said) == {}


def test_a_success_says_how_long_it_took_and_mentions_who_asked(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable, shown: Shown
) -> None:
    said = checked(
        render(
            VersionEnded(ending=Ending.SUCCEEDED, version=a_version(), seconds=250, asked_by="U012AB"),
            links=links,
        )
    )
    assert said.text == "shop/v13 succeeded in 4 min 10 s · requested by <@U012AB>"
    assert "succeeded in 4 min 10 s · requested by <@U012AB>" in shown(said)
    assert set(clickable(said)) == {"version_button.show", "version_button.template", "open_link.zadig"}


def test_a_failure_tells_the_reason_and_offers_a_retry(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable, shown: Shown
) -> None:
    version = a_version(status=Status.FAILED, progress=Progress(done=1, total=2, error="a\n* b."))
    said = checked(render(VersionEnded(ending=Ending.FAILED, version=version, seconds=250), links=links))
    assert said.text == "shop/v13 failed after 4 min 10 s: a ∗ b."
    assert "```\na\n* b.\n```" in shown(said)
    assert {"version_button.retry", "version_button.show"} < set(clickable(said))


def test_a_failure_without_a_reason_says_so(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    said = checked(
        render(
            VersionEnded(ending=Ending.FAILED, version=a_version(status=Status.FAILED), seconds=5),
            links=links,
        )
    )
    assert said.text == "shop/v13 failed after 5 s: Zadig recorded no reason."
    assert "The log of the workflow may say more: see *<https://zadig.example.com/" in shown(said)


def test_no_time_is_said_where_the_clocks_do_not_agree(
    a_version: Versions, links: Links, checked: Check
) -> None:
    done = checked(
        render(
            VersionEnded(ending=Ending.SUCCEEDED, version=a_version(), seconds=0, asked_by="U012AB"),
            links=links,
        )
    )
    assert done.text == "shop/v13 succeeded · requested by <@U012AB>"
    broken = VersionEnded(ending=Ending.FAILED, version=a_version(status=Status.FAILED), seconds=0)
    assert checked(render(broken, links=links)).text == "shop/v13 failed: Zadig recorded no reason."


def test_what_stalled_is_not_called_failed(a_version: Versions, links: Links, checked: Check) -> None:
    version = a_version(status=Status.CREATING)
    said = checked(render(VersionEnded(ending=Ending.STALLED, version=version, seconds=4500), links=links))
    assert said.text.startswith("shop/v13 still hasn't settled after 1 h 15 min.")


def test_what_is_gone_links_to_the_project(
    a_version: Versions, links: Links, checked: Check, clickable: Clickable
) -> None:
    said = checked(
        render(VersionEnded(ending=Ending.GONE, version=a_version(status=Status.CREATING)), links=links)
    )
    assert said.text == "shop/v13 was deleted in Zadig before it was complete"
    assert clickable(said)["open_link.zadig"]["url"] == links.project("shop")


@pytest.mark.parametrize(
    ("asked_by", "said"),
    [
        ("", "shop/v13 was deleted by <@U034CD> before it was complete"),
        ("U034CD", "shop/v13 was deleted by <@U034CD> before it was complete"),
        (
            "U012AB",
            "shop/v13 was deleted by <@U034CD> before it was complete · requested by <@U012AB>",
        ),
    ],
)
def test_who_deleted_what_is_gone_is_said(
    a_version: Versions, links: Links, checked: Check, asked_by: str, said: str
) -> None:
    version = a_version(status=Status.CREATING)
    gone = VersionEnded(ending=Ending.GONE, version=version, asked_by=asked_by, deleted_by="U034CD")
    assert checked(render(gone, links=links)).text == said
    card = VersionCard(version=version, since=5, gone=True, asked_by=asked_by, deleted_by="U034CD")
    assert checked(render(card, links=links)).text == "shop/v13 was deleted by <@U034CD>."


def test_who_asked_for_what_is_gone_is_not_said_to_have_asked_for_its_deletion(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    gone = VersionEnded(ending=Ending.GONE, version=a_version(status=Status.CREATING), asked_by="U012AB")
    said = checked(render(gone, links=links))
    assert said.text == "shop/v13 was deleted in Zadig before it was complete · requested by <@U012AB>"
    card = VersionCard(version=a_version(), since=5, gone=True, asked_by="U012AB")
    text = shown(checked(render(card, links=links)))
    assert "requested by <@U012AB>" in text


def test_what_never_appeared_can_be_asked_for_again(links: Links, checked: Check) -> None:
    said = checked(
        render(
            VersionEnded(ending=Ending.MISSING, version=Version.unseen("shop", "v9"), asked_by="U012AB"),
            links=links,
        )
    )
    assert said.text.startswith("shop/v9 was requested by <@U012AB> but never appeared in Zadig")


def test_an_outage_and_its_end_are_told_in_sentences(links: Links, checked: Check, shown: Shown) -> None:
    lost = ProjectUnreachable(project="shop", text="Zadig does not answer", remedy="Run `check`.")
    said = checked(render(lost, links=links))
    assert said.text == "The bot can't see the versions of shop: Zadig does not answer."
    assert "Run `check`." in shown(said)
    back = checked(render(ProjectBack(project="shop", seconds=7200), links=links))
    assert back.text.startswith("The bot can see the versions of shop again after 2 h.")


def test_an_outage_of_many_projects_says_how_many_and_names_a_few(
    links: Links, checked: Check, shown: Shown
) -> None:
    others = tuple(f"p{number}" for number in range(9))
    lost = checked(
        render(ProjectUnreachable(project="shop", others=others, text="Zadig does not answer"), links=links)
    )
    assert lost.text == "The bot can't see the versions of 10 projects: Zadig does not answer."
    assert "|p3>* and 5 more)" in shown(lost)
    assert "p4" not in shown(lost)
    back = checked(render(ProjectBack(project="shop", others=("bank",), seconds=60), links=links))
    assert back.text.startswith("The bot can see the versions of 2 projects again after 1 min.")
    assert "|bank>*)" in shown(back)


def test_a_lost_channel_is_named_with_the_reason(links: Links, checked: Check) -> None:
    lost = DestinationLost(channel="C012AB", project="shop", reason="the channel is archived.")
    said = checked(render(lost, links=links, direct=True))
    assert said.text == "The bot can no longer post in <#C012AB> about shop: the channel is archived."


def test_what_is_late_says_how_late(a_version: Versions, links: Links, checked: Check, shown: Shown) -> None:
    told = VersionEnded(ending=Ending.SUCCEEDED, version=a_version(), seconds=5)
    late = checked(render(told, links=links, late_seconds=7200))
    assert late.text.endswith(" Posted 2 h late.")
    assert shown(late).endswith("Posted 2 h late.")
    assert "late" not in render(told, links=links, late_seconds=LATE_AFTER_SECONDS - 1).text


def test_what_was_seen_late_says_that_nobody_could_look(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    version = a_version()
    outcomes = (
        VersionEnded(ending=Ending.SUCCEEDED, version=version, seconds=7200, unseen=3600),
        VersionEnded(ending=Ending.FAILED, version=version, seconds=7200, unseen=3600),
        VersionEnded(ending=Ending.GONE, version=version, unseen=3600),
        OutcomeDigest(
            fold="1", of="version_failed", count=9, projects=(Tally(of="shop", count=9),), unseen=3600
        ),
    )
    for told in outcomes:
        said = checked(render(told, links=links))
        assert said.text.endswith(" Noticed up to 1 h late: the bot couldn't reach Zadig.")
        assert shown(said).count("Noticed up to 1 h late") == 1
    both = render(outcomes[0], links=links, late_seconds=600)
    assert "Posted 10 min late. Noticed up to 1 h late" in both.text
    shortly = VersionEnded(ending=Ending.FAILED, version=version, seconds=7200, unseen=LATE_AFTER_SECONDS - 1)
    assert "late" not in render(shortly, links=links).text


def test_a_card_is_never_late(a_version: Versions, links: Links) -> None:
    card = VersionCard(version=a_version(), since=5)
    assert render(card, links=links, late_seconds=7200) == render(card, links=links)


def test_what_a_channel_could_not_be_told_says_why(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    instead = Fallback(channel="C012AB", reason="Slack said msg_too_long & <more>")
    version = a_version()
    for told in (
        VersionEnded(ending=Ending.SUCCEEDED, version=version, seconds=5, instead=instead),
        VersionEnded(ending=Ending.FAILED, version=version, seconds=5, instead=instead),
        VersionEnded(ending=Ending.GONE, version=version, instead=instead),
        VersionEnded(ending=Ending.STALLED, version=version, seconds=5, instead=instead),
        VersionEnded(ending=Ending.MISSING, version=Version.unseen("shop", "v1"), instead=instead),
    ):
        said = shown(checked(render(told, links=links, direct=True)))
        assert said.endswith(
            "You're getting this because the message couldn't be posted in <#C012AB>: Slack said msg_too_long & <more>."
        )


def test_a_direct_message_says_why_it_came(a_version: Versions, links: Links, shown: Shown) -> None:
    told = VersionEnded(ending=Ending.SUCCEEDED, version=a_version(), seconds=5)
    assert "You're getting this because you're watching this version" in shown(
        render(told, links=links, direct=True)
    )
    assert "You get this" not in shown(render(told, links=links))
    back = ProjectBack(project="shop", seconds=5)
    assert "a version of this project" in shown(render(back, links=links, direct=True))


def test_a_reason_that_is_zadigs_own_is_said_in_english(
    a_version: Versions, links: Links, checked: Check, shown: Shown, clickable: Clickable
) -> None:
    progress = Progress(done=0, total=2, error="timeout", meaning="Zadig stopped waiting.")
    version = a_version(status=Status.FAILED, progress=progress)
    said = checked(render(VersionEnded(ending=Ending.FAILED, version=version, seconds=5), links=links))
    assert "Zadig stopped waiting." in shown(said)
    assert "timeout" not in shown(said)
    assert clickable(said)["details"]["value"] == "timeout"
    assert "Zadig stopped waiting." in shown(
        checked(render(VersionCard(version=version, since=5), links=links))
    )


# Messages about versions that have gone on.


RETRIED = Since(what=Afterwards.RETRYING, by="U034CD")


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (RETRIED, "being retried by <@U034CD>"),
        (Since(what=Afterwards.RETRYING), "being retried"),
        (Since(what=Afterwards.SUCCEEDED, by="U034CD"), "succeeded on retry"),
        (Since(what=Afterwards.FAILED), "failed again on retry"),
        (Since(what=Afterwards.DELETED, by="U034CD"), "deleted by <@U034CD>"),
        (Since(what=Afterwards.DELETED), "deleted in Zadig"),
    ],
)
def test_what_is_over_says_so_and_offers_nothing_that_would_change_it(
    *, since: Since, said: str, a_version: Versions, links: Links, clickable: Clickable, shown: Shown
) -> None:
    failed = a_version(status=Status.FAILED, progress=Progress(done=1, total=2, error="boom"))
    stalled = a_version(status=Status.CREATING)
    for told in (
        VersionEnded(ending=Ending.FAILED, version=failed, seconds=60, since=since),
        VersionEnded(ending=Ending.STALLED, version=stalled, seconds=60, since=since),
    ):
        over = render(told, links=links)
        assert over.text.endswith(f" · {said}")
        assert f" · {said}\n" in shown(over)
        offered = actions(clickable(over))
        assert not offered & {"retry", "delete", "recreate", "watch"}
        assert ("show" in offered) == (since.what is not Afterwards.DELETED)


def test_a_success_that_was_deleted_links_to_nothing_that_is_gone(
    a_version: Versions, links: Links, checked: Check, shown: Shown, clickable: Clickable
) -> None:
    since = Since(what=Afterwards.DELETED, by="U034CD")
    told = VersionEnded(
        ending=Ending.SUCCEEDED, version=a_version(), seconds=60, asked_by="U012AB", since=since
    )
    said = checked(render(told, links=links))
    assert said.text == ("shop/v13 succeeded in 1 min · requested by <@U012AB> · deleted by <@U034CD>")
    assert list(clickable(said)) == ["open_link.zadig"]
    assert links.version(told.version) not in shown(said)


def test_a_deletion_is_told_in_a_sentence(a_version: Versions, links: Links, checked: Check) -> None:
    said = checked(render(VersionDeleted(version=a_version(), deleted_by="U034CD"), links=links))
    assert said.text == "shop/v13 was deleted by <@U034CD>."
    said = checked(render(VersionDeleted(version=a_version()), links=links))
    assert said.text == "shop/v13 was deleted in Zadig."


@pytest.mark.parametrize("gone", [True, False])
def test_a_new_card_mentions_nobody_because_that_would_notify_them(
    a_version: Versions, links: Links, checked: Check, shown: Shown, *, gone: bool
) -> None:
    card = VersionCard(
        version=a_version(), since=5, asked_by="U012AB", gone=gone, deleted_by="U034CD" if gone else ""
    )
    new = checked(render(card, links=links, quiet=True))
    assert "<@" not in new.text + shown(new)
    edited = checked(render(card, links=links))
    assert "requested by <@U012AB>" in shown(edited)
