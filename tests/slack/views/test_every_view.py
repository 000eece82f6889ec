"""Whatever the outside is called and says, every message fits Slack and nothing in it is obeyed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.digests import DigestPage
from bot.domain.endings import Ending
from bot.domain.errors import BadInput, CreatedButFailed, NameTaken, NotFound, Rejected, ServerDown
from bot.domain.models import (
    Chart,
    Image,
    Kind,
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
    VersionEnded,
    WatchesEnded,
)
from bot.domain.record import Requesters
from bot.domain.requests import FieldError
from bot.domain.watching import Subscription, Watch
from bot.slack.metadata import DigestState, ListState, ShowState, Wish
from bot.slack.views.blocks import Message
from bot.slack.views.help import Usage, usage
from bot.slack.views.links import Links
from bot.slack.views.list_versions import list_versions
from bot.slack.views.notifications import render
from bot.slack.views.outcome_digest import folded_list
from bot.slack.views.problem import problem
from bot.slack.views.show_version import show_version
from bot.slack.views.subscription_changes import confirm_outsiders, undone
from bot.slack.views.subscriptions import subscribed, subscriptions, unsubscribed
from bot.slack.views.watches import already_settled, not_watching, unwatched, watches, watching

Versions = Callable[..., Version]
Check = Callable[[Message], Message]


@pytest.fixture(params=list(Status))
def bad(request: pytest.FixtureRequest, hostile: str, a_version: Versions) -> Version:
    """A version of which everything that can be text is hostile, in every status."""
    return a_version(
        project=hostile,
        name=hostile,
        kind=None,
        status=request.param,
        status_word=hostile,
        created_at=0,
        created_by=hostile,
        description=hostile,
        labels=(hostile,) * 100,
        progress=Progress(done=1, total=3, upload_status=hostile, error=hostile),
    )


def test_a_list_of_them(bad: Version, hostile: str, links: Links, checked: Check) -> None:
    state = ListState(project=hostile, page=2, status=bad.status)
    page = Page(items=(bad,) * 10, total=64, number=2, size=10)
    checked(list_versions(page, state, links=links, searched=200, command=hostile))
    checked(list_versions(Page(items=(), total=0, number=1, size=10), state, links=links, command=hostile))


def test_one_of_them_in_full(bad: Version, hostile: str, links: Links, checked: Check) -> None:
    image = Image(id=hostile, service=hostile, module=hostile, reference=hostile, name=hostile, created_at=0)
    chart = Chart(
        id=hostile,
        service="x",
        name=hostile,
        repository=hostile,
        version=hostile,
        created_at=0,
        images=(image,) * 3,
    )
    state = ShowState(project=hostile, name=hostile, id=hostile)
    for page in (1, 2, 99):
        for details in (
            VersionDetails(version=bad, images=(image,) * 30),
            VersionDetails(version=bad, charts=(chart,) * 30),
        ):
            turned = state.model_copy(update={"page": page})
            checked(
                show_version(
                    details,
                    turned,
                    links=links,
                    requested=Requesters(requested_by=hostile, retried_by=hostile),
                )
            )


def told(version: Version, text: str) -> Mapping[str, Notification]:
    """One notification of each kind."""
    outcome: dict[str, Any] = {"version": version, "asked_by": text}
    return {
        each.kind: each
        for each in (
            VersionCard(**outcome, since=5, stalled=version.status is Status.UNKNOWN),
            VersionEnded(ending=Ending.SUCCEEDED, **outcome, seconds=5),
            VersionEnded(ending=Ending.FAILED, **outcome, seconds=5),
            VersionEnded(ending=Ending.GONE, **outcome),
            VersionEnded(ending=Ending.STALLED, **outcome, seconds=5),
            VersionEnded(ending=Ending.MISSING, version=Version.unseen(text, text), asked_by=text),
            ProjectUnreachable(project=text, text=text, remedy=text, others=(text,) * 99),
            ProjectBack(project=text, seconds=5, others=(text,) * 99),
            DestinationLost(channel=text, project=text, reason=text),
            changes(text)[-1],
            WatchesEnded(count=2),
            OutcomeDigest(
                fold="7",
                of="version_failed",
                count=2000,
                projects=(Tally(of=text, count=90),) * 20,
                reasons=(Tally(of=text, count=90),) * 20,
                names=(text,) * 5,
                asked_by=(text,) * 2000,
            ),
        )
    }


def test_a_notification_of_each_kind(bad: Version, hostile: str, links: Links, checked: Check) -> None:
    for notification in told(bad, hostile).values():
        checked(render(notification, links=links))
        checked(render(notification, links=links, late_seconds=7200, direct=True))


def test_what_is_behind_a_fold(bad: Version, hostile: str, links: Links, checked: Check) -> None:
    kinds = [one for one in told(bad, hostile).values() if one.kind in set(Ending)]
    outcomes = tuple(one for one in kinds if isinstance(one, VersionEnded)) * 2
    for number in (1, 2, 99):
        state = DigestState(fold="7", page=number)
        checked(folded_list(DigestPage(total=64, outcomes=outcomes), state, links=links))
    checked(folded_list(DigestPage(total=0, outcomes=()), DigestState(fold="7"), links=links))


def test_the_card_of_one_that_is_gone(bad: Version, links: Links, checked: Check) -> None:
    checked(render(VersionCard(version=bad, since=5, gone=True), links=links))


def test_answers_about_watching(bad: Version, hostile: str, links: Links, checked: Check) -> None:
    reference = VersionReference(project=hostile, name=hostile)
    checked(watches([Watch(user="U1", project=hostile, version_name=hostile, since=0)] * 40))
    checked(watching(bad, links=links))
    checked(already_settled(bad, links=links))
    checked(unwatched(reference))
    checked(not_watching(reference))


def changes(text: str) -> list[SubscriptionChanged]:
    """Every way in which a subscription changes."""
    one = Subscription(channel="C1", project=text, by=text, since=0)
    other = Subscription(channel="C1", project=text, by=text, since=1, only_failures=True, in_thread=True)
    pairs = [(None, one), (one, None), (one, other), (one, replace(one, by="U2"))]
    return [
        SubscriptionChanged(
            change="c" * 32, channel="C1", project=text, by=text, before=a, after=b, undoes=back, undone_by=by
        )
        for a, b in pairs
        for back, by in [(False, ""), (True, ""), (False, text)]
    ]


def test_what_is_said_before_outsiders_read_along(hostile: str, checked: Check) -> None:
    wish = Wish(project=hostile, only_failures=True, in_thread=True, cards=False, undo="c" * 32)
    for certain in (True, False):
        checked(confirm_outsiders(wish, certain=certain))


def test_every_change_of_a_subscription(hostile: str, links: Links, checked: Check) -> None:
    for one in changes(hostile):
        checked(undone(one))
        checked(render(one, links=links, late_seconds=9999))
    ended = checked(render(replace(changes(hostile)[0], by="", project="payments"), links=links))
    assert "payments" not in str(ended.blocks) + ended.text
    assert "Undo" not in str(ended.blocks)


def test_answers_about_subscriptions(hostile: str, links: Links, checked: Check) -> None:
    one = Subscription(channel="C1", project=hostile, by=hostile, since=0)
    checked(subscriptions([one] * 40, links=links, command=hostile))
    checked(subscribed(one, before=one, links=links))
    checked(unsubscribed(hostile))


def test_help(hostile: str, checked: Check) -> None:
    rows = [Usage(word=hostile, arguments=hostile, summary=hostile, example=hostile)] * 15
    checked(usage(rows, command=hostile, unknown=hostile, nearest=hostile))


def test_problems(bad: Version, hostile: str, checked: Check) -> None:
    fields = tuple(FieldError(field=f"image_tag:{hostile}", text=hostile) for _ in range(20))
    for error in (
        None,
        BadInput(fields),
        NameTaken(bad),
        NotFound(hostile, remedy=hostile, raw=hostile),
        CreatedButFailed(bad, Rejected(hostile)),
        ServerDown(hostile, raw=hostile),
    ):
        checked(problem(error, reference=hostile))


def test_a_kind_is_told_where_it_is_known(a_version: Versions, links: Links, checked: Check) -> None:
    for kind in (*Kind, None):
        version = a_version(kind=kind, progress=Progress(done=1, total=2))
        checked(render(VersionCard(version=version, since=5), links=links))
