"""One fetch of a project: the pages it takes, the details it asks for, and what it believes."""

import asyncio
from typing import Any

import pytest

from bot.domain.changes import ABANDONED_AFTER_SECONDS, Poll, Seen, observe
from bot.domain.errors import ServerDown
from bot.domain.models import Kind, Progress, Status, Version
from bot.domain.watching import Action, Interest, PendingRequest, Watch
from bot.services.polling.project_reader import MAX_SETTLED_CHECKS, ProjectReader
from bot.services.polling.schedule import DEEP_SECONDS
from tests.services.fakes import START, FakeClock, FakeZadig

CREATING, SUCCESS, FAILED, RETRYING, UNKNOWN = (
    Status.CREATING,
    Status.SUCCESS,
    Status.FAILED,
    Status.RETRYING,
    Status.UNKNOWN,
)
NOBODY = Interest()
Memory = dict[str, Seen]


@pytest.fixture
def project_reader(zadig: FakeZadig) -> ProjectReader:
    return ProjectReader(releases=zadig, requests=asyncio.Semaphore(8), quiet_k8s=10, quiet_helm=300)


@pytest.fixture
def looks(project_reader: ProjectReader, clock: FakeClock) -> "Looks":
    return Looks(project_reader, clock)


class Looks:
    """Looks at the project `shop` one after another, remembering what they see."""

    def __init__(self, project_reader: ProjectReader, clock: FakeClock) -> None:
        self.project_reader = project_reader
        self.clock = clock
        self.memory: Memory = {}

    async def poll(self, *wishes: PendingRequest | Watch) -> Poll:
        interest = Interest(
            asks=tuple(one for one in wishes if isinstance(one, PendingRequest)),
            watches=tuple(one for one in wishes if isinstance(one, Watch)),
        )
        seen = await self.project_reader.fetch("shop", interest, self.memory, at=int(self.clock.at))
        self.memory = observe(self.memory, seen, stalled_after=75 * 60)
        return seen

    async def status(self, name: str, *wishes: PendingRequest | Watch) -> Status:
        return version_of(await self.poll(*wishes), name).status


def version_of(poll: Poll, name: str) -> Version:
    return next(version for version in poll.versions if version.name == name)


def ask(name: str = "v1", action: Action = Action.CREATE, **changed: Any) -> PendingRequest:
    usual: dict[str, Any] = {"user": "U1", "channel": "C1", "at": START, "in_flight": False}
    return PendingRequest(project="shop", version_name=name, action=action, **(usual | changed))


def watch(name: str = "v1") -> Watch:
    return Watch(user="U1", project="shop", version_name=name, since=START)


def many(zadig: FakeZadig, clock: FakeClock, count: int, start: int = 1) -> None:
    """v1 is the oldest, all are settled."""
    for number in range(start, start + count):
        clock.passes(1)
        zadig.add(f"v{number}", SUCCESS)


# Pages.


async def test_a_look_reads_the_newest_page(looks: Looks, zadig: FakeZadig, clock: FakeClock) -> None:
    many(zadig, clock, 250)
    seen = await looks.poll()
    assert (seen.at, len(seen.versions), seen.gone) == (START + 250, 100, frozenset())
    assert zadig.calls.made == [("page", "shop", "1")]


async def test_what_is_followed_is_found_on_later_pages(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("slow", RETRYING)
    await looks.poll()
    many(zadig, clock, 250)
    zadig.calls.made.clear()
    assert await looks.status("slow") is RETRYING
    assert len(zadig.calls.of("page")) == 3
    assert zadig.calls.of("show") == [("shop", "slow")]


@pytest.mark.parametrize("wish", [watch(), ask(action=Action.RETRY)], ids=["watched", "retried"])
async def test_what_is_watched_or_retried_is_found_though_no_look_has_seen_it(
    looks: Looks, zadig: FakeZadig, clock: FakeClock, wish: PendingRequest | Watch
) -> None:
    many(zadig, clock, 250)
    zadig.move("v1", RETRYING)
    await looks.poll()
    assert "v1" not in looks.memory
    assert await looks.status("v1", wish) is RETRYING


async def test_what_no_page_of_a_look_shows_is_searched_for(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("slow", RETRYING)
    await looks.poll()
    many(zadig, clock, 1_050)
    zadig.calls.made.clear()
    zadig.row("slow").becomes = SUCCESS
    assert await looks.status("slow") is SUCCESS
    assert len(zadig.calls.of("page")) == 10
    assert zadig.calls.of("find") == [("shop", "slow")]


async def test_what_is_being_created_is_not_searched_for(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 150)
    await looks.poll(ask("v999", in_flight=True, at=int(clock.at)))
    assert zadig.calls.made == [("page", "shop", "1")]


async def test_after_a_long_time_everything_that_is_new_is_read(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 50)
    await looks.poll()
    many(zadig, clock, 250, start=51)
    seen = await looks.poll()
    assert {f"v{number}" for number in range(51, 301)} <= {version.name for version in seen.versions}


async def test_a_page_that_fails_ends_the_look(looks: Looks, zadig: FakeZadig) -> None:
    zadig.calls.fails["page"] = ServerDown("away")
    with pytest.raises(ServerDown):
        await looks.poll()


# Details.


async def test_details_move_what_is_being_retried(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", RETRYING)
    zadig.row("v1").becomes = FAILED
    assert await looks.status("v1") is FAILED
    assert zadig.row("v1").version.status is FAILED


async def test_details_bring_progress_and_labels(looks: Looks, zadig: FakeZadig, clock: FakeClock) -> None:
    zadig.add("v1", labels=("hot",))
    zadig.copied("v1", 2)
    clock.passes(10)
    seen = version_of(await looks.poll(), "v1")
    assert (seen.progress, seen.labels) == (Progress(done=2, total=3), ("hot",))


@pytest.mark.parametrize(("kind", "quiet"), [(Kind.K8S, 10), (Kind.HELM, 300), (None, 10)])
async def test_a_young_version_of_somebody_else_is_left_alone(
    looks: Looks, zadig: FakeZadig, clock: FakeClock, kind: Kind | None, quiet: int
) -> None:
    zadig.add("v1", kind=kind)
    clock.passes(quiet - 1)
    await looks.poll()
    assert zadig.calls.of("show") == []
    clock.passes(1)
    await looks.poll()
    assert zadig.calls.of("show") == [("shop", "v1")]


async def test_what_was_asked_for_through_the_bot_is_looked_into_at_once(
    looks: Looks, zadig: FakeZadig
) -> None:
    zadig.add("v1")
    await looks.poll(ask())
    assert zadig.calls.of("show") == [("shop", "v1")]


async def test_settled_versions_cost_no_details(looks: Looks, zadig: FakeZadig, clock: FakeClock) -> None:
    zadig.add("v1", SUCCESS)
    zadig.add("v2", FAILED)
    clock.passes(60)
    await looks.poll()
    await looks.poll()
    assert zadig.calls.of("show") == []


async def test_the_reason_of_a_failure_is_asked_for_once(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    await looks.poll()
    clock.passes(5)
    zadig.move("v1", FAILED, progress=Progress(done=1, total=3, error="timeout"))
    assert version_of(await looks.poll(), "v1").reason == "timeout"
    await looks.poll()
    assert len(zadig.calls.of("show")) == 1
    assert looks.memory["v1"].version.reason == "timeout"


async def test_a_settled_status_that_the_list_does_not_confirm_waits(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    clock.passes(10)
    zadig.row("v1").becomes = SUCCESS
    assert await looks.status("v1") is CREATING
    assert await looks.status("v1") is SUCCESS


async def test_details_that_fail_leave_what_the_list_says(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", RETRYING)
    zadig.calls.fails["show"] = ServerDown("away")
    assert await looks.status("v1") is RETRYING


async def test_a_version_that_is_deleted_before_its_details_are_read_is_as_listed(
    looks: Looks, zadig: FakeZadig
) -> None:
    zadig.add("v1", RETRYING)
    zadig.calls.afterwards["page"] = [lambda: zadig.remove("v1")]
    assert await looks.status("v1") is RETRYING
    assert (await looks.poll()).gone == {"v1"}


async def test_a_word_that_nobody_knows_is_looked_into(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", UNKNOWN, status_word="")
    zadig.row("v1").becomes = SUCCESS
    assert await looks.status("v1") is SUCCESS


@pytest.mark.parametrize("status", [UNKNOWN, CREATING])
async def test_old_rows_that_never_settled_are_left_alone(
    looks: Looks, zadig: FakeZadig, status: Status
) -> None:
    zadig.add("v1", status, created_at=START - ABANDONED_AFTER_SECONDS)
    await looks.poll()
    await looks.poll()
    assert zadig.calls.of("show") == []
    await looks.poll(ask())
    assert zadig.calls.of("show") == [("shop", "v1")]


async def test_an_abandoned_version_is_not_searched_for_any_more(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1", RETRYING)
    await looks.poll()
    many(zadig, clock, 150, start=2)
    await looks.poll()
    clock.passes(ABANDONED_AFTER_SECONDS)
    zadig.calls.made.clear()
    await looks.poll()
    assert zadig.calls.made == [("page", "shop", "1")]


async def test_a_retry_of_something_ancient_has_only_just_begun(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", RETRYING, created_at=START - 10 * ABANDONED_AFTER_SECONDS)
    await looks.poll()
    assert zadig.calls.of("show") == [("shop", "v1")]


async def test_never_more_requests_than_agreed_run_at_once(zadig: FakeZadig, clock: FakeClock) -> None:
    for number in range(9):
        zadig.add(f"v{number}", RETRYING)
    project_reader = ProjectReader(
        releases=zadig, requests=asyncio.Semaphore(2), quiet_k8s=10, quiet_helm=300
    )
    gate = zadig.calls.hold("show")
    poll = asyncio.create_task(Looks(project_reader, clock).poll())
    await zadig.calls.at_gate["show"].wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(zadig.calls.of("show")) == 2
    gate.set()
    assert len((await poll).versions) == 9


# Calls in flight.


@pytest.mark.parametrize("status", [SUCCESS, FAILED])
async def test_what_is_being_created_has_not_settled_whatever_the_list_says(
    looks: Looks, zadig: FakeZadig, status: Status
) -> None:
    zadig.add("v1", status)
    assert await looks.status("v1", ask(in_flight=True)) is CREATING
    assert zadig.calls.of("show") == []
    assert await looks.status("v1", ask()) is status


async def test_nothing_is_asked_about_what_is_being_created(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    clock.passes(60)
    assert await looks.status("v1", ask(in_flight=True)) is CREATING
    assert zadig.calls.of("show") == []


async def test_a_failed_version_stays_failed_until_its_retry_has_begun(
    looks: Looks, zadig: FakeZadig
) -> None:
    zadig.add("v1", FAILED)
    retry = ask(action=Action.RETRY, in_flight=True)
    assert await looks.status("v1", retry) is FAILED
    assert await looks.status("v1", retry) is FAILED
    zadig.move("v1", RETRYING)
    assert await looks.status("v1", retry) is RETRYING
    zadig.move("v1", FAILED)
    assert await looks.status("v1", retry) is RETRYING
    assert await looks.status("v1") is FAILED


async def test_a_retry_in_flight_has_not_succeeded_yet(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", FAILED)
    await looks.poll()
    zadig.move("v1", SUCCESS)
    assert await looks.status("v1", ask(action=Action.RETRY, in_flight=True)) is RETRYING


async def test_what_had_settled_before_somebody_else_asked_for_the_name_stays_so(
    looks: Looks, zadig: FakeZadig
) -> None:
    zadig.add("v1", SUCCESS)
    await looks.poll()
    assert await looks.status("v1", ask(in_flight=True)) is SUCCESS


# Gone.


@pytest.mark.parametrize("status", list(Status))
async def test_what_is_not_listed_any_more_is_asked_about_before_it_is_gone(
    looks: Looks, zadig: FakeZadig, status: Status
) -> None:
    zadig.add("v1", status)
    await looks.poll()
    zadig.remove("v1")
    zadig.calls.made.clear()
    assert (await looks.poll()).gone == {"v1"}
    assert zadig.calls.of("show") == [("shop", "v1")]
    assert (await looks.poll()).gone == frozenset()
    assert len(zadig.calls.of("show")) == 1


async def test_what_a_list_left_out_is_not_gone(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1", RETRYING)
    await looks.poll()
    row = zadig.row("v1")
    zadig.rows["shop"].remove(row)
    zadig.calls.afterwards["page"] = [lambda: zadig.rows["shop"].append(row)]
    assert (await looks.poll()).gone == frozenset()


async def test_nobody_is_gone_because_zadig_does_not_answer(looks: Looks, zadig: FakeZadig) -> None:
    zadig.add("v1")
    await looks.poll()
    zadig.remove("v1")
    zadig.calls.fails["show"] = ServerDown("away")
    assert (await looks.poll()).gone == frozenset()
    zadig.calls.fails.clear()
    assert (await looks.poll()).gone == {"v1"}


async def test_what_has_only_left_the_page_is_not_asked_about(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 100)
    await looks.poll()
    many(zadig, clock, 50, start=101)
    await looks.poll()
    assert zadig.calls.of("show") == []


async def test_what_is_missing_within_the_page_is_asked_about(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 150)
    await looks.poll()
    zadig.remove("v120")
    clock.passes(DEEP_SECONDS)
    assert (await looks.poll()).gone == {"v120"}


async def test_when_everything_is_deleted_what_settled_is_asked_about_a_few_at_a_time(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    many(zadig, clock, 12)
    zadig.add("open", RETRYING)
    await looks.poll()
    zadig.rows["shop"].clear()
    gone = [len((await looks.poll()).gone) for _ in range(4)]
    assert gone == [MAX_SETTLED_CHECKS + 1, MAX_SETTLED_CHECKS, 12 - 2 * MAX_SETTLED_CHECKS, 0]


async def test_a_name_that_was_used_again_is_listed_and_not_gone(
    looks: Looks, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("v1")
    await looks.poll()
    zadig.remove("v1")
    clock.passes(5)
    zadig.add("v1")
    assert (await looks.poll()).gone == frozenset()


async def test_an_unknown_project_has_no_versions(looks: Looks, zadig: FakeZadig) -> None:
    del zadig.rows["shop"]
    assert await looks.poll() == Poll(at=START, versions=())
