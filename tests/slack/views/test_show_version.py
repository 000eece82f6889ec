"""A version in full, however much it is made of."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.models import (
    Chart,
    Copying,
    CopyState,
    Image,
    Kind,
    Progress,
    Status,
    Version,
    VersionDetails,
)
from bot.domain.record import Requesters
from bot.slack.metadata import ShowState, VersionAction
from bot.slack.views.blocks import Message
from bot.slack.views.links import Links
from bot.slack.views.show_version import show_version

Versions = Callable[..., Version]
Check = Callable[[Message], Message]
Clickable = Callable[[Message], dict[str, dict[str, Any]]]
Shown = Callable[[Message], str]

STATE = ShowState(project="shop", name="v13", id="65a0b1c2d3e4f5a6b7c8d9e0")


def image(service: str, module: str = "app") -> Image:
    reference = f"registry.example.com/prod/{service}-{module}:v13"
    return Image(id="i", service=service, module=module, reference=reference, name=module, created_at=0)


def chart(name: str, *images: Image) -> Chart:
    return Chart(
        id="c", service=name, name=name, repository="charts", version="1.4.0", created_at=0, images=images
    )


def every_page(details: VersionDetails, links: Links) -> list[Message]:
    """What a person sees who clicks Next until there is none."""
    pages = [show_version(details, STATE, links=links)]
    while nexts := [each for each in buttons_of(pages[-1]) if each["action_id"] == "show_page.next"]:
        pages.append(show_version(details, ShowState.unpack(nexts[0]["value"]), links=links))
    return pages


def buttons_of(said: Message) -> list[dict[str, Any]]:
    return [each for block in said.blocks if block["type"] == "actions" for each in block["elements"]]


@pytest.mark.parametrize("count", [0, 1, 60, 300])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_service_is_shown_on_some_page(
    *, kind: Kind, count: int, a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    version = a_version(
        kind=kind,
        status=Status.FAILED,
        description="x" * 3000,
        labels=tuple(f"label-{n}" * 9 for n in range(100)),
    )
    images = tuple(image(f"service-{n}", module) for n in range(count) for module in ("app", "init"))
    charts = tuple(
        chart(f"service-{n}", image(f"service-{n}", "app"), image("db", "init")) for n in range(count)
    )
    details = VersionDetails(
        version=version,
        images=images if kind is Kind.K8S else (),
        charts=charts if kind is Kind.HELM else (),
    )
    pages = [checked(said) for said in every_page(details, links)]
    text = "\n".join(shown(said) for said in pages)
    assert text.count("x" * 3000) == 1
    for n in range(count):
        assert text.count(f"`registry.example.com/prod/service-{n}-app:v13`") == 1
    noun = "service" if kind is Kind.K8S else "chart"
    assert (f"{count} {noun}" if count else "no services") in pages[0].text
    assert len(pages) == 1 or f"page 2 of {len(pages)}" in shown(pages[1])


def test_one_service_of_many_images_goes_on_and_on(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    details = VersionDetails(version=a_version(), images=tuple(image("cart", f"m{n}") for n in range(300)))
    pages = [checked(said) for said in every_page(details, links)]
    text = "\n".join(shown(said) for said in pages)
    assert "*Service* `cart` (continued)" in text
    assert all(f"cart-m{n}:v13`" in text for n in range(300))


def test_the_images_of_a_service_stand_together(a_version: Versions, links: Links, shown: Shown) -> None:
    images = (image("cart"), image("web"), image("cart", "init"))
    text = shown(show_version(VersionDetails(version=a_version(), images=images), STATE, links=links))
    assert (
        "*Service* `cart`\n• `app` `registry.example.com/prod/cart-app:v13`\n"
        "• `init` `registry.example.com/prod/cart-init:v13`"
    ) in text


def test_a_chart_says_its_repository_and_version(a_version: Versions, links: Links, shown: Shown) -> None:
    details = VersionDetails(version=a_version(kind=Kind.HELM), charts=(chart("cart", image("cart")),))
    text = shown(show_version(details, STATE, links=links))
    assert "*Chart* `cart`, version `1.4.0` in `charts`\n• `app` " in text


def test_facts_are_told(a_version: Versions, links: Links, checked: Check, shown: Shown) -> None:
    version = a_version(description="*As is*\n<!here>", labels=("stable",))
    requested = Requesters(requested_by="U012AB", retried_by="U034CD")
    text = shown(
        checked(show_version(VersionDetails(version=version), STATE, links=links, requested=requested))
    )
    for part in (
        ":white_check_mark: success",
        "K8s",
        "Ana",
        "<!date^1795411440^",
        "*Requested by*  <@U012AB>",
        "*Retried by*  <@U034CD>",
        "`65a0b1c2d3e4f5a6b7c8d9e0`",
        "`stable`",
        "*As is*\n<!here>",
    ):
        assert part in text


def test_more_labels_than_fit_are_counted(a_version: Versions, links: Links, shown: Shown) -> None:
    version = a_version(labels=tuple(f"label-{n:03}" for n in range(100)))
    text = shown(show_version(VersionDetails(version=version), STATE, links=links))
    assert "`label-000` `label-001`" in text
    assert " and 52 more" in text


@pytest.mark.parametrize(
    ("progress", "line"),
    [
        (
            Progress(done=4, total=12, upload_status="waiting"),
            "▓▓▓▓░░░░░░ 4 of 12 images · copying",
        ),
        (Progress(done=0, total=0, upload_status="success"), "no images to copy"),
        (Progress(done=12, total=12, upload_status="uploading"), "12 of 12 images · copied, finishing"),
        (Progress(done=1, total=2, upload_status="*new*"), "1 of 2 images · `*new*`"),
        (Progress(done=0, total=2, error="task <gone>"), "Zadig couldn't read all of it: task <gone>"),
    ],
)
def test_progress_is_a_bar_with_its_counts(
    progress: Progress, line: str, a_version: Versions, links: Links, shown: Shown
) -> None:
    version = a_version(status=Status.CREATING, progress=progress)
    assert line in shown(show_version(VersionDetails(version=version), STATE, links=links))


def test_a_failure_shows_its_reason_as_it_is(a_version: Versions, links: Links, shown: Shown) -> None:
    error = "2 error(s) occurred:\n* push `cart`\n* timeout"
    version = a_version(status=Status.FAILED, progress=Progress(done=1, total=2, error=error))
    said = show_version(VersionDetails(version=version), STATE, links=links)
    assert "```\n2 error(s) occurred:\n* push `cart`\n* timeout\n```" in shown(said)
    assert said.text.startswith("shop/v13 failed: 2 error(s) occurred: ")


def test_a_failure_without_a_reason_says_where_to_look(
    a_version: Versions, links: Links, shown: Shown
) -> None:
    version = a_version(status=Status.FAILED, progress=Progress(done=1, total=2))
    text = shown(show_version(VersionDetails(version=version), STATE, links=links))
    assert (
        "Zadig recorded no reason. The log of the workflow may say more: see *<https://zadig.example.com/"
        in text
    )


def test_what_is_not_complete_is_said_to_be_an_intention(
    a_version: Versions, links: Links, shown: Shown
) -> None:
    def text(status: Status) -> str:
        return shown(show_version(VersionDetails(version=a_version(status=status)), STATE, links=links))

    assert "some may not have been pushed" in text(Status.CREATING)
    assert "some may not have been pushed" not in text(Status.SUCCESS)


def test_a_complete_version_says_what_its_list_of_images_does_not(
    a_version: Versions, links: Links, shown: Shown
) -> None:
    doubt = "Target images; some may not have been pushed."
    version = a_version()
    for details in (
        VersionDetails(version=version, images=(image("cart"),)),
        VersionDetails(version=version, charts=(chart("cart", image("cart")),)),
    ):
        assert doubt in shown(show_version(details, STATE, links=links))
    for details in (
        VersionDetails(version=version),
        VersionDetails(version=version, charts=(chart("cart"),)),
    ):
        assert doubt not in shown(show_version(details, STATE, links=links))


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        (Status.SUCCESS, {"template", "delete"}),
        (Status.FAILED, {"retry", "template", "delete"}),
        (Status.CREATING, {"watch", "template", "delete"}),
        (Status.UNKNOWN, {"watch", "template", "delete"}),
    ],
)
def test_buttons_offer_what_is_possible(
    status: Status, actions: set[str], a_version: Versions, links: Links, clickable: Clickable
) -> None:
    version = a_version(status=status)
    controls = clickable(show_version(VersionDetails(version=version), STATE, links=links))
    link = controls.pop("open_link.zadig")
    assert set(controls) == {f"version_button.{action}" for action in actions}
    assert {VersionAction.unpack(each["value"]).action for each in controls.values()} == actions
    assert link["url"] == links.version(version)


def test_a_failure_that_cannot_be_retried_is_deleted_and_created_again(
    a_version: Versions, links: Links, clickable: Clickable
) -> None:
    version = a_version(status=Status.FAILED, progress=Progress(done=0, total=0, begun=False))
    controls = clickable(show_version(VersionDetails(version=version), STATE, links=links))
    assert "version_button.retry" not in controls
    button = controls["version_button.recreate"]
    assert button["text"]["text"] == "Delete and create again…"


def test_a_page_past_the_end_is_the_last(a_version: Versions, links: Links, shown: Shown) -> None:
    details = VersionDetails(version=a_version(), images=tuple(image(f"s{n}") for n in range(60)))
    said = show_version(details, STATE.model_copy(update={"page": 99}), links=links)
    assert "page 3 of 3" in shown(said)
    assert "`s59`" in shown(said)


STATES = {
    CopyState.WAITING: ":hourglass: not copied yet",
    CopyState.RUNNING: ":hourglass_flowing_sand: being copied",
    CopyState.DONE: ":white_check_mark: copied",
    CopyState.FAILED: ":x: could not be copied: `denied <!channel>`",
    CopyState.LEFT: "not copied",
}


@pytest.mark.parametrize("state", CopyState)
def test_an_image_says_where_it_comes_from_and_how_far_it_is(
    state: CopyState, a_version: Versions, links: Links, shown: Shown
) -> None:
    error = "denied <!channel>" if state is CopyState.FAILED else ""
    copying = Copying(state=state, source="dev.example.com/cart:dev-7", error=error)
    details = VersionDetails(version=a_version(), images=(replace(image("cart"), copying=copying),))
    text = shown(show_version(details, STATE, links=links))
    said = "• `app` `registry.example.com/prod/cart-app:v13` from `dev.example.com/cart:dev-7`"
    assert f"{said} · {STATES[state]}" in text if state in STATES else text.count(said) == 1


@pytest.mark.parametrize("status", [Status.FAILED, Status.SUCCESS])
def test_where_each_image_says_how_far_it_is_there_is_no_doubt(
    status: Status, a_version: Versions, links: Links, shown: Shown
) -> None:
    done = replace(image("cart"), copying=Copying(state=CopyState.DONE))
    details = VersionDetails(version=a_version(status=status), images=(done, image("web")))
    doubts = ("some may not have been pushed",)
    assert any(doubt in shown(show_version(details, STATE, links=links)) for doubt in doubts)
    sure = replace(details, images=(done,))
    assert not any(doubt in shown(show_version(sure, STATE, links=links)) for doubt in doubts)


def test_what_stays_where_it_is_says_so_once(a_version: Versions, links: Links, shown: Shown) -> None:
    left = image("cart")
    left = replace(left, copying=Copying(state=CopyState.LEFT, source=left.reference))
    text = shown(show_version(VersionDetails(version=a_version(), images=(left,)), STATE, links=links))
    assert f"`{left.reference}` · not copied" in text
    assert " from " not in text


def test_a_chart_says_how_far_it_is(a_version: Versions, links: Links, shown: Shown) -> None:
    version = a_version(kind=Kind.HELM)
    for copying, said in (
        (Copying(state=CopyState.DONE), "in `charts` · :white_check_mark: pushed"),
        (Copying(state=CopyState.FAILED, error="no room"), ":x: could not be pushed: `no room`"),
        (None, "in `charts`"),
    ):
        details = VersionDetails(version=version, charts=(replace(chart("cart"), copying=copying),))
        assert said in shown(show_version(details, STATE, links=links))


def test_a_reason_that_is_zadigs_own_is_said_in_english_and_kept_behind_a_button(
    a_version: Versions, links: Links, checked: Check, shown: Shown
) -> None:
    progress = Progress(
        done=0, total=2, error="yaml缺少kind字段", meaning="Zadig got no `manifest`. Ask *us*."
    )
    version = a_version(status=Status.FAILED, progress=progress)
    said = checked(show_version(VersionDetails(version=version), STATE, links=links))
    assert "*Why it failed*\nZadig got no `manifest`. Ask *us*." in shown(said)
    assert "kind 字段" not in shown(said)
    assert "Zadig got no ˋmanifestˋ" in said.text
    (details,) = [each for each in buttons_of(said) if each["action_id"] == "details"]
    assert details["value"] == "yaml缺少kind字段"


def test_what_stays_nobody_knows_where_is_shown_without_a_place(
    a_version: Versions, links: Links, shown: Shown
) -> None:
    left = replace(image("cart"), reference="", copying=Copying(state=CopyState.LEFT))
    text = shown(show_version(VersionDetails(version=a_version(), images=(left,)), STATE, links=links))
    assert "`app` · not copied" in text
