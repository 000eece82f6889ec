"""Finding versions: pages, filters, and what people mean by what they type."""

from dataclasses import replace

import pytest

from bot.domain.changes import Poll, observe
from bot.domain.errors import BadInput, NotFound, NotPermitted, NoVersions, ServerDown, Unauthorized
from bot.domain.models import Kind, Progress, Project, Retryable, Status, Version, VersionReference
from bot.domain.ports import PollOutcome
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.services.versions.finder import SEARCH_LIMIT, Finder, Listing
from tests.services.fakes import START, FakeClock, FakeZadig


@pytest.fixture
def finder(zadig: FakeZadig, store: Store) -> Finder:
    return Finder(releases=zadig, catalog=zadig, store=store)


def many(zadig: FakeZadig, clock: FakeClock, count: int, status: Status = Status.SUCCESS) -> None:
    """v1 is the oldest."""
    for number in range(1, count + 1):
        clock.passes(1)
        zadig.add(f"v{number}", status)


def names(listing: Listing) -> list[str]:
    return [version.name for version in listing.page.items]


def by_name(name: str, project: str = "shop") -> VersionReference:
    return VersionReference(project=project, name=name)


async def subscribe(store: Store, *projects: str, channel: str = "C1") -> None:
    for project in projects:
        await store.subscriptions.subscribe(
            Subscription(channel=channel, project=project, by="U1", since=START)
        )


# Pages.


async def test_a_page_is_the_newest_first(finder: Finder, zadig: FakeZadig, clock: FakeClock) -> None:
    many(zadig, clock, 5)
    listing = await finder.page("shop", number=1, size=2)
    assert names(listing) == ["v5", "v4"]
    assert (listing.page.total, listing.page.count, listing.searched) == (5, 3, None)
    assert names(await finder.page("shop", number=3, size=2)) == ["v1"]
    assert names(await finder.page("shop", number=4, size=2)) == []


async def test_a_filter_pages_through_what_it_found(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 250)
    for number in (1, 120, 240):
        zadig.move(f"v{number}", Status.FAILED)
    listing = await finder.page("shop", number=1, size=2, status=Status.FAILED)
    assert names(listing) == ["v240", "v120"]
    assert (listing.page.total, listing.searched) == (3, 250)
    assert names(await finder.page("shop", number=2, size=2, status=Status.FAILED)) == ["v1"]
    assert names(await finder.page("shop", number=3, size=2, status=Status.FAILED)) == []


async def test_a_filter_looks_through_the_newest_thousand_and_says_so(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, SEARCH_LIMIT + 50)
    zadig.move("v50", Status.FAILED)
    listing = await finder.page("shop", number=1, size=10, status=Status.FAILED)
    assert (names(listing), listing.searched) == ([], SEARCH_LIMIT)
    assert len(zadig.calls.of("page")) == SEARCH_LIMIT // 100


async def test_a_version_that_moves_to_the_next_page_while_a_filter_reads_counts_once(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 150, Status.FAILED)
    zadig.calls.afterwards["page"] = [lambda: zadig.add("meanwhile", Status.FAILED)]
    clock.passes(1)
    listing = await finder.page("shop", number=1, size=200, status=Status.FAILED)
    assert len(names(listing)) == len(set(names(listing))) == 150


@pytest.mark.parametrize("status", [None, Status.FAILED])
async def test_a_project_without_versions_is_not_an_unknown_project(
    finder: Finder, status: Status | None
) -> None:
    assert names(await finder.page("shop", number=1, size=10, status=status)) == []
    with pytest.raises(NotFound, match="There is no project nope") as caught:
        await finder.page("nope", number=1, size=10, status=status)
    assert caught.value.remedy == "The bot can see: shop, bank."


async def test_an_unknown_project_cannot_be_told_from_an_empty_one_while_the_catalog_is_away(
    finder: Finder, zadig: FakeZadig
) -> None:
    zadig.calls.fails["projects"] = ServerDown("away")
    assert names(await finder.page("nope", number=1, size=10)) == []


async def test_an_unknown_project_is_one_also_where_zadig_only_refuses_it(
    finder: Finder, zadig: FakeZadig
) -> None:
    zadig.admin = False
    with pytest.raises(NotFound, match="There is no project nope"):
        await finder.page("nope", number=1, size=10)
    zadig.calls.fails["page"] = NotPermitted("The bot has no permission for this in shop.")
    with pytest.raises(NotPermitted):
        await finder.page("shop", number=1, size=10)


# What looks have found out.


async def looked(store: Store, *versions: Version) -> None:
    """A look has seen these versions, the first time."""
    await subscribe(store, "shop")
    (claim,) = await store.polls.claim("me", now=START, limit=1, lease=60)
    memory = observe({}, Poll(at=START, versions=versions), stalled_after=3600)
    await store.polls.record(PollOutcome(claim=claim, next_in=60, memory=memory), now=START)


def ended(version: Version, status: Status) -> Version:
    """What a look says of a version whose retry Zadig has lost sight of."""
    return replace(version, status=status, status_word="retrying", progress=Progress(done=3, total=3))


async def test_what_zadig_has_lost_sight_of_is_listed_as_it_ended(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    lost, running = zadig.add("v1", Status.RETRYING), zadig.add("v2", Status.RETRYING)
    await looked(store, ended(lost, Status.SUCCESS), running)
    listed = {one.name: one for one in (await finder.page("shop", number=1, size=10)).page.items}
    assert (listed["v1"].status, listed["v1"].status_word) == (Status.SUCCESS, "retrying")
    assert listed["v2"].status is Status.RETRYING
    assert names(await finder.page("shop", number=1, size=10, status=Status.RETRYING)) == ["v2"]
    assert names(await finder.page("shop", number=1, size=10, status=Status.SUCCESS)) == ["v1"]
    assert zadig.calls.of("show") == []


async def test_labels_and_progress_that_a_list_lacks_are_known_from_looks(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    version = zadig.add(
        "v1", Status.FAILED, labels=("stable",), progress=Progress(done=3, total=3, begun=True)
    )
    await looked(store, version)
    (listed,) = (await finder.page("shop", number=1, size=10)).page.items
    assert listed.labels == ("stable",)
    assert listed.retryable is Retryable.NO, "nothing is left to copy"


@pytest.mark.parametrize("what", ["another version of the name", "a word that has changed", "no database"])
async def test_what_is_not_known_any_more_is_listed_as_zadig_has_it(
    finder: Finder, zadig: FakeZadig, store: Store, down: set[str], what: str
) -> None:
    await looked(store, ended(zadig.add("v1", Status.RETRYING), Status.SUCCESS))
    match what:
        case "another version of the name":
            zadig.remove("v1")
            zadig.clock.passes(5)
            zadig.add("v1", Status.RETRYING)
        case "a word that has changed":
            zadig.move("v1", Status.CREATING)
        case _:
            down.add("polls.seen")
    (listed,) = (await finder.page("shop", number=1, size=10)).page.items
    assert listed.status is zadig.row("v1").version.status


# What people mean.


async def test_a_name_is_found_in_its_project(finder: Finder, zadig: FakeZadig) -> None:
    zadig.add("v1", project="bank")
    wanted = zadig.add("v1")
    assert (await finder.locate(by_name("v1"))).id == wanted.id


async def test_an_id_is_found_in_its_project_however_old_it_is(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 350)
    oldest = zadig.row("v1").version
    reference = VersionReference(project="shop", id=oldest.id)
    assert (await finder.locate(reference)).name == "v1"


async def test_an_id_of_another_project_is_not_found(finder: Finder, zadig: FakeZadig) -> None:
    other = zadig.add("v1", project="bank")
    with pytest.raises(NotFound, match=f"There is no version {other.id} in shop"):
        await finder.locate(VersionReference(project="shop", id=other.id))


async def test_a_dead_id_costs_no_more_than_its_name(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    for number in range(350):
        clock.passes(1)
        zadig.add(f"v{number}")
    before = zadig.row("v300").version
    zadig.upgrade()
    reference = VersionReference(project="shop", name="v300", id=before.id)
    assert (await finder.locate(reference)).name == "v300"
    assert len(zadig.calls.of("page")) == 1


async def test_an_id_that_died_in_an_upgrade_gives_way_to_the_name(finder: Finder, zadig: FakeZadig) -> None:
    old = zadig.add("v1")
    zadig.upgrade()
    found = await finder.locate(VersionReference(project="shop", name="v1", id=old.id))
    assert (found.name, found.id) == ("v1", zadig.row("v1").version.id)


async def test_what_is_not_there_is_not_found(finder: Finder, zadig: FakeZadig) -> None:
    zadig.add("v1")
    with pytest.raises(NotFound, match=r"There is no version v2 in shop\."):
        await finder.locate(by_name("v2"))
    with pytest.raises(NotFound, match="There is no project nope"):
        await finder.locate(by_name("v1", project="nope"))


async def test_a_name_alone_means_the_only_project_of_the_channel(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    zadig.add("v1", project="bank")
    await subscribe(store, "bank")
    await subscribe(store, "shop", channel="C2")
    found = await finder.locate(VersionReference(project="", name="v1"), channel="C1")
    assert found.project == "bank"


@pytest.mark.parametrize("projects", [(), ("shop", "bank")])
async def test_a_name_alone_means_nothing_where_the_project_cannot_be_guessed(
    finder: Finder, store: Store, projects: tuple[str, ...]
) -> None:
    await subscribe(store, *projects)
    with pytest.raises(BadInput) as caught:
        await finder.locate(VersionReference(project="", name="v1"), channel="C1")
    (problem,) = caught.value.fields
    assert problem.field == "version_name"
    assert "`project/v1`" in problem.text


async def test_an_id_alone_is_looked_for_in_the_channels_projects_first(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    zadig.calls.fails["projects"] = ServerDown("away")
    wanted = zadig.add("v1", project="bank")
    await subscribe(store, "bank")
    found = await finder.locate(VersionReference(project="", id=wanted.id), channel="C1")
    assert found.project == "bank"
    assert zadig.calls.of("page") == [("bank", "1")]


async def test_an_id_alone_is_looked_for_everywhere_else_then(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    hosts = Project(key="hosts", name="Hosts", kind=None)
    zadig.known.insert(0, hosts)
    wanted = zadig.add("v1", project="bank")
    await subscribe(store, "shop")
    found = await finder.locate(VersionReference(project="", id=wanted.id), channel="C1")
    assert found.project == "bank"
    assert zadig.calls.of("page") == [("shop", "1"), ("bank", "1")]


async def test_a_project_that_the_bot_may_not_see_is_passed_over(finder: Finder, zadig: FakeZadig) -> None:
    wanted = zadig.add("v1", project="bank")
    zadig.calls.fails_next["page"] = [NotPermitted("The bot has no permission for this in shop.")]
    assert (await finder.locate(VersionReference(project="", id=wanted.id))).project == "bank"


async def test_an_outage_is_not_an_answer_to_where_an_id_belongs(finder: Finder, zadig: FakeZadig) -> None:
    zadig.calls.fails_next["page"] = [Unauthorized("no")]
    with pytest.raises(Unauthorized):
        await finder.locate(VersionReference(project="", id="a" * 24))


async def test_an_id_that_nobody_has_is_not_found(finder: Finder) -> None:
    with pytest.raises(NotFound, match="No project that the bot can see"):
        await finder.locate(VersionReference(project="", id="a" * 24))


async def test_who_leaves_the_project_out_is_shown_those_that_can_have_versions(
    finder: Finder, zadig: FakeZadig
) -> None:
    zadig.known.append(Project(key="hosts", name="Hosts", kind=None))
    sentence = await finder.which_project("/release list")
    assert sentence == "Say which project: `/release list project`. The bot can see: shop, bank."
    zadig.known.clear()
    assert await finder.which_project("/release list") == "Say which project: `/release list project`."
    zadig.calls.fails["projects"] = ServerDown("Zadig does not answer.")
    assert await finder.which_project("/release list") == "Say which project: `/release list project`."


async def test_both_errors_name_the_same_projects_and_count_the_rest(
    finder: Finder, zadig: FakeZadig
) -> None:
    zadig.known[:] = [Project(key=f"p{number}", name="P", kind=Kind.K8S) for number in range(22)]
    zadig.known.append(Project(key="hosts", name="Hosts", kind=None))
    with pytest.raises(NotFound) as caught:
        await finder.page("nope", number=1, size=10)
    assert caught.value.remedy.startswith("The bot can see: p0, p1, ")
    assert caught.value.remedy.endswith("p19 and 2 more.")
    assert (await finder.which_project("/release list")).endswith(caught.value.remedy)


# What looks like what was typed.


async def test_a_version_is_found_in_another_case_or_by_the_projects_name(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.known = [Project(key="shop", name="Web shop", kind=Kind.K8S)]
    many(zadig, clock, 3)
    for project, name in [("shop", "V2"), ("Shop", "v2"), ("web shop", "v2"), ("SHOP", "V2")]:
        assert (await finder.locate(by_name(name, project))).name == "v2"


async def test_versions_that_look_alike_are_not_guessed_among(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    for name in ("rc-1", "Rc-1"):
        clock.passes(1)
        zadig.add(name, Status.SUCCESS)
    assert (await finder.locate(by_name("rc-1"))).name == "rc-1"
    with pytest.raises(NotFound) as refused:
        await finder.locate(by_name("RC-1"))
    assert "Several names look like it: Rc-1, rc-1" in refused.value.remedy


async def test_what_is_not_there_is_answered_with_what_is_near_and_with_the_odd_character(
    finder: Finder, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.known = [Project(key="shop", name="Web shop", kind=Kind.K8S)]
    many(zadig, clock, 13)
    with pytest.raises(NotFound) as refused:
        await finder.locate(by_name("v13а"))
    assert "“а” (U+0430 cyrillic small letter a). Did you mean shop/v13?" in refused.value.remedy
    with pytest.raises(NotFound) as refused:
        await finder.page("ѕhop", number=1, size=1)
    assert "“ѕ” (U+0455 cyrillic small letter dze). Did you mean shop?" in refused.value.remedy


# Names that look like ids, and projects that have no versions.

LIKE_AN_ID = "65a0b1c2d3e4f5a6b7c8d9e0"


@pytest.mark.parametrize("newest", ["name", "id"])
async def test_a_version_that_is_named_like_an_id_is_found_by_its_name(
    finder: Finder, zadig: FakeZadig, clock: FakeClock, newest: str
) -> None:
    for name in ("v13", LIKE_AN_ID) if newest == "name" else (LIKE_AN_ID, "v13"):
        clock.passes(1)
        zadig.add(name, Status.SUCCESS)
    other = await finder.locate(by_name("v13"))
    for row in zadig.rows["shop"]:
        if row.version == other:
            row.version = replace(other, id=LIKE_AN_ID)
    found = await finder.locate(VersionReference(project="shop", id=LIKE_AN_ID, name=LIKE_AN_ID))
    assert found.name == LIKE_AN_ID


async def test_a_name_like_an_id_alone_is_a_name_in_the_channels_only_project(
    finder: Finder, zadig: FakeZadig, store: Store
) -> None:
    zadig.add(LIKE_AN_ID, Status.SUCCESS)
    await subscribe(store, "shop")
    assert (await finder.locate(VersionReference(project="", id=LIKE_AN_ID), channel="C1")).name == LIKE_AN_ID


async def test_a_project_without_versions_is_no_empty_list(finder: Finder, zadig: FakeZadig) -> None:
    zadig.known.append(Project(key="machines", name="Machines", kind=None))
    zadig.rows["machines"] = []
    with pytest.raises(NoVersions, match="only K8s YAML and Helm projects have them"):
        await finder.page("machines", number=1, size=10)
    with pytest.raises(NoVersions):
        await finder.locate(by_name("v1", "machines"))
