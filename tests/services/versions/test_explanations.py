"""Reasons of failed versions: asked for when there is none, never for nothing, never in anybody's way."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.changes import Seen, observe
from bot.domain.errors import ReleaseBotError, ServerDown, Unauthorized
from bot.domain.models import Progress, Status, Version, VersionDetails, VersionReference
from bot.domain.stores import Store
from bot.domain.watching import Interest
from bot.services.forms.stale_cache import StaleCache
from bot.services.polling.project_reader import ProjectReader
from bot.services.versions.explanations import Explainer, unexplained
from bot.services.versions.finder import Finder
from bot.services.versions.operations import Versions
from tests.services.fakes import FakeClock, FakeZadig

NOBODY = Interest()


class FakeWorkflows:
    """The port Workflows: says `reason`, or raises it."""

    def __init__(self) -> None:
        self.reason: str | Exception = "cart/app: denied"
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def failure(self, details: VersionDetails) -> str:
        self.asked.append(details.version.name)
        await self.gate.wait()
        if isinstance(self.reason, Exception):
            raise self.reason
        return self.reason


@pytest.fixture
def workflows() -> FakeWorkflows:
    return FakeWorkflows()


@pytest.fixture
def explainer(workflows: FakeWorkflows, clock: FakeClock) -> Explainer:
    return Explainer(workflows=workflows, cache=StaleCache(monotonic=clock.monotonic))


def failed(zadig: FakeZadig, name: str = "v1", error: str = "") -> VersionDetails:
    progress = Progress(done=1, total=3, begun=True, error=error)
    return VersionDetails(version=zadig.add(name, Status.FAILED, progress=progress))


def of(details: VersionDetails) -> str:
    return details.version.reason


async def test_a_version_that_failed_without_a_reason_gets_that_of_its_workflow(
    explainer: Explainer, zadig: FakeZadig
) -> None:
    before = failed(zadig)
    after = await explainer.explain(before)
    assert of(after) == "cart/app: denied"
    assert before.version.progress
    assert after.version.progress == replace(before.version.progress, error="cart/app: denied")


async def test_a_version_without_progress_gets_a_reason_too(explainer: Explainer, zadig: FakeZadig) -> None:
    details = failed(zadig)
    details = replace(details, version=replace(details.version, progress=None))
    assert of(await explainer.explain(details)) == "cart/app: denied"


async def test_nothing_is_asked_where_there_is_nothing_to_explain(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows
) -> None:
    recorded = failed(zadig, error="timeout")
    assert await explainer.explain(recorded) is recorded
    for status in set(Status) - {Status.FAILED}:
        other = VersionDetails(version=zadig.add(f"v-{status}", status))
        assert await explainer.explain(other) is other
    assert workflows.asked == []


async def test_a_reason_is_asked_for_once_in_two_minutes(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows, clock: FakeClock
) -> None:
    details = failed(zadig)
    for _ in range(3):
        await explainer.explain(details)
    assert workflows.asked == ["v1"]
    clock.passes(121)
    workflows.reason = "cart/app: something else"
    assert of(await explainer.explain(details)) == "cart/app: something else"


async def test_that_there_is_no_reason_is_remembered_as_well(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows
) -> None:
    workflows.reason = ""
    details = failed(zadig)
    for _ in range(3):
        assert await explainer.explain(details) is details
    assert workflows.asked == ["v1"]


async def test_a_new_failure_is_asked_about_even_if_the_last_one_is_known(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows
) -> None:
    details = failed(zadig)
    await explainer.explain(details)
    workflows.reason = "second attempt"
    assert of(await explainer.explain(details, anew=True)) == "second attempt"
    assert of(await explainer.explain(details)) == "second attempt"


async def test_a_version_made_anew_under_an_old_name_has_its_own_reason(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows, clock: FakeClock
) -> None:
    await explainer.explain(failed(zadig))
    zadig.remove("v1")
    clock.passes(1)
    workflows.reason = "another life"
    assert of(await explainer.explain(failed(zadig))) == "another life"


@pytest.mark.parametrize("error", [ServerDown("away"), Unauthorized("401")])
@pytest.mark.parametrize("anew", [True, False])
async def test_a_zadig_that_does_not_answer_is_no_error_and_asked_again(
    error: ReleaseBotError, explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows, anew: bool
) -> None:
    workflows.reason = error
    details = failed(zadig)
    assert await explainer.explain(details, anew=anew) is details
    workflows.reason = "later"
    assert of(await explainer.explain(details)) == "later"


async def test_nobody_waits_long_for_a_reason(
    explainer: Explainer, zadig: FakeZadig, workflows: FakeWorkflows
) -> None:
    explainer = replace(explainer, timeout_seconds=0.01)
    workflows.gate.clear()
    details = failed(zadig)
    assert await explainer.explain(details) is details
    workflows.gate.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert of(await explainer.explain(details)) == "cart/app: denied"
    assert workflows.asked == ["v1"], "the question was still under way"


async def test_without_anybody_to_ask_details_stay_as_they_are(zadig: FakeZadig) -> None:
    details = failed(zadig)
    assert await unexplained(details, anew=True) is details


async def test_show_says_why(explainer: Explainer, zadig: FakeZadig, store: Store, clock: FakeClock) -> None:
    failed(zadig)
    versions = Versions(
        finder=Finder(releases=zadig, catalog=zadig, store=store),
        releases=zadig,
        catalog=zadig,
        store=store,
        clock=clock,
        explain=explainer.explain,
    )
    assert of(await versions.show(VersionReference(project="shop", name="v1"))) == "cart/app: denied"


# Looks.


@pytest.fixture
def project_reader(zadig: FakeZadig, explainer: Explainer) -> ProjectReader:
    return ProjectReader(
        releases=zadig,
        requests=asyncio.Semaphore(8),
        quiet_k8s=10,
        quiet_helm=300,
        explain=explainer.explain,
    )


class Looks:
    """Looks at `shop` that remember."""

    def __init__(self, project_reader: ProjectReader, clock: FakeClock) -> None:
        self.project_reader, self.clock = project_reader, clock
        self.memory: dict[str, Seen] = {}

    async def version(self, name: str) -> Version:
        look = await self.project_reader.fetch("shop", NOBODY, self.memory, at=int(self.clock.at))
        self.memory = observe(self.memory, look, stalled_after=75 * 60)
        return self.memory[name].version


async def test_a_look_asks_why_a_version_failed_that_it_saw_running(
    project_reader: ProjectReader, zadig: FakeZadig, clock: FakeClock, workflows: FakeWorkflows
) -> None:
    looks = Looks(project_reader, clock)
    zadig.add("v1")
    clock.passes(20)
    await looks.version("v1")
    zadig.move("v1", Status.FAILED)
    for _ in range(3):
        assert (await looks.version("v1")).reason == "cart/app: denied"
        clock.passes(60)
    assert workflows.asked == ["v1"]


async def test_a_look_asks_why_a_version_failed_that_came_and_failed_between_two_looks(
    project_reader: ProjectReader, zadig: FakeZadig, clock: FakeClock, workflows: FakeWorkflows
) -> None:
    looks = Looks(project_reader, clock)
    zadig.add("v1", Status.SUCCESS)
    await looks.version("v1")
    clock.passes(60)
    zadig.add("v2", Status.FAILED)
    assert (await looks.version("v2")).reason == "cart/app: denied"
    assert workflows.asked == ["v2"]


async def test_the_first_look_asks_why_nothing_failed(
    project_reader: ProjectReader, zadig: FakeZadig, clock: FakeClock, workflows: FakeWorkflows
) -> None:
    for number in range(20):
        zadig.add(f"v{number}", Status.FAILED)
    await Looks(project_reader, clock).version("v1")
    assert workflows.asked == []
    assert zadig.calls.of("show") == []


@pytest.mark.parametrize("outcome", [Status.SUCCESS, Status.FAILED])
@pytest.mark.parametrize("word", ["creating", "retrying"])
async def test_what_zadig_has_lost_sight_of_settles_once_and_is_left_alone(
    word: str, outcome: Status, project_reader: ProjectReader, zadig: FakeZadig, clock: FakeClock
) -> None:
    """The list goes on calling it by the old word; only details know better, and they may fail at any time."""
    looks = Looks(project_reader, clock)
    zadig.add("v1", Status(word))
    clock.passes(20)
    await looks.version("v1")
    shown = zadig.row("v1").version
    zadig.move("v1", outcome)
    zadig.row("v1").version = replace(zadig.row("v1").version, status_word=word)
    listed = replace(shown, labels=None, progress=None)

    class Forgetful:
        """The list's words, and the details' knowledge."""

        def __getattr__(self, name: str) -> object:
            return getattr(zadig, name)

        async def page(self, project: str, *, number: int, size: int) -> object:
            page = await zadig.page(project, number=number, size=size)
            return replace(page, items=(listed,))

    looks.project_reader = replace(project_reader, releases=Forgetful())  # type: ignore[arg-type]
    assert (await looks.version("v1")).status is outcome
    asked = len(zadig.calls.of("show"))
    zadig.calls.fails["show"] = ServerDown("away")
    for _ in range(3):
        clock.passes(60)
        version = await looks.version("v1")
        assert (version.status, version.status_word) == (outcome, word)
    assert looks.memory["v1"].epoch == 1
    assert len(zadig.calls.of("show")) == asked
