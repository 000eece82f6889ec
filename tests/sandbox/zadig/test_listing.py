"""Lists of versions in both dialects, and the keys of lists and details."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

V1_KEYS = [
    "id", "version_name", "type", "status", "labels", "description", "progress", "created_by", "create_time",
]  # fmt: skip
V2_KEYS = [
    "id", "version_name", "type", "source", "status", "labels", "description", "created_by", "create_time",
]  # fmt: skip


async def test_v1_lists_hide_labels_and_never_have_progress(api: "Api") -> None:
    await api.create_k8s(labels=["a", "b"])
    [version] = await api.versions()
    assert list(version) == V1_KEYS
    assert (version["labels"], version["progress"]) == ([], None)
    assert (version["type"], version["status"], version["description"]) == (
        "K8SYaml",
        "creating",
        "Better carts",
    )
    assert (version["created_by"], version["create_time"]) == ("Release Bot", 1_713_960_000)
    assert len(version["id"]) == 24


async def test_v2_lists_show_labels_and_have_no_key_for_progress(api2: "Api") -> None:
    await api2.create_v2(labels=["a", "b"])
    [version] = await api2.versions()
    assert list(version) == V2_KEYS
    assert version["labels"] == ["a", "b"]
    assert (version["source"], version["created_by"]) == ("manual", "Release Bot(OpenAPI)")


async def test_details_have_other_keys_than_the_list_and_no_id(api2: "Api") -> None:
    await api2.create_v2()
    details = await api2.shown("v14")
    assert list(details) == [
        "version", "project_name", "env_name", "production", "type", "source", "desc", "labels",
        "image_registry_id", "chart_repo_name", "services", "status", "error", "created_by", "created_at", "deleted_at",
    ]  # fmt: skip
    assert (details["version"], details["created_by"], details["deleted_at"]) == (
        "v14",
        "Release Bot(OpenAPI)",
        0,
    )
    [cart, _] = details["services"]
    assert list(cart) == [
        "service_name", "chart_name", "original_chart_version", "chart_version", "chart_status", "yaml_content",
        "images", "error",
    ]  # fmt: skip
    assert cart["images"] == [
        {
            "container_name": "cart",
            "image_name": "cart",
            "source_image": "registry.example.com/team/cart:1.0",
            "source_image_tag": "1.0",
            "target_image": "registry.example.com/release/cart:v14",
            "target_image_tag": "v14",
            "image_path": None,
            "push_image": True,
            "status": "running",
            "error": "",
        }
    ]


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_versions_come_newest_first_in_pages_and_are_counted_whole(
    open_api: "OpenApi", dialect: str
) -> None:
    api = await open_api(dialect=dialect)
    for number in range(5):
        await api.control("version", action="create", project="shop", name=f"v{number}")
        api.wait(1)
    names = []
    for page in (1, 2, 3, 4):
        answer = (await api.get(projectKey="shop", pageNum=page, pageSize=2)).json()
        assert answer["total"] == 5
        names.append([each["version_name"] for each in answer["list"]])
    assert names == [["v4", "v3"], ["v2", "v1"], ["v0"], []]


async def test_within_a_second_the_order_is_not_that_of_creation(api: "Api") -> None:
    for name in ("first", "second"):
        await api.create_k8s(version_name=name)
        api.wait(0.4)
    assert [each["version_name"] for each in await api.versions()] == ["first", "second"]


async def test_projects_are_kept_apart(open_api: "OpenApi") -> None:
    api = await open_api(history=True)
    assert [each["version_name"] for each in await api.versions("billing")] == ["2.0.0"]
    assert {each["type"] for each in await api.versions("platform")} == {"HelmChart"}
    assert await api.versions("machines") == []


async def test_a_first_list_is_not_empty_and_everything_in_it_is_settled(open_api: "OpenApi") -> None:
    for dialect in ("v1", "v2"):
        api = await open_api(history=True, dialect=dialect)
        statuses = [each["status"] for each in await api.versions()]
        assert set(statuses) == {"success", "failed"}
