"""Tags of single images and versions of single charts, in the view over the form: page by page, found, kept, given up."""

from typing import Any

import pytest

from bot.domain.models import Container, Kind, Service
from bot.domain.requests import FieldError
from bot.slack.create.exceptions_form import (
    PAGE,
    accepted,
    block_errors,
    exceptions,
    opened,
    page_of,
    problems_of,
    read_page,
    sheet,
)
from bot.slack.create.exceptions_view import image_tags
from bot.slack.create.reading import CreateForm, read_request


def tags(form: CreateForm) -> dict[str, str]:
    request, problems = read_request(form)
    assert problems == ()
    return {f"{one.name}/{image.container}": image.tag for one in request.services for image in one.images}


def charts(form: CreateForm) -> dict[str, str]:
    request, problems = read_request(form)
    assert problems == ()
    return {one.name: one.chart_version for one in request.services}


def typed(**values: str) -> dict[str, dict[str, dict[str, str]]]:
    return {block: {"x": {"type": "plain_text_input", "value": value}} for block, value in values.items()}


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (40, 1), (41, 2), (300, 8)])
def test_every_image_is_on_one_page(count: int, pages: int, catalog: Any) -> None:
    form = catalog.form(services=count)
    sheets = [sheet(form, number) for number in range(1, pages + 1)]
    assert [one.count for one in sheets] == [pages] * pages
    names = [thing.name for one in sheets for thing in one.things]
    assert names == list(form.chosen_images)
    assert max(len(one.things) for one in sheets) <= PAGE


def test_a_page_past_the_end_is_the_last_one(catalog: Any) -> None:
    form = catalog.form(services=90)
    assert sheet(form, 99).number == 3
    assert sheet(form, -1).number == 1
    assert len(sheet(form, 99).things) == 10


def test_a_charts_own_version_stands_above_its_images_tags(catalog: Any) -> None:
    form = catalog.form("charts", services=catalog.services(2, containers=2), not_copied=())
    assert [thing.block for thing in sheet(form).things] == [
        "chart_version:service0",
        "image_tag:service0/app0",
        "image_tag:service0/app1",
        "chart_version:service1",
        "image_tag:service1/app0",
        "image_tag:service1/app1",
    ]


def test_names_of_any_length_make_pages_that_fit(catalog: Any, create_client: Any, tags_client: Any) -> None:
    services = tuple(
        Service(
            name=f"{number}{'🎉' * 250}", containers=(Container(name="版" * 250, image="i", image_name="i"),)
        )
        for number in range(60)
    )
    somebody = tags_client(create_client(catalog.form(services=services, not_copied=())))
    seen = list(somebody.inputs)
    while "image_tags_page.next" in somebody.buttons():
        somebody.turn(somebody.page + 1)
        seen += somebody.inputs
    assert len([block for block in seen if block != "search"]) == 60


def test_what_is_set_on_any_page_counts(catalog: Any, create_client: Any, tags_client: Any) -> None:
    somebody = tags_client(create_client(catalog.form(services=300, version_name="v2")))
    somebody.put("image_tag:service0/app0", " first ")
    somebody.turn(2)
    somebody.put("image_tag:service41/app0", "second")
    somebody.turn(8)
    somebody.put("image_tag:service299/app0", "last")
    somebody.turn(1)
    assert somebody.block("image_tag:service0/app0")["element"]["initial_value"] == "first"
    form = somebody.keep()
    found = {key: tag for key, tag in tags(form).items() if tag != "v2"}
    assert found == {"service0/app0": "first", "service41/app0": "second", "service299/app0": "last"}
    assert len(tags(form)) == 300
    assert "(3 set)" in somebody.below.shown()
    assert form.touched


def test_an_emptied_input_is_no_exception_any_more(
    catalog: Any, create_client: Any, tags_client: Any
) -> None:
    form = catalog.form(services=30, version_name="v2", image_tags={"service3/app0": "7"})
    somebody = tags_client(create_client(form))
    assert somebody.block("image_tag:service3/app0")["element"]["initial_value"] == "7"
    somebody.put("image_tag:service3/app0", "")
    assert somebody.keep().image_tags == {}


def test_charts_have_versions_of_their_own(catalog: Any, create_client: Any, tags_client: Any) -> None:
    form = catalog.form("charts", services=30, version_name="v2.0.0", chart_repository="main")
    somebody = tags_client(create_client(form))
    somebody.put("chart_version:service3", "1.0.0-rc.1")
    found = charts(somebody.keep())
    assert {name: one for name, one in found.items() if one != "2.0.0"} == {"service3": "1.0.0-rc.1"}


def test_nothing_counts_before_it_is_kept(catalog: Any, create_client: Any, tags_client: Any) -> None:
    below = create_client(catalog.form(services=300, version_name="v2", image_tags={"service1/app0": "7"}))
    somebody = tags_client(below)
    somebody.put("image_tag:service1/app0", "8")
    somebody.turn(2)
    assert tags(somebody.form)["service1/app0"] == "7"
    assert tags_client(below).block("image_tag:service1/app0")["element"]["initial_value"] == "7"


def test_names_are_found_by_a_part_on_all_pages(catalog: Any, create_client: Any, tags_client: Any) -> None:
    somebody = tags_client(create_client(catalog.form(services=300, version_name="v2")))
    somebody.put("image_tag:service0/app0", "7")
    somebody.find("SERVICE29")
    assert [block for block in somebody.inputs if block != "search"] == [
        "image_tag:service29/app0",
        *(f"image_tag:service{number}/app0" for number in range(290, 300)),
    ]
    somebody.put("image_tag:service299/app0", "9")
    somebody.find("nothing like it")
    assert somebody.inputs == ["search"]
    assert "Nothing chosen matches `nothing like it`." in somebody.shown()
    somebody.find("")
    found = {key: tag for key, tag in tags(somebody.keep()).items() if tag != "v2"}
    assert found == {"service0/app0": "7", "service299/app0": "9"}


def test_mistakes_are_told_on_their_page(catalog: Any) -> None:
    form = read_page(
        opened(catalog.form("charts", services=60, not_copied=())),
        typed(**{"chart_version:service0": "1", "image_tag:service59/app0": ".no"}),
    )
    problems = problems_of(form)
    assert [one.field for one in problems] == ["chart_version:service0", "image_tag:service59/app0"]
    assert block_errors(sheet(form, 1), problems).keys() == {"chart_version:service0"}
    assert block_errors(sheet(form, 3), problems).keys() == {"image_tag:service59/app0"}
    assert [page_of(form, one.field) for one in problems] == [1, 3]
    assert page_of(form, "image_tag:nobody/knows") == 1


def test_what_was_wrong_with_single_images_is_settled_by_keeping(catalog: Any) -> None:
    problems = [
        FieldError(field="image_tag:service0/app0", text="No."),
        FieldError(field="labels", text="No."),
    ]
    form = accepted(opened(catalog.form(services=30).rejected(problems)))
    assert form.problems == {"labels": "No."}
    assert not form.touched


def test_exceptions_of_services_that_are_not_chosen_are_not_counted(catalog: Any) -> None:
    form = catalog.form(services=30, image_tags={"service1/app0": "7", "service2/app0": "8"})
    assert exceptions(form) == 2
    assert exceptions(form.changed(services=("service1",))) == 1


@pytest.mark.parametrize("stays", ["*", "service3/app0"])
def test_an_image_that_is_not_copied_is_not_asked_about_and_its_tag_comes_back_with_it(
    stays: str, catalog: Any, create_client: Any, tags_client: Any
) -> None:
    set_before = {"service3/app0": "7", "service4/app0": "8"}
    project = "charts" if stays == "*" else "shop"
    form = catalog.form(project, services=30, version_name="v2", image_tags=set_before, not_copied=(stays,))
    below = create_client(form)
    somebody = tags_client(below)
    assert "image_tag:service3/app0" not in somebody.inputs
    assert ("image_tag:service4/app0" in somebody.inputs) == (stays != "*")
    assert exceptions(form) == (0 if stays == "*" else 1)
    assert somebody.keep().image_tags == set_before
    copied = form.changed(not_copied=())
    again = tags_client(create_client(copied))
    assert again.block("image_tag:service3/app0")["element"]["initial_value"] == "7"
    assert exceptions(copied) == 2


def test_where_no_image_is_copied_there_is_nothing_to_set(catalog: Any, client: Any) -> None:
    form = catalog.form(services=30, not_copied=tuple(f"service{number}/app0" for number in range(30)))
    somebody = client()
    somebody.show(image_tags(opened(form), draft="d"))
    assert somebody.inputs == []
    assert "None of the chosen images is copied, so there are no tags to set." in somebody.shown()


def test_what_cannot_be_seen_is_no_mistake(catalog: Any) -> None:
    form = catalog.form(
        services=3, version_name="v2", not_copied=("service1/app0",), image_tags={"service1/app0": ".no"}
    )
    request, problems = read_request(form)
    assert problems == ()
    assert [image.tag for one in request.services for image in one.images] == ["v2", "v2", "v2"]
    assert problems_of(opened(form)) == ()
    _, problems = read_request(form.changed(not_copied=()))
    assert [one.field for one in problems] == ["image_tag:service1/app0"]


def test_another_environment_ends_the_editing(catalog: Any, create_client: Any) -> None:
    form = opened(catalog.form(services=30))
    somebody = create_client(form)
    somebody.put("environment", "prod")
    assert somebody.read().tagging is None
    assert form.kind is Kind.K8S


def test_what_is_emptied_in_the_view_over_the_form_is_empty_in_the_form_too(
    catalog: Any, create_client: Any, tags_client: Any
) -> None:
    """Slack keeps what stands in an input whose action id stays, whatever the redrawn view says."""
    below = create_client(
        catalog.form("charts", services=catalog.services(1), environment="dev", not_copied=())
    )
    below.put("chart_version:service0", "1.2.3")
    below.put("image_tag:service0/app0", "t1")
    below.put("description", "kept")
    below.redraw()
    over = tags_client(below)
    over.put("chart_version:service0", "")
    over.put("image_tag:service0/app0", "t2")
    form = over.keep()
    assert (form.chart_versions, form.image_tags) == ({}, {"service0/app0": "t2"})
    assert form.description == "kept"
