"""Creating K8s versions in the first dialect: every check with its text, and what is left behind."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.zadig.catalog import EXPORT_REGISTRY, RELEASE_REGISTRY, TEAM_REGISTRY
from bot.sandbox.zadig.model import Registry

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"


def wrapped(reason: str, *, project: str = "shop", name: str = "v14", retry: str = "false") -> str:
    return (
        f"failed to create k8s delivery version, project name: {project}, version name {name}, "
        f"retry: {retry}, error: {reason}"
    )


def service(name: str, *images: dict[str, Any]) -> dict[str, Any]:
    return {"service_name": name, "image_datas": list(images)}


def image(container: str = "cart", name: str = "cart", **changes: Any) -> dict[str, Any]:
    return {"container_name": container, "image_name": name, "image_tag": "v14"} | changes


NO_ENVIRONMENT = (
    "failed to find product, product name: {}, env name: {}, error: mongo: no documents in result"
)
NO_SOURCE = "failed to check registry, err: can't find source registry for image: {}"

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"env_name": "nowhere"}, NO_ENVIRONMENT.format("shop", "nowhere")),
    ({"env_name": ""}, NO_ENVIRONMENT.format("shop", "")),
    ({"env_name": "prod"}, NO_ENVIRONMENT.format("shop", "prod")),
    ({"production": True}, NO_ENVIRONMENT.format("shop", "staging")),
    ({"project_key": "nowhere"}, NO_ENVIRONMENT.format("nowhere", "staging")),
    (
        {"yaml_datas": [service("cart"), service("nowhere")]},
        "product service not found, service name: nowhere",
    ),
    (
        {"yaml_datas": [service("cart", image("nobody"))]},
        (
            "container image not found, product name: shop, env name: staging, service name: cart, "
            "container name: nobody"
        ),
    ),
    (
        {
            "project_key": "billing",
            "env_name": "dev",
            "yaml_datas": [],
            "image_registry_id": EXPORT_REGISTRY.id,
        },
        wrapped(
            "registry 123456789012.dkr.ecr.eu-central-1.amazonaws.com/exports not support project billing",
            project="billing",
        ),
    ),
    (
        {"yaml_datas": [service("cart", image(name="kart"))]},
        wrapped(NO_SOURCE.format("registry.example.com/team/cart:staging-1.0.4")),
    ),
    (
        {"env_name": "dev", "yaml_datas": [service("mail-catcher", image("mail-catcher", "mailhog"))]},
        wrapped(NO_SOURCE.format("docker.io/mailhog/mailhog:v1.0.1")),
    ),
]


@pytest.mark.parametrize(("changes", "description"), REFUSED)
async def test_what_is_checked_in_time_leaves_nothing_behind(
    api: "Api", changes: dict[str, Any], description: str
) -> None:
    answer = await api.create_k8s(**changes)
    assert answer.status_code == 500
    assert answer.json() == {"code": 500, "description": description, "message": "Internal Error: "}
    assert not api.zadig.versions


async def test_a_cluster_that_does_not_answer_fails_the_rendering(api: "Api") -> None:
    shop, *others = api.zadig.catalog.projects
    broken = replace(shop, environments=tuple(replace(each, reachable=False) for each in shop.environments))
    api.zadig.catalog = replace(api.zadig.catalog, projects=(broken, *others))
    description = (await api.create_k8s()).json()["description"]
    assert description.startswith(
        "failed to fetch current applied yaml, env: shop/staging, service: cart, error: "
    )


async def test_an_unknown_registry_crashes_the_handler_and_nothing_is_created(api: "Api") -> None:
    answer = await api.create_k8s(image_registry_id="000000000000000000000000")
    assert (answer.status_code, answer.content) == (500, b"")
    assert await api.versions() == []


async def test_of_two_registries_with_one_address_and_namespace_the_first_is_as_good_as_unknown(
    api: "Api",
) -> None:
    twin = replace(RELEASE_REGISTRY, id="62ce6231e0281143de477e99")
    api.zadig.catalog = replace(api.zadig.catalog, registries=(RELEASE_REGISTRY, TEAM_REGISTRY, twin))
    assert (await api.create_k8s()).content == b""
    assert (await api.create_k8s(image_registry_id=twin.id)).status_code == 200


async def test_one_registry_with_a_bare_address_crashes_every_creation(api: "Api") -> None:
    bare = Registry(id="62ce6231e0281143de477e99", address="10.0.0.5:5000", namespace="team")
    api.zadig.catalog = replace(api.zadig.catalog, registries=(*api.zadig.catalog.registries, bare))
    for registry_id in (RELEASE_REGISTRY.id, ""):
        answer = await api.create_k8s(image_registry_id=registry_id)
        assert (answer.status_code, answer.content) == (500, b"")


async def test_a_name_is_taken_until_its_version_is_deleted(api: "Api") -> None:
    assert (await api.create_k8s()).json() == {"message": "success"}
    taken = "新建交付中心版本失败: failed to insert delivery version v14, version already exist"
    assert (await api.create_k8s()).json()["description"] == wrapped(taken)
    version = await api.listed("v14")
    await api.http.delete(f"{RELEASES}/{version['id']}", params={"projectKey": "shop"})
    assert (await api.create_k8s()).status_code == 200
    assert (await api.create_k8s(project_key="billing", env_name="dev", yaml_datas=[])).status_code == 200


LATE: list[tuple[dict[str, Any], str, int]] = [
    (
        {"image_registry_id": ""},
        "failed to generate workflow from delivery version, versionName: v14, err: target registry not appointed",
        0,
    ),
    (
        {"yaml_datas": [service("cart", image(), image(image_tag="v15"))]},
        (
            "failed to insert deliveryDeploy, version: v14, err: write exception: E11000 duplicate key error "
            'collection: zadig.delivery_deploy dup key: { service_name: "cart", service_module: "cart" }'
        ),
        1,
    ),
]


@pytest.mark.parametrize(("changes", "reason", "rows"), LATE)
async def test_what_is_checked_too_late_leaves_a_failed_version_that_blocks_the_name(
    api: "Api", changes: dict[str, Any], reason: str, rows: int
) -> None:
    answer = await api.create_k8s(**changes)
    assert (answer.status_code, answer.json()["description"]) == (500, wrapped(reason))
    details = await api.shown("v14")
    assert details["version_info"]["status"] == "failed"
    assert details["version_info"]["progress"] == {
        "success_count": 0,
        "total_count": 0,
        "upload_status": "failed",
        "error": reason,
    }
    assert len(details["deploy_infos"]) == rows
    assert "version already exist" in (await api.create_k8s()).json()["description"]


async def test_a_project_of_machines_has_no_workflow_to_copy_images_with(api: "Api") -> None:
    shop, platform, billing, machines = api.zadig.catalog.projects
    hosts = replace(machines, environments=shop.environments)
    api.zadig.catalog = replace(api.zadig.catalog, projects=(shop, platform, billing, hosts))
    description = (await api.create_k8s(project_key="machines")).json()["description"]
    assert "failed to create delivery version custom workflow task, versionName: v14, err: " in description
    assert (await api.listed("v14", "machines"))["status"] == "failed"


async def test_of_several_problems_the_first_in_zadigs_order_is_reported(open_api: "OpenApi") -> None:
    """Each step repairs what the last answer complained about."""
    api = await open_api()
    await api.create_k8s(project_key="billing", env_name="dev", yaml_datas=[])
    name = "registry.example.com/team/invoices:dev-1.0.8"
    broken = {
        "project_key": "billing",
        "env_name": "nowhere",
        "image_registry_id": "unknown",
        "yaml_datas": [service("nowhere"), service("invoices", image("nobody", "wrong"))],
    }
    fixes: list[tuple[dict[str, Any], str]] = [
        ({}, NO_ENVIRONMENT.format("billing", "nowhere")),
        ({"env_name": "dev"}, "product service not found, service name: nowhere"),
        ({"yaml_datas": [service("invoices", image("nobody", "wrong"))]}, "container image not found"),
        ({"yaml_datas": [service("invoices", image("invoices", "wrong"))]}, ""),
        ({"image_registry_id": EXPORT_REGISTRY.id}, "not support project billing"),
        ({"image_registry_id": ""}, NO_SOURCE.format(name)),
        ({"yaml_datas": [service("invoices", image("invoices", "invoices"))]}, "version already exist"),
        ({"version_name": "v15"}, "target registry not appointed"),
    ]
    for fix, complaint in fixes:
        broken |= fix
        answer = await api.create_k8s(**broken)
        assert answer.status_code == 500
        assert complaint in answer.text
        assert complaint or not answer.content


async def test_images_are_recorded_with_where_they_will_be(api: "Api") -> None:
    await api.create_k8s(yaml_datas=[service("web", image("web", "web")), service("cart", image())])
    details = await api.shown("v14")
    assert [each["service_name"] for each in details["deploy_infos"]] == ["cart", "web"]
    first = details["deploy_infos"][0]
    assert list(first) == [
        "id", "service_name", "service_module", "image", "image_name", "registry_id", "create_time",
    ]  # fmt: skip
    assert first["image"] == "registry.example.com/release/cart:v14"
    assert first["registry_id"] == RELEASE_REGISTRY.id
    assert details["distribute_infos"] == []
    assert details["version_info"]["labels"] == ["carts"]


async def test_an_image_that_is_only_recorded_needs_no_registry_at_either_end(api: "Api") -> None:
    data = image("mail-catcher", "mailhog", disable_image_dist=True)
    answer = await api.create_k8s(
        env_name="dev", image_registry_id="", yaml_datas=[service("mail-catcher", data)]
    )
    assert answer.status_code == 200
    details = await api.shown("v14")
    assert details["deploy_infos"][0]["image"] == "docker.io/mailhog/mailhog:v1.0.1"
    assert details["version_info"]["status"] == "success"


async def test_an_empty_version_succeeds_at_once_with_nothing_of_nothing(api: "Api") -> None:
    await api.create_k8s(yaml_datas=[], version_name="")
    details = await api.shown("")
    assert details["version_info"]["status"] == "success"
    assert details["version_info"]["progress"]["total_count"] == 0


async def test_an_empty_tag_is_taken_and_fails_when_it_is_copied(api: "Api") -> None:
    await api.create_k8s(yaml_datas=[service("cart", image(image_tag=""))])
    api.wait(60)
    details = await api.shown("v14")
    assert details["deploy_infos"][0]["image"] == "registry.example.com/release/cart:"
    assert details["version_info"]["status"] == "failed"


async def test_elastic_registries_have_no_namespace_from_341_on(open_api: "OpenApi") -> None:
    host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    for server_version, prefix in (("3.4.0", f"{host}/exports"), ("3.4.1", host)):
        api = await open_api(server_version=server_version)
        await api.create_k8s(image_registry_id=EXPORT_REGISTRY.id)
        details = await api.shown("v14")
        assert details["deploy_infos"][0]["image"] == f"{prefix}/cart:v14"


async def test_a_service_module_is_the_image_before_341_and_the_container_since(open_api: "OpenApi") -> None:
    data = [service("inventory", image("server", "inventory"))]
    for server_version, module in (("3.4.0", "inventory"), ("3.4.1", "server")):
        api = await open_api(server_version=server_version)
        await api.create_k8s(yaml_datas=data)
        details = await api.shown("v14")
        assert details["deploy_infos"][0]["service_module"] == module


async def test_before_310_a_registry_was_needed_and_sources_were_not_checked(open_api: "OpenApi") -> None:
    api = await open_api(server_version="3.0.0")
    answer = await api.create_k8s(image_registry_id="")
    assert answer.json()["description"] == wrapped("新建交付中心版本失败: image registry not appointed")
    foreign = [service("mail-catcher", image("mail-catcher", "mailhog", disable_image_dist=True))]
    assert (await api.create_k8s(env_name="dev", yaml_datas=foreign)).status_code == 200
    details = await api.shown("v14")
    assert details["version_info"]["progress"]["total_count"] == 1, "leaving an image out is not known yet"
    answer = await api.create_k8s()
    assert answer.json()["description"] == wrapped(
        "新建交付中心版本失败: failed to insert delivery version: v14"
    )


async def test_before_310_a_version_without_images_failed(open_api: "OpenApi") -> None:
    api = await open_api(server_version="2.3.1")
    await api.create_k8s(yaml_datas=[])
    info = (await api.shown("v14"))["version_info"]
    assert info["status"] == "failed"
    assert info["progress"]["error"].startswith("failed to find workflow task")
