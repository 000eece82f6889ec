"""Nothing that an answer says is lost: every example can be found again in what the bot knows of it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.models import Copying, CopyState, Kind, Status, VersionReference
from bot.zadig.calls import Call, Purpose
from bot.zadig.dialects.v1 import V1
from bot.zadig.dialects.v2 import V2

if TYPE_CHECKING:
    from tests.zadig.conftest import Wire

REFERENCE = VersionReference(project="shop", name="v14", id="66287b110b8b8a631910f5ae")


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a tree that says something: no empty text, no null, no empty list."""
    if isinstance(value, dict):
        for child in value.values():
            yield from leaves(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from leaves(child)
    elif isinstance(value, Enum):
        yield value.value
    elif value not in ("", None):
        yield value


def counted(values: Iterator[Any]) -> list[str]:
    return sorted(map(repr, values))


def without(value: Any, *names: str) -> Any:
    """A tree without the keys that the domain says otherwise: by a type, or by what stands in what."""
    if isinstance(value, dict):
        return {key: without(child, *names) for key, child in value.items() if key not in names}
    return [without(child, *names) for child in value] if isinstance(value, list) else value


async def test_every_item_of_the_list_is_kept(v1: V1, wire: "Wire", example: Callable[[str], Any]) -> None:
    answer = example("list_versions")
    wire.says(answer)
    page = await v1.page("shop", number=1, size=2)
    known = [without(asdict(version), "project", "status_word", "kind", "begun") for version in page.items]
    assert counted(leaves(known)) == counted(leaves(without(answer["list"], "type")))
    assert [version.kind for version in page.items] == [Kind.K8S, Kind.K8S]
    assert [version.labels for version in page.items] == [None, None]
    assert [version.progress for version in page.items] == [None, None]
    assert page.total == 12


@pytest.mark.parametrize(("name", "kind"), [("get_version_k8s", Kind.K8S), ("get_version_helm", Kind.HELM)])
async def test_everything_in_the_details_is_kept(
    name: str, kind: Kind, v1: V1, wire: "Wire", example: Callable[[str], Any]
) -> None:
    answer = example(name)
    wire.says(answer)
    details = await v1.show(REFERENCE)
    known = without(
        asdict(details), "project", "status_word", "kind", "begun", "retry_by_id", "reusable", "production"
    )
    assert counted(leaves(known)) == counted(leaves(without(answer, "type", "distribute_type")))
    assert details.version.kind is kind


async def test_k8s_details_read_as_documented(v1: V1, wire: "Wire", example: Callable[[str], Any]) -> None:
    wire.says(example("get_version_k8s"))
    details = await v1.show(REFERENCE)
    version, progress = details.version, details.version.progress
    assert progress
    assert (version.name, version.status, version.status_word) == ("v13", Status.SUCCESS, "success")
    assert (version.created_at, version.created_by) == (1713928977, "patrick")
    assert (version.labels, version.description) == (("cupidatat ullamco anim eiusmod",), "labore id amet")
    assert (progress.done, progress.total, progress.upload_status, progress.error) == (2, 2, "success", "")
    first, second = details.images
    assert (first.service, second.service) == ("service1", "service2")
    assert first.reference == "koderover.tencentcloudcr.com/test/service1:20240419133934-5-main"
    assert (first.registry_id, first.created_at) == ("62ce6231e0281143de477e60", 1713928977)
    assert details.charts == ()


async def test_charts_keep_the_images_that_stand_in_them(
    v1: V1, wire: "Wire", example: Callable[[str], Any]
) -> None:
    wire.says(example("get_version_helm"))
    details = await v1.show(REFERENCE)
    assert [
        (chart.name, chart.version, chart.repository, [image.name for image in chart.images])
        for chart in details.charts
    ] == [("service2", "1.76", "test", ["service2"]), ("service1", "1.76", "test", ["service1"])]
    assert details.charts[0].images[0].namespace == "test"
    assert details.images == ()


async def test_the_second_dialects_list_is_kept(v2: V2, wire: "Wire", example: Callable[[str], Any]) -> None:
    answer = example("v2_list_versions")
    wire.says(answer)
    page = await v2.page("shop", number=1, size=2)
    known = [without(asdict(version), "project", "status_word", "kind") for version in page.items]
    assert counted(leaves(known)) == counted(leaves(without(answer["list"], "type", "source")))
    assert [version.kind for version in page.items] == [Kind.K8S, Kind.HELM]
    assert [version.labels for version in page.items] == [("checkout", "urgent"), ()]


async def test_the_second_dialects_details_count_what_is_copied(
    v2: V2, wire: "Wire", example: Callable[[str], Any]
) -> None:
    wire.says(example("v2_get_version_k8s"))
    details = await v2.show(REFERENCE)
    version = details.version
    assert version.progress
    assert (version.id, version.name, version.status) == (REFERENCE.id, "v14", Status.CREATING)
    assert (version.created_at, version.created_by) == (1756400001, "patrick(OpenAPI)")
    assert (version.labels, version.description) == (("checkout", "urgent"), "New checkout")
    assert (version.progress.done, version.progress.total, version.progress.error) == (1, 2, "")
    assert [(image.module, image.reference) for image in details.images] == [
        ("app", "registry.example.com/release/cart:v14"),
        ("proxy", "registry.example.com/team/edge-proxy:2.9.1"),
        ("migrate", "registry.example.com/release/cart-migrations:v14"),
    ]
    assert {image.registry_id for image in details.images} == {"62ce6231e0281143de477e60"}
    assert [image.copying for image in details.images] == [
        Copying(state=CopyState.DONE, source="registry.example.com/team/cart:dev-7"),
        Copying(state=CopyState.LEFT, source="registry.example.com/team/edge-proxy:2.9.1"),
        Copying(state=CopyState.RUNNING, source="registry.example.com/team/cart-migrations:dev-7"),
    ]


async def test_the_second_dialects_charts_say_why_they_failed(
    v2: V2, wire: "Wire", example: Callable[[str], Any]
) -> None:
    wire.says(example("v2_get_version_helm"))
    details = await v2.show(REFERENCE)
    assert details.version.reason.splitlines() == [
        "timeout",
        "gateway/gateway: denied: requested access to the resource is denied",
        "ingest: chart repository is read-only",
    ]
    assert [(chart.name, chart.version, chart.repository) for chart in details.charts] == [
        ("gateway", "1.9.0", "charts"),
        ("ingest", "0.4.0", "charts"),
    ]
    assert [image.name for image in details.charts[0].images] == ["gateway"]
    assert [(chart.copying and chart.copying.state) for chart in details.charts] == [
        CopyState.DONE,
        CopyState.FAILED,
    ]
    (image,) = details.charts[0].images
    assert image.copying
    assert (image.copying.state, image.copying.error) == (
        CopyState.FAILED,
        "denied: requested access to the resource is denied",
    )
    assert details.charts[1].copying
    assert details.charts[1].copying.error == "chart repository is read-only"


@pytest.mark.parametrize("name", ["v2_get_version_k8s", "v2_get_version_helm"])
async def test_manifests_and_values_are_never_kept(
    name: str, v2: V2, wire: "Wire", example: Callable[[str], Any]
) -> None:
    wire.says(example(name))
    assert "hunter2" not in repr(await v2.show(REFERENCE))


async def test_old_errors_of_a_version_that_succeeded_are_not_shown(
    v2: V2, wire: "Wire", example: Callable[[str], Any]
) -> None:
    answer = example("v2_get_version_helm") | {"status": "success"}
    wire.says(answer)
    progress = (await v2.show(REFERENCE)).version.progress
    assert progress
    assert progress.error == ""


@pytest.mark.parametrize(
    "name",
    ["create_version_k8s", "create_version_helm", "delete_version"],
)
async def test_the_documented_successes_are_successes(
    name: str, v1: V1, wire: "Wire", example: Callable[[str], Any]
) -> None:
    wire.says(example(name))
    await v1.client.write(Call(purpose=Purpose.CREATE, verb="POST", path=("x",)))
