"""All exceptions as text: one a line, mistakes by the number of the line, and nothing lost on the way there and back."""

from typing import Any

import pytest

from bot.domain.models import Container, Service
from bot.slack.create.exceptions_as_text import area_blocks, as_text, fits
from bot.slack.create.reading import read_request


def test_the_text_holds_what_is_set(catalog: Any, create_client: Any, tags_client: Any) -> None:
    form = catalog.form(
        services=80,
        version_name="v2",
        image_tags={"service1/app0": "7", "service2/app0": "8"},
        not_copied=("service2/app0", "service3/app0"),
    )
    somebody = tags_client(create_client(form))
    somebody.put("image_tag:service4/app0", "9")
    assert somebody.as_text().splitlines() == [
        "service1/app0 image1:7",
        "service2/app0 image2:8 nocopy",
        "service3/app0 nocopy",
        "service4/app0 image4:9",
    ]
    assert somebody.inputs == ["images"]


def test_the_text_is_what_counts(catalog: Any, create_client: Any, tags_client: Any) -> None:
    form = catalog.form(services=80, version_name="v2", image_tags={"service9/app0": "old"})
    somebody = tags_client(create_client(form))
    somebody.as_text()
    somebody.put(
        "images", "service1/app0 image1:7\nservice2/app0 8\n\nservice3/app0 nocopy\nservice4/app0 x:9 NOCOPY"
    )
    form, problems = somebody.keep_text()
    assert problems == ()
    request, problems = read_request(form)
    assert problems == ()
    images = {service.name: service.images[0] for service in request.services}
    assert [images[f"service{number}"].tag for number in (0, 1, 2, 3, 4, 9)] == [
        "v2",
        "7",
        "8",
        "v2",
        "9",
        "v2",
    ]
    assert [name for name, image in images.items() if not image.copied] == ["service3", "service4"]


def test_what_is_not_copied_shows_in_the_form_afterwards(
    catalog: Any, create_client: Any, tags_client: Any
) -> None:
    below = create_client(catalog.form(services=30, version_name="v2", not_copied=("service5/app0",)))
    somebody = tags_client(below)
    somebody.as_text()
    somebody.put("images", "service3/app0 nocopy")
    form, _ = somebody.keep_text()
    assert form.not_copied == ("service3/app0",)
    chosen = below.block("not_copied")["element"]["initial_options"]
    assert [one["value"] for one in chosen] == ["service3/app0"]


def test_all_images_that_are_not_copied_stay_so(catalog: Any, create_client: Any, tags_client: Any) -> None:
    somebody = tags_client(create_client(catalog.form("charts", services=30, version_name="2.0.0")))
    assert somebody.as_text() == ""
    somebody.put("images", "service1 1.0.0\nservice2/app0 7")
    form, problems = somebody.keep_text()
    assert (problems, form.not_copied) == ((), ("*",))
    assert (form.chart_versions, form.image_tags) == ({"service1": "1.0.0"}, {"service2/app0": "7"})


def test_exceptions_of_services_that_are_not_chosen_survive(
    catalog: Any, create_client: Any, tags_client: Any
) -> None:
    form = catalog.form(
        services=40,
        version_name="v2",
        image_tags={"service1/app0": "7", "service39/app0": "8"},
        not_copied=("service39/app0",),
    ).changed(services=tuple(f"service{number}" for number in range(30)))
    somebody = tags_client(create_client(form))
    assert somebody.as_text() == "service1/app0 image1:7"
    somebody.put("images", "")
    form, _ = somebody.keep_text()
    assert form.image_tags == {"service39/app0": "8"}
    assert form.not_copied == ("service39/app0",)


def test_mistakes_are_told_by_the_number_of_their_line(
    catalog: Any, create_client: Any, tags_client: Any
) -> None:
    somebody = tags_client(create_client(catalog.form("charts", services=80, version_name="v2.0.0")))
    somebody.as_text()
    lines = [
        "service1",
        "service1 1.0.0 nocopy",
        "service1/app0",
        "service1/app0 a b",
        "nope x",
        "",
        "service1/nope x",
        "service2/app0 .no",
        "service2 1",
        "service3 1.0.0",
        "service3 1.0.0",
    ]
    somebody.put("images", "\n".join(lines))
    form, problems = somebody.keep_text()
    assert {problem.field for problem in problems} == {"images"}
    assert [problem.text.partition(":")[0] for problem in problems] == [
        f"Line {number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 11)
    ]
    assert form.tagging
    assert form.tagging.lines == ("\n".join(lines),)


def test_there_and_back_keeps_everything(catalog: Any, create_client: Any, tags_client: Any) -> None:
    form = catalog.form("charts", services=80, version_name="v2.0.0", not_copied=())
    somebody = tags_client(create_client(form))
    somebody.put("image_tag:service1/app0", "7")
    somebody.turn(2)
    somebody.as_text()
    somebody.put("images", "service1/app0 image1:7\nservice70 1.2.3\nservice70/app0 x:9 nocopy")
    somebody.one_by_one()
    somebody.turn(4)
    assert somebody.block("chart_version:service70")["element"]["initial_value"] == "1.2.3"
    somebody.as_text()
    somebody.one_by_one()
    form = somebody.keep()
    assert form.image_tags == {"service1/app0": "7", "service70/app0": "9"}
    assert form.chart_versions == {"service70": "1.2.3"}
    assert form.not_copied == ("service70/app0",)


@pytest.mark.parametrize(("count", "texts"), [(1, 1), (40, 1), (300, 7)])
def test_more_text_than_one_input_holds_is_cut_between_lines(
    count: int, texts: int, catalog: Any, create_client: Any, tags_client: Any
) -> None:
    tags = {f"service{number}/app0": f"{number}-{'x' * 12}" for number in range(count)}
    form = catalog.form(services=300, version_name="v2", image_tags=tags)
    somebody = tags_client(create_client(form))
    assert len(somebody.as_text().splitlines()) == count
    assert somebody.inputs == list(area_blocks(texts))
    assert all(
        len(somebody.block(one)["element"].get("initial_value", "")) <= 2000 for one in somebody.inputs
    )
    last = somebody.inputs[-1]
    somebody.put(last, "service299/app0 .no")
    _, problems = somebody.keep_text()
    assert [(one.field, one.text[:7]) for one in problems] == [(last, "Line 1:")]


def test_a_line_in_two_texts_is_a_mistake_too(catalog: Any, create_client: Any, tags_client: Any) -> None:
    tags = {f"service{number}/app0": f"{number}-{'x' * 12}" for number in range(100)}
    somebody = tags_client(create_client(catalog.form(services=300, image_tags=tags)))
    somebody.as_text()
    somebody.put("images:2", "service0/app0 7")
    _, problems = somebody.keep_text()
    assert [one.field for one in problems] == ["images:2"]


def test_text_is_not_offered_where_it_could_not_be_read_back(catalog: Any) -> None:
    assert fits(catalog.form(services=300))
    spaces = Service(name="a b", containers=(Container(name="c", image="i", image_name="i"),))
    assert not fits(catalog.form(services=(spaces,)))
    tags = {f"service{number}/app0": "x" * 128 for number in range(300)}
    assert not fits(catalog.form(services=300, image_tags=tags))
    endless = Service(name="x" * 3000, containers=(Container(name="c", image="i", image_name="i"),))
    assert not fits(catalog.form(services=(endless,), image_tags={f"{'x' * 3000}/c": "1"}))


def test_images_whose_name_would_confuse_are_called_image(catalog: Any) -> None:
    for name in ("", "a b"):
        odd = Service(name="a", containers=(Container(name="c", image="i", image_name=name),))
        form = as_text(catalog.form(services=(odd,), image_tags={"a/c": "7"}))
        assert form.tagging
        assert form.tagging.lines == ("a/c image:7 nocopy",)
