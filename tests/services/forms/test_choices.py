"""What forms can offer: what Zadig does not answer costs one field and nothing else."""

import pytest

from bot.domain.choices import Choices
from bot.domain.errors import NotPermitted, ServerDown
from bot.domain.models import Environment, Kind, Registry, Service, Status
from bot.services.forms.choices import FormChoices
from tests.services.fakes import FakeClock, FakeZadig

DEV = Environment(key="dev", name="Dev", production=False)


@pytest.fixture
def choosing(zadig: FakeZadig) -> FormChoices:
    return FormChoices(catalog=zadig, releases=zadig)


async def test_everything_that_a_form_needs_is_read_at_once(choosing: FormChoices, zadig: FakeZadig) -> None:
    zadig.add("v13", Status.SUCCESS)
    assert await choosing.for_project("shop", Kind.K8S, "dev") == Choices(
        environments=(DEV,),
        services=(Service(name="cart"),),
        registries=(Registry(id="r1", address="https://registry.example.com"),),
        chart_repositories=None,
        names=("v13",),
    )


async def test_only_helm_projects_have_chart_repositories(choosing: FormChoices, zadig: FakeZadig) -> None:
    assert (await choosing.for_project("shop", Kind.HELM)).chart_repositories == ("charts",)
    assert (await choosing.for_project("shop", Kind.K8S)).chart_repositories is None
    assert len(zadig.calls.of("chart_repositories")) == 1


async def test_whether_images_are_copied_is_asked_for_helm_only(zadig: FakeZadig) -> None:
    async def it_does() -> bool:
        return True

    choosing = FormChoices(catalog=zadig, releases=zadig, copies_helm_images=it_does)
    assert (await choosing.for_project("shop", Kind.HELM)).copies_helm_images is True
    assert (await choosing.for_project("shop", Kind.K8S)).copies_helm_images is None


@pytest.mark.parametrize(
    ("method", "field", "missing"),
    [
        ("environments", "environments", None),
        ("registries", "registries", None),
        ("chart_repositories", "chart_repositories", None),
        ("page", "names", ()),
    ],
)
async def test_a_read_that_fails_costs_one_field(
    choosing: FormChoices, zadig: FakeZadig, method: str, field: str, missing: object
) -> None:
    zadig.add("v13")
    whole = await choosing.for_project("shop", Kind.HELM)
    zadig.calls.fails[method] = ServerDown("away")
    choices = await choosing.for_project("shop", Kind.HELM)
    assert getattr(choices, field) == missing
    for other in {"environments", "registries", "chart_repositories", "names"} - {field}:
        assert getattr(choices, other) == getattr(whole, other)


async def test_services_are_those_of_the_environment_that_was_chosen(
    choosing: FormChoices, zadig: FakeZadig
) -> None:
    zadig.offered_environments.append(Environment(key="prod", name="Prod", production=True))
    choices = await choosing.for_project("shop", Kind.K8S)
    assert choices.services is None
    zadig.offered_services = [Service(name="api")]
    choices = await choosing.for_environment(choices, "shop", "prod")
    assert choices.services == (Service(name="api"),)
    assert zadig.calls.of("services") == [("shop", "prod")]


async def test_an_environment_that_is_not_offered_is_not_asked_for(
    choosing: FormChoices, zadig: FakeZadig
) -> None:
    choices = await choosing.for_project("shop", Kind.K8S, "nope")
    assert choices.services is None
    assert zadig.calls.of("services") == []


async def test_services_that_cannot_be_read_are_unknown_and_not_none(
    choosing: FormChoices, zadig: FakeZadig
) -> None:
    zadig.calls.fails["services"] = ServerDown("the cluster is away")
    assert (await choosing.for_project("shop", Kind.K8S, "dev")).services is None
    zadig.calls.fails.clear()
    zadig.offered_services = []
    assert (await choosing.for_project("shop", Kind.K8S, "dev")).services == ()


async def test_projects_are_offered_or_unknown(choosing: FormChoices, zadig: FakeZadig) -> None:
    assert [project.key for project in await choosing.projects() or ()] == ["shop", "bank"]
    zadig.calls.fails["projects"] = NotPermitted("no")
    assert await choosing.projects() is None


async def test_the_names_are_those_of_the_newest_hundred(
    choosing: FormChoices, zadig: FakeZadig, clock: FakeClock
) -> None:
    for number in range(120):
        clock.passes(1)
        zadig.add(f"v{number}")
    names = (await choosing.for_project("shop", Kind.K8S)).names
    assert (len(names), "v119" in names, "v19" in names) == (100, True, False)


async def test_what_is_missing_is_in_the_log(
    choosing: FormChoices, zadig: FakeZadig, caplog: pytest.LogCaptureFixture
) -> None:
    zadig.calls.fails["registries"] = ServerDown("away")
    await choosing.for_project("shop", Kind.K8S)
    (record,) = caplog.records
    assert (record.action, record.what) == ("choices_missing", "registries")  # type: ignore[attr-defined]


async def test_where_nobody_knows_which_charts_run_those_of_the_newest_version_are_told(
    choosing: FormChoices, zadig: FakeZadig, clock: FakeClock
) -> None:
    zadig.add("1.4.0", Status.SUCCESS)
    clock.passes(1)
    zadig.add("1.5.0", Status.FAILED)
    choices = await choosing.for_project("shop", Kind.HELM, "dev")
    assert choices.newest is not None
    assert (choices.newest.name, choices.made_charts) == ("1.4.0", ())
    assert len(zadig.calls.of("show")) == 1
    zadig.offered_services[:] = [Service(name="cart", chart_version="1.4.0")]
    await choosing.for_project("shop", Kind.HELM, "dev")
    assert len(zadig.calls.of("show")) == 1
