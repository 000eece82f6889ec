"""The form opens on what was used last, as far as it is still there, and proposes what comes next."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.choices import Choices
from bot.domain.models import Container, Kind, Service
from bot.slack.create.defaults import habits_of, offering, proposing
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Habits
from bot.slack.create.reading import read_request
from bot.slack.create.scope import left_out_before, without_copies, without_left_out
from bot.slack.ids import input_action

MONDAY = date(2026, 11, 23)


def opened(catalog: Any, habits: Habits | None, project: str = "shop", **choices: Any) -> CreateForm:
    """The form as it opens on a project."""
    form = CreateForm(project=project, habits=habits).offering_projects(catalog.projects)
    services = catalog.services(3) if form.wanted_environment else None
    return proposing(offering(form, replace(catalog.choices(services), **choices)), MONDAY)


def again(catalog: Any, form: CreateForm, **choices: Any) -> CreateForm:
    """The next form after this one has been sent."""
    return opened(
        catalog, Habits.model_validate_json(habits_of(form).model_dump_json()), form.project, **choices
    )


def test_the_next_form_is_complete(catalog: Any) -> None:
    sent = catalog.form(environment="prod", version_name="v1", registry="r2", not_copied=("service1/app0",))
    form = again(catalog, sent.changed(services=("service0", "service1")))
    assert form.ready
    assert (form.environment, form.registry) == ("prod", "r2")
    assert form.services == ("service0", "service1", "service2")
    assert (form.not_copied, form.version_name) == ((), "v2")
    assert read_request(form)[1] == ()
    assert not form.touched


def test_a_charts_form_is_complete_too(catalog: Any) -> None:
    sent = catalog.form("charts", version_name="v1", chart_repository="edge", chart_version="1.4.0")
    form = again(catalog, sent)
    assert (form.chart_repository, form.chart_version, form.not_copied) == ("edge", "1.4.1", ("*",))
    assert read_request(form)[1] == ()


def test_what_one_person_leaves_out_is_offered_to_the_next_and_not_left_out(
    catalog: Any, create_client: Any
) -> None:
    sent = catalog.form(version_name="v20").changed(services=("service0", "service2"))
    somebody = create_client(again(catalog, sent, names=("v20",)))
    assert somebody.form.services == ("service0", "service1", "service2")
    assert "`service1` was left out of `v20`." in somebody.shown()
    assert somebody.buttons()["as_last_time.services"]["text"]["text"] == "Leave it out again"
    left_out = create_client(without_left_out(somebody.read()))
    assert left_out.read().services == ("service0", "service2")
    assert left_out.read().touched
    assert "left out of" not in left_out.shown()


def test_an_image_that_one_person_does_not_copy_is_offered_to_the_next_and_copied(
    catalog: Any, create_client: Any
) -> None:
    sent = catalog.form(version_name="v20").changed(not_copied=("service1/app0", "service2/app0"))
    somebody = create_client(again(catalog, sent))
    assert somebody.form.not_copied == ()
    assert "`service1/app0`, `service2/app0` were not copied for `v20`." in somebody.shown()
    assert somebody.buttons()["as_last_time.images"]["text"]["text"] == "Don't copy them"
    stays = create_client(without_copies(somebody.read()))
    assert stays.read().not_copied == ("service1/app0", "service2/app0")
    assert "not copied for" not in stays.shown()


def test_habits_of_an_older_release_do_not_say_which_version_it_was(catalog: Any, create_client: Any) -> None:
    form = opened(catalog, Habits(environment="dev", left_out=("service1", "gone")))
    assert "`service1` was left out of the last version." in create_client(form).shown()


@pytest.mark.parametrize("count", [101, 250])
def test_of_many_services_those_that_were_left_out_are_left_out_again_by_name(
    count: int, catalog: Any, create_client: Any
) -> None:
    habits = Habits(name="v20", environment="dev", left_out=("service3", "service7"))
    somebody = create_client(opened(catalog, habits, services=catalog.services(count)))
    assert len(read_request(somebody.read())[0].services) == count
    after = create_client(without_left_out(somebody.read()))
    assert [one["value"] for one in after.block("services")["element"]["initial_options"]] == [
        "service3",
        "service7",
    ]
    left = {one.name for one in read_request(after.read())[0].services}
    assert len(left) == count - 2
    assert not left & {"service3", "service7"}


def test_where_zadig_has_copied_helm_images_once_it_is_known_to_do_so(
    catalog: Any, create_client: Any
) -> None:
    sent = catalog.form("charts", version_name="v1", not_copied=("service1/app0",))
    somebody = create_client(again(catalog, sent))
    assert somebody.form.not_copied == ()
    assert "`service1/app0` was not copied for `v1`." in somebody.shown()


def test_what_is_gone_is_silently_let_go(catalog: Any) -> None:
    habits = Habits(
        environment="gone",
        registry="gone",
        chart_repository="gone",
        left_out=("gone",),
        not_copied=("gone/app0", "service0/app0"),
        copied=("gone/app1",),
    )
    form = opened(catalog, habits)
    assert (form.environment, form.registry, form.problems) == ("", "r1", {})
    form = offering(form.changed(environment="dev"), catalog.choices(catalog.services(3)))
    assert (form.registry, form.services) == ("r2", ("service0", "service1", "service2"))
    assert form.not_copied == ()
    assert read_request(form.changed(version_name="v9"))[1] == ()


def test_if_all_that_is_left_was_left_out_nothing_is_offered(catalog: Any, create_client: Any) -> None:
    form = opened(catalog, Habits(environment="dev", left_out=("service0", "service1", "service2")))
    assert form.services == ("service0", "service1", "service2")
    assert "left out" not in create_client(form).shown()


def test_foreign_images_that_somebody_had_copied_are_copied_again(catalog: Any) -> None:
    foreign = tuple(Container(name=name, image=f"else.org/{name}:1", image_name=name) for name in ("a", "b"))
    services = (Service(name="s", containers=foreign),)
    sent = catalog.form(services=services)
    assert sent.not_copied == ("s/a", "s/b")
    form = again(catalog, sent.changed(not_copied=("s/b",)), services=services)
    assert form.not_copied == ("s/b",)
    third = (Container(name="c", image="else.org/c:1", image_name="c"),)
    form = again(
        catalog,
        sent.changed(not_copied=("s/b",)),
        services=(Service(name="s", containers=foreign + third),),
    )
    assert form.not_copied == ("s/b", "s/c")


def test_habits_hold_for_another_environment_but_its_registry_does_not(
    catalog: Any, create_client: Any
) -> None:
    form = opened(catalog, Habits(environment="dev", registry="r1", left_out=("service1",)))
    assert (form.environment, form.registry) == ("dev", "r1")
    somebody = create_client(form)
    somebody.put("environment", "prod")
    form = offering(somebody.read(), catalog.choices(catalog.services(3)))
    assert (form.environment, form.services) == ("prod", ("service0", "service1", "service2"))
    assert left_out_before(form) == ("service1",)
    form = opened(catalog, Habits(environment="prod", registry="r2"))
    assert form.registry == "r2"
    somebody = create_client(form)
    somebody.put("environment", "dev")
    assert offering(somebody.read(), catalog.choices(catalog.services(3))).registry == "r2"
    form = opened(catalog, Habits(environment="dev", registry="r1"))
    form = offering(form.changed(environment="prod", services=None), catalog.choices(catalog.services(1)))
    assert form.registry == "r1"


def test_the_last_project_stands_in_where_projects_cannot_be_read() -> None:
    habits = Habits(
        kind=Kind.HELM, environment="dev", production=True, chart_repository="edge", registry="r9"
    )
    form = CreateForm(project="charts").accustomed(habits).offering_projects(None)
    form = proposing(offering(form, Choices()), MONDAY)
    assert (form.kind, form.environment, form.in_production) == (Kind.HELM, "dev", True)
    assert (form.chart_repository, form.registry) == ("edge", "r9")


def test_an_environment_that_somebody_empties_stays_empty(create_client: Any) -> None:
    form = CreateForm(project="shop").accustomed(Habits(kind=Kind.K8S, environment="dev"))
    somebody = create_client(offering(form.offering_projects(None), Choices()))
    assert somebody.form.environment == "dev"
    somebody.clear("environment")
    assert offering(somebody.read(), Choices()).environment == ""


@pytest.mark.parametrize(("typed", "shown"), [("v1", "v1"), ("", "v3")])
def test_the_next_name_is_proposed_unless_one_is_given(typed: str, shown: str, catalog: Any) -> None:
    form = CreateForm(project="shop", version_name=typed).offering_projects(catalog.projects)
    form = proposing(offering(form, Choices(names=("v2", "v1"))), MONDAY)
    assert form.version_name == shown


def test_the_date_is_todays(catalog: Any) -> None:
    form = CreateForm(project="shop").offering_projects(catalog.projects)
    assert proposing(offering(form, Choices(names=("2026.11.20",))), MONDAY).version_name == "2026.11.23"


def test_a_proposal_that_nobody_touched_gives_way_and_what_is_typed_does_not(
    catalog: Any, create_client: Any
) -> None:
    form = opened(catalog, Habits(environment="dev"))
    somebody = create_client(form)
    assert somebody.block("version_name")["element"]["initial_value"] == "v2"
    somebody.put("project", "charts")
    after = proposing(offering(somebody.read(), Choices(names=("1.9.0",))), MONDAY)
    assert after.version_name == "1.9.1"
    fresh = create_client(after)
    assert fresh.block("version_name")["element"]["action_id"] == input_action(0, after.proposals)
    assert after.proposals > form.proposals
    somebody.put("version_name", "mine")
    typed = proposing(offering(somebody.read(), Choices(names=("1.9.0",))), MONDAY)
    assert (typed.version_name, typed.proposals) == ("mine", form.proposals)
    somebody.put("version_name", "")
    assert proposing(offering(somebody.read(), Choices(names=("1.9.0",))), MONDAY).version_name == ""


def test_a_redraw_without_a_new_proposal_keeps_the_inputs(catalog: Any) -> None:
    form = opened(catalog, Habits(environment="dev"))
    assert proposing(form, MONDAY) == form


def test_typing_and_choosing_touches_the_form(catalog: Any, create_client: Any) -> None:
    form = opened(catalog, Habits(environment="dev"))
    assert not create_client(form).read().touched
    for block_id, value in (("description", "x"), ("registry", "r1"), ("image_tag:service0/app0", "x")):
        somebody = create_client(form)
        somebody.put(block_id, value)
        assert somebody.read().touched


def running(catalog: Any, *versions: str) -> tuple[Service, ...]:
    services = catalog.services(len(versions))
    return tuple(replace(one, chart_version=version) for one, version in zip(services, versions, strict=True))


def charts_of(form: CreateForm) -> dict[str, str]:
    request, problems = read_request(form)
    assert problems == ()
    return {one.name: one.chart_version for one in request.services}


def test_where_the_name_spells_no_chart_version_each_chart_takes_the_one_after_that_which_runs(
    catalog: Any, create_client: Any
) -> None:
    habits = Habits(kind=Kind.HELM, environment="dev", chart_repository="main")
    services = running(catalog, "1.4.0", "2.0.0-rc.1")
    form = opened(catalog, habits, "charts", services=services, names=("2026.5-rc2",))
    assert form.version_name == "2026.5-rc3"
    assert charts_of(form) == {"service0": "1.4.1", "service1": "2.0.0-rc.2"}
    somebody = create_client(form)
    block = somebody.block("chart_version:service0")
    assert block["hint"]["text"] == "1.4.0 runs now"
    assert block["element"]["placeholder"]["text"] == "1.4.1"
    somebody.put("version_name", "1.9.0")
    assert charts_of(somebody.read()) == {"service0": "1.9.0", "service1": "1.9.0"}
    somebody.put("chart_version:service0", "3.0.0")
    assert charts_of(somebody.read())["service0"] == "3.0.0"


def test_only_valid_chart_versions_are_proposed(catalog: Any) -> None:
    habits = Habits(kind=Kind.HELM, environment="dev", chart_repository="main")
    form = opened(catalog, habits, "charts", services=running(catalog, "latest"), names=("w47",))
    _, problems = read_request(form)
    assert [one.field for one in problems] == ["chart_version"]


def test_where_nobody_knows_what_runs_the_last_versions_charts_count(
    catalog: Any, create_client: Any
) -> None:
    habits = Habits(kind=Kind.HELM, environment="dev", chart_repository="main")
    form = opened(
        catalog,
        habits,
        "charts",
        services=catalog.services(1),
        names=("w47",),
        made_charts=(("service0", "1.4.0"),),
    )
    assert charts_of(form) == {"service0": "1.4.1"}
    block = create_client(form).block("chart_version:service0")
    assert block["hint"]["text"] == "1.4.0 in the last version"
