"""Whatever somebody does to the form that creates a version, nothing of it is lost on the way."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.choices import Choices
from bot.domain.models import Container, Environment, Kind, Project, Registry, Service
from bot.slack.create.defaults import offering
from bot.slack.create.exceptions_as_text import read_exceptions
from bot.slack.create.exceptions_form import editing, problems_of, read_page
from bot.slack.create.reading import CreateForm, block_errors, inputs, read_request
from bot.slack.create.things import things_of

words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
texts = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=60)
names = st.lists(words, unique=True, min_size=1, max_size=4)


@st.composite
def zadigs(draw: st.DrawFn) -> tuple[tuple[Project, ...] | None, Choices]:
    """What Zadig offers, some of it unreadable, sometimes more than fits."""
    many = draw(st.sampled_from([0, 0, 0, 75, 101]))
    services = [*draw(names), *(f"service{number}" for number in range(many))]
    containers = tuple(Container(name=name, image=name, image_name=name) for name in draw(names)[:2])
    choices = Choices(
        environments=tuple(
            Environment(key=key, name=draw(texts), production=draw(st.booleans())) for key in draw(names)
        ),
        services=tuple(Service(name=name, containers=containers) for name in services),
        registries=tuple(
            Registry(id=key, address=draw(texts), default=draw(st.booleans())) for key in draw(names)
        ),
        chart_repositories=tuple(draw(names)),
        names=("v1",),
    )
    lost = draw(
        st.sets(st.sampled_from(["environments", "services", "registries", "chart_repositories"]), max_size=2)
    )
    offered: dict[str, Any] = {
        name: getattr(choices, name)
        for name in ("environments", "services", "registries", "chart_repositories")
    }
    known: dict[str, Any] = {name: None if name in lost else value for name, value in offered.items()}
    read = Choices(**known, names=choices.names)
    projects = tuple(
        Project(key=key, name=draw(texts), kind=draw(st.sampled_from(Kind))) for key in draw(names)
    )
    return draw(st.sampled_from([projects, projects, None])), read


def act(somebody: Any, data: st.DataObject) -> None:
    """One thing that a person does to the form: type, choose, empty, or nothing."""
    block_id = data.draw(st.sampled_from(somebody.inputs))
    element = somebody.block(block_id)["element"]["type"]
    if element == "plain_text_input":
        somebody.change(block_id, data.draw(texts))
        return
    if element == "checkboxes":
        somebody.change(block_id, data.draw(st.sampled_from([[], ["yes"]])))
        return
    values = [option["value"] for option in somebody.offered(block_id)]
    if element.startswith("multi"):
        somebody.change(block_id, data.draw(st.lists(st.sampled_from(values), unique=True, max_size=5)))
    else:
        somebody.change(block_id, data.draw(st.sampled_from(values)))


def act_over(somebody: Any, data: st.DataObject) -> None:
    """One thing that a person does to the view over the form."""
    match data.draw(st.sampled_from(["type", "type", "turn", "find", "text"])):
        case "turn":
            somebody.turn(data.draw(st.integers(1, 5)))
        case "find" if "search" in somebody.inputs:
            somebody.find(data.draw(texts))
        case "text" if "image_lines" in somebody.buttons():
            somebody.as_text()
            if read_exceptions(somebody.form)[1] == ():
                somebody.one_by_one()
            else:
                somebody.draw()
        case _ if somebody.inputs:
            somebody.put(data.draw(st.sampled_from(somebody.inputs)), data.draw(texts))
        case _:
            pass


@settings(max_examples=20, deadline=None)
@given(zadig=zadigs(), data=st.data())
def test_nothing_that_somebody_sets_image_by_image_is_lost(
    zadig: Any, data: st.DataObject, create_client: Any, tags_client: Any
) -> None:
    projects, choices = zadig
    below = create_client(CreateForm().offering_projects(projects), lambda form: offering(form, choices))
    for _ in range(data.draw(st.integers(2, 6))):
        act(below, data)
    below.redraw()
    somebody = tags_client(below)
    set_before = dict(somebody.form.image_tags)
    for _ in range(data.draw(st.integers(1, 8))):
        act_over(somebody, data)
        now = read_page(somebody.form, somebody.values)
        assert CreateForm.model_validate_json(now.model_dump_json()) == now
        assert now.image_tags == set_before
        assert {f"{thing.field}:{thing.name}" for thing in things_of(now)} >= {
            one.field for one in problems_of(now)
        }
    if problems_of(read_page(somebody.form, somebody.values)):
        return
    expected = editing(read_page(somebody.form, somebody.values))
    form = somebody.keep()
    assert (form.image_tags, form.chart_versions) == (expected.image_tags, expected.chart_versions)
    assert read_request(form) == read_request(below.read())
    assert create_client(form).read() == form


@settings(max_examples=40, deadline=None)
@given(zadig=zadigs(), data=st.data())
def test_nothing_that_somebody_does_is_lost(zadig: Any, data: st.DataObject, create_client: Any) -> None:
    projects, choices = zadig
    somebody = create_client(CreateForm().offering_projects(projects), lambda form: offering(form, choices))
    for _ in range(data.draw(st.integers(1, 12))):
        act(somebody, data)
        form = somebody.read()

        assert tuple(somebody.inputs) == inputs(somebody.form)
        assert block_errors(somebody.form, read_request(form)[1]).keys() <= set(somebody.inputs)
        assert CreateForm.model_validate_json(form.model_dump_json()) == form

        if form.choices == somebody.form.choices:
            again = create_client(form)  # as after a crash, or given back with problems
            assert again.read() == form
            assert read_request(again.read()) == read_request(form)
            somebody.redraw()
            assert somebody.read().changed(revision=0) == form.changed(revision=0)
