"""Choices of forms from memory: as fresh as they need be, warm before anybody asks, and there while Zadig is not."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from bot.domain.errors import NotPermitted, OutcomeUnknown, ServerDown, StoreDown
from bot.domain.models import Environment, Kind, Project, Service
from bot.domain.requests import CreateVersion, DeleteVersion
from bot.services.forms.catalog_cache import CachedCatalog, CachedReleases, CachePolicy
from bot.services.forms.choices import FormChoices
from bot.services.forms.stale_cache import Bounds
from tests.services.fakes import START, FakeClock, FakeZadig

DEV = Environment(key="dev", name="Dev", production=False)
PROD = Environment(key="prod", name="Prod", production=True)
HOUR = 3600


class Followed:
    """What channels are subscribed to; a database that is away raises."""

    def __init__(self) -> None:
        self.projects: list[str] = []
        self.down = False

    async def __call__(self) -> list[str]:
        if self.down:
            raise StoreDown("away")
        return self.projects


@pytest.fixture
def followed() -> Followed:
    return Followed()


@pytest.fixture
def build(
    zadig: FakeZadig, clock: FakeClock, followed: Followed
) -> Callable[[CachePolicy | None, Bounds | None], CachedCatalog]:
    def cached(warmth: CachePolicy | None = None, bounds: Bounds | None = None) -> CachedCatalog:
        return CachedCatalog(zadig, clock=clock, followed=followed, warmth=warmth, bounds=bounds)

    return cached


@pytest.fixture
async def catalog(
    build: Callable[[CachePolicy | None, Bounds | None], CachedCatalog],
) -> AsyncIterator[CachedCatalog]:
    cached = build(CachePolicy(at_once=100), None)
    yield cached
    await cached.aclose()


async def landed() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def made(zadig: FakeZadig) -> list[tuple[str, ...]]:
    """The calls since the last time, in order."""
    calls, zadig.calls.made = zadig.calls.made, []
    return sorted(calls)


async def test_every_read_is_the_other_catalogs(catalog: CachedCatalog, zadig: FakeZadig) -> None:
    for _ in range(2):
        assert await catalog.projects() == await zadig.projects()
        assert await catalog.environments("shop") == (DEV,)
        assert await catalog.services("shop", DEV) == (Service(name="cart"),)
        assert await catalog.registries() == tuple(zadig.offered_registries)
        assert await catalog.chart_repositories("shop") == ("charts",)
    assert len(zadig.calls.of("environments")) == 1


async def test_services_of_environments_are_kept_apart(catalog: CachedCatalog, zadig: FakeZadig) -> None:
    await catalog.services("shop", DEV)
    await catalog.services("shop", PROD)
    await catalog.services("bank", DEV)
    assert zadig.calls.of("services") == [("shop", "dev"), ("shop", "prod"), ("bank", "dev")]


async def test_what_runs_is_overdue_after_five_minutes_and_lists_are_not(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    await catalog.environments("shop")
    await catalog.services("shop", DEV)
    clock.passes(301)
    zadig.offered_environments, zadig.offered_services = [PROD], [Service(name="web")]
    assert await catalog.environments("shop") == (DEV,)
    assert await catalog.services("shop", DEV) == (Service(name="web"),)
    assert await catalog.environments("shop") == (PROD,)


async def test_while_zadig_is_down_choices_stay_for_a_day(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    await catalog.services("shop", DEV)
    await catalog.environments("shop")
    zadig.calls.fails |= dict.fromkeys(("services", "environments"), ServerDown("away"))
    clock.passes(23 * HOUR)
    assert await catalog.services("shop", DEV) == (Service(name="cart"),)
    assert await catalog.environments("shop") == (DEV,)
    clock.passes(2 * HOUR)
    with pytest.raises(ServerDown):
        await catalog.services("shop", DEV)


async def test_how_old_choices_are_is_told_once_it_is_worth_telling(
    catalog: CachedCatalog, clock: FakeClock
) -> None:
    assert catalog.as_of("shop", "dev") is None
    await catalog.environments("shop")
    clock.passes(300)
    await catalog.projects()
    await catalog.services("shop", DEV)
    clock.passes(300)
    assert catalog.as_of("shop", "dev") is None
    clock.passes(1)
    assert catalog.as_of("shop") == START
    assert catalog.as_of("bank") is None
    clock.passes(300)
    assert catalog.as_of("bank") == START + 300, "the projects"


@pytest.mark.parametrize("kind", ["fails", "hangs"])
async def test_while_zadig_is_away_it_is_worth_telling_much_sooner(
    kind: str, catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    await catalog.projects()
    await catalog.services("shop", DEV)
    clock.passes(301)
    if kind == "fails":
        zadig.calls.fails |= dict.fromkeys(("projects", "services"), ServerDown("away"))
        await catalog.services("shop", DEV)
        with pytest.raises(ServerDown):
            await catalog._cache.renew(("projects",), zadig.projects)
    else:
        zadig.calls.hold("services")
        await catalog.services("shop", DEV)
    assert catalog.as_of("shop", "dev") == START
    assert catalog.as_of() == (START if kind == "fails" else None)
    zadig.calls.fails.clear()
    zadig.calls.gates.pop("services", asyncio.Event()).set()
    clock.passes(10)
    assert await catalog.services("shop", DEV)
    assert await catalog.projects()
    await asyncio.gather(*catalog._cache._all_flights)
    assert catalog.as_of("shop", "dev") is None


async def test_at_the_start_projects_and_registries_are_read(
    catalog: CachedCatalog, zadig: FakeZadig
) -> None:
    await catalog.tick()
    assert made(zadig) == [("projects",), ("registries",)]
    await catalog.tick()
    assert made(zadig) == []


async def test_what_channels_follow_is_warm_before_anybody_asks(
    catalog: CachedCatalog, zadig: FakeZadig, followed: Followed
) -> None:
    zadig.known.append(Project(key="charts", name="Charts", kind=Kind.HELM))
    followed.projects = ["bank", "charts", "deleted-long-ago"]
    for _ in range(3):
        await catalog.tick()
    assert made(zadig) == [
        ("chart_repositories", "charts"),
        ("environments", "bank"),
        ("environments", "charts"),
        ("projects",),
        ("registries",),
        ("services", "bank", "dev"),
        ("services", "charts", "dev"),
    ]
    zadig.calls.fails |= dict.fromkeys(("environments", "services"), ServerDown("away"))
    assert await catalog.services("bank", DEV) == (Service(name="cart"),)


async def test_what_people_use_stays_warm(catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock) -> None:
    await catalog.tick()
    await catalog.environments("shop")
    await catalog.services("shop", DEV)
    made(zadig)
    for _ in range(12):
        clock.passes(30)
        await catalog.tick()
    calls = made(zadig)
    assert calls.count(("services", "shop", "dev")) == 1
    assert calls.count(("environments", "shop")) == 1
    assert not [call for call in calls if "bank" in call]


async def test_what_nobody_has_used_for_an_hour_is_left_to_cool(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    await catalog.tick()
    await catalog.services("shop", DEV)
    await catalog.environments("shop")
    clock.passes(HOUR)
    await catalog.tick()
    made(zadig)
    for _ in range(6):
        clock.passes(290)
        await catalog.tick()
    calls = made(zadig)
    assert calls.count(("services", "shop", "dev")) == 0
    assert calls.count(("environments", "shop")) > 1
    clock.passes(25 * HOUR)
    await catalog.tick()
    made(zadig)
    clock.passes(HOUR)
    await catalog.tick()
    assert made(zadig) == [("projects",), ("registries",)], "after a day it is as if it had never been used"


async def test_only_a_few_reads_begin_with_a_tick(
    build: Callable[[CachePolicy | None, Bounds | None], CachedCatalog], zadig: FakeZadig, followed: Followed
) -> None:
    catalog = build(None, None)
    zadig.known = [Project(key=f"p{number}", name="", kind=Kind.K8S) for number in range(50)]
    followed.projects = [project.key for project in zadig.known]
    for _ in range(10):
        await catalog.tick()
        assert len(made(zadig)) <= 2


async def test_what_fails_is_left_alone_for_a_minute(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.calls.fails["projects"] = ServerDown("away")
    for _ in range(12):
        await catalog.tick()
        clock.passes(5)
    assert made(zadig).count(("projects",)) == 1
    await catalog.tick()
    assert made(zadig) == [("projects",)]


async def test_warming_pushes_out_nothing_that_somebody_has_asked_for(
    build: Callable[[CachePolicy | None, Bounds | None], CachedCatalog], zadig: FakeZadig, followed: Followed
) -> None:
    catalog = build(CachePolicy(at_once=1), Bounds(entries=1000, items=50))
    zadig.offered_services = [Service(name=f"s{number}") for number in range(10)]
    zadig.known = [Project(key=f"p{number}", name="", kind=Kind.K8S) for number in range(8)]
    await catalog.services("p0", DEV)
    followed.projects = [project.key for project in zadig.known]
    for _ in range(50):
        await catalog.tick()
    reads = len(zadig.calls.of("services"))
    for _ in range(10):
        await catalog.tick()
    assert len(zadig.calls.of("services")) == reads, "and does not go round in circles"
    await catalog.services("p0", DEV)
    assert zadig.calls.of("services").count(("p0", "dev")) == 1


async def test_without_a_database_the_rest_stays_warm(
    catalog: CachedCatalog, zadig: FakeZadig, followed: Followed
) -> None:
    followed.down = True
    await catalog.tick()
    assert made(zadig) == [("projects",), ("registries",)]


async def test_what_is_missing_is_asked_for_again_before_it_is_said_to_be_missing(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    offers = FormChoices(catalog=catalog, releases=zadig, memory=catalog)
    await offers.for_project("shop", Kind.K8S)
    await offers.projects()
    clock.passes(10)
    zadig.known.append(Project(key="new", name="New", kind=Kind.K8S))
    zadig.offered_environments.append(PROD)
    assert [one.key for one in await offers.projects("shop") or ()] == ["shop", "bank"]
    assert [one.key for one in await offers.projects("new") or ()] == ["shop", "bank", "new"]
    choices = await offers.for_project("shop", Kind.K8S, "prod")
    assert choices.environments == (DEV, PROD)
    assert choices.services == (Service(name="cart"),)


async def test_asking_again_for_what_does_not_exist_is_no_way_to_ask_without_end(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    offers = FormChoices(catalog=catalog, releases=zadig, memory=catalog)
    for _ in range(20):
        await offers.projects("nowhere")
        clock.passes(0.1)
    assert len(zadig.calls.of("projects")) <= 3


@pytest.mark.parametrize("error", [ServerDown("away"), NotPermitted("no")])
async def test_asking_again_never_raises(
    error: Exception, catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    await catalog.projects()
    await catalog.environments("shop")
    clock.passes(10)
    zadig.calls.fails |= dict.fromkeys(("projects", "environments"), error)
    await catalog.renew()
    await catalog.renew("shop")


async def test_choices_say_how_old_they_are(
    catalog: CachedCatalog, zadig: FakeZadig, clock: FakeClock
) -> None:
    offers = FormChoices(catalog=catalog, releases=zadig, memory=catalog)
    await offers.projects()
    assert (await offers.for_project("shop", Kind.K8S, "dev")).as_of is None
    zadig.calls.fails |= dict.fromkeys(
        ("projects", "environments", "services", "registries"), ServerDown("x")
    )
    clock.passes(HOUR)
    choices = await offers.for_project("shop", Kind.K8S, "dev")
    assert (choices.as_of, choices.services) == (START, (Service(name="cart"),))
    assert (await offers.for_environment(choices, "shop", "dev")).as_of == START
    assert offers.projects_as_of() == START


# Pages.

CREATE = CreateVersion(project="shop", kind=Kind.K8S, version_name="v2", environment="dev")


@pytest.fixture
def releases(zadig: FakeZadig, clock: FakeClock) -> CachedReleases:
    return CachedReleases(zadig, clock=clock)


async def names(releases: CachedReleases, project: str = "shop") -> list[str]:
    return [version.name for version in (await releases.page(project, number=1, size=100)).items]


async def test_a_page_is_good_for_seconds(
    releases: CachedReleases, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    assert await names(releases) == ["v1"]
    clock.passes(5)
    zadig.add("v2")
    assert await names(releases) == ["v1"]
    clock.passes(1)
    assert await names(releases) == ["v2", "v1"]


async def test_pages_outlive_an_outage_of_minutes(
    releases: CachedReleases, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    await names(releases)
    zadig.calls.fails["page"] = ServerDown("away")
    clock.passes(290)
    assert await names(releases) == ["v1"]
    clock.passes(20)
    with pytest.raises(ServerDown):
        await names(releases)


async def test_what_is_created_or_deleted_here_shows_at_once(
    releases: CachedReleases, zadig: FakeZadig
) -> None:
    zadig.add("v1")
    assert (await names(releases), await names(releases, "bank")) == (["v1"], [])
    await releases.create(CREATE)
    assert sorted(await names(releases)) == ["v1", "v2"]
    await releases.delete(
        DeleteVersion(project="shop", version_name="v1", version_id=zadig.row("v1").version.id)
    )
    assert await names(releases) == ["v2"]
    await names(releases, "bank")
    assert len([call for call in zadig.calls.of("page") if call[0] == "bank"]) == 1


async def test_a_create_of_which_nobody_knows_forgets_the_pages_too(
    releases: CachedReleases, zadig: FakeZadig
) -> None:
    await names(releases)
    zadig.calls.fails_late["create"] = [OutcomeUnknown("lost")]
    with pytest.raises(OutcomeUnknown):
        await releases.create(CREATE)
    assert await names(releases) == ["v2"]


async def test_projects_are_there_at_once_or_not_at_all(catalog: CachedCatalog, zadig: FakeZadig) -> None:
    offers = FormChoices(catalog=catalog, releases=zadig, memory=catalog)
    zadig.calls.fails["projects"] = ServerDown("away")
    assert await offers.projects_at_once() is None
    zadig.calls.fails.clear()
    assert len(await offers.projects_at_once() or ()) == 2
    zadig.calls.hold("projects")
    assert len(await offers.projects_at_once() or ()) == 2
    assert await FormChoices(catalog=zadig, releases=zadig).projects_at_once() is None


async def test_projects_that_are_not_in_memory_do_not_hold_up_a_suggestion(
    catalog: CachedCatalog, zadig: FakeZadig
) -> None:
    gate = zadig.calls.hold("projects")
    made_of = FormChoices(catalog=catalog, releases=zadig, memory=catalog, at_once=0.01)
    assert await made_of.projects_at_once() is None
    gate.set()
    await landed()
    assert len(await made_of.projects_at_once() or ()) == 2
    assert len(zadig.calls.of("projects")) == 1
