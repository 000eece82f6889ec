"""Dialect v2: details by name, retry by id, and a create that spells out every image."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import NotFound, Rejected, ServerDown, Unreadable
from bot.domain.models import Kind, VersionReference
from bot.domain.requests import (
    CreateVersion,
    DeleteVersion,
    Field,
    ImageRequest,
    RetryVersion,
    ServiceRequest,
)
from bot.zadig.dialects.v2 import V2
from bot.zadig.phrases import DialectMismatch

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, Wire

ID = "68b0a1110b8b8a631910f5ae"
SUCCESS = {"message": "success"}
ENVIRONMENT = {
    "services": [
        {
            "service_name": "cart",
            "containers": [
                {"name": "app", "image": "registry.example.com:5000/team/cart:dev-7"},
                {"name": "proxy", "image": "edge-proxy@sha256:abc", "type": "init"},
            ],
        }
    ]
}
REGISTRIES = [{"registry_id": "62ce", "address": "https://registry.example.com/", "namespace": "release"}]
ROW = {"id": ID, "version_name": "v14", "status": "success", "create_time": 1, "source": "manual"}
DETAILS = {"version": "v14", "status": "success", "created_at": 1}


def create(kind: Kind = Kind.K8S, **more: Any) -> CreateVersion:
    images = (
        ImageRequest(container="app", image_name="cart", tag="v14"),
        ImageRequest(container="proxy", image_name="edge-proxy", tag="ignored", copied=False),
    )
    fields: dict[str, Any] = {
        "project": "shop",
        "kind": kind,
        "version_name": "v14",
        "environment": "staging",
        "description": "New",
        "labels": ("urgent",),
        "registry": "62ce",
        "services": (ServiceRequest(name="cart", chart_version="1.4.0", images=images),),
    }
    return CreateVersion(**(fields | more))


IMAGES = [
    {
        "container_name": "app",
        "image_name": "cart",
        "source_image": "registry.example.com:5000/team/cart:dev-7",
        "source_image_tag": "dev-7",
        "target_image": "registry.example.com/release/cart:v14",
        "target_image_tag": "v14",
        "push_image": True,
    },
    {
        "container_name": "proxy",
        "image_name": "edge-proxy",
        "source_image": "edge-proxy@sha256:abc",
        "source_image_tag": "",
        "target_image": "edge-proxy@sha256:abc",
        "target_image_tag": "",
        "push_image": False,
    },
]


async def test_details_go_by_name_and_keep_the_id_of_the_reference(v2: V2, wire: "Wire") -> None:
    wire.says(DETAILS)
    details = await v2.show(VersionReference(project="shop", name="v14", id=ID))
    assert wire.lines == [
        "GET /openapi/delivery/releases/detail?projectKey=shop&versionName=v14",
    ]
    assert (details.version.id, details.version.project) == (ID, "shop")
    assert details.retry_by_id


async def test_an_id_alone_is_turned_into_a_name_by_the_list(v2: V2, wire: "Wire") -> None:
    wire.says({"list": [ROW], "total": 1}, DETAILS)
    assert (await v2.show(VersionReference(project="shop", id=ID))).version.name == "v14"


async def test_a_name_alone_gets_its_id_from_the_list(v2: V2, wire: "Wire") -> None:
    wire.says({"list": [ROW], "total": 1}, DETAILS)
    assert (await v2.show(VersionReference(project="shop", name="v14"))).version.id == ID


async def test_an_id_from_before_the_upgrade_is_not_found(v2: V2, wire: "Wire") -> None:
    wire.says({"list": [ROW], "total": 1})
    with pytest.raises(NotFound):
        await v2.show(VersionReference(project="shop", id="0" * 24))


async def test_retry_goes_by_id_without_a_body(v2: V2, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v2.retry(RetryVersion(project="shop", version_name="v14", version_id=ID, kind=Kind.K8S))
    assert wire.lines == [f"POST /openapi/delivery/releases/retry?id={ID}&projectKey=shop"]
    assert wire.requests[0].content == b""


async def test_delete_goes_by_id(v2: V2, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v2.delete(DeleteVersion(project="shop", version_name="v14", version_id=ID))
    assert wire.lines == [f"DELETE /openapi/delivery/releases/{ID}?projectKey=shop"]


async def test_a_k8s_create_says_what_runs_and_where_it_goes(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    manifest = reply(content=b"kind: Deployment\n", content_type="text/plain; charset=utf-8")
    wire.answers(reply(body=ENVIRONMENT), reply(body=REGISTRIES), manifest, reply(body=SUCCESS))
    await v2.create(create())
    assert wire.lines == [
        "GET /openapi/environments/staging?projectKey=shop",
        "GET /openapi/system/registry",
        "GET /openapi/environments/service/yaml?projectKey=shop&envName=staging&serviceName=cart",
        "POST /openapi/delivery/releases/k8s",
    ]
    assert json.loads(wire.requests[-1].content) == {
        "project_key": "shop",
        "version_name": "v14",
        "source": "from_env",
        "env_name": "staging",
        "production": False,
        "desc": "New",
        "labels": ["urgent"],
        "image_registry_id": "62ce",
        "services": [{"service_name": "cart", "images": IMAGES, "yaml_content": "kind: Deployment\n"}],
    }


async def test_a_helm_create_names_charts_and_leaves_values_to_a_zadig_that_has_them(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    context = reply(body={"user": {}, "server_version": "5.0.0"})
    wire.answers(context, reply(body=ENVIRONMENT), reply(body=REGISTRIES), reply(body=SUCCESS))
    await v2.create(create(Kind.HELM, chart_repository="charts"))
    body = json.loads(wire.requests[-1].content)
    assert wire.lines[-1] == "POST /openapi/delivery/releases/helm"
    assert body["chart_repo_name"] == "charts"
    assert body["services"] == [
        {"service_name": "cart", "chart_version": "1.4.0", "images": IMAGES, "yaml_content": ""}
    ]


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_manifest_that_may_not_be_read_is_left_to_zadig(
    status: int, v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    refused = reply(status=status, content=b"", content_type="")
    wire.answers(reply(body=ENVIRONMENT), reply(body=REGISTRIES), refused, reply(body=SUCCESS))
    await v2.create(create(production=True))
    assert wire.lines[0] == "GET /openapi/environments/production/staging?projectKey=shop"
    assert wire.lines[2].startswith("GET /openapi/environments/production/service/yaml?")
    assert json.loads(wire.requests[-1].content)["services"][0]["yaml_content"] == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"registry": "gone"}, Field.REGISTRY),
        ({"services": (ServiceRequest(name="gone", images=create().services[0].images),)}, Field.SERVICES),
    ],
)
async def test_what_would_crash_some_servers_is_refused_before_it_is_sent(
    change: dict[str, Any], field: str, v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=ENVIRONMENT), reply(body=REGISTRIES), reply(content=b"a: 1", content_type=""))
    with pytest.raises(Rejected) as caught:
        await v2.create(create(**change))
    assert caught.value.field == field
    assert all(line.startswith("GET") for line in wire.lines)


async def test_nothing_is_sent_while_the_environment_cannot_be_read(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=500, body={"code": 500, "description": "cluster is disconnected"}))
    with pytest.raises(ServerDown):
        await v2.create(create())
    assert all(line.startswith("GET") for line in wire.lines)


async def test_nothing_is_copied_without_a_registry(v2: V2, wire: "Wire", reply: "type[Reply]") -> None:
    wire.answers(reply(body=ENVIRONMENT), reply(content=b"a: 1", content_type=""), reply(body=SUCCESS))
    image = ImageRequest(container="app", image_name="cart", tag="v14", copied=False)
    await v2.create(create(registry="", services=(ServiceRequest(name="cart", images=(image,)),)))
    (sent,) = json.loads(wire.requests[-1].content)["services"][0]["images"]
    assert sent["target_image"] == sent["source_image"]
    assert sent["push_image"] is False


@pytest.mark.parametrize("body", [{}, [], {"version": "v14"}, DETAILS | {"services": {}}, ROW], ids=repr)
async def test_what_are_not_details_is_unreadable(body: Any, v2: V2, wire: "Wire") -> None:
    wire.says(body)
    with pytest.raises(Unreadable):
        await v2.show(VersionReference(project="shop", name="v14", id=ID))


async def test_charts_are_counted_where_no_image_is_copied(v2: V2, wire: "Wire") -> None:
    services = [
        {"service_name": "a", "chart_version": "1.0.0", "chart_status": "passed", "images": None},
        {"service_name": "b", "chart_version": "1.0.0", "chart_status": "", "images": []},
    ]
    wire.says(DETAILS | {"type": "HelmChart", "services": services})
    progress = (await v2.show(VersionReference(project="shop", name="v14", id=ID))).version.progress
    assert progress
    assert (progress.done, progress.total) == (1, 2)


async def test_a_list_of_the_other_dialect_is_noticed(v2: V2, wire: "Wire") -> None:
    row = {key: value for key, value in ROW.items() if key != "source"} | {"progress": None}
    wire.says({"list": [row], "total": 1})
    with pytest.raises(DialectMismatch):
        await v2.page("shop", number=1, size=10)
