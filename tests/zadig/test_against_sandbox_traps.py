"""The client and the local Zadig together, where Zadig forgets, mistakes, breaks on names or keeps its reasons to itself."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from bot.domain.errors import BadInput, NotRetryable, Rejected, ReleaseBotError
from bot.domain.models import Kind, Retryable, Status, VersionDetails
from bot.domain.requests import Field
from tests.zadig.world import SERVERS, World, opened

if TYPE_CHECKING:
    from tests.zadig.conftest import TestClock

WHY = "no space left on {host}\nreally none"


@pytest.fixture(params=SERVERS)
async def world(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    async with opened(request.param, clock) as opened_world:
        yield opened_world


@pytest.fixture(params=["3.4.1", "5.0.0"])
async def latest(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    """The last server of either dialect."""
    async with opened(request.param, clock) as opened_world:
        yield opened_world


async def broken(world: World, name: str = "v14") -> VersionDetails:
    """A K8s version of which an image could not be pushed."""
    world.server.faults.add("registry_error", where="create", times=1, error=WHY)
    request = await world.create(Kind.K8S, name)
    world.wait(120)
    details = await world.show(request)
    assert details.version.status is Status.FAILED
    return details


async def test_every_zadig_says_why_if_it_is_asked_in_the_right_place(world: World) -> None:
    details = await broken(world)
    said = await world.zadig.workflows.failure(details)
    assert said == "cart/cart: no space left on registry.example.com\nreally none"
    assert bool(details.version.reason) == (world.server.dialect == "v2")


async def test_of_many_versions_each_has_its_own_reason(latest: World) -> None:
    others = [await broken(latest, name) for name in ("v14", "v15", "v1.6", "v1-6")]
    latest.server.faults.add("registry_error", where="create", times=1, error="of this one alone")
    request = await latest.create(Kind.K8S, "v17")
    latest.wait(120)
    said = await latest.zadig.workflows.failure(await latest.show(request))
    assert said == "cart/cart: of this one alone"
    for other in others:
        assert "no space left" in await latest.zadig.workflows.failure(other)


async def test_a_reason_is_found_again_after_an_upgrade(clock: "TestClock") -> None:
    async with opened("3.4.1", clock) as world:
        await broken(world)
        world.server.upgrade("5.0.0")
        details = await world.show(await world.request(Kind.K8S))
        assert "no space left" in await world.zadig.workflows.failure(details)


@pytest.mark.parametrize("server", ["3.4.1", "4.2.1"])
async def test_a_user_who_sees_nothing_else_may_ask_why_and_a_fault_is_no_reason(
    server: str, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        details = await broken(world)
        for fault in ("403", "html", "truncated"):
            world.server.faults.add(fault, where="catalog")
            assert await world.zadig.workflows.failure(details) == ""
            world.server.faults.clear()


async def test_a_retry_is_taken_or_refused_as_expected(world: World) -> None:
    request_of = (await broken(world)).version
    assert request_of.retryable is Retryable.YES
    await world.retry(await world.request(Kind.K8S))


async def test_what_never_began_can_only_be_deleted_and_created_again(world: World) -> None:
    world.server.faults.add("failing_create", where="create", times=1)
    with pytest.raises(ReleaseBotError):
        await world.create(Kind.K8S)
    request = await world.request(Kind.K8S)
    assert (await world.show(request)).version.retryable is Retryable.NO
    with pytest.raises(NotRetryable):
        await world.retry(request)


@pytest.mark.parametrize("kind", list(Kind))
async def test_what_has_not_failed_is_not_offered_for_a_retry(kind: Kind, latest: World) -> None:
    page = await latest.zadig.releases.page("shop" if kind is Kind.K8S else "platform", number=1, size=100)
    for version in page.items:
        assert (version.retryable is Retryable.NO) == (version.status is not Status.FAILED)


async def test_a_retry_settles_also_where_zadig_forgets_it(world: World) -> None:
    await broken(world)
    request = await world.request(Kind.K8S)
    await world.retry(request)
    assert (await world.show(request)).version.status is Status.RETRYING
    world.wait(120)
    version = (await world.show(request)).version
    assert version.status is Status.SUCCESS
    assert version.progress
    assert version.progress.done == version.progress.total == 3
    forgotten = world.server.dialect == "v2" and not world.server.rules.retries_are_watched
    assert version.status_word == ("retrying" if forgotten else "success")


async def test_a_retry_that_fails_unseen_says_so_and_is_not_offered_again(clock: "TestClock") -> None:
    async with opened("4.2.1", clock) as world:
        await broken(world)
        request = await world.request(Kind.K8S)
        await world.retry(request)
        task = next(version for version in world.server.versions if version.name == "v14").task
        assert task
        job = task.current(world.server.now())
        assert job
        task.settle_current(world.server.now(), "failed", "still no space")
        world.wait(120)
        details = await world.show(request)
        assert (details.version.status, details.version.retryable) == (Status.FAILED, Retryable.NO)
        assert await world.zadig.workflows.failure(details) == "cart/cart: still no space"
        with pytest.raises(NotRetryable):
            await world.retry(request)


@pytest.mark.parametrize("server", ["4.0.0", "4.3.0", "5.0.0"])
async def test_what_was_under_way_while_zadig_restarted_settles_all_the_same(
    server: str, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        request = await world.create(Kind.K8S)
        world.wait(1)
        world.server.restart()
        world.wait(60)
        assert (await world.show(request)).version.status is Status.CREATING, "it may be slow"
        world.wait(60)
        version = (await world.show(request)).version
        assert (version.status, version.status_word) == (Status.SUCCESS, "creating")


async def test_what_was_under_way_during_an_upgrade_settles_all_the_same(clock: "TestClock") -> None:
    async with opened("3.4.1", clock) as world:
        request = await world.create(Kind.K8S)
        world.wait(1)
        world.server.upgrade("4.1.0")
        world.wait(180)
        assert (await world.show(request)).version.status is Status.SUCCESS


async def test_two_versions_in_one_second_are_both_made(clock: "TestClock") -> None:
    async with opened("5.0.0", clock) as world:
        first, second = (
            await world.request(Kind.K8S, "v14"),
            await world.request(Kind.HELM, "2.0.0", registry="62ce6231e0281143de477e60"),
        )
        world.wait(1)
        await world.zadig.releases.create(first)
        await world.zadig.releases.create(second)
        assert (await world.find(second)).created_at > (await world.find(first)).created_at
        posts = [one for one in world.server.traffic.after(0) if one["method"] == "POST"]
        assert [one["status"] for one in posts] == [200, 400, 200]


async def test_a_name_that_is_really_taken_is_sent_once(clock: "TestClock") -> None:
    async with opened("5.0.0", clock) as world:
        request = await world.create(Kind.K8S)
        with pytest.raises(Rejected, match="shop already has a version with this name"):
            await world.zadig.releases.create(request)
        posts = [one for one in world.server.traffic.after(0) if one["method"] == "POST"]
        assert len(posts) == 2


async def test_dots_are_not_sent_again_after_zadig_has_said_that_it_takes_none(clock: "TestClock") -> None:
    async with opened("4.0.0", clock) as world:
        with pytest.raises(Rejected):
            await world.create(Kind.K8S, "v1.2.0")
        with pytest.raises(BadInput) as caught:
            await world.create(Kind.K8S, "v1.3.0")
        assert [problem.field for problem in caught.value.fields] == [Field.VERSION_NAME]
        assert await world.zadig.releases.find("shop", "v1.3.0") is None
        await world.create(Kind.K8S, "v1-3-0")


async def test_dots_are_not_sent_to_a_zadig_that_is_known_to_break_on_them(clock: "TestClock") -> None:
    async with opened("4.0.0", clock, written="4.0.0") as world:
        with pytest.raises(BadInput):
            await world.create(Kind.K8S, "v1.2.0")
        assert await world.zadig.releases.find("shop", "v1.2.0") is None
        world.server.upgrade("5.0.0")
        world.wait(3600)
        await world.create(Kind.K8S, "v1.2.0")


@pytest.mark.parametrize("server", ["4.0.0", "4.1.0"])
async def test_charts_are_not_sent_to_a_zadig_that_is_known_not_to_push_them(
    server: str, clock: "TestClock"
) -> None:
    async with opened(server, clock, written=server) as world:
        with pytest.raises(BadInput) as caught:
            await world.create(Kind.HELM, "2-0-0")
        assert [problem.field for problem in caught.value.fields] == [Field.CHART_REPOSITORY]
        assert await world.zadig.releases.find("platform", "2-0-0") is None


@pytest.mark.parametrize(
    ("server", "says"), [("3.4.1", "v1"), ("4.3.0", "v2"), ("5.0.0", "v2, version 5.0.0")]
)
async def test_a_check_says_which_version_answers_as_far_as_it_says(
    server: str, says: str, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        findings = {finding.subject: finding.text for finding in await world.zadig.diagnose()}
    assert findings["Zadig API"] == f"reachable, speaks {says}"


@pytest.mark.parametrize("server", ["4.0.0", "4.2.0", "4.2.1", "5.0.0"])
@pytest.mark.parametrize("production", [False, True])
async def test_manifests_and_images_are_there_whether_server_or_client_supplies_them(
    server: str, production: bool, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        environment = "prod" if production else "dev"
        await world.create(Kind.K8S, environment=environment, production=production)
        world.wait(120)
        shown = await world.show(await world.request(Kind.K8S))
        assert shown.version.status is Status.SUCCESS
        made = next(version for version in world.server.versions if version.name == "v14")
        assert all(service.yaml_content for service in made.services)
        assert all(image.source for image in made.images)
        assert "kind: Deployment" not in repr(shown)


async def test_what_is_known_of_a_zadig_can_be_asked_before_anything_is_sent(clock: "TestClock") -> None:
    async with opened("4.0.0", clock, written="4.0.0") as world:
        request = await world.request(Kind.K8S, "v1.2.0")
        assert [one.field for one in await world.zadig.releases.problems(request)] == [Field.VERSION_NAME]
        world.server.faults.add("503")
        assert await world.zadig.releases.problems(request), "what was found out once is known"
    async with opened("4.0.0", clock, written="4.0.0") as world:
        request = await world.request(Kind.K8S, "v1.2.0")
        world.server.faults.add("503")
        assert await world.zadig.releases.problems(request) == ()
