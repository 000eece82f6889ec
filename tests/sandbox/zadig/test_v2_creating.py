"""Creating versions in the second dialect, server version by server version."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.zadig.app import DroppedConnectionError
from bot.sandbox.zadig.catalog import EXPORT_REGISTRY, RELEASE_REGISTRY

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
UNKNOWN_REGISTRY = "000000000000000000000000"
PATH = {"image": "gateway.image.repository", "tag": "gateway.image.tag"}
CART_IMAGE = "registry.example.com/team/cart:{}-1.0.4"


def service(*images: dict[str, Any], name: str = "cart", **changes: Any) -> dict[str, Any]:
    return {"service_name": name, "images": list(images)} | changes


def image(container: str = "cart", name: str = "cart", **changes: Any) -> dict[str, Any]:
    return {
        "container_name": container,
        "image_name": name,
        "source_image": f"registry.example.com/team/{name}:1.0",
        "source_image_tag": "1.0",
        "target_image": f"registry.example.com/release/{name}:v14",
        "target_image_tag": "v14",
        "push_image": True,
    } | changes


def helm(**changes: Any) -> dict[str, Any]:
    return {
        "project_key": "platform",
        "version_name": "2026-6",
        "source": "from_env",
        "env_name": "dev",
        "image_registry_id": RELEASE_REGISTRY.id,
        "chart_repo_name": "charts",
        "services": [service(image("gateway", "gateway"), name="gateway", chart_version="1.9.0")],
    } | changes


async def retry(api: "Api", name: str = "v14", project: str = "shop") -> tuple[int, str]:
    version = await api.listed(name, project)
    answer = await api.http.post(f"{RELEASES}/retry", params={"id": version["id"], "projectKey": project})
    return answer.status_code, str(answer.json().get("description", answer.json()["message"]))


async def test_a_taken_name_is_a_typed_error(api2: "Api") -> None:
    await api2.create_v2()
    api2.wait(1)
    answer = await api2.create_v2()
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "code": 6560,
            "description": "failed to insert delivery version v14, version already exist",
            "extra": {},
            "message": "新建交付中心版本失败",
            "type": "error",
        },
    )


async def test_two_versions_in_one_second_look_like_duplicates_unless_that_is_switched_off(
    api2: "Api",
) -> None:
    await api2.create_v2()
    other = {"project_key": "billing", "version_name": "other", "services": []}
    answer = await api2.create_v2(**other)
    assert (answer.status_code, answer.json()["code"]) == (400, 6560)
    await api2.control("settings", unique_seconds=False)
    assert (await api2.create_v2(**other)).status_code == 200


@pytest.mark.parametrize(
    ("server_version", "status", "content"),
    [("4.0.0", 500, b""), ("4.1.0", 500, b"can not find target registry")],
)
async def test_an_unknown_registry(
    open_api: "OpenApi", server_version: str, status: int, content: bytes
) -> None:
    api = await open_api(server_version=server_version)
    answer = await api.create_v2(image_registry_id=UNKNOWN_REGISTRY)
    assert answer.status_code == status
    assert content in answer.content
    assert bool(answer.content) is bool(content)


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"project_key": "billing", "image_registry_id": EXPORT_REGISTRY.id},
        "registry 123456789012.dkr.ecr.eu-central-1.amazonaws.com/exports not support project billing",
    ),
    (
        {"services": [service(image(source_image="docker.io/library/cart:1"))]},
        "failed to check registry, err: can't find source registry for image: docker.io/library/cart:1",
    ),
    ({"source": "from_env"}, "env name is required when source is from env"),
    (
        {"source": "from_env", "env_name": "nowhere"},
        "failed to find env, projectKey: shop, envName: nowhere, error: mongo: no documents in result",
    ),
    (
        {"source": "from_env", "env_name": "dev", "services": [service(image(), name="nowhere")]},
        "not found service nowhere in env dev",
    ),
    (
        {"source": "from_env", "env_name": "dev", "services": [service(image("nobody"))]},
        "container not found, serviceName: cart, containerName: nobody",
    ),
    ({"source": "from_version"}, "original version name is required when source is from version"),
    (
        {"source": "from_version", "original_version_name": "v1"},
        (
            "failed to get original version, projectKey: shop, versionName: v1, "
            "error: mongo: no documents in result"
        ),
    ),
]


@pytest.mark.parametrize(("changes", "description"), REFUSED)
async def test_what_is_refused_leaves_nothing_behind(
    api2: "Api", changes: dict[str, Any], description: str
) -> None:
    answer = await api2.create_v2(**changes)
    assert (answer.status_code, answer.json()["description"]) == (500, description)
    assert not api2.zadig.versions


async def test_from_420_on_the_server_finds_source_images_itself(open_api: "OpenApi") -> None:
    for server_version, expected in (
        ("4.1.0", "registry.example.com/team/cart:1.0"),
        ("4.2.1", CART_IMAGE.format("dev")),
    ):
        api = await open_api(server_version=server_version)
        body = service(image(), yaml_content="kind: Deployment")
        await api.create_v2(source="from_env", env_name="dev", services=[body])
        [cart] = (await api.shown("v14"))["services"]
        assert cart["images"][0]["source_image"] == expected


async def test_from_version_takes_images_from_where_the_originals_came_from(api2: "Api") -> None:
    await api2.create_v2(version_name="v13", services=[service(image(target_image_tag="v13"))])
    api2.wait(1)
    answer = await api2.create_v2(
        source="from_version", original_version_name="v13", services=[service(image("proxy", "edge-proxy"))]
    )
    assert answer.json()["description"] == "image not found, serviceName: cart, containerName: proxy"
    answer = await api2.create_v2(
        source="from_version", original_version_name="v13", services=[service(image(source_image="nonsense"))]
    )
    assert answer.status_code == 200
    [cart] = (await api2.shown("v14"))["services"]
    assert cart["images"][0]["source_image"] == "registry.example.com/team/cart:1.0"
    assert cart["yaml_content"] == "", "nobody sent any"


async def test_manual_manifests_are_kept_as_they_are(api2: "Api") -> None:
    text = "kind: Deployment\n      - name: cart\n        image: anything\n"
    await api2.create_v2(services=[service(image(), yaml_content=text)])
    [cart] = (await api2.shown("v14"))["services"]
    assert cart["yaml_content"] == text


@pytest.mark.parametrize("server_version", ["4.1.0", "4.3.0", "5.0.0"])
async def test_rewriting_images_loses_what_runs_nothing_before_500(
    open_api: "OpenApi", server_version: str
) -> None:
    api = await open_api(server_version=server_version)
    query = {"projectKey": "shop", "envName": "dev", "serviceName": "cart"}
    text = (await api.get("/openapi/environments/service/yaml", **query)).text
    await api.create_v2(source="from_env", env_name="dev", services=[service(image(), yaml_content=text)])
    [cart] = (await api.shown("v14"))["services"]
    assert "image: registry.example.com/release/cart:v14" in cart["yaml_content"]
    assert ("kind: Service" in cart["yaml_content"]) is (server_version == "5.0.0")


@pytest.mark.parametrize(
    ("server_version", "source", "succeeds"),
    [
        ("4.1.0", "from_env", False),
        ("4.2.0", "from_env", False),
        ("4.2.1", "from_env", True),
        ("4.1.0", "manual", True),
        ("4.3.0", "", False),
        ("5.0.0", "", True),
    ],
)
async def test_an_empty_manifest_fails_late_where_nobody_fills_it(
    open_api: "OpenApi", server_version: str, source: str, *, succeeds: bool
) -> None:
    api = await open_api(server_version=server_version)
    answer = await api.create_v2(source=source, env_name="dev", services=[service(image())])
    assert answer.is_success is succeeds
    details = await api.shown("v14")
    assert details["status"] == ("creating" if succeeds else "failed")
    assert ("kind" in details["error"]) is not succeeds


async def test_manifests_are_rendered_by_the_server(api2: "Api") -> None:
    await api2.create_v2(source="from_env", env_name="dev", services=[service(image())])
    [cart] = (await api2.shown("v14"))["services"]
    assert "kind: Deployment" in cart["yaml_content"]
    assert "image: registry.example.com/release/cart:v14" in cart["yaml_content"]


async def test_400_cannot_copy_images_of_a_version_with_dots_in_its_name(open_api: "OpenApi") -> None:
    for server_version, succeeds in (("4.0.0", False), ("4.1.0", True)):
        api = await open_api(server_version=server_version)
        answer = await api.create_v2(version_name="v1.2.0")
        assert answer.is_success is succeeds
        if not succeeds:
            assert "工作流标识支持大小写字母、数字和中划线" in answer.json()["description"]
            assert "no workflow task found for version: v1.2.0" in (await retry(api, "v1.2.0"))[1]
        assert (await api.create_v2(version_name="v1-2-0", services=[])).status_code in {200, 400}


async def test_pushing_images_needs_a_registry_which_is_noticed_too_late(api2: "Api") -> None:
    answer = await api2.create_v2(image_registry_id="")
    assert "target registry not appointed" in answer.json()["description"]
    assert (await api2.listed("v14"))["status"] == "failed"


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"services": []}, 400, "no service info appointed"),
        ({"image_registry_id": ""}, 400, "image registry not appointed"),
        ({"chart_repo_name": "nowhere"}, 500, "failed to query chart-repo info"),
        (
            {"source": "manual", "services": [service(image(), name="nowhere")]},
            500,
            "can't find service nowhere in project platform",
        ),
        (
            {"source": "manual", "services": [service(image("nobody"), name="gateway")]},
            500,
            "failed to find container nobody in service gateway",
        ),
    ],
)
async def test_what_is_refused_of_charts(
    api2: "Api", changes: dict[str, Any], status: int, text: str
) -> None:
    answer = await api2.post(f"{RELEASES}/helm", helm(**changes))
    assert (answer.status_code, text in answer.json()["description"]) == (status, True)
    assert answer.json()["code"] == (6560 if status == 400 else 500)


async def test_charts_are_pushed_and_their_images_copied(api2: "Api") -> None:
    assert (await api2.post(f"{RELEASES}/helm", helm())).status_code == 200
    api2.wait(5)
    details = await api2.shown("2026-6", "platform")
    [gateway] = details["services"]
    assert (details["type"], details["status"], gateway["chart_status"]) == ("HelmChart", "success", "passed")
    assert (gateway["chart_name"], gateway["original_chart_version"]) == ("gateway", "")
    assert gateway["images"][0]["image_path"] == PATH
    assert gateway["yaml_content"].startswith(
        "replicaCount: 2\ngateway:\n  image:\n    repository: registry.example.com/release/gateway\n    tag: v14\n"
    )


def with_path(**changes: Any) -> dict[str, Any]:
    sent = service(image("gateway", "gateway", image_path=PATH), name="gateway", chart_version="1.9.0")
    return helm(services=[sent]) | changes


async def test_before_420_pushing_charts_is_broken_unless_none_is_to_be_pushed(open_api: "OpenApi") -> None:
    api = await open_api(server_version="4.1.0")
    assert (await api.post(f"{RELEASES}/helm", with_path())).status_code == 500
    assert "chart.metadata.name is required" in (await api.shown("2026-6", "platform"))["error"]
    api.wait(1)
    assert (
        await api.post(f"{RELEASES}/helm", helm(version_name="v2", chart_repo_name=""))
    ).status_code == 200
    details = await api.shown("v2", "platform")
    assert details["services"][0]["chart_status"] == "passed", "although nothing was pushed"


@pytest.mark.parametrize("server_version", ["4.0.0", "4.1.0"])
async def test_a_chart_without_image_paths_takes_the_server_down_for_a_minute(
    open_api: "OpenApi", server_version: str
) -> None:
    api = await open_api(server_version=server_version)
    with pytest.raises(DroppedConnectionError):
        await api.post(f"{RELEASES}/helm", helm())
    for _ in range(3):
        answer = await api.get(projectKey="platform", pageNum=1, pageSize=10)
        assert (answer.status_code, answer.text.startswith("upstream connect error")) == (503, True)
        api.wait(19)
    api.wait(3)
    assert (await api.listed("2026-6", "platform"))["status"] == "creating", "nobody watches it any more"


async def test_a_restart_brings_a_server_back_that_died(open_api: "OpenApi") -> None:
    api = await open_api(server_version="4.1.0")
    with pytest.raises(DroppedConnectionError):
        await api.post(f"{RELEASES}/helm", helm())
    await api.control("restart")
    assert len(await api.versions("platform")) == 1


@pytest.mark.parametrize(
    ("server_version", "values"),
    [
        ("4.2.0", "gateway:\n  image:\n    repository: registry.example.com/release/gateway\n    tag: v14\n"),
        ("4.2.1", "replicaCount: 2\ngateway:\n"),
    ],
)
async def test_values_that_nobody_sends_are_image_keys_alone_before_421(
    open_api: "OpenApi", server_version: str, values: str
) -> None:
    api = await open_api(server_version=server_version)
    assert (await api.post(f"{RELEASES}/helm", helm())).status_code == 200
    [gateway] = (await api.shown("2026-6", "platform"))["services"]
    assert gateway["yaml_content"].startswith(values)


async def test_charts_of_a_version_are_looked_for_in_the_new_repository(api2: "Api") -> None:
    await api2.post(f"{RELEASES}/helm", helm())
    api2.wait(1)
    again = helm(source="from_version", original_version_name="2026-6", version_name="2026-7", env_name="")
    answer = await api2.post(f"{RELEASES}/helm", again | {"chart_repo_name": "partners"})
    assert answer.json()["description"].startswith(
        "1 error occurred:\n\t* failed to ensure chart files from version, err: failed to download chart "
    )
    api2.wait(1)
    assert (await api2.post(f"{RELEASES}/helm", again | {"version_name": "2026-8"})).status_code == 200
    [gateway] = (await api2.shown("2026-8", "platform"))["services"]
    assert gateway["yaml_content"].startswith("replicaCount: 2\n")
    assert gateway["images"][0]["source_image"] == "registry.example.com/team/gateway:dev-1.0.7"


async def test_images_of_manual_charts_are_taken_as_sent(api2: "Api") -> None:
    sent = service(image("gateway", "gateway"), name="gateway", chart_version="1.9.0")
    answer = await api2.post(f"{RELEASES}/helm", helm(source="manual", services=[sent]))
    assert answer.status_code == 200
    [gateway] = (await api2.shown("2026-6", "platform"))["services"]
    assert gateway["images"][0]["source_image"] == "registry.example.com/team/gateway:1.0"
    assert (gateway["chart_status"], gateway["yaml_content"]) == ("passed", ""), "nothing was pushed"
