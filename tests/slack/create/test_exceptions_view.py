"""The view over the form is something Slack takes, however many images there are and whatever they are called."""

import json
from typing import Any

import pytest

from bot.domain.choices import Choices
from bot.domain.models import Container, Environment, Kind, Project, Registry, Service
from bot.slack.create.defaults import offering
from bot.slack.create.exceptions_as_text import as_text
from bot.slack.create.exceptions_form import opened, read_page
from bot.slack.create.exceptions_view import image_lines, image_tags
from bot.slack.create.form import CreateForm
from bot.slack.ids import Callback
from bot.slack.metadata import FormMetadata


@pytest.mark.parametrize("project", ["shop", "charts"])
@pytest.mark.parametrize("count", [0, 1, 20, 21, 60, 300])
def test_any_number_of_images_fits(
    project: str, count: int, catalog: Any, create_client: Any, tags_client: Any
) -> None:
    somebody = tags_client(create_client(catalog.form(project, services=count, not_copied=())))
    seen = [block for block in somebody.inputs if block != "search"]
    while "image_tags_page.next" in somebody.buttons():
        somebody.turn(somebody.page + 1)
        seen += [block for block in somebody.inputs if block != "search"]
    assert len(seen) == len(set(seen)) == count * (2 if project == "charts" else 1)
    somebody.as_text()


def test_it_says_where_one_is(catalog: Any, create_client: Any, tags_client: Any) -> None:
    somebody = tags_client(create_client(catalog.form(services=300, version_name="v2")))
    assert "Page 1 of 8. Fields left empty use `v2`." in somebody.shown()
    assert set(somebody.buttons()) == {"image_tags_page.next", "image_lines"}
    somebody.turn(2)
    assert set(somebody.buttons()) == {"image_tags_page.next", "image_tags_page.previous", "image_lines"}
    assert somebody.buttons()["image_tags_page.next"]["value"] == "3"
    metadata = FormMetadata.unpack(somebody.view["private_metadata"])
    assert (metadata.draft, metadata.page, metadata.search) == ("d", 2, "")
    assert somebody.view["callback_id"] == Callback.IMAGE_TAGS
    few = tags_client(create_client(catalog.form(services=21)))
    assert "search" not in few.inputs
    assert "Page" not in few.shown()
    assert "Fields left empty use the version name." in few.shown()


def test_an_input_shows_what_counts_without_it(catalog: Any, create_client: Any, tags_client: Any) -> None:
    form = catalog.form("charts", services=30, version_name="v2.0.0", image_tag="hot", not_copied=())
    somebody = tags_client(create_client(form))
    assert somebody.block("chart_version:service0")["element"]["placeholder"]["text"] == "2.0.0"
    assert somebody.block("image_tag:service0/app0")["element"]["placeholder"]["text"] == "hot"
    assert somebody.block("image_tag:service0/app0")["hint"]["text"].startswith("Image image0, now ")


def test_mistakes_stand_under_their_input(catalog: Any, client: Any) -> None:
    values = {"image_tag:service41/app0": {"x": {"type": "plain_text_input", "value": ".no"}}}
    form = read_page(opened(catalog.form(services=90)), values)
    somebody = client()
    somebody.show(image_tags(form, draft="d", page=2, told=True))
    blocks = somebody.view["blocks"]
    below = blocks[blocks.index(somebody.block("image_tag:service41/app0")) + 1]
    assert below["elements"][0]["text"].startswith(":warning: An image tag is at most")
    somebody.show(image_tags(form, draft="d", page=2))
    assert ":warning:" not in somebody.shown()


def test_mistakes_stand_under_their_text(catalog: Any, client: Any) -> None:
    form = as_text(opened(catalog.form(services=30)))
    somebody = client()
    somebody.show(image_lines(form, draft="d", problems={"images": "Line 1: no."}))
    assert ":warning: Line 1: no." in somebody.shown()
    assert somebody.view["callback_id"] == Callback.IMAGE_LINES
    assert somebody.buttons()["image_lines"]["text"]["text"] == "Edit one by one"


@pytest.mark.parametrize(
    "name",
    ["<!channel>", "`a`", "版本" * 60, "🎉" * 250, "x" * 400, "a b\nc", "\u202e\x00", '"\\'],
    ids=ascii,
)
@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_that_comes_from_outside_breaks_it(
    name: str, kind: Kind, create_client: Any, tags_client: Any
) -> None:
    names = [f"{name}{number}" for number in range(60)]
    containers = (Container(name=name, image=name, image_name=name),)
    form = CreateForm(
        project="p",
        environment="e",
        version_name=name,
        image_tag=name,
        image_tags={f"{one}/{name}": name for one in names},
        chart_versions=dict.fromkeys(names, name),
        not_copied=(),
    )
    form = offering(
        form.offering_projects((Project(key="p", name="p", kind=kind),)),
        Choices(
            environments=(Environment(key="e", name="e", production=False),),
            services=tuple(Service(name=one, containers=containers) for one in names),
            registries=(Registry(id="r", address=name, default=True),),
        ),
    )
    somebody = tags_client(create_client(form))
    somebody.find(name[:50])
    assert "<" not in somebody.shown()
    for page in range(1, 5):
        somebody.turn(page)
        somebody.show(image_tags(somebody.form, draft="d", page=page, told=True))
        assert len(json.dumps(somebody.view)) < 250_000
