"""Where there are more services than can be ticked: all of them, only these, all except these."""

from typing import Any

import pytest

from bot.domain.models import Container, Service
from bot.slack.create.constants import KEPT_IMAGES, Scope
from bot.slack.create.defaults import offering
from bot.slack.create.form import CreateForm
from bot.slack.create.origins import Recorded, Template
from bot.slack.create.reading import read_request
from bot.slack.create.scope import taking


def names(form: CreateForm) -> list[str]:
    request, problems = read_request(form.changed(version_name="v2"))
    assert problems == ()
    return [one.name for one in request.services]


def labels(somebody: Any) -> list[str]:
    return [one["text"]["text"] for one in somebody.offered("services_scope")]


def listed(somebody: Any) -> list[str]:
    element = somebody.block("services")["element"]
    return [one["value"] for one in element.get("initial_options", [])]


def many(catalog: Any, create_client: Any, count: int = 150, **typed: Any) -> Any:
    return create_client(catalog.form(services=count, **typed))


def test_all_are_meant_at_first(catalog: Any, create_client: Any) -> None:
    somebody = many(catalog, create_client)
    assert labels(somebody) == ["All 150 services", "Only these", "All except these"]
    assert somebody.block("services_scope")["element"]["initial_option"]["value"] == "all"
    assert len(names(somebody.read())) == 150


def test_a_hundred_services_are_ticked_without_a_question(catalog: Any, create_client: Any) -> None:
    assert "services_scope" not in many(catalog, create_client, 100).inputs


def test_only_these_takes_those_that_are_picked(catalog: Any, create_client: Any) -> None:
    somebody = many(catalog, create_client)
    somebody.change("services_scope", "only")
    assert somebody.block("services")["optional"] is False
    _, problems = read_request(somebody.read().changed(version_name="v2"))
    assert [(one.field, one.text) for one in problems] == [("services", "Choose at least one service.")]
    somebody.change("services", ["service7", "service140"])
    assert names(somebody.read()) == ["service7", "service140"]


def test_whoever_picks_some_while_all_are_meant_wants_only_those(catalog: Any, create_client: Any) -> None:
    somebody = many(catalog, create_client)
    somebody.put("services", ["service7"])
    assert names(somebody.read()) == ["service7"]
    somebody.redraw()
    assert somebody.block("services_scope")["element"]["initial_option"]["value"] == "only"
    assert listed(somebody) == ["service7"]


def test_both_answers_in_one_submission_count(catalog: Any, create_client: Any) -> None:
    somebody = many(catalog, create_client)
    somebody.put("services_scope", "except")
    somebody.put("services", ["service7"])
    assert len(names(somebody.read())) == 149
    assert "service7" not in names(somebody.read())


def test_what_was_picked_to_be_left_out_is_not_what_is_taken(catalog: Any, create_client: Any) -> None:
    somebody = many(catalog, create_client)
    somebody.change("services_scope", "except")
    assert somebody.block("services")["label"]["text"] == "Services to leave out"
    somebody.change("services", ["service7"])
    assert len(names(somebody.read())) == 149
    somebody.change("services_scope", "only")
    assert listed(somebody) == []
    assert somebody.form.chosen_services == {}
    somebody.change("services_scope", "all")
    assert len(names(somebody.read())) == 150


@pytest.mark.parametrize(
    ("chosen", "scope", "shown"),
    [
        (range(250), Scope.ALL, 0),
        (range(3), Scope.ONLY, 3),
        (range(1, 250), Scope.EXCEPT, 1),
        (range(120), Scope.KEPT, 0),
    ],
)
def test_any_choice_can_be_shown_with_a_hundred_options(
    chosen: range, scope: Scope, shown: int, catalog: Any, create_client: Any
) -> None:
    wanted = [f"service{number}" for number in chosen]
    somebody = create_client(taking(catalog.form(services=250), wanted))
    assert somebody.block("services_scope")["element"]["initial_option"]["value"] == scope
    assert len(listed(somebody)) == shown
    assert names(somebody.read()) == wanted
    again = create_client(offering(somebody.read(), catalog.choices(catalog.services(250))))
    assert names(again.read()) == wanted


def test_more_of_a_templates_services_than_can_be_listed_are_one_choice(
    catalog: Any, create_client: Any
) -> None:
    template = Template(name="v12", services=tuple(f"service{number}" for number in range(120)))
    form = CreateForm(project="shop", environment="dev", template=template).offering_projects(
        catalog.projects
    )
    somebody = create_client(offering(form, catalog.choices(catalog.services(250))))
    assert labels(somebody)[1] == "The 120 services of v12"
    assert len(names(somebody.read())) == 120
    somebody.change("services_scope", "all")
    assert len(names(somebody.read())) == 250
    somebody.change("services_scope", "kept")
    assert len(names(somebody.read())) == 120


def test_more_images_than_a_select_can_show_stay_as_one(catalog: Any, create_client: Any) -> None:
    foreign = tuple(
        Service(
            name=f"s{number}",
            containers=(Container(name="app", image=f"else.org/{number}:1", image_name=str(number)),),
        )
        for number in range(150)
    )
    own = catalog.services(60)
    somebody = create_client(catalog.form(services=(*foreign, *own)))
    element = somebody.block("not_copied")["element"]
    assert [one["text"]["text"] for one in element["initial_options"]] == ["150 images chosen so far"]
    request, _ = read_request(somebody.read().changed(version_name="v2"))
    assert sum(image.copied for one in request.services for image in one.images) == 60
    somebody.change("not_copied", [KEPT_IMAGES, "service3/app0"])
    assert len(somebody.read().not_copied) == 151
    somebody.change("not_copied", [KEPT_IMAGES])
    assert len(somebody.read().not_copied) == 150
    somebody.change("not_copied", [])
    assert somebody.read().not_copied == ()


def test_a_template_whose_images_all_stayed_can_be_drawn(catalog: Any, create_client: Any) -> None:
    images = tuple(
        Recorded(service=f"service{number}", module="app0", name=f"image{number}", reference="x/y:1")
        for number in range(150)
    )
    template = Template(name="v12", services=tuple(one.service for one in images), images=images)
    form = CreateForm(project="shop", environment="dev", template=template).offering_projects(
        catalog.projects
    )
    somebody = create_client(offering(form, catalog.choices(catalog.services(150))))
    assert len(somebody.read().not_copied) == 150
