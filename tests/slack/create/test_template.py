"""The form filled in from a version that exists: the next one like it, or the same once more."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.choices import Choices
from bot.domain.models import Chart, Container, Image, Kind, Service, Status, Version, VersionDetails
from bot.domain.record import Particulars
from bot.domain.requests import Source
from bot.slack.create.constants import TEMPLATE
from bot.slack.create.defaults import habits_of, offering, proposing
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Habits, Replaced
from bot.slack.create.reading import read_request
from bot.slack.create.template import (
    from_version,
    gone_from_environment,
    new_in_environment,
    overwritten,
)
from bot.slack.create.view_choices import choices_of

MONDAY = date(2026, 11, 23)
R1 = "registry.example.com/prod"


def a_version(**changed: Any) -> Version:
    usual: dict[str, Any] = {
        "project": "shop",
        "name": "v13",
        "id": "65a0b1c2d3e4f5a6b7c8d9e0",
        "kind": Kind.K8S,
        "status": Status.SUCCESS,
        "status_word": "success",
        "created_at": 1,
        "description": "The *new* cart\nwith lines",
        "labels": ("rc", "week 47"),
    }
    return Version(**(usual | changed))


def an_image(service: str, module: str, reference: str, *, name: str = "", registry: str = "r1") -> Image:
    return Image(
        id="",
        service=service,
        module=module,
        reference=reference,
        name=name,
        created_at=1,
        registry_id=registry,
    )


def a_chart(name: str, version: str, *images: Image) -> Chart:
    return Chart(
        id="", service=name, name=name, repository="edge", version=version, created_at=1, images=images
    )


def images(tags: dict[str, str]) -> tuple[Image, ...]:
    """Of services as the catalog names them."""
    return tuple(
        an_image(f"service{key}", "app0", f"{R1}/image{key}:{tag}", name=f"image{key}")
        for key, tag in tags.items()
    )


def filled(catalog: Any, details: VersionDetails, *, services: Any = 3, again: bool = False) -> CreateForm:
    """The form once its environment is known."""
    form = from_version(details, today=MONDAY, again=again).offering_projects(catalog.projects)
    form = form.accustomed(Habits(environment="dev"))
    services = catalog.services(services) if isinstance(services, int) else services
    return proposing(offering(form, replace(catalog.choices(services), names=("v13", "v12"))), MONDAY)


def tags(form: CreateForm) -> dict[str, str]:
    request, problems = read_request(form)
    assert problems == ()
    return {one.name: image.tag for one in request.services for image in one.images}


def test_it_is_complete_under_the_next_name(catalog: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "v13", "1": "v13"}))
    form = filled(catalog, details)
    assert (form.version_name, form.environment, form.registry) == ("v14", "dev", "r1")
    assert (form.description, form.labels) == ("The *new* cart\nwith lines", "rc, week 47")
    assert tags(form) == {"service0": "v14", "service1": "v14"}
    assert (form.image_tag, form.image_tags, form.replaces) == ("", {}, None)
    assert new_in_environment(form) == ("service2",)
    assert gone_from_environment(form) == ()


@pytest.mark.parametrize(
    ("recorded", "for_all", "own"),
    [
        ({"0": "v13", "1": "v13"}, "", {}),
        ({"0": "7", "1": "7"}, "7", {}),
        ({"0": "v13", "1": "7"}, "", {"service1/app0": "7"}),
        ({"0": "7", "1": "8"}, "", {"service0/app0": "7", "service1/app0": "8"}),
        ({"0": "7", "1": "7", "2": "8"}, "7", {"service2/app0": "8"}),
        ({"0": "7", "1": "7", "2": "v13"}, "", {"service0/app0": "7", "service1/app0": "7"}),
    ],
)
def test_tags_that_are_not_the_name_come_along(
    recorded: dict[str, str], for_all: str, own: dict[str, str], catalog: Any
) -> None:
    form = filled(catalog, VersionDetails(version=a_version(), images=images(recorded)))
    assert (form.image_tag, form.image_tags) == (for_all, own)


def test_what_the_environment_has_no_more_is_dropped_and_named(catalog: Any) -> None:
    services = (
        Service(name="cart", containers=(Container(name="app", image="i", image_name="cart"),)),
        Service(name="user", containers=(Container(name="app", image="i", image_name="user"),)),
    )
    details = VersionDetails(
        version=a_version(),
        images=(
            an_image("cart", "app", f"{R1}/cart:7", name="cart"),
            an_image("cart", "init", f"{R1}/tools:8", name="tools"),
            an_image("search", "app", f"{R1}/search:v13", name="search"),
        ),
    )
    form = filled(catalog, details, services=services)
    assert form.services == ("cart",)
    assert gone_from_environment(form) == ("search", "cart/init")
    assert new_in_environment(form) == ("user",)
    assert form.image_tags == {"cart/app": "7"}


def test_before_zadig_3_4_1_images_are_known_by_their_name(catalog: Any) -> None:
    services = (Service(name="cart", containers=(Container(name="app", image="i", image_name="shop-cart"),)),)
    details = VersionDetails(
        version=a_version(), images=(an_image("cart", "shop-cart", f"{R1}/shop-cart:7", name="shop-cart"),)
    )
    form = filled(catalog, details, services=services)
    assert form.image_tag == "7"
    assert gone_from_environment(form) == ()


def test_services_without_images_cannot_be_seen_in_a_version_and_stay(catalog: Any) -> None:
    services = (*catalog.services(2), Service(name="config"))
    details = VersionDetails(version=a_version(), images=images({"1": "v13"}))
    form = filled(catalog, details, services=services)
    assert form.services == ("service1", "config")
    assert new_in_environment(form) == ("service0",)


def test_images_that_stayed_where_they_were_stay(catalog: Any) -> None:
    details = VersionDetails(
        version=a_version(),
        images=(
            *images({"0": "v13"}),
            an_image("service1", "app0", "docker.io/library/image1:1.0", name="image1"),
            an_image("service2", "app0", "dev.example.com/n/image2:3", name="image2", registry=""),
        ),
    )
    form = filled(catalog, details)
    assert form.not_copied == ("service1/app0", "service2/app0")
    assert form.image_tags == {}


def test_a_version_without_services_chooses_all(catalog: Any) -> None:
    form = filled(catalog, VersionDetails(version=a_version()))
    assert form.services == ("service0", "service1", "service2")


def test_a_registry_that_is_gone_gives_way(catalog: Any) -> None:
    details = VersionDetails(
        version=a_version(),
        images=(an_image("service0", "app0", "x.org/image0:v13", name="image0", registry="gone"),),
    )
    assert filled(catalog, details).registry == "r2"


@pytest.mark.parametrize(
    ("name", "versions", "for_all", "own"),
    [
        ("1.4.0", ("1.4.0", "1.4.0"), "", {}),
        ("v1.4.0", ("1.4.0", "1.4.0"), "", {}),
        ("w47", ("1.4.0", "1.4.0"), "1.4.1", {}),
        ("1.4.0", ("1.4.0", "2.0.0-rc.1"), "", {"service1": "2.0.0-rc.2"}),
        ("w47", ("1.4.0", "2.0.0"), "", {"service0": "1.4.1", "service1": "2.0.1"}),
    ],
)
def test_chart_versions_count_up(
    name: str, versions: tuple[str, str], for_all: str, own: dict[str, str], catalog: Any
) -> None:
    details = VersionDetails(
        version=a_version(project="charts", kind=Kind.HELM, name=name),
        charts=tuple(a_chart(f"service{number}", one) for number, one in enumerate(versions)),
    )
    form = filled(catalog, details)
    assert (form.chart_version, form.chart_versions) == (for_all, own)
    assert (form.chart_repository, form.kind, form.services) == ("edge", Kind.HELM, ("service0", "service1"))
    assert form.not_copied == ("*",)


def test_the_same_once_more_keeps_its_name_and_versions(catalog: Any) -> None:
    details = VersionDetails(
        version=a_version(project="charts", kind=Kind.HELM, name="w47"),
        charts=(
            a_chart("service0", "1.4.0"),
            a_chart("service1", "2.0.0", an_image("service1", "image1", "r/image1:9", name="image1")),
        ),
    )
    form = filled(catalog, details, again=True)
    assert form.version_name == "w47"
    assert form.chart_versions == {"service0": "1.4.0", "service1": "2.0.0"}
    assert form.replaces == Replaced(id="65a0b1c2d3e4f5a6b7c8d9e0", name="w47")
    assert form.image_tag == "9"


def test_a_name_that_is_replaced_is_not_taken(catalog: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "v13"}))
    form = filled(catalog, details, again=True)
    assert form.version_name == "v13"
    assert read_request(form)[1] == ()
    taken = read_request(form.changed(version_name="v12"))[1]
    assert [one.field for one in taken] == ["version_name"]


def test_images_that_would_take_the_place_of_the_templates_are_counted(catalog: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "7", "1": "7", "2": "v13"}))
    form = filled(catalog, details)
    assert overwritten(form, read_request(form)[0]) == 2
    elsewhere = form.changed(registry="r2")
    assert overwritten(elsewhere, read_request(elsewhere)[0]) == 0
    again = filled(catalog, details, again=True)
    assert overwritten(again, read_request(again)[0]) == 0


def test_another_project_forgets_the_template(catalog: Any, create_client: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "v13"}))
    somebody = create_client(filled(catalog, details, again=True))
    somebody.put("project", "charts")
    form = somebody.read()
    assert (form.template, form.replaces, form.habits) == (None, None, None)


def test_another_environment_is_filled_in_anew(catalog: Any, create_client: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "v13", "7": "hot"}))
    somebody = create_client(filled(catalog, details))
    assert gone_from_environment(somebody.form) == ("service7",)
    somebody.put("environment", "prod")
    form = offering(somebody.read(), catalog.choices(catalog.services(9)))
    assert form.services == ("service0", "service7")
    assert form.image_tags == {"service7/app0": "hot"}
    assert form.registry == "r1"


def test_where_services_cannot_be_read_the_template_is_text(catalog: Any) -> None:
    details = VersionDetails(
        version=a_version(),
        images=(
            *images({"0": "v13", "1": "7"}),
            an_image("service2", "app0", "x/image2:1", name="image2", registry=""),
        ),
    )
    form = from_version(details, today=MONDAY).accustomed(Habits(kind=Kind.K8S, environment="dev"))
    form = proposing(offering(form.offering_projects(catalog.projects), Choices()), MONDAY)
    assert form.service_lines.splitlines() == [
        "service0/app0 image0",
        "service1/app0 image1:7",
        "service2/app0 image2:1 nocopy",
    ]
    helm = VersionDetails(
        version=a_version(project="charts", kind=Kind.HELM, name="1.0.0"),
        charts=(a_chart("a", "1.0.0", an_image("a", "i", "r/i:1.0.0", name="i")), a_chart("b", "2.0.0")),
    )
    form = offering(from_version(helm, today=MONDAY).accustomed(Habits(environment="dev")), Choices())
    assert form.service_lines.splitlines() == ["a", "b 2.0.1", "a/i i nocopy"]


def test_nothing_is_typed_by_opening_it(catalog: Any, create_client: Any) -> None:
    details = VersionDetails(version=a_version(), images=images({"0": "v13", "1": "7"}))
    form = filled(catalog, details)
    assert create_client(form).read() == form
    assert not form.touched


# Made from the template itself, where Zadig can do that.


def reusable(**changed: Any) -> VersionDetails:
    held = (
        an_image("cart", "app", f"{R1}/cart:v13", name="cart"),
        an_image("gone", "app", "docker.io/gone:7", name="gone"),
    )
    return VersionDetails(version=a_version(**changed), images=held, reusable=True)


def opened_on(catalog: Any, details: VersionDetails, **changed: Any) -> CreateForm:
    form = from_version(details, today=MONDAY, **changed).offering_projects(catalog.projects)
    return proposing(offering(form.accustomed(Habits()), catalog.choices(None)), MONDAY)


def test_a_version_can_be_made_from_what_the_template_holds_whatever_runs_now(
    catalog: Any, create_client: Any
) -> None:
    somebody = create_client(
        opened_on(catalog, reusable()), lambda form: offering(form, catalog.choices(catalog.services(2)))
    )
    groups = somebody.block("environment")["element"]["option_groups"]
    assert groups[-1]["label"]["text"] == "Version"
    assert somebody.block("environment")["element"]["initial_option"]["value"] == TEMPLATE
    assert groups[-1]["options"][0]["text"]["text"] == "Images from v13"
    assert "or those of v13" in somebody.block("environment")["hint"]["text"]
    somebody.change("environment", TEMPLATE)
    form = somebody.form
    assert list(form.offered_services) == ["cart", "gone"]
    request, problems = read_request(form)
    assert problems == ()
    assert (request.source, request.original, request.environment) == (Source.VERSION, "v13", "")
    found = {one.name: (one.images[0].tag, one.images[0].copied) for one in request.services}
    assert found == {"cart": ("v2", True), "gone": ("v2", False)}, "what lies in no registry of Zadig's stays"
    assert habits_of(form).environment == ""
    somebody.change("environment", "dev")
    assert list(somebody.form.offered_services) == ["service0", "service1"]
    assert read_request(somebody.form)[0].source is Source.ENVIRONMENT


def test_without_any_environment_the_template_is_enough(catalog: Any, create_client: Any) -> None:
    form = opened_on(catalog, reusable())
    bare = replace(catalog.choices(None), environments=())
    form = offering(form, bare)
    assert form.missing is None
    form = offering(form.changed(environment=TEMPLATE), bare)
    assert read_request(create_client(form).read())[1] == ()


@pytest.mark.parametrize("why", ["an older Zadig", "nothing in it", "not all there", "made again"])
def test_where_that_cannot_be_the_environment_is_asked_for(why: str, catalog: Any) -> None:
    details = reusable()
    if why == "an older Zadig":
        details = replace(details, reusable=False)
    elif why == "nothing in it":
        details = replace(details, images=())
    elif why == "not all there":
        details = reusable(status=Status.FAILED)
    form = opened_on(catalog, details, again=why == "made again")
    assert form.reusable is None
    assert not [choice for choice in choices_of(form, "environment") if choice.value == TEMPLATE]
    form = offering(form.changed(environment=TEMPLATE), catalog.choices(None))
    assert (form.environment, form.problems) == ("", {})


def test_what_came_from_production_stays_for_those_who_may_use_that(catalog: Any, create_client: Any) -> None:
    form = opened_on(catalog, replace(reusable(), production=True)).changed(environment=TEMPLATE)
    allowed = offering(form, catalog.choices(None))
    assert read_request(allowed)[0].production
    assert ":warning: `v13` was made from a *production* environment." in create_client(allowed).shown()
    others = offering(form.changed(production_by=("U0ADA",)), catalog.choices(None))
    assert (others.reusable, others.environment) == (None, "")


def test_the_environment_that_it_was_made_from_comes_before_the_one_that_was_used_last(catalog: Any) -> None:
    details = VersionDetails(version=a_version(status=Status.FAILED), images=images({"0": "v13"}))
    for made_from, last, chosen in (
        ("prod", "dev", "prod"),
        ("gone", "dev", "dev"),
        ("", "dev", "dev"),
        ("gone", "", ""),
    ):
        form = from_version(details, today=MONDAY, again=True, made_from=Particulars(environment=made_from))
        form = form.offering_projects(catalog.projects).accustomed(Habits(environment=last))
        form = offering(form, catalog.choices(catalog.services(2)))
        assert (form.environment, form.problems) == (chosen, {})


def test_where_environments_cannot_be_read_it_is_still_known_to_be_a_production_one(catalog: Any) -> None:
    details = VersionDetails(version=a_version(status=Status.FAILED), images=images({"0": "v13"}))
    made_from = Particulars(environment="live", production=True)
    form = from_version(details, today=MONDAY, again=True, made_from=made_from)
    form = offering(form.offering_projects(catalog.projects).accustomed(Habits(environment="dev")), Choices())
    assert (form.environment, form.in_production) == ("live", True)
