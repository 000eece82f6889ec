"""What somebody types into the form that creates a version is read, kept, and turned into the right request."""

from typing import Any

import pytest

from bot.domain.choices import Choices
from bot.domain.models import Container, Environment, Kind, Service
from bot.domain.requests import Field, FieldError, ImageRequest, ServiceRequest
from bot.slack.create.defaults import offering
from bot.slack.create.reading import (
    CreateForm,
    Stage,
    block_errors,
    inputs,
    needs_choices,
    read_request,
    read_state,
)

SERVICES_UNREADABLE = frozenset({"services"})


def texts(problems: tuple[FieldError, ...]) -> dict[str, str]:
    assert len({problem.field for problem in problems}) == len(problems), problems
    return {problem.field: problem.text for problem in problems}


def tags(form: CreateForm) -> dict[str, str]:
    request, _ = read_request(form)
    return {f"{one.name}/{image.container}": image.tag for one in request.services for image in one.images}


def test_every_element_is_read_whatever_its_action_id(catalog: Any) -> None:
    form = read_state(
        catalog.form("charts", unreadable=frozenset({"environments"})),
        {
            "version_name": {"anything": {"type": "plain_text_input", "value": "  v2 "}},
            "description": {"x": {"type": "plain_text_input", "value": " two\nlines "}},
            "registry": {"y": {"type": "static_select", "selected_option": {"value": "r1"}}},
            "chart_repository": {"y": {"type": "external_select", "selected_option": {"value": "edge"}}},
            "services": {"z": {"type": "multi_static_select", "selected_options": [{"value": "service1"}]}},
            "not_copied": {
                "z": {"type": "multi_external_select", "selected_options": [{"value": "service1/app0"}]}
            },
            "production": {"q": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}},
            "image_tag:service1/app0": {"x": {"type": "plain_text_input", "value": "7"}},
            "chart_version:service1": {"x": {"type": "plain_text_input", "value": "1.2.3"}},
            "unknown": {"x": {"type": "plain_text_input", "value": "7"}},
            "empty": {},
        },
    )
    assert (form.version_name, form.description, form.registry) == ("v2", " two\nlines ", "r1")
    assert (form.chart_repository, form.services, form.not_copied) == (
        "edge",
        ("service1",),
        ("service1/app0",),
    )
    assert (form.production, form.image_tags) == (True, {"service1/app0": "7"})
    assert form.chart_versions == {"service1": "1.2.3"}


def test_null_is_nothing(catalog: Any) -> None:
    before = catalog.form(version_name="v2", image_tag="7", image_tags={"service0/app0": "8"}, registry="r1")
    form = read_state(
        before,
        {
            "version_name": {"x": {"type": "plain_text_input", "value": None}},
            "image_tag": {"x": {"type": "plain_text_input", "value": None}},
            "image_tag:service0/app0": {"x": {"type": "plain_text_input", "value": None}},
            "registry": {"x": {"type": "static_select", "selected_option": None}},
            "services": {"x": {"type": "multi_static_select", "selected_options": None}},
            "not_copied": {"x": {"type": "multi_static_select", "selected_options": []}},
        },
    )
    assert (form.version_name, form.image_tag, form.image_tags, form.registry) == ("", "", {}, "")
    assert (form.services, form.not_copied) == ((), ())


def test_blocks_that_are_absent_keep_their_value(catalog: Any) -> None:
    form = catalog.form(version_name="v2", labels="a", image_tags={"service9/x": "1"})
    assert read_state(form, {}) == form


def test_a_draft_survives_as_json(catalog: Any) -> None:
    form = catalog.form("charts", image_tags={"service0/app0": "x"}).rejected(
        [FieldError(field="image_tag:service0/app0", text="no")], ["Sorry."]
    )
    assert CreateForm.model_validate_json(form.model_dump_json()) == form


def test_choosing_a_project_asks_for_its_choices(catalog: Any, create_client: Any) -> None:
    somebody = create_client(CreateForm().offering_projects(catalog.projects))
    somebody.put("project", "charts")
    form = somebody.read()
    assert needs_choices(somebody.form, form)
    assert (form.project, form.kind, form.stage, form.ready) == (
        "charts",
        Kind.HELM,
        Stage.ENVIRONMENT,
        False,
    )


def test_another_project_takes_along_what_belonged_to_the_old_one(catalog: Any, create_client: Any) -> None:
    before = catalog.form(version_name="v2", description="new", image_tag="7", registry="r1", labels="a")
    somebody = create_client(before.changed(image_tags={"service0/app0": "8"}))
    somebody.put("project", "charts")
    form = somebody.read()
    assert (form.environment, form.services, form.not_copied) == ("", None, None)
    assert (form.habits, form.template, form.replaces) == (None, None, None)
    assert form.choices == Choices(registries=catalog.registries)
    assert (form.version_name, form.description, form.labels, form.image_tag) == ("v2", "new", "a", "7")
    assert form.registry == "r1"
    after = offering(form, catalog.choices(None))
    assert after.revision > before.revision


def test_another_environment_takes_along_the_services_but_no_tags(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(image_tags={"service0/app0": "8"}))
    somebody.put("services", ["service0"])
    somebody.put("environment", "prod")
    form = somebody.read()
    assert needs_choices(somebody.form, form)
    assert (form.services, form.image_tags) == (None, {"service0/app0": "8"})
    form = offering(form, catalog.choices(catalog.services(2)))
    assert form.services == ("service0", "service1")
    assert form.registry == "r1"


def test_a_chosen_registry_stays_when_the_environment_changes(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(environment="prod"))
    somebody.put("registry", "r2")
    somebody.put("environment", "dev")
    form = offering(somebody.read(), catalog.choices(catalog.services(1)))
    assert form.registry == "r2"
    somebody = create_client(catalog.form(environment="dev"))
    somebody.put("registry", "r1")
    somebody.put("environment", "prod")
    assert offering(somebody.read(), catalog.choices(catalog.services(1))).registry == "r1"


def test_what_is_no_longer_offered_is_let_go(catalog: Any) -> None:
    form = catalog.form("charts", chart_repository="gone", registry="gone", services=3)
    assert (form.chart_repository, form.registry) == ("", "r2")
    form = form.changed(services=("service0", "gone"))
    assert offering(form, catalog.choices(catalog.services(3))).services == ("service0",)
    form = catalog.form(environment="gone")
    assert (form.environment, form.stage) == ("", Stage.ENVIRONMENT)
    assert form.problems == {"environment": "This project has no environment gone."}


def test_the_only_chart_repository_is_chosen(catalog: Any) -> None:
    form = catalog.form("charts").changed(chart_repository="")
    assert offering(form, Choices(chart_repositories=("main",))).chart_repository == "main"
    assert offering(form, Choices(chart_repositories=())).chart_repository == ""


def test_an_emptied_choice_of_images_stays_empty(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form("charts"))
    somebody.clear("not_copied")
    form = offering(somebody.read(), catalog.choices(catalog.services(3)))
    assert form.not_copied == ()


def test_a_problem_goes_once_its_field_is_touched(catalog: Any, create_client: Any) -> None:
    form = catalog.form(version_name="v1").rejected(
        [
            FieldError(field=field, text="no")
            for field in ("version_name", "registry", "image_tag:service0/app0")
        ]
    )
    somebody = create_client(form)
    assert somebody.read().problems == form.problems
    somebody.put("version_name", "v2")
    somebody.put("image_tag:service0/app0", "2")
    assert somebody.read().problems == {"registry": "no"}


def test_a_request_is_what_was_ticked(catalog: Any) -> None:
    form = catalog.form(
        environment="prod",
        services=(
            Service(
                name="cart",
                containers=(
                    Container(name="app", image="r/n/shop-cart:1", image_name="shop-cart"),
                    Container(name="init", image="r:5000/n/tools@sha256:00", image_name=""),
                ),
            ),
            Service(name="user"),
        ),
        version_name="v2",
        description=" new ",
        labels="stable, q4,,stable\nlast",
        not_copied=("cart/init",),
        image_tags={"cart/app": "7"},
        chart_repository="main",
    )
    request, problems = read_request(form)
    assert problems == ()
    assert request.services == (
        ServiceRequest(
            name="cart",
            images=(
                ImageRequest(container="app", image_name="shop-cart", tag="7", source="r/n/shop-cart:1"),
                ImageRequest(
                    container="init",
                    image_name="tools",
                    tag="v2",
                    copied=False,
                    source="r:5000/n/tools@sha256:00",
                ),
            ),
        ),
        ServiceRequest(name="user"),
    )
    assert (request.project, request.kind, request.environment, request.production) == (
        "shop",
        Kind.K8S,
        "prod",
        True,
    )
    assert (request.description, request.labels) == ("new", ("stable", "q4", "last"))
    assert (request.registry, request.chart_repository) == ("r1", "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "image_tag"),
        ({"image_tag": "7"}, "image_tag"),
        ({"image_tags": {"user/app": "v2"}}, "image_tag:user/app"),
    ],
)
def test_two_images_of_one_name_are_blamed_where_their_tag_stands(
    typed: dict[str, Any], field: str, catalog: Any
) -> None:
    services = tuple(
        Service(
            name=name, containers=(Container(name="app", image=f"{stage}/server:1", image_name="server"),)
        )
        for name, stage in (("cart", "dev"), ("user", "prod"))
    )
    _, problems = read_request(catalog.form(services=services, version_name="v2", not_copied=(), **typed))
    (problem,) = problems
    assert problem.field == field
    assert problem.text.startswith("cart/app and user/app would both become server:")


def test_two_containers_of_one_name_are_blamed_on_their_service(catalog: Any) -> None:
    twins = tuple(Container(name="app", image=f"r/cart:{tag}", image_name="cart") for tag in "12")
    form = catalog.form(services=(Service(name="cart", containers=twins),), version_name="v2")
    assert list(texts(read_request(form)[1])) == [Field.SERVICES]
    same = catalog.form(services=(Service(name="cart", containers=twins[:1] * 2),), version_name="v2")
    request, problems = read_request(same)
    assert (problems, len(request.services[0].images)) == ((), 1)


def test_an_empty_tag_is_the_one_for_all_and_then_the_version_name(catalog: Any) -> None:
    form = catalog.form(services=2, version_name="v2", image_tags={"service0/app0": "7"})
    assert tags(form) == {"service0/app0": "7", "service1/app0": "v2"}
    assert tags(form.changed(image_tag="8")) == {"service0/app0": "7", "service1/app0": "8"}


@pytest.mark.parametrize(
    ("name", "for_all", "own", "expected"),
    [
        ("v1.2.3", "", "", "1.2.3"),
        ("v1.2.3", "2.0.0", "", "2.0.0"),
        ("v1.2.3", "2.0.0", "3.0.0", "3.0.0"),
    ],
)
def test_an_empty_chart_version_is_the_one_for_all_and_then_in_the_version_name(
    name: str, for_all: str, own: str, expected: str, catalog: Any
) -> None:
    form = catalog.form(
        "charts", services=1, version_name=name, chart_version=for_all, chart_repository="main"
    )
    request, problems = read_request(form.changed(chart_versions={"service0": own}))
    assert problems == ()
    assert request.services[0].chart_version == expected
    assert not any(image.copied for image in request.services[0].images)


def test_what_was_given_for_all_is_blamed_once(catalog: Any) -> None:
    form = catalog.form(
        "charts", services=9, version_name="nightly", chart_repository="main", image_tag=".no"
    )
    form = form.changed(chart_versions={"service3": "x"})
    _, problems = read_request(form)
    found = texts(problems)
    assert set(found) == {"chart_version", "chart_version:service3", "image_tag"}
    assert found["chart_version"].startswith("The version name is not SemVer.")
    _, problems = read_request(form.changed(chart_version="1"))
    assert texts(problems)["chart_version"].startswith("A chart version must be SemVer")
    _, problems = read_request(form.changed(image_tag="", version_name="no/name"))
    assert set(texts(problems)) == {"version_name", "chart_version", "chart_version:service3"}
    _, problems = read_request(form.changed(image_tag="", version_name=""))
    assert set(texts(problems)) == {"version_name", "chart_version:service3"}


def test_a_taken_name_is_reported(catalog: Any) -> None:
    _, problems = read_request(catalog.form(version_name="v1"))
    assert texts(problems) == {"version_name": "shop already has a version named v1. Choose another name."}


def test_no_service_is_a_problem_where_they_can_be_ticked_and_all_where_not(catalog: Any) -> None:
    _, problems = read_request(catalog.form(services=100, version_name="v2").changed(services=()))
    assert texts(problems) == {"services": "Choose at least one service."}
    request, problems = read_request(catalog.form(services=101, version_name="v2"))
    assert problems == ()
    assert len(request.services) == 101


def test_services_are_typed_where_they_cannot_be_read(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(unreadable=SERVICES_UNREADABLE, version_name="v2"))
    somebody.put("services", "cart/app r:5000/n/cart:7\n\ncart/init tools  NOCOPY\nuser/app user\nconfig\n")
    request, problems = read_request(somebody.read())
    assert problems == ()
    assert request.services == (
        ServiceRequest(
            name="cart",
            images=(
                ImageRequest(container="app", image_name="cart", tag="7"),
                ImageRequest(container="init", image_name="tools", tag="v2", copied=False),
            ),
        ),
        ServiceRequest(name="user", images=(ImageRequest(container="app", image_name="user", tag="v2"),)),
        ServiceRequest(name="config"),
    )


def test_charts_are_typed_where_they_cannot_be_read(catalog: Any) -> None:
    form = catalog.form(
        "charts", unreadable=SERVICES_UNREADABLE, version_name="v2.0.0", chart_repository="main"
    ).changed(service_lines="cart 1.4.0\ncart/app cart:7 nocopy\nuser")
    request, problems = read_request(form)
    assert problems == ()
    assert [(service.name, service.chart_version) for service in request.services] == [
        ("cart", "1.4.0"),
        ("user", "2.0.0"),
    ]
    assert request.services[0].images == (
        ImageRequest(container="app", image_name="cart", tag="7", copied=False),
    )


def test_mistakes_in_lines_are_told_by_their_number(catalog: Any) -> None:
    form = catalog.form(unreadable=SERVICES_UNREADABLE, version_name="v2").changed(
        service_lines="cart/app cart:7\n\ncart/app cart:8\n/app x\ncart/ x\ncart/x\ncart 1.0\nnocopy\ncart/y a b\nq nocopy"
    )
    _, problems = read_request(form)
    assert {problem.field for problem in problems} == {"services"}
    assert [problem.text.partition(":")[0] for problem in problems] == [
        f"Line {number}" for number in (3, 4, 5, 6, 7, 9, 10)
    ]
    _, problems = read_request(form.changed(service_lines="cart/app cart:.no"))
    assert set(texts(problems)) == {"image_tag:cart/app"}
    _, problems = read_request(form.changed(service_lines="/"))
    assert set(texts(problems)) == {"services"}
    _, problems = read_request(form.changed(service_lines=""))
    assert texts(problems) == {"services": "Choose at least one service."}


def test_a_kind_is_asked_for_where_projects_cannot_be_read(catalog: Any, create_client: Any) -> None:
    somebody = create_client(CreateForm().offering_projects(None))
    assert somebody.inputs == ["project", "kind"]
    somebody.put("project", " shop ")
    form = somebody.read()
    assert (form.project, form.kind) == ("shop", None)
    _, problems = read_request(form)
    assert "kind" in {problem.field for problem in problems}
    somebody.put("kind", "helm")
    form = offering(somebody.read(), catalog.choices(None))
    assert form.kind is Kind.HELM
    assert "chart_repository" in inputs(form)


def test_another_kind_asks_for_new_choices(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(unreadable=frozenset({"projects"})))
    somebody.put("kind", "helm")
    after = somebody.read()
    assert needs_choices(somebody.form, after)
    assert offering(after, catalog.choices(catalog.services(1))).not_copied == ("*",)


def test_production_follows_the_environment_or_the_tick(catalog: Any) -> None:
    unreadable = frozenset({"environments"})
    assert read_request(catalog.form(environment="prod"))[0].production is True
    assert read_request(catalog.form(environment="dev", production=True))[0].production is False
    assert (
        read_request(catalog.form(environment="x", unreadable=unreadable, production=True))[0].production
        is True
    )


def test_a_name_longer_than_an_option_value_comes_back_whole(catalog: Any, create_client: Any) -> None:
    name, twin = "x" * 200, "x" * 199 + "y"
    services = tuple(
        Service(name=one, containers=(Container(name="a", image="i", image_name="i"),))
        for one in (name, twin)
    )
    environments = (
        Environment(key=name, name="", production=False),
        Environment(key=twin, name="", production=False),
    )
    form = offering(catalog.form(environment=twin), Choices(environments=environments, services=services))
    somebody = create_client(
        offering(form.changed(environment=twin), Choices(environments=environments, services=services))
    )
    somebody.put("services", [somebody.offered("services")[1]["value"]])
    form = somebody.read()
    assert (form.environment, form.services) == (twin, (twin,))


@pytest.mark.parametrize("project", ["shop", "charts"])
@pytest.mark.parametrize("count", [1, 40, 80, 300])
@pytest.mark.parametrize(
    "unreadable", [frozenset(), SERVICES_UNREADABLE, frozenset({"environments", "projects"})]
)
def test_errors_go_to_inputs_that_are_on_screen(
    project: str, count: int, unreadable: frozenset[str], catalog: Any, create_client: Any
) -> None:
    somebody = create_client(catalog.form(project, services=count, unreadable=unreadable))
    fields = [
        *Field,
        "image_tag:service0/app0",
        "image_tag:a/b",
        "chart_version:service0",
        "kind",
        "nonsense",
        "",
    ]
    for field in fields:
        errors = block_errors(somebody.form, [FieldError(field=field, text="no")])
        assert len(errors) == 1
        assert errors.keys() <= set(somebody.inputs)


def test_an_error_without_an_input_goes_to_the_nearest(catalog: Any) -> None:
    tag, chart = (
        FieldError(field="image_tag:cart/app", text="No."),
        FieldError(field="chart_version:cart", text="No!"),
    )
    assert block_errors(catalog.form(services=80), [tag]) == {"image_tag": "cart/app: No."}
    assert block_errors(catalog.form(services=2), [tag]) == {"image_tag": "cart/app: No."}
    assert block_errors(catalog.form("charts", services=80), [chart]) == {"chart_version": "cart: No!"}
    bare = (Service(name="cart"),)
    assert block_errors(catalog.form(services=bare), [tag]) == {"services": "cart/app: No."}
    many = [tag] * 300
    assert len(block_errors(catalog.form(services=80), many)["image_tag"]) == 2000
    own = FieldError(field="image_tag:service0/app0", text="No.")
    assert block_errors(catalog.form(), [own]) == {"image_tag:service0/app0": "No."}
    assert block_errors(catalog.form(environment=""), [tag]) == {"project": "cart/app: No."}
    assert block_errors(CreateForm().offering_projects(()), [tag]) == {}
