"""The client and the local Zadig together: both dialects, both kinds, from the first server to the latest."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import (
    BadInput,
    LicenceMissing,
    NotFound,
    NotPermitted,
    NotRetryable,
    OutcomeUnknown,
    Rejected,
    ReleaseBotError,
    ServerDown,
    Unauthorized,
    Unreadable,
    WrongServer,
)
from bot.domain.models import CopyState, Kind, Status, Version, VersionReference
from bot.domain.requests import (
    DeleteVersion,
    Field,
    ImageRequest,
    ServiceRequest,
)
from tests.zadig.world import CANNOT_PUSH_CHARTS, PROJECTS, REGISTRY, SERVERS, World, asked, opened

if TYPE_CHECKING:
    from tests.zadig.conftest import TestClock


@pytest.fixture(params=SERVERS)
async def world(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    async with opened(request.param, clock) as opened_world:
        yield opened_world


@pytest.fixture(params=["3.4.1", "5.0.0"])
async def latest(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    """The last server of either dialect."""
    async with opened(request.param, clock) as opened_world:
        yield opened_world


kinds = pytest.mark.parametrize("kind", list(Kind))


async def test_the_dialect_is_found_out(world: World) -> None:
    assert await world.zadig.dialect() == world.server.dialect


async def test_a_check_finds_everything_in_order(world: World) -> None:
    findings = await world.zadig.diagnose()
    assert all(finding.ok for finding in findings), findings


async def test_a_zadig_without_versions_is_named(clock: "TestClock") -> None:
    async with opened("2.3.0", clock) as world:
        with pytest.raises(WrongServer, match="no API for versions"):
            await world.zadig.releases.page("shop", number=1, size=10)


@kinds
async def test_pages_hold_every_version_once(kind: Kind, world: World) -> None:
    releases, project = world.zadig.releases, PROJECTS[kind]
    whole = await releases.page(project, number=1, size=100)
    paged = [
        version
        for number in range(1, whole.total + 1)
        for version in (await releases.page(project, number=number, size=1)).items
    ]
    assert tuple(paged) == whole.items
    assert whole.total == len(whole.items)
    assert {version.kind for version in whole.items} == {kind}


@kinds
async def test_details_agree_with_the_list(kind: Kind, world: World) -> None:
    page = await world.zadig.releases.page(PROJECTS[kind], number=1, size=100)
    for listed in page.items:
        shown = await world.zadig.releases.show(
            VersionReference(project=listed.project, name=listed.name, id=listed.id)
        )
        version = shown.version
        assert replace(version, labels=listed.labels, progress=listed.progress) == listed
        assert version.labels is not None
        assert version.progress
        assert bool(shown.charts) == (kind is Kind.HELM)


@pytest.mark.parametrize(
    ("server", "kind"),
    [
        (server, kind)
        for server in SERVERS
        for kind in Kind
        if kind is Kind.K8S or server not in CANNOT_PUSH_CHARTS
    ],
)
async def test_a_version_is_created_copied_and_deleted(server: str, kind: Kind, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        await _live_through(world, kind)


async def _live_through(world: World, kind: Kind) -> None:
    request = await world.create(kind)
    world.wait(120)
    details = await world.show(request)
    version, progress = details.version, details.version.progress
    assert progress
    assert (version.status, version.labels, version.description) == (Status.SUCCESS, ("urgent",), "New")
    assert progress.done == progress.total
    assert progress.error == ""
    wanted = {service.name for service in request.services}
    held = {chart.name for chart in details.charts} or {image.service for image in details.images}
    assert held == wanted
    await _delete(world, version)
    assert await world.zadig.releases.find(request.project, request.version_name) is None
    await _delete(world, version)  # once more, and it still succeeds


async def _delete(world: World, version: Version) -> None:
    await world.zadig.releases.delete(
        DeleteVersion(project=version.project, version_name=version.name, version_id=version.id)
    )


@pytest.mark.parametrize("server", sorted(CANNOT_PUSH_CHARTS))
async def test_a_server_that_cannot_push_charts_is_known_by_its_routes_and_sent_none(
    server: str, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        with pytest.raises(BadInput) as caught:
            await world.create(Kind.HELM)
        assert [problem.field for problem in caught.value.fields] == [Field.CHART_REPOSITORY]
        assert await world.zadig.releases.find("platform", "v14") is None


async def test_progress_is_counted_image_by_image(latest: World) -> None:
    request = await latest.create(Kind.K8S)
    counts = set()
    for _ in range(20):
        progress = (await latest.show(request)).version.progress
        assert progress
        counts.add((progress.done, progress.total))
        latest.wait(1)
    total = sum(len(service.images) for service in request.services)
    steps = {(done, total) for done in range(total + 1)}
    assert {(0, total), (total, total)} < counts <= steps


async def test_every_image_says_how_far_it_is_where_zadig_says_so(latest: World) -> None:
    request = await latest.create(Kind.K8S)
    seen: list[set[CopyState]] = []
    details = await latest.show(request)
    for _ in range(20):
        details = await latest.show(request)
        seen.append({image.copying.state for image in details.images if image.copying})
        counted = [image.copying and image.copying.state for image in details.images].count(CopyState.DONE)
        assert details.version.progress
        assert counted == (details.version.progress.done if seen[-1] else 0)
        latest.wait(1)
    if latest.server.dialect == "v1":
        assert not any(seen)
        return
    assert (seen[0], seen[-1]) == ({CopyState.WAITING, CopyState.RUNNING}, {CopyState.DONE})
    sources = {image.copying.source for image in details.images if image.copying}
    assert all(sources)
    assert not sources & {image.reference for image in details.images}


@kinds
async def test_a_name_that_is_taken_belongs_to_its_field(kind: Kind, world: World) -> None:
    if kind is Kind.HELM and world.server.rules.version in CANNOT_PUSH_CHARTS:
        return  # it is sent no charts
    taken = (await world.zadig.releases.page(PROJECTS[kind], number=1, size=1)).items[0].name
    with pytest.raises(Rejected) as caught:
        await world.create(kind, taken)
    assert caught.value.field == Field.VERSION_NAME


async def test_a_failed_version_is_retried_until_it_succeeds(world: World) -> None:
    world.server.faults.add("registry_error", where="create", times=1)
    request = await world.create(Kind.K8S)
    world.wait(120)
    assert (await world.show(request)).version.status is Status.FAILED
    await world.retry(request)
    world.wait(120)
    version = (await world.show(request)).version
    assert version.status is Status.SUCCESS


async def test_a_failed_helm_version_is_retried(latest: World) -> None:
    latest.server.faults.add("registry_error", where="create", times=1)
    with pytest.raises(ReleaseBotError):
        await latest.create(Kind.HELM)
    request = await latest.request(Kind.HELM)
    latest.wait(120)
    assert (await latest.show(request)).version.status is Status.FAILED
    await latest.retry(request)
    latest.wait(120)
    assert (await latest.show(request)).version.status is Status.SUCCESS


@kinds
async def test_a_version_that_has_not_failed_is_not_retried(kind: Kind, latest: World) -> None:
    page = await latest.zadig.releases.page(PROJECTS[kind], number=1, size=100)
    done = next(version for version in page.items if version.status is Status.SUCCESS)
    with pytest.raises(NotRetryable) as caught:
        await latest.retry(await latest.request(kind, done.name))
    assert caught.value.status is Status.SUCCESS


async def test_a_version_whose_first_attempt_ended_too_early_says_how_to_go_on(latest: World) -> None:
    latest.server.faults.add("failing_create", where="create", times=1)
    with pytest.raises(ReleaseBotError):
        await latest.create(Kind.K8S)
    request = await latest.request(Kind.K8S)
    assert (await latest.find(request)).status is Status.FAILED
    with pytest.raises(NotRetryable) as caught:
        await latest.retry(request)
    assert "create it again" in caught.value.remedy


async def test_a_version_that_is_gone_is_not_found(world: World) -> None:
    for reference in (
        VersionReference(project="shop", name="v999", id="f" * 24),
        VersionReference(project="shop", name="v999"),
        VersionReference(project="shop", id="f" * 24),
    ):
        with pytest.raises(NotFound):
            await world.zadig.releases.show(reference)


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        (Kind.K8S, {"environment": "nowhere"}, Field.ENVIRONMENT),
        (Kind.K8S, {"registry": "0" * 24}, Field.REGISTRY),
        (Kind.K8S, {"registry": ""}, Field.REGISTRY),
        (Kind.K8S, {"services": (ServiceRequest(name="nothing"),)}, Field.SERVICES),
        (Kind.HELM, {"services": ()}, Field.SERVICES),
        (Kind.HELM, {"registry": ""}, Field.REGISTRY),
        (Kind.HELM, {"chart_repository": "nowhere"}, Field.CHART_REPOSITORY),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_zadig_refuses_belongs_to_a_field(
    kind: Kind, change: dict[str, Any], field: str, clock: "TestClock"
) -> None:
    async with opened("3.4.1", clock) as world:
        with pytest.raises(Rejected) as caught:
            await world.create(kind, **change)
    assert caught.value.field == field
    assert caught.value.raw


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"registry": "0" * 24}, Field.REGISTRY),
        ({"services": (ServiceRequest(name="nothing"),)}, Field.SERVICES),
        ({"services": (ServiceRequest(name="cart", images=(ImageRequest(container="x", image_name="x", tag="1"),)),)}, Field.SERVICES),
    ],
    ids=["registry", "service", "container"],
)  # fmt: skip
async def test_the_second_dialect_refuses_by_field_too(
    change: dict[str, Any], field: str, clock: "TestClock"
) -> None:
    async with opened("5.0.0", clock) as world:
        with pytest.raises(Rejected) as caught:
            await world.create(Kind.K8S, **change)
    assert caught.value.field == field


async def test_an_image_of_an_unknown_registry_is_named(latest: World) -> None:
    (mail,) = [service for service in await latest.services(Kind.K8S) if service.name == "mail-catcher"]
    with pytest.raises(Rejected, match="mailhog") as caught:
        await latest.create(Kind.K8S, services=(asked(mail, copied=True),))
    assert caught.value.field == Field.NOT_COPIED
    await latest.create(Kind.K8S, services=(asked(mail, copied=False),))


@pytest.mark.parametrize(("server", "means"), [("3.1.0", Rejected), ("3.4.1", BadInput)])
async def test_helm_images_that_some_servers_cannot_copy_are_explained(
    server: str, means: type[ReleaseBotError], clock: "TestClock"
) -> None:
    """From 3.2.0 on before they are sent: routes tell."""
    async with opened(server, clock) as world:
        charts = tuple(asked(service, copied=True) for service in await world.services(Kind.HELM))
        with pytest.raises(means, match=r"3\.1\.0 to 3\.4\.1"):
            await world.create(Kind.HELM, services=charts)


async def test_dots_in_a_name_that_one_server_cannot_copy_are_explained(clock: "TestClock") -> None:
    async with opened("4.0.0", clock) as world:
        with pytest.raises(Rejected, match=r"4\.0\.0") as caught:
            await world.create(Kind.K8S, "v1.2.0")
    assert caught.value.field == Field.VERSION_NAME


@pytest.mark.parametrize(
    ("fault", "read", "write"),
    [
        ("401", Unauthorized, Unauthorized),
        ("403", NotPermitted, NotPermitted),
        ("license", LicenceMissing, LicenceMissing),
        ("html", WrongServer, WrongServer),
        ("502_html", ServerDown, OutcomeUnknown),
        ("503", ServerDown, OutcomeUnknown),
        ("500", ServerDown, ServerDown),
        ("empty_500", ServerDown, Rejected),
        ("drop_before", ServerDown, OutcomeUnknown),
        ("drop_after", ServerDown, OutcomeUnknown),
        ("truncated", Unreadable, OutcomeUnknown),
    ],
)
async def test_a_fault_means_the_same_in_both_dialects(
    fault: str, read: type[ReleaseBotError], write: type[ReleaseBotError], latest: World
) -> None:
    latest.server.faults.add(fault, where="list")
    with pytest.raises(ReleaseBotError) as caught:
        await latest.zadig.releases.page("shop", number=1, size=10)
    assert type(caught.value) is read
    latest.server.faults.clear()
    latest.server.faults.add(fault, where="create")
    with pytest.raises(ReleaseBotError) as caught:
        await latest.create(Kind.K8S)
    assert type(caught.value) is write
    assert caught.value.remedy


async def test_an_answer_lost_on_the_way_leaves_a_version_that_can_be_found(latest: World) -> None:
    latest.server.faults.add("drop_after", where="create", times=1)
    with pytest.raises(OutcomeUnknown):
        await latest.create(Kind.K8S)
    assert (await latest.find(await latest.request(Kind.K8S))).status is Status.CREATING


async def test_a_path_in_front_of_the_api_changes_nothing(clock: "TestClock") -> None:
    async with opened("3.4.1", clock, prefix="/zadig") as world:
        request = await world.create(Kind.K8S)
        world.wait(120)
        assert (await world.show(request)).version.status is Status.SUCCESS
        assert all(finding.ok for finding in await world.zadig.diagnose())


@pytest.mark.parametrize("server", ["3.4.1", "4.2.1"])
async def test_a_user_who_may_only_look_may_not_create(server: str, clock: "TestClock") -> None:
    async with opened(server, clock, person="linus") as world:
        assert (await world.zadig.releases.page("shop", number=1, size=10)).items
        with pytest.raises(NotPermitted, match="in shop"):
            await world.create(Kind.K8S)
        with pytest.raises(NotPermitted):
            await world.zadig.releases.page("platform", number=1, size=10)


async def test_a_token_that_an_upgrade_switched_off_is_reported(clock: "TestClock") -> None:
    async with opened("5.0.0", clock, person="linus") as world:
        findings = await world.zadig.diagnose()
    assert [(finding.subject, finding.ok) for finding in findings] == [
        ("ZADIG_TOKEN", True),
        ("Zadig API", False),
    ]


async def test_a_read_survives_a_short_outage(latest: World) -> None:
    latest.server.faults.add("502_html", where="list", times=2)
    assert (await latest.zadig.releases.page("shop", number=1, size=10)).items


async def test_an_upgrade_under_the_bot_is_survived(clock: "TestClock") -> None:
    async with opened("3.4.1", clock) as world:
        before = (await world.zadig.releases.page("shop", number=1, size=1)).items[0]
        world.server.upgrade("5.0.0")
        reference = VersionReference(project="shop", name=before.name, id=before.id)
        after = (await world.zadig.releases.show(reference)).version
        assert (after.name, after.created_at) == (before.name, before.created_at)
        assert after.id != before.id
        request = await world.create(Kind.K8S)
        assert (await world.find(request)).created_by.endswith("(OpenAPI)")
        assert await world.zadig.dialect() == "v2"


async def test_an_upgrade_is_noticed_by_a_create_before_anything_else(clock: "TestClock") -> None:
    async with opened("3.4.1", clock) as world:
        assert await world.zadig.dialect() == "v1"
        world.server.upgrade("5.0.0")
        request = await world.create(Kind.K8S)
        world.wait(120)
        assert len((await world.show(request)).images) > 0


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_the_catalog_is_the_same_everywhere(number: int, latest: World) -> None:
    catalog = latest.zadig.catalog
    projects = [project for project in await catalog.projects() if project.kind]
    project = projects[number - 1].key
    environments = await catalog.environments(project)
    assert [environment.production for environment in environments] == sorted(
        environment.production for environment in environments
    )
    for environment in environments:
        services = await catalog.services(project, environment)
        assert all(container.image_name for service in services for container in service.containers)
    assert "charts" in await catalog.chart_repositories(project)
    assert (await catalog.registries())[0].id == REGISTRY


async def test_a_version_that_zadig_gave_up_says_what_that_means(latest: World) -> None:
    latest.server.faults.add("hung_version", where="create", times=1)
    request = await latest.create(Kind.K8S)
    latest.wait(3700)
    version = (await latest.show(request)).version
    assert (version.status, version.reason) == (Status.FAILED, "timeout")
    assert version.meaning.startswith("Zadig stopped waiting after an hour")
