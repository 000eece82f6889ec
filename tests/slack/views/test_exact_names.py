"""What a person copies from a message is the name, whatever it is called, and nothing in it is read as mark-up."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from bot.domain.digests import DigestPage
from bot.domain.endings import Ending
from bot.domain.models import (
    Copying,
    CopyState,
    Image,
    Page,
    Progress,
    Status,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.notifications import (
    DestinationLost,
    Notification,
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    SubscriptionChanged,
    Tally,
    VersionCard,
    VersionDeleted,
    VersionEnded,
)
from bot.domain.watching import Subscription, Watch
from bot.slack.metadata import DigestState, ListState, ShowState, Wish
from bot.slack.text import escape
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.list_versions import list_versions
from bot.slack.views.notifications import render
from bot.slack.views.outcome_digest import folded_list
from bot.slack.views.show_version import show_version
from bot.slack.views.subscription_changes import confirm_outsiders, undone
from bot.slack.views.subscriptions import subscribed, subscriptions, unsubscribed
from bot.slack.views.watches import already_settled, not_watching, unwatched, watches, watching
from tests.slack.drawn import objects

Versions = Callable[..., Version]
Check = Callable[[Message], Message]

LOOK_ALIKES = "".join(escape(mark) for mark in ("*", "_", "~", "`", ">")) + escape(":x:")[0]
NAMES = (
    "*a_b~c",
    "_v1_ *b* ~c~",
    "`tick` and ``two``",
    "<!here>",
    "<@U012AB> <#C012AB> <https://evil.example.com|here>",
    ":tada: v1:x:",
    "v1\u200b\u200d2\ufeff",
    "&amp; &lt;b&gt; & <",
    "> v1",
    "@here #general https://evil.example.com",
)


@pytest.fixture(params=NAMES, ids=ascii)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def copied(said: Message) -> list[str]:
    """What stands literally in a message: each text and link of its rich text, and its plain texts."""
    return [
        each["text"]
        for each in objects(said.blocks)
        if each.get("type") in ("text", "link", "plain_text") and isinstance(each["text"], str)
    ]


def holds(said: Message, *exactly: str) -> None:
    """Each stands in the message as it is, nothing of it in mrkdwn, and nothing mentions but what is ours."""
    texts = copied(said)
    for one in exactly:
        assert any(one in text for text in texts), (one, texts)
    read = [each["text"] for each in objects(said.blocks) if each.get("type") == "mrkdwn"]
    assert not any(look_alike in text for text in [*texts, *read] for look_alike in LOOK_ALIKES)
    kinds = {each.get("type") for each in objects(said.blocks)}
    assert not kinds & {"broadcast", "usergroup", "user", "channel"}


def by_itself(said: Message, exactly: str) -> None:
    """The name is an element of its own: a double click, or a copied element, takes it and no more."""
    assert exactly in copied(said)


def notifications(version: Version, name: str) -> Iterable[tuple[Notification, Sequence[str]]]:
    whole = f"{version.project}/{name}"
    failed = VersionEnded(ending=Ending.FAILED, version=version, seconds=5)
    yield VersionCard(version=version, since=5), (whole, version.description, *(version.labels or ()))
    yield VersionCard(version=version, since=5, gone=True), (whole,)
    yield VersionEnded(ending=Ending.SUCCEEDED, version=version, seconds=5), (whole,)
    yield failed, (whole, version.reason)
    yield VersionEnded(ending=Ending.GONE, version=version), (whole,)
    yield VersionDeleted(version=version), (whole,)
    yield VersionEnded(ending=Ending.STALLED, version=version, seconds=5), (whole,)
    yield VersionEnded(ending=Ending.MISSING, version=Version.unseen(version.project, name)), (whole,)
    yield ProjectUnreachable(project=name, text="Zadig does not answer"), (name,)
    yield ProjectBack(project=name, others=("other",), seconds=5), (name,)
    yield DestinationLost(channel="", project=name, reason="the channel is archived"), (name,)
    folded = OutcomeDigest(
        fold="7",
        of="version_failed",
        count=9,
        projects=(Tally(of=name, count=9),),
        reasons=(Tally(of=name, count=9),),
        names=(name,),
    )
    yield folded, (name,)


@pytest.fixture
def nasty(name: str, a_version: Versions) -> Version:
    return a_version(
        project=name,
        name=name,
        created_by=name,
        description=name,
        labels=(name,),
        status=Status.FAILED,
        progress=Progress(done=1, total=2, error=name),
    )


def test_in_every_notification(nasty: Version, name: str, links: Links, checked: Check) -> None:
    for notification, exactly in notifications(nasty, name):
        holds(checked(render(notification, links=links)), *exactly)


def test_in_a_list_and_in_a_version_in_full(nasty: Version, name: str, links: Links, checked: Check) -> None:
    page = Page(items=(nasty,), total=1, number=1, size=10)
    listed = checked(list_versions(page, ListState(project=name), links=links))
    holds(listed, name, f"Versions of {name}")
    by_itself(listed, name)
    image = Image(
        id="i",
        service=name,
        module=name,
        reference=name,
        name=name,
        created_at=0,
        copying=Copying(state=CopyState.FAILED, source=f"from {name}", error=name),
    )
    details = VersionDetails(version=nasty, images=(image,))
    shown = checked(show_version(details, ShowState(project=name, name=name, id=nasty.id), links=links))
    holds(shown, f"{name}/{name}", f"from {name}")
    by_itself(shown, name)
    listed_again = folded_list(
        DigestPage(total=1, outcomes=(VersionEnded(ending=Ending.FAILED, version=nasty, seconds=5),)),
        DigestState(fold="7"),
        links=links,
    )
    by_itself(checked(listed_again), f"{name}/{name}")


def test_in_answers_about_watches(nasty: Version, name: str, links: Links, checked: Check) -> None:
    reference = VersionReference(project=name, name=name)
    for said in (
        watches([Watch(user="U1", project=name, version_name=name, since=5)]),
        watching(nasty, links=links),
        watching(nasty, links=links, new=False),
        already_settled(nasty, links=links),
        unwatched(reference),
        not_watching(reference),
    ):
        by_itself(checked(said), f"{name}/{name}")
        holds(said, f"{name}/{name}")


def test_in_answers_about_subscriptions(name: str, links: Links, checked: Check) -> None:
    one = Subscription(channel="C1", project=name, by="", since=5)
    change: dict[str, Any] = {"change": "c" * 32, "channel": "C1", "project": name, "by": "someone"}
    wish = Wish(project=name, only_failures=True, in_thread=True, cards=False, undo="")
    for said in (
        subscriptions([one], links=links),
        subscribed(one, before=None, links=links),
        subscribed(one, before=one, links=links),
        unsubscribed(name),
        confirm_outsiders(wish, certain=True),
        render(SubscriptionChanged(**change, before=None, after=one), links=links),
        undone(SubscriptionChanged(**change, before=None, after=one)),
    ):
        by_itself(checked(said), name)
        holds(said, name)
