"""The form that creates a version is something Slack takes, whatever Zadig offers, and it explains itself."""

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.choices import Choices
from bot.domain.models import Container, Environment, Kind, Project, Registry, Service
from bot.domain.requests import FieldError
from bot.slack.create.constants import ALL_IMAGES
from bot.slack.create.defaults import offering
from bot.slack.create.exceptions_form import opened, read_page
from bot.slack.create.origins import Earlier, Habits, Replaced, Template
from bot.slack.create.reading import CreateForm, inputs
from bot.slack.create.view import create_version, options
from bot.slack.ids import Callback, input_action
from bot.slack.metadata import FormMetadata

UNREADABLE = ("projects", "environments", "services", "registries", "chart_repositories")
COMBINATIONS = [frozenset(names) for count in range(6) for names in itertools.combinations(UNREADABLE, count)]


@pytest.mark.parametrize("project", ["shop", "charts"])
@pytest.mark.parametrize("count", [0, 1, 10, 11, 20, 21, 60, 100, 101, 300])
def test_any_number_of_services_fits(project: str, count: int, catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(project, services=count))
    assert tuple(somebody.inputs) == inputs(somebody.form)


@pytest.mark.parametrize("project", ["shop", "charts"])
@pytest.mark.parametrize("unreadable", COMBINATIONS, ids=lambda names: "+".join(sorted(names)) or "nothing")
def test_whatever_cannot_be_read_is_typed(
    project: str, unreadable: frozenset[str], catalog: Any, create_client: Any
) -> None:
    somebody = create_client(catalog.form(project, unreadable=unreadable))
    assert tuple(somebody.inputs) == inputs(somebody.form)
    blocks = {
        "projects": "project",
        "environments": "environment",
        "services": "services",
        "registries": "registry",
        "chart_repositories": "chart_repository",
    }
    for name, block_id in blocks.items():
        if block_id in somebody.inputs:
            block = somebody.block(block_id)
            assert (block["element"]["type"] == "plain_text_input") is (name in unreadable)
            assert ("choices could not be loaded from Zadig" in block.get("hint", {"text": ""})["text"]) is (
                name in unreadable
            )


def test_at_first_only_the_project_is_asked_for(catalog: Any, create_client: Any) -> None:
    somebody = create_client(CreateForm().offering_projects(catalog.projects))
    assert somebody.inputs == ["project"]
    assert [one["value"] for one in somebody.offered("project")] == ["shop", "charts"]
    assert somebody.view["submit"]["text"] == "Next"
    assert somebody.block("project")["dispatch_action"] is True


@pytest.mark.parametrize(
    ("others", "hint"),
    [
        (0, None),
        (1, "1 project is hidden: only K8s YAML and Helm projects have versions."),
        (7, "7 projects are hidden: only K8s YAML and Helm projects have versions."),
    ],
)
def test_projects_that_can_have_no_versions_are_counted(
    others: int, hint: str | None, create_client: Any
) -> None:
    projects = (
        Project(key="shop", name="Shop", kind=Kind.K8S),
        *(Project(key=f"vm{number}", name="VM", kind=None) for number in range(others)),
    )
    block = create_client(CreateForm().offering_projects(projects)).block("project")
    assert block.get("hint", {}).get("text") == hint


def test_then_the_environment_in_two_groups(catalog: Any, create_client: Any) -> None:
    form = offering(CreateForm(project="charts").offering_projects(catalog.projects), catalog.choices(None))
    somebody = create_client(form)
    assert somebody.inputs == [
        "project",
        "environment",
        "version_name",
        "description",
        "labels",
        "registry",
        "chart_repository",
    ]
    groups = somebody.block("environment")["element"]["option_groups"]
    assert [group["label"]["text"] for group in groups] == ["Test", "Production"]
    assert [one["text"]["text"] for one in somebody.offered("environment")] == ["dev", "Production (prod)"]


def test_then_everything(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form("charts", services=2, not_copied=()))
    assert somebody.inputs[-7:] == [
        "image_tag",
        "chart_version",
        "not_copied",
        "chart_version:service0",
        "image_tag:service0/app0",
        "chart_version:service1",
        "image_tag:service1/app0",
    ]
    assert somebody.view["submit"]["text"] == "Create"
    assert somebody.view["callback_id"] == Callback.CREATE_VERSION
    assert FormMetadata.unpack(somebody.view["private_metadata"]).draft == "d"
    actions = {somebody.block(block_id)["element"]["action_id"] for block_id in somebody.inputs}
    form = somebody.form
    assert actions <= {input_action(0), input_action(0, form.revision), input_action(0, form.proposals)}


def test_an_image_input_says_what_runs_now(catalog: Any, create_client: Any) -> None:
    block = create_client(catalog.form(services=1)).block("image_tag:service0/app0")
    assert block["label"]["text"] == "Tag of service0 / app0"
    assert block["hint"]["text"] == "Image image0, now dev.example.com/n/image0:1.0"
    assert block["optional"] is True


@pytest.mark.parametrize(("project", "made_from"), [("shop", "images"), ("charts", "charts")])
def test_the_environment_says_what_is_taken_from_it(
    project: str, made_from: str, catalog: Any, create_client: Any
) -> None:
    block = create_client(catalog.form(project)).block("environment")
    assert block["hint"]["text"] == f"The version takes the {made_from} that run there."


@pytest.mark.parametrize("stays", ["all", "service0/app0"])
def test_an_image_that_is_not_copied_is_asked_for_no_tag_and_what_was_typed_comes_back_with_it(
    stays: str, catalog: Any, create_client: Any
) -> None:
    kind = "charts" if stays == "all" else "shop"
    somebody = create_client(catalog.form(kind, services=2, not_copied=()))
    somebody.put("image_tag:service0/app0", "7")
    somebody.change("not_copied", [ALL_IMAGES if stays == "all" else stays])
    assert "image_tag:service0/app0" not in somebody.inputs
    assert ("image_tag:service1/app0" in somebody.inputs) == (stays != "all")
    somebody.change("not_copied", [])
    assert somebody.block("image_tag:service0/app0")["element"]["initial_value"] == "7"
    assert somebody.read().image_tags == {"service0/app0": "7"}


def test_the_input_of_a_chart_says_that_it_takes_a_version(catalog: Any, create_client: Any) -> None:
    block = create_client(catalog.form("charts", services=1)).block("chart_version:service0")
    assert block["label"]["text"] == "Chart version of service0"


@pytest.mark.parametrize(("typed", "limit"), [("", 63), ("v" * 63, 63), ("v" * 64, 255)])
def test_a_name_is_counted_up_to_what_zadig_takes_and_one_that_is_too_long_is_not_cut(
    typed: str, limit: int, catalog: Any, create_client: Any
) -> None:
    form = catalog.form(services=1, version_name=typed)
    element = create_client(form).block("version_name")["element"]
    assert element["max_length"] == limit
    assert element.get("initial_value", "") == typed


def test_all_services_are_ticked_while_they_can_be(catalog: Any, create_client: Any) -> None:
    few = create_client(catalog.form(services=100)).block("services")
    assert len(few["element"]["initial_options"]) == 100
    assert few["optional"] is False
    many = create_client(catalog.form(services=101)).block("services")
    assert many["element"]["type"] == "multi_external_select"
    assert many["element"]["min_query_length"] == 0
    assert many["optional"] is True
    assert "initial_options" not in many["element"]


@pytest.mark.parametrize(("project", "most"), [("shop", 20), ("charts", 10)])
def test_more_than_twenty_images_and_charts_are_folded_away(
    project: str, most: int, catalog: Any, create_client: Any
) -> None:
    somebody = create_client(catalog.form(project, services=most, not_copied=()))
    assert len([block_id for block_id in somebody.inputs if ":" in block_id]) == 20
    assert "image_tags" not in somebody.buttons()
    somebody = create_client(catalog.form(project, services=most + 1, not_copied=()))
    assert not [block_id for block_id in somebody.inputs if ":" in block_id]
    assert somebody.buttons()["image_tags"]["text"]["text"] == "Set them…"
    assert "(none set)" in somebody.shown()


def test_the_fold_counts_what_is_in_it(catalog: Any, create_client: Any) -> None:
    tags = {"service1/app0": "7", "service2/app0": "8", "service99/app0": "9"}
    form = catalog.form(services=30, image_tags=tags)
    somebody = create_client(form)
    assert "*Different tags for some images* (2 set)" in somebody.shown()
    somebody = create_client(catalog.form("charts", services=30, chart_versions={"service3": "1.0.0"}))
    assert "*Different tags or chart versions for some images* (1 set)" in somebody.shown()


def test_helm_images_are_not_copied_unless_somebody_says_so(catalog: Any, create_client: Any) -> None:
    block = create_client(catalog.form("charts")).block("not_copied")
    assert [one["text"]["text"] for one in block["element"]["initial_options"]] == ["All images"]
    assert "3.4.1" in block["hint"]["text"]
    assert "initial_options" not in create_client(catalog.form()).block("not_copied")["element"]


@pytest.mark.parametrize(
    ("copies", "chosen", "hint"),
    [(True, (), "does not integrate"), (False, ("*",), "This Zadig cannot"), (None, ("*",), "3.4.1")],
)
def test_helm_images_are_copied_where_zadig_is_known_to_do_it(
    copies: bool | None, chosen: tuple[str, ...], hint: str, catalog: Any, create_client: Any
) -> None:
    before = catalog.form("charts")
    choices = replace(before.choices, copies_helm_images=copies)
    form = offering(before.changed(not_copied=None), choices)
    assert form.not_copied == chosen
    assert hint in create_client(form).block("not_copied")["hint"]["text"]


def test_images_from_registries_that_zadig_does_not_know_are_not_copied(
    catalog: Any, create_client: Any
) -> None:
    known = Container(name="app", image="dev.example.com/n/cart:1", image_name="cart")
    foreign = Container(name="proxy", image="envoyproxy/envoy:1", image_name="envoy")
    services = (Service(name="cart", containers=(known, foreign)),)
    somebody = create_client(catalog.form(services=services))
    chosen = somebody.block("not_copied")["element"]["initial_options"]
    assert [one["value"] for one in chosen] == ["cart/proxy"]
    assert "1 image to `dev.example.com`, 1 not copied." in somebody.shown()
    assert catalog.form(services=services, unreadable=frozenset({"registries"})).not_copied == ()


def test_the_registry_of_the_environment_comes_first_then_the_default(catalog: Any) -> None:
    assert catalog.form(environment="dev").registry == "r2"
    assert catalog.form(environment="prod").registry == "r1"
    assert catalog.form(environment="").registry == "r1"
    assert catalog.form(environment="dev", registry="r1").registry == "r1"


def test_registries_of_one_address_can_be_told_apart(catalog: Any) -> None:
    twins = tuple(Registry(id=f"{number}" * 24, address="https://r.example.com") for number in (1, 2))
    form = offering(catalog.form(), Choices(registries=twins))
    assert [one["text"]["text"] for one in options(form, "registry", "")] == [
        "r.example.com …111111",
        "r.example.com …222222",
    ]


def test_it_says_what_will_happen(catalog: Any, create_client: Any) -> None:
    form = catalog.form(environment="prod", services=15, not_copied=("service0/app0", "service1/app0"))
    assert "13 images to `registry.example.com/prod`, 2 not copied." in create_client(form).shown()
    form = catalog.form("charts", services=1, chart_repository="edge")
    assert "1 chart to `edge`, 1 image not copied." in create_client(form).shown()


def test_production_is_warned_of(catalog: Any, create_client: Any) -> None:
    assert "*production*" in create_client(catalog.form(environment="prod")).shown()
    assert "*production*" not in create_client(catalog.form(environment="dev")).shown()
    typed = create_client(catalog.form(environment="live", unreadable=frozenset({"environments"})))
    assert "*production*" not in typed.shown()
    typed.change("production", ["yes"])
    assert "`live` is a *production* environment" in typed.shown()


def test_without_projects_it_says_what_to_do(catalog: Any, create_client: Any) -> None:
    for projects in ((), catalog.projects[2:]):
        somebody = create_client(CreateForm().offering_projects(projects))
        assert somebody.inputs == []
        assert "submit" not in somebody.view
        assert "Create a K8s YAML or Helm project in Zadig" in somebody.shown()


def test_without_environments_it_says_what_to_do(catalog: Any, create_client: Any) -> None:
    form = CreateForm(project="shop").offering_projects(catalog.projects)
    somebody = create_client(offering(form, Choices(environments=())))
    assert somebody.inputs == ["project"]
    assert somebody.view["submit"]["text"] == "Refresh"
    assert "`shop` has no environment" in somebody.shown()


def test_without_services_it_says_what_to_do(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(services=0))
    assert "services" not in somebody.inputs
    assert "version_name" in somebody.inputs
    assert somebody.view["submit"]["text"] == "Refresh"
    assert "Nothing runs in `dev`" in somebody.shown()


def test_services_without_containers_ask_for_no_tags(catalog: Any, create_client: Any) -> None:
    somebody = create_client(catalog.form(services=(Service(name="config"),)))
    assert somebody.inputs[-1] == "services"


def test_a_project_that_cannot_be_used_is_explained_under_the_field(catalog: Any, create_client: Any) -> None:
    somebody = create_client(CreateForm(project="hosts").offering_projects(catalog.projects))
    assert "hosts cannot have versions: only K8s YAML" in somebody.shown()
    somebody = create_client(CreateForm(project="nope").offering_projects(catalog.projects))
    assert "There is no project nope in Zadig." in somebody.shown()
    nothing = create_client(CreateForm(project="nope").offering_projects(()))
    assert "There is no project nope in Zadig." in nothing.shown()


def test_problems_stand_right_under_their_field(catalog: Any, create_client: Any) -> None:
    form = catalog.form(services=1, version_name="v1")
    problems = [
        FieldError(field="version_name", text="It is taken."),
        FieldError(field="image_tag:service0/app0", text="It is no tag."),
    ]
    somebody = create_client(form.rejected(problems, ["Zadig said *no*."]))
    blocks = somebody.view["blocks"]
    for block_id, text in (
        ("version_name", ":warning: It is taken."),
        ("image_tag:service0/app0", ":warning: It is no tag."),
    ):
        position = blocks.index(somebody.block(block_id))
        assert blocks[position + 1]["elements"][0]["text"] == text
    assert somebody.block("version_name")["element"]["initial_value"] == "v1"
    assert blocks[0]["text"]["text"] == ":no_entry_sign: *Nothing was created.*\nZadig said ∗no∗."


def test_more_problems_than_fit_are_counted(catalog: Any, create_client: Any) -> None:
    form = catalog.form(services=20)
    problems = [FieldError(field=f"image_tag:{key}", text="It is no tag.") for key in form.chosen_images]
    problems.append(FieldError(field="description", text="Too long."))
    somebody = create_client(form.rejected(problems))
    assert "13 more fields need a change." in somebody.shown()


NASTY = (
    "<!channel>",
    "*",
    "`a`",
    ":tada: 🎉",
    "版本" * 60,
    "x" * 400,
    "a/b",
    "a b\nc",
    "\u202e\x00",
    "&<>",
    '"\\',
)


@pytest.mark.parametrize("name", NASTY, ids=ascii)
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("count", [1, 60, 150])
def test_nothing_that_comes_from_outside_breaks_it(
    name: str, kind: Kind, count: int, create_client: Any
) -> None:
    names = [name if number == 0 else f"{name}{number}" for number in range(count)]
    containers = (
        Container(name=name, image=name, image_name=name),
        Container(name="", image="", image_name=""),
    )
    choices = Choices(
        environments=tuple(Environment(key=one, name=name, production=True) for one in names),
        services=tuple(Service(name=one, containers=containers) for one in names),
        registries=tuple(Registry(id=one, address=name, namespace=name, default=True) for one in names),
        chart_repositories=tuple(names),
        names=tuple(names),
    )
    form = CreateForm(
        project=name,
        environment=name,
        version_name=name,
        description=name * (3000 // len(name)),
        labels=name,
        image_tag=name,
        chart_version=name,
        chart_repository=name,
        registry=name,
        image_tags={f"{one}/{name}": name for one in names},
        chart_versions=dict.fromkeys(names, name),
    )
    form = form.offering_projects(tuple(Project(key=one, name=name, kind=kind) for one in names))
    form = offering(form, choices)
    form = form.rejected([FieldError(field=f"image_tag:{one}", text=name) for one in names], [name])
    somebody = create_client(form)
    assert "<" not in somebody.shown()
    assert tuple(somebody.inputs) == inputs(form)
    after = somebody.read()
    assert (after.project, after.environment, after.services) == (name, name, form.services)
    assert after.registry == name
    assert after.not_copied == form.not_copied


def test_the_longest_texts_fit(catalog: Any, create_client: Any) -> None:
    text = "🎉" * 5000
    form = catalog.form(
        "charts", services=60, version_name=text, description=text, labels=text, image_tag=text
    )
    somebody = create_client(form)
    assert len(somebody.block("description")["element"]["initial_value"]) == 3000
    assert len(json.dumps(somebody.view)) < 250_000


def test_typing_finds_the_best_match_first(catalog: Any) -> None:
    names = ("web-cart", "carts", "cart", "shoppingcart", "user")
    form = catalog.form(services=tuple(Service(name=name) for name in names))
    assert [one["value"] for one in options(form, "services", "CART")] == [
        "cart",
        "carts",
        "web-cart",
        "shoppingcart",
    ]
    assert [one["value"] for one in options(form, "services", "nothing")] == []
    assert len(options(form, "services", "")) == 5
    assert [one["value"] for one in options(form, "project", "web s")] == ["shop"]
    assert [one["value"] for one in options(form, "project", "shop")] == ["shop"]
    assert options(form, "description", "x") == []


def test_at_most_a_hundred_options_are_answered(catalog: Any) -> None:
    form = catalog.form("charts", services=300)
    assert len(options(form, "services", "")) == 100
    assert [one["value"] for one in options(form, "services", "service299")] == ["service299"]
    assert options(form, "not_copied", "")[0]["value"] == "*"
    assert options(form, "not_copied", "all")[0]["value"] == "*"


def test_the_chosen_option_is_one_that_is_answered(catalog: Any, create_client: Any) -> None:
    many = tuple(Environment(key=f"e{number}", name=f"E {number}", production=False) for number in range(150))
    form = offering(catalog.form(environment="e149"), Choices(environments=many))
    form = offering(
        form.changed(environment="e149"), Choices(environments=many, services=catalog.services(1))
    )
    somebody = create_client(form)
    element = somebody.block("environment")["element"]
    assert element["type"] == "external_select"
    assert element["initial_option"] in options(form, "environment", "e149")


def test_drawing_is_pure(catalog: Any) -> None:
    form = catalog.form()
    assert create_version(form, draft="d") == create_version(form, draft="d")


@pytest.mark.parametrize(
    ("name", "names", "said"),
    [
        ("v2", ("v1",), ":white_check_mark: This name is free."),
        ("v1", ("v1",), ":no_entry_sign: This name is taken."),
        ("../v1", ("v1",), ":warning: A version name cannot contain “/”"),
        ("v2", tuple(f"w{number}" for number in range(100)), "None of the newest versions has this name."),
    ],
)
def test_the_verdict_on_the_name_stands_right_under_it(
    name: str, names: tuple[str, ...], said: str, catalog: Any, create_client: Any
) -> None:
    form = catalog.form(version_name=name)
    somebody = create_client(form.changed(choices=replace(form.choices, names=names)))
    blocks = somebody.view["blocks"]
    block = somebody.block("version_name")
    assert said in blocks[blocks.index(block) + 1]["elements"][0]["text"]
    assert block["dispatch_action"] is True
    assert block["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}


def test_nothing_is_said_of_no_name_and_where_no_name_is_known(catalog: Any, create_client: Any) -> None:
    for form in (
        catalog.form(version_name=""),
        offering(catalog.form(version_name="v2"), Choices()),
    ):
        somebody = create_client(form)
        assert "name is free" not in somebody.shown()
        assert ":warning:" not in somebody.shown()


def test_the_verdict_gives_way_to_a_reason(catalog: Any, create_client: Any) -> None:
    form = catalog.form(version_name="v1").rejected([FieldError(field="version_name", text="It is taken.")])
    assert "This name is taken" not in create_client(form).shown()


def test_another_form_that_was_never_sent_can_be_had_back(catalog: Any, create_client: Any) -> None:
    earlier = Earlier(draft="d9", what="shop/v14", seconds=605)
    somebody = create_client(catalog.form(earlier=earlier))
    assert ":memo: You were creating *shop/v14* 10 min ago." in somebody.shown()
    buttons = somebody.buttons()
    assert buttons["resume_draft"]["text"]["text"] == "Continue draft"
    assert (buttons["resume_draft"]["value"], buttons["forget_draft"]["value"]) == ("d9", "d9")


def test_what_the_other_side_said_can_be_asked_for(catalog: Any, create_client: Any) -> None:
    form = catalog.form().rejected([], ["Zadig refused."], raw="500 <nil>\n" + "x" * 5000)
    somebody = create_client(form)
    value = somebody.buttons()["details"]["value"]
    assert value.startswith("500 <nil>\nxx")
    assert len(value) == 2000
    assert "details" not in create_client(form.rejected([], ["Zadig refused."])).buttons()


@pytest.mark.parametrize("services", [3, 30, 300])
@pytest.mark.parametrize("project", ["shop", "charts"])
def test_production_is_warned_of_in_every_state(
    services: int, project: str, catalog: Any, create_client: Any
) -> None:
    form = catalog.form(project, environment="prod", services=services)
    for state in (
        form,
        form.rejected([], ["Sorry."]),
        form.changed(replaces=Replaced(id="1" * 24, name="v1")),
        form.changed(earlier=Earlier(draft="d", what="x", seconds=1), template=Template(name="v1")),
    ):
        assert create_client(state).shown().count("*production*") == 1


def test_it_says_that_a_failed_version_is_deleted_first(catalog: Any, create_client: Any) -> None:
    form = catalog.form(services=3, version_name="v1", replaces=Replaced(id="1" * 24, name="v1"))
    somebody = create_client(form)
    assert "*Submitting first deletes the failed version* `shop/v1`" in somebody.shown()
    assert "`shop/v1` is deleted first, 3 images to `dev.example.com`." in somebody.shown()
    assert somebody.view["submit"]["text"] == "Delete and create"
    assert "is taken" not in somebody.shown()


def test_closing_it_is_told(catalog: Any, create_client: Any) -> None:
    assert create_client(catalog.form()).view["notify_on_close"] is True


def test_a_form_that_chose_everything_says_near_the_top_what_will_happen(
    catalog: Any, create_client: Any
) -> None:
    habits = Habits(environment="dev")
    form = CreateForm(project="shop").accustomed(habits).offering_projects(catalog.projects)
    somebody = create_client(offering(form, catalog.choices(catalog.services(30))))
    assert somebody.shown().count("30 images to `dev.example.com`.") == 2
    blocks = somebody.view["blocks"]
    assert ":package:" in str(blocks[: blocks.index(somebody.block("description"))])
    somebody.change("environment", "prod")
    assert somebody.shown().count(":package:") == 0
    chosen = create_client(catalog.form(services=30))
    assert chosen.shown().count(":package:") == 1


def test_what_was_left_in_the_middle_is_said_at_the_fold(catalog: Any, create_client: Any) -> None:
    form = opened(catalog.form(services=30))
    assert "unsaved changes" not in create_client(form).shown()
    typed = {"image_tag:service1/app0": {"x": {"type": "plain_text_input", "value": "7"}}}
    somebody = create_client(read_page(form, typed))
    assert "(none set)" in somebody.shown()
    assert "unsaved changes" in somebody.shown()


OLD = ":hourglass: These choices are from <!date^1795411440^{ago}|2026-11-23 05:24 UTC>"


@pytest.mark.parametrize(
    ("typed", "below"),
    [
        ({}, "environment"),
        ({"environment": ""}, "environment"),
        ({"unreadable": frozenset({"environments"})}, "production"),
        ({"project": "", "environment": ""}, "project"),
    ],
)
def test_what_can_be_chosen_says_how_old_it_is_where_it_is_chosen(
    typed: dict[str, Any], below: str, catalog: Any, create_client: Any
) -> None:
    form = catalog.form(**typed)
    assert "These choices are from" not in create_client(form).shown()
    old = create_client(form.changed(choices=replace(form.choices, as_of=1_795_411_440)))
    blocks = old.view["blocks"]
    said = next(index for index, block in enumerate(blocks) if OLD in str(block))
    assert blocks[said - 1] == old.block(below)
    assert old.shown().count("These choices are from") == 1


def test_an_old_list_without_any_project_says_how_old_it_is(catalog: Any, create_client: Any) -> None:
    form = CreateForm(choices=Choices(as_of=1_795_411_440)).offering_projects(catalog.projects[2:])
    assert OLD in create_client(form).shown()
