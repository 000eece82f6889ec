"""Creating, retrying and deleting: never twice, never the wrong one, and never a guess."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.changes import Poll, observe
from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    LicenceMissing,
    NameTaken,
    NotFound,
    NotPermitted,
    NotRetryable,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    StoreDown,
    Unauthorized,
    Unreadable,
)
from bot.domain.models import Kind, Registry, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import PollOutcome
from bot.domain.requests import CreateVersion, DeleteVersion, ImageRequest, RetryVersion, ServiceRequest
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest, Subscription
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from tests.services.fakes import START, FakeClock, FakeZadig

Do = Callable[[], Coroutine[Any, Any, None]]
OUTAGES = (OutcomeUnknown("no answer"), Unreadable("half an answer"))
REFUSALS = (
    Rejected("There is no chart repository charts.", field="chart_repository"),
    NotPermitted("The bot has no permission for this in shop."),
    Unauthorized("Zadig does not accept the bot's API token."),
    LicenceMissing("Zadig has no valid professional licence."),
    ServerDown("Zadig cannot be reached."),
)


@pytest.fixture
def versions(zadig: FakeZadig, store: Store, clock: FakeClock) -> Versions:
    finder = Finder(releases=zadig, catalog=zadig, store=store)
    return Versions(finder=finder, releases=zadig, catalog=zadig, store=store, clock=clock)


def request(**changed: Any) -> CreateVersion:
    image = ImageRequest(container="app", image_name="cart", tag="v14")
    usual: dict[str, Any] = {
        "project": "shop",
        "kind": Kind.K8S,
        "version_name": "v14",
        "environment": "dev",
        "registry": "r1",
        "services": (ServiceRequest(name="cart", images=(image,), chart_version="1.0.0"),),
        "chart_repository": "charts",
    }
    return CreateVersion(**(usual | changed))


def again(version: Version, **changed: Any) -> RetryVersion:
    usual: dict[str, Any] = {
        "project": version.project,
        "version_name": version.name,
        "version_id": version.id,
        "kind": Kind.K8S,
        "environment": "dev",
    }
    return RetryVersion(**(usual | changed))


async def asks(store: Store, project: str = "shop") -> tuple[PendingRequest, ...]:
    return (await store.pending.interest(project)).asks


async def look(store: Store, zadig: FakeZadig, clock: FakeClock) -> None:
    """Remember what there is, as a look does."""
    now = int(clock.at)
    (claim,) = await store.polls.claim("looker", now=now, limit=1, lease=60)
    page = await zadig.page("shop", number=1, size=100)
    memory = observe({}, Poll(at=now, versions=page.items), stalled_after=9_999)
    assert await store.polls.record(PollOutcome(claim=claim, next_in=0, memory=memory), now=now)


async def subscribe(store: Store) -> None:
    await store.subscriptions.subscribe(Subscription(channel="C1", project="shop", by="U1", since=START))


# Creating.


async def test_a_version_is_created_and_remembered_for_who_asked(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    await versions.create(request(), user="U1", channel="C1")
    assert zadig.row("v14").version.status is Status.CREATING
    (ask,) = await asks(store)
    (recorded,) = await store.record.requests("shop", ["v14"])
    assert ask == PendingRequest(
        project="shop",
        version_name="v14",
        action=Action.CREATE,
        user="U1",
        channel="C1",
        at=START,
        in_flight=False,
        request=recorded.request.id,
    )


async def test_an_ask_is_in_flight_while_zadig_is_asked(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    gate = zadig.calls.hold("create")
    task = asyncio.create_task(versions.create(request(), user="U1", channel="C1"))
    await zadig.calls.at_gate["create"].wait()
    assert [ask.in_flight for ask in await asks(store)] == [True]
    gate.set()
    await task
    assert [ask.in_flight for ask in await asks(store)] == [False]


async def test_what_makes_no_sense_never_leaves_the_bot(versions: Versions, zadig: FakeZadig) -> None:
    with pytest.raises(BadInput):
        await versions.create(request(version_name="a/b"), user="U1", channel="C1")
    assert zadig.calls.made == []


async def test_a_name_that_is_taken_is_refused_before_anything_is_sent(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    there = zadig.add("v14")
    with pytest.raises(NameTaken) as caught:
        await versions.create(request(), user="U1", channel="C1")
    assert caught.value.version.id == there.id
    assert zadig.calls.of("create") == []
    assert await asks(store) == ()


async def test_an_unknown_registry_is_never_sent(versions: Versions, zadig: FakeZadig) -> None:
    with pytest.raises(BadInput) as caught:
        await versions.create(request(registry="r9"), user="U1", channel="C1")
    assert [problem.field for problem in caught.value.fields] == ["registry"]
    assert zadig.calls.of("create") == []


async def test_without_the_list_of_registries_zadig_has_the_last_word(
    versions: Versions, zadig: FakeZadig
) -> None:
    zadig.calls.fails["registries"] = ServerDown("away")
    await versions.create(request(registry="r9"), user="U1", channel="C1")
    assert zadig.calls.of("create") == [("shop", "v14")]


async def test_no_registry_is_no_question(versions: Versions, zadig: FakeZadig) -> None:
    zadig.offered_registries = [Registry(id="r1", address="https://registry.example.com")]
    kept = ImageRequest(container="app", image_name="cart", tag="v14", copied=False)
    services = (ServiceRequest(name="cart", images=(kept,)),)
    await versions.create(request(registry="", services=services), user="U1", channel="C1")
    assert zadig.calls.of("registries") == []


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: type(one).__name__)
async def test_what_is_refused_is_refused_once_and_forgotten(
    versions: Versions, zadig: FakeZadig, store: Store, refusal: ReleaseBotError
) -> None:
    zadig.calls.fails["create"] = refusal
    with pytest.raises(type(refusal), match=str(refusal)):
        await versions.create(request(), user="U1", channel="C1")
    assert len(zadig.calls.of("create")) == 1
    assert zadig.calls.of("find") == [("shop", "v14"), ("shop", "v14")]
    assert await asks(store) == ()


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: type(one).__name__)
async def test_an_unclear_answer_leaves_the_ask_in_flight_and_nothing_is_sent_again(
    versions: Versions, zadig: FakeZadig, store: Store, outage: ReleaseBotError
) -> None:
    zadig.calls.fails["create"] = outage
    with pytest.raises(OutcomeUnknown):
        await versions.create(request(), user="U1", channel="C1")
    assert len(zadig.calls.of("create")) == 1
    assert [ask.in_flight for ask in await asks(store)] == [True]


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: type(one).__name__)
async def test_an_unclear_answer_is_none_if_the_version_is_there(
    versions: Versions, zadig: FakeZadig, store: Store, outage: ReleaseBotError
) -> None:
    zadig.calls.fails_late["create"] = [outage]
    await versions.create(request(), user="U1", channel="C1")
    assert [ask.in_flight for ask in await asks(store)] == [False]


async def test_zadig_may_still_be_packing_charts_after_an_unclear_answer(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    zadig.calls.fails_late["create"] = [OutcomeUnknown("no answer")]
    await versions.create(request(kind=Kind.HELM), user="U1", channel="C1")
    assert [ask.in_flight for ask in await asks(store)] == [True]


async def test_a_version_that_failed_at_once_holds_the_name(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    refusal = Rejected("There is no chart repository charts.", raw="failed to query chart-repo info")
    zadig.calls.afterwards["create"] = [lambda: zadig.move("v14", Status.FAILED)]
    zadig.calls.fails_late["create"] = [refusal]
    with pytest.raises(CreatedButFailed, match="There is no chart repository charts") as caught:
        await versions.create(request(), user="U1", channel="C1")
    assert (caught.value.version.name, caught.value.cause) == ("v14", refusal)
    assert await asks(store) == ()


async def test_of_two_people_who_want_one_name_one_gets_it_and_one_is_told(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    gate = zadig.calls.hold("create")
    tasks = [
        asyncio.create_task(versions.create(request(), user=user, channel="C1")) for user in ("U1", "U2")
    ]
    while len(zadig.calls.of("create")) < 2:
        await zadig.calls.at_gate["create"].wait()
        zadig.calls.at_gate["create"].clear()
    gate.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["NameTaken", "NoneType"]
    winner = ("U1", "U2")[answers.index(None)]
    assert [ask.user for ask in await asks(store)] == [winner]


@pytest.mark.parametrize(
    ("error", "kept"),
    [(OutcomeUnknown("no answer"), True), (Unauthorized("no"), False), (Rejected("no"), False)],
    ids=lambda one: type(one).__name__,
)
async def test_without_a_look_the_answer_stands_as_it_is(
    versions: Versions, zadig: FakeZadig, store: Store, error: ReleaseBotError, *, kept: bool
) -> None:
    zadig.calls.fails["create"] = error
    zadig.calls.fails_next["find"] = [None, ServerDown("away")]
    with pytest.raises(type(error)):
        await versions.create(request(), user="U1", channel="C1")
    assert bool(await asks(store)) is kept


async def test_nothing_is_asked_of_zadig_that_nobody_could_follow(
    versions: Versions, zadig: FakeZadig, down: set[str]
) -> None:
    down.add("pending.ask")
    with pytest.raises(StoreDown):
        await versions.create(request(), user="U1", channel="C1")
    failed = zadig.add("v13", Status.FAILED)
    with pytest.raises(StoreDown):
        await versions.retry(again(failed), user="U1", channel="C1")
    assert zadig.calls.of("create") == zadig.calls.of("retry") == []


async def test_a_database_that_goes_away_does_not_make_a_success_a_failure(
    versions: Versions, zadig: FakeZadig, store: Store, down: set[str]
) -> None:
    down |= {"pending.answered", "polls.soon"}
    await versions.create(request(), user="U1", channel="C1")
    failed = zadig.add("v13", Status.FAILED)
    await versions.retry(again(failed), user="U1", channel="C1")
    await versions.delete(removal(failed), user="U1", channel="C1")
    assert [ask.in_flight for ask in await asks(store)] == [True, True]


async def test_a_database_that_goes_away_does_not_hide_why_zadig_refused(
    versions: Versions, zadig: FakeZadig, down: set[str]
) -> None:
    down.add("pending.answered")
    zadig.calls.fails["create"] = NotPermitted("The bot has no permission for this in shop.")
    with pytest.raises(NotPermitted):
        await versions.create(request(), user="U1", channel="C1")


async def test_a_name_that_was_used_before_is_asked_for_in_its_next_life(
    versions: Versions, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.add("v14", Status.FAILED)
    await look(store, zadig, clock)
    zadig.remove("v14")
    await versions.create(request(), user="U1", channel="C1")
    assert [ask.epoch for ask in await asks(store)] == [1]


async def test_who_did_what_is_in_the_log(
    versions: Versions, zadig: FakeZadig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="bot.services.requests.intents")
    await versions.create(request(), user="U1", channel="C1")
    failed = zadig.add("v13", Status.FAILED)
    await versions.retry(again(failed), user="U2", channel="C1")
    await versions.delete(removal(failed), user="U3", channel="C2")
    said = [
        (record.action, record.project, record.version_name, record.user, record.channel)  # type: ignore[attr-defined]
        for record in caplog.records
    ]
    assert said == [
        ("version_create", "shop", "v14", "U1", "C1"),
        ("version_retry", "shop", "v13", "U2", "C1"),
        ("version_delete", "shop", "v13", "U3", "C2"),
    ]


# Retrying.


async def test_a_failed_version_starts_again_and_who_asked_is_remembered(
    versions: Versions, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    failed = zadig.add("v13", Status.FAILED)
    await look(store, zadig, clock)
    await versions.retry(again(failed), user="U1", channel="C2")
    assert zadig.row("v13").version.status is Status.RETRYING
    (ask,) = await asks(store)
    assert (ask.action, ask.channel, ask.epoch, ask.in_flight) == (Action.RETRY, "C2", 1, False)


async def test_an_ask_about_what_no_look_has_seen_knows_no_epoch(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    await versions.retry(again(zadig.add("v13", Status.FAILED)), user="U1", channel="C1")
    assert [ask.epoch for ask in await asks(store)] == [0]


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.CREATING, Status.RETRYING, Status.UNKNOWN])
async def test_only_failed_versions_are_retried(
    versions: Versions, zadig: FakeZadig, store: Store, status: Status
) -> None:
    with pytest.raises(NotRetryable) as caught:
        await versions.retry(again(zadig.add("v13", status)), user="U1", channel="C1")
    assert caught.value.status is status
    assert zadig.calls.of("retry") == []
    assert await asks(store) == ()


async def test_a_retry_needs_an_environment_of_k8s_projects(versions: Versions, zadig: FakeZadig) -> None:
    failed = zadig.add("v13", Status.FAILED)
    with pytest.raises(BadInput):
        await versions.retry(again(failed, environment=""), user="U1", channel="C1")
    assert zadig.calls.made == []


async def test_a_version_that_is_gone_is_not_retried(versions: Versions, zadig: FakeZadig) -> None:
    failed = zadig.add("v13", Status.FAILED)
    zadig.remove("v13")
    with pytest.raises(NotFound):
        await versions.retry(again(failed), user="U1", channel="C1")


async def test_an_id_from_before_an_upgrade_is_not_sent(versions: Versions, zadig: FakeZadig) -> None:
    old = zadig.add("v13", Status.FAILED)
    zadig.upgrade()
    await versions.retry(again(old), user="U1", channel="C1")
    assert zadig.calls.of("retry") == [("shop", "v13", zadig.row("v13").version.id)]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: type(one).__name__)
async def test_a_retry_that_is_refused_is_forgotten(
    versions: Versions, zadig: FakeZadig, store: Store, refusal: ReleaseBotError
) -> None:
    zadig.calls.fails["retry"] = refusal
    with pytest.raises(type(refusal)):
        await versions.retry(again(zadig.add("v13", Status.FAILED)), user="U1", channel="C1")
    assert len(zadig.calls.of("retry")) == 1
    assert await asks(store) == ()


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: type(one).__name__)
async def test_an_unclear_retry_stays_in_flight(
    versions: Versions, zadig: FakeZadig, store: Store, outage: ReleaseBotError
) -> None:
    zadig.calls.fails["retry"] = outage
    with pytest.raises(OutcomeUnknown):
        await versions.retry(again(zadig.add("v13", Status.FAILED)), user="U1", channel="C1")
    assert [ask.in_flight for ask in await asks(store)] == [True]


@pytest.mark.parametrize("outage", [*OUTAGES, ServerDown("broke off")], ids=lambda one: type(one).__name__)
async def test_a_retry_that_can_be_seen_to_run_has_worked(
    versions: Versions, zadig: FakeZadig, store: Store, outage: ReleaseBotError
) -> None:
    zadig.calls.fails_late["retry"] = [outage]
    await versions.retry(again(zadig.add("v13", Status.FAILED)), user="U1", channel="C1")
    assert [ask.in_flight for ask in await asks(store)] == [False]


async def test_what_a_version_was_made_from_is_remembered(versions: Versions, zadig: FakeZadig) -> None:
    await versions.create(request(environment="qa", production=True), user="U1", channel="C1")
    [row] = zadig.rows["shop"]
    made_from = await versions.made_from(VersionDetails(version=row.version))
    assert (made_from.environment, made_from.production) == ("qa", True)


async def test_what_zadig_says_counts_for_versions_that_were_made_elsewhere(
    versions: Versions, zadig: FakeZadig
) -> None:
    details = VersionDetails(version=zadig.add("v13", Status.FAILED), environment="dev", production=True)
    made_from = await versions.made_from(details)
    assert (made_from.environment, made_from.production) == ("dev", True)
    assert (await versions.made_from(replace(details, environment=""))).environment == ""


async def test_a_name_waits_while_nobody_knows_whether_zadig_took_it(
    versions: Versions, zadig: FakeZadig
) -> None:
    zadig.calls.fails["create"] = OUTAGES[0]
    with pytest.raises(OutcomeUnknown):
        await versions.create(request(), user="U1", channel="C1")
    assert await versions.unanswered("shop") == {"v14"}
    zadig.calls.fails.clear()
    await versions.create(request(version_name="v15"), user="U1", channel="C1")
    assert await versions.unanswered("shop") == {"v14"}


# Deleting.


def removal(version: Version, **changed: str) -> DeleteVersion:
    usual: dict[str, Any] = {
        "project": version.project,
        "version_name": version.name,
        "version_id": version.id,
    }
    return DeleteVersion(**(usual | changed))


async def test_a_version_is_deleted_and_its_project_looked_at_soon(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    there = zadig.add("v13")
    (claim,) = await store.polls.claim("looker", now=START, limit=1, lease=60)
    await store.polls.record(PollOutcome(claim=claim, next_in=600, memory={}), now=START)
    await versions.delete(removal(there), user="U1", channel="C1")
    assert zadig.rows["shop"] == []
    assert await store.polls.claim("looker", now=START, limit=1, lease=60)


async def test_a_version_of_another_project_is_not_deleted(versions: Versions, zadig: FakeZadig) -> None:
    other = zadig.add("v13", project="bank")
    with pytest.raises(NotFound):
        await versions.delete(removal(other, project="shop"), user="U1", channel="C1")
    assert zadig.row("v13", "bank").version == other
    assert zadig.calls.of("delete") == []


async def test_a_version_of_another_name_is_not_deleted(versions: Versions, zadig: FakeZadig) -> None:
    other = zadig.add("v13")
    with pytest.raises(NotFound):
        await versions.delete(removal(other, version_name="v12"), user="U1", channel="C1")
    assert zadig.calls.of("delete") == []


async def test_what_is_gone_needs_no_deleting(versions: Versions, zadig: FakeZadig) -> None:
    there = zadig.add("v13")
    zadig.remove("v13")
    with pytest.raises(NotFound) as caught:
        await versions.delete(removal(there), user="U1", channel="C1")
    assert caught.value.remedy == "There is nothing left to delete."


async def test_a_version_that_took_the_others_name_or_lost_its_id_is_looked_at_again_first(
    versions: Versions, zadig: FakeZadig
) -> None:
    there = zadig.add("v13")
    zadig.upgrade()
    with pytest.raises(NotFound, match="no longer the version you looked at") as caught:
        await versions.delete(removal(there), user="U1", channel="C1")
    assert "Look at it again" in caught.value.remedy
    assert zadig.calls.of("delete") == []
    assert len(zadig.rows["shop"]) == 1


async def test_a_malformed_id_is_not_looked_for(versions: Versions, zadig: FakeZadig) -> None:
    there = zadig.add("v13")
    with pytest.raises(BadInput):
        await versions.delete(removal(there, version_id=""), user="U1", channel="C1")
    assert zadig.calls.made == []


async def test_after_an_unclear_deletion_somebody_looks_soon(
    versions: Versions, zadig: FakeZadig, store: Store
) -> None:
    await subscribe(store)
    (claim,) = await store.polls.claim("looker", now=START, limit=1, lease=60)
    await store.polls.record(PollOutcome(claim=claim, next_in=600, memory={}), now=START)
    zadig.calls.fails_late["delete"] = [OutcomeUnknown("no answer")]
    with pytest.raises(OutcomeUnknown):
        await versions.delete(removal(zadig.add("v13")), user="U1", channel="C1")
    assert await store.polls.claim("looker", now=START, limit=1, lease=60)


# Showing.


async def test_a_version_is_shown_in_full(versions: Versions, zadig: FakeZadig) -> None:
    zadig.add("v13", labels=("hot",))
    details = await versions.show(VersionReference(project="shop", name="v13"))
    assert details.version == zadig.row("v13").version


async def test_a_version_of_another_project_is_not_shown(versions: Versions, zadig: FakeZadig) -> None:
    other = zadig.add("v13", project="bank")
    with pytest.raises(NotFound):
        await versions.show(VersionReference(project="shop", id=other.id))
