"""Journeys through the form that creates a version, for both kinds, and for a Zadig that does not answer well."""

import asyncio

import pytest

from tests.journeys.living import ADA, GRACE, JSON, OUTCOME, Life, Person, eventually, living
from tests.journeys.sent import creates, last_create
from tests.slack.drawn import seen


async def filled(person: Person, project: str, environment: str, **values: object) -> JSON:
    """The form, opened and filled in as far as the environment's services."""
    await person.types(f"/release create {project}")
    view = await person.modal("create_version", "environment")
    await person.fills(view, environment=environment)
    view = await person.modal('"services"', ":package:")
    await person.fills(view, **values)
    return view


async def test_a_k8s_version_is_created_followed_and_announced(life: Life) -> None:
    ada, grace = life.person(ADA), life.person(GRACE)
    view = await filled(
        ada, "shop", "dev", version_name="v14", description="The *new* cart", labels="rc, week 47"
    )
    await ada.fills(view, **{"image_tag:cart/cart": "hot-1"})
    answer = await ada.submits(view)
    assert answer["response_action"] == "update"
    await ada.modal("Zadig is creating", "shop/v14")
    sent = last_create(life)
    assert (sent.project, sent.name, sent.environment, sent.production) == ("shop", "v14", "dev", False)
    assert (sent.description, sent.labels) == ("The *new* cart", ["rc", "week 47"])
    assert (sent.tags["cart/cart"], sent.tags["web/web"]) == ("hot-1", "v14")
    assert sent.copied["cart/cart"]
    assert sent.copied["web/web"]
    assert not sent.copied["mail-catcher/mail-catcher"]
    card = await grace.sees("shop/v14", "of", "images")
    outcome = await grace.sees("shop/v14 succeeded", OUTCOME, f"<@{ADA}>", seconds=15)
    assert outcome["ts"] != card["ts"]
    settled = await grace.sees("shop/v14", "succeeded")
    assert settled["ts"] in (card["ts"], outcome["ts"])


async def test_a_helm_version_is_created_with_its_charts(life: Life) -> None:
    ada = life.person(ADA)
    view = await filled(ada, "platform", "dev", version_name="1.9.0", chart_repository="charts")
    await ada.fills(view, **{"chart_version:gateway": "2.0.0-rc.1"})
    await ada.submits(view)
    await ada.modal("Zadig is creating")
    sent = last_create(life)
    assert sent.chart_repository == "charts"
    versions = dict(sent.charts)
    assert versions.pop("gateway") == "2.0.0-rc.1"
    assert set(versions.values()) == {"1.9.0"}
    await ada.sees("platform/1.9.0 succeeded", OUTCOME, seconds=15)


async def test_mistakes_stand_under_their_fields_and_nothing_typed_is_lost(town: Life, ada: Person) -> None:
    view = await filled(ada, "shop", "dev", version_name="v13", description="kept")
    await ada.fills(view, **{"image_tag:cart/cart": "no spaces"})
    answer = await ada.submits(view)
    assert answer["response_action"] == "errors"
    assert "shop already has a version named" in answer["errors"]["version_name"]
    assert "image tag" in answer["errors"]["image_tag:cart/cart"]
    await ada.fills(view, version_name="../v1")
    assert "letters" in (await ada.submits(view))["errors"]["version_name"]
    await ada.fills(view, version_name="v14", **{"image_tag:cart/cart": "fine"})
    await ada.submits(view)
    await ada.modal("Zadig is creating")
    assert last_create(town).description == "kept"


async def test_what_zadig_refuses_comes_back_with_everything_typed(town: Life, ada: Person) -> None:
    view = await filled(ada, "shop", "dev", version_name="v14", description="kept")
    await town.zadig_fault(where="create", kind="license", times=1)
    await ada.submits(view)
    again = await ada.modal("licence", "v14", "kept")
    assert again["callback_id"] == "create_version"
    await ada.submits(again)
    await ada.modal("Zadig is creating")


async def test_a_closed_form_that_goes_wrong_is_continued_from_a_direct_message(
    town: Life, ada: Person
) -> None:
    view = await filled(ada, "shop", "dev", version_name="v14", description="kept")
    await town.zadig_fault(where="create", kind="license", seconds=0.5, times=1)
    await ada.submits(view)
    await ada.control("close", view_id=view["id"])
    told = await ada.hears("was not created", "Continue draft")
    im = next(c for c in (await ada.state())["channels"] if c["kind"] == "im")
    await ada.clicks({**told, "channel": im["id"]}, "Continue")
    again = await ada.modal("create_version", "kept")
    await ada.submits(again)
    await ada.modal("Zadig is creating")


@pytest.mark.parametrize("kind", ["drop_after", "html", "500", "truncated"])
async def test_an_unclear_answer_never_creates_twice(town: Life, ada: Person, kind: str) -> None:
    view = await filled(ada, "shop", "dev", version_name="v14")
    await town.zadig_fault(where="create", kind=kind, times=1)
    await ada.submits(view)

    async def asked() -> JSON | None:
        return next(iter(creates(town)), None)

    await eventually(asked, "a create", ada.state(), 5)
    await asyncio.sleep(0.5)
    await ada.modal("v14")
    assert len(creates(town)) == 1


async def test_a_version_that_exists_and_failed_at_once_says_so(town: Life, ada: Person) -> None:
    view = await filled(ada, "shop", "dev", version_name="v14")
    await town.zadig_fault(where="create", kind="failing_create", times=1)
    await ada.submits(view)
    await ada.modal("was created but failed immediately")


async def test_a_submission_that_slack_delivers_twice_creates_one_version(town: Life, ada: Person) -> None:
    view = await filled(ada, "shop", "dev", version_name="v14")
    await town.http.post("/_control/faults", json={"where": "delivery", "kind": "duplicate", "times": 1})
    await ada.submits(view)
    await ada.modal("Zadig is creating")
    await asyncio.sleep(0.3)
    assert len(town.zadig_asked("POST", "/releases/k8s")) == 1


async def test_choices_that_cannot_be_read_become_text_fields(town: Life, ada: Person) -> None:
    await town.zadig_fault(where="catalog", kind="503")
    await ada.types("/release create shop")
    view = await ada.modal("create_version", "kind")
    await ada.fills(view, kind="k8s")
    view = await ada.modal('"environment"')
    await ada.fills(view, environment="dev")
    view = await ada.modal('"services"', '"registry"')
    await town.zadig_well()
    await ada.fills(
        view, version_name="v14", services="cart/cart cart:v14\nweb/web web:v14", registry=registry_of(town)
    )
    await ada.submits(view)
    await ada.modal("Zadig is creating")
    assert last_create(town).services == ["cart", "web"]


def registry_of(life: Life) -> str:
    return str(next(one.id for one in life.world.zadig.catalog.registries if one.is_default))


async def test_the_project_can_be_chosen_and_changed_in_the_form(ada: Person) -> None:
    await ada.types("/release create", channel="general")
    view = await ada.modal("create_version", "project")
    await ada.fills(view, project="shop")
    view = await ada.modal("staging")
    await ada.fills(view, environment="staging", version_name="mine-1")
    view = await ada.modal("image_tag:cart/cart")
    await ada.fills(view, project="platform")
    view = await ada.modal("chart_repository")
    assert "image_tag:cart/cart" not in seen(view)
    assert view["state"]["values"]["version_name"]
    assert "mine-1" in str(view["state"]["values"]["version_name"])


@pytest.mark.parametrize("count", [0, 1, 60, 300])
async def test_projects_of_any_size_can_be_released_and_shown(town: Life, ada: Person, count: int) -> None:
    await town.http.post(
        "/zadig/_control/projects", json={"key": "size", "deploy_type": "k8s", "services": count}
    )
    await ada.types("/release create size")
    view = await ada.modal("environment")
    await ada.fills(view, environment="dev")
    if not count:
        await ada.modal("Nothing runs in")
        return
    view = await ada.modal('"services"', ":package:")
    await ada.fills(view, version_name="v1", description="d" * 3000)
    await ada.submits(view)
    await ada.modal("Zadig is creating", seconds=15)
    state = (await town.http.get("/zadig/_control/state")).json()
    size = next(project for project in state["projects"] if project["key"] == "size")
    assert len({image["service"] for image in size["versions"][0]["images"]}) == count
    await ada.types("/release show size/v1")
    await ada.sees("size/v1", f"{count}")
    refused = [e for e in town.world.workspace.traffic.after(0) if "invalid_" in str(e.get("response"))]
    assert not refused


async def test_a_version_is_made_from_what_another_one_holds_although_something_else_runs_now() -> None:
    async with living(dialect="v2") as life, life.bot_running():
        ada = life.person(ADA)
        await ada.types("/release list shop")
        await ada.clicks(await ada.sees("Versions of shop"), "Use as template")
        view = await ada.modal("Filled in from `shop/v13`", "Images from v13")
        await ada.fills(view, environment="*template")
        view = await ada.modal(":package:", '"services"')
        await ada.submits(view)
        await ada.modal("Zadig is creating `shop/v14`")
        await ada.sees("shop/v14 succeeded", OUTCOME, seconds=15)
        (sent,) = [one["request"]["body"] for one in life.zadig_asked("POST", "/releases/k8s")]
        assert (sent["source"], sent["env_name"]) == ("manual", "")
        assert all("kind: Deployment" in one["yaml_content"] for one in sent["services"])
        sources = [image["source_image"] for one in sent["services"] for image in one["images"]]
        assert sources
        assert all(source.endswith(":v13") for source in sources)
