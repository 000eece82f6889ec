"""Deleting a failed version and creating it again: nothing goes before it is sure that something can come."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.changes import Poll, observe
from bot.domain.errors import (
    BadInput,
    LicenceMissing,
    NameTaken,
    NotFailed,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    StoreDown,
)
from bot.domain.models import Kind, Status, Version
from bot.domain.ports import PollOutcome
from bot.domain.requests import CreateVersion, DeleteVersion, ImageRequest, ServiceRequest
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from tests.services.fakes import START, FakeClock, FakeZadig


@pytest.fixture
def versions(zadig: FakeZadig, store: Store, clock: FakeClock) -> Versions:
    finder = Finder(releases=zadig, catalog=zadig, store=store)
    return Versions(finder=finder, releases=zadig, catalog=zadig, store=store, clock=clock)


@pytest.fixture
def failed(zadig: FakeZadig) -> Version:
    return zadig.add("v14", Status.FAILED)


def request(**changed: Any) -> CreateVersion:
    image = ImageRequest(container="app", image_name="cart", tag="v14")
    usual: dict[str, Any] = {
        "project": "shop",
        "kind": Kind.K8S,
        "version_name": "v14",
        "environment": "dev",
        "registry": "r1",
        "services": (ServiceRequest(name="cart", images=(image,)),),
    }
    return CreateVersion(**(usual | changed))


class Again:
    """Does it, and knows whether the old version was said to be deleted."""

    def __init__(self, versions: Versions, version: Version) -> None:
        self.versions = versions
        self.deletion = DeleteVersion(project="shop", version_name=version.name, version_id=version.id)
        self.deleted = False

    async def __call__(self, wanted: CreateVersion) -> None:
        await self.versions.recreate(
            wanted, self.deletion, user="U1", channel="C1", on_deleted=self._on_deleted
        )

    def _on_deleted(self) -> None:
        self.deleted = True


@pytest.fixture
def again(versions: Versions, failed: Version) -> Again:
    return Again(versions, failed)


async def test_the_failed_version_gives_way_to_the_new_one(
    again: Again, zadig: FakeZadig, store: Store, failed: Version
) -> None:
    await again(request())
    assert again.deleted
    assert zadig.row("v14").version.id != failed.id
    assert zadig.row("v14").version.status is Status.CREATING
    [ask] = (await store.pending.interest("shop")).asks
    assert (ask.version_name, ask.user, ask.channel, ask.in_flight) == ("v14", "U1", "C1", False)


async def test_the_ask_is_not_for_the_version_that_was_deleted(
    again: Again, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.subscriptions.subscribe(Subscription(channel="C1", project="shop", by="U1", since=START))
    [claim] = await store.polls.claim("looker", now=int(clock.at), limit=1, lease=60)
    page = await zadig.page("shop", number=1, size=100)
    memory = observe({}, Poll(at=int(clock.at), versions=page.items), stalled_after=9_999)
    await store.polls.record(PollOutcome(claim=claim, next_in=0, memory=memory), now=int(clock.at))
    clock.passes(60)
    await again(request())
    [ask] = (await store.pending.interest("shop")).asks
    assert not ask.is_for(memory["v14"])
    page = await zadig.page("shop", number=1, size=100)
    after = observe(memory, Poll(at=int(clock.at), versions=page.items), stalled_after=9_999)
    assert ask.is_for(after["v14"])


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.FAILED])
async def test_only_a_failed_version_is_deleted(again: Again, zadig: FakeZadig, status: Status) -> None:
    zadig.move("v14", status)
    with pytest.raises(NotFailed, match="was not deleted"):
        await again(request())
    assert (zadig.calls.of("delete"), zadig.calls.of("create"), again.deleted) == ([], [], False)


async def test_nothing_is_deleted_for_a_request_that_makes_no_sense(again: Again, zadig: FakeZadig) -> None:
    for wrong in (request(version_name="../v1"), request(services=()), request(registry="gone")):
        with pytest.raises(BadInput):
            await again(wrong)
    again.deletion = replace(again.deletion, version_id="")
    with pytest.raises(BadInput):
        await again(request())
    assert zadig.calls.of("delete") == []


async def test_nothing_is_deleted_if_the_new_name_is_taken(again: Again, zadig: FakeZadig) -> None:
    zadig.add("v15", Status.SUCCESS)
    with pytest.raises(NameTaken):
        await again(request(version_name="v15"))
    assert zadig.calls.of("delete") == []


async def test_a_version_of_another_project_is_not_deleted(versions: Versions, zadig: FakeZadig) -> None:
    other = zadig.add("v14", Status.FAILED, project="bank")
    await Again(versions, other)(request())
    assert zadig.calls.of("delete") == []
    assert zadig.row("v14", "bank").version.id == other.id


async def test_one_that_is_gone_already_is_no_obstacle(again: Again, zadig: FakeZadig) -> None:
    zadig.remove("v14")
    await again(request())
    assert again.deleted
    assert zadig.row("v14").version.status is Status.CREATING


@pytest.mark.parametrize("error", [LicenceMissing("No licence."), Rejected("No."), ServerDown("Down.")])
async def test_a_deletion_that_is_refused_ends_it(
    again: Again, zadig: FakeZadig, error: ReleaseBotError
) -> None:
    zadig.calls.fails["delete"] = error
    with pytest.raises(type(error)):
        await again(request())
    assert (zadig.calls.of("create"), again.deleted) == ([], False)


async def test_a_deletion_whose_answer_was_lost_counts_if_the_version_is_gone(
    again: Again, zadig: FakeZadig
) -> None:
    zadig.calls.fails_late["delete"].append(OutcomeUnknown("no answer"))
    await again(request())
    assert zadig.row("v14").version.status is Status.CREATING


async def test_a_deletion_that_came_to_nothing_creates_nothing(again: Again, zadig: FakeZadig) -> None:
    zadig.calls.fails["delete"] = OutcomeUnknown("no answer", raw="502")
    with pytest.raises(ServerDown, match="did not say whether shop/v14 was deleted") as caught:
        await again(request())
    assert caught.value.remedy.startswith("Nothing was created")
    assert caught.value.raw == "502"
    assert (zadig.calls.of("create"), again.deleted) == ([], False)


async def test_a_refusal_after_the_deletion_says_that_it_is_gone(again: Again, zadig: FakeZadig) -> None:
    zadig.calls.fails["create"] = Rejected("There is no registry.")
    with pytest.raises(Rejected):
        await again(request())
    assert again.deleted
    assert await zadig.find("shop", "v14") is None


async def test_nothing_is_begun_without_a_database_to_remember_it(
    again: Again, zadig: FakeZadig, down: set[str]
) -> None:
    down.add("polls.seen")
    with pytest.raises(StoreDown):
        await again(request())
    assert zadig.calls.of("create") == []
