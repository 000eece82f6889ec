"""Whatever somebody does to the form that creates a version, nothing of it is lost on the way."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.models import Choices, Container, Environment, Kind, Project, Registry, Service
from bot.slack.forms.create_version import CreateForm, block_errors, inputs, read_request

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
    offered = {
        name: getattr(choices, name)
        for name in ("environments", "services", "registries", "chart_repositories")
    }
    read = Choices(
        **{name: None if name in lost else value for name, value in offered.items()}, names=choices.names
    )
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


@settings(max_examples=40, deadline=None)
@given(zadig=zadigs(), data=st.data())
def test_nothing_that_somebody_does_is_lost(zadig: Any, data: st.DataObject, create_client: Any) -> None:
    projects, choices = zadig
    somebody = create_client(CreateForm().offering_projects(projects), lambda form: form.offering(choices))
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
