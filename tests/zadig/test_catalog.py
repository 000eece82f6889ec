"""What forms can offer, from the endpoints beside the versions."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import (
    LicenceMissing,
    NotFound,
    NotPermitted,
    Refused,
    Rejected,
    ServerDown,
    Unreadable,
)
from bot.domain.models import Container, Environment, Kind, Project, Registry, Service
from bot.zadig.catalog import ZadigCatalog, image_basename

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, Wire

QA = Environment(key="qa", name="QA", production=False)
LIVE = Environment(key="live", name="Live", production=True)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("cart", "cart"),
        ("cart:v1", "cart"),
        ("registry.example.com/team/cart:v1", "cart"),
        ("registry.example.com:5000/cart", "cart"),
        ("registry.example.com:5000/team/cart:v1@sha256:0a1b", "cart"),
        ("team/cart@sha256:0a1b", "cart"),
        ("", ""),
    ],
)
def test_an_image_has_a_basename(reference: str, name: str) -> None:
    assert image_basename(reference) == name


async def test_projects_are_read_to_the_last_page(catalog: ZadigCatalog, wire: "Wire") -> None:
    rows = [{"project_key": f"p{number:03}", "deploy_type": "k8s"} for number in range(101)]
    wire.says({"projects": rows[:100], "total": 101}, {"projects": rows[100:], "total": 101})
    projects = await catalog.projects()
    assert [project.key for project in projects] == [row["project_key"] for row in rows]
    assert wire.lines == [
        "GET /openapi/projects/project?pageNum=1&pageSize=100",
        "GET /openapi/projects/project?pageNum=2&pageSize=100",
    ]


@pytest.mark.parametrize("total", [0, 10**9, None])
async def test_a_wrong_total_of_projects_ends_all_the_same(
    total: int | None, catalog: ZadigCatalog, wire: "Wire"
) -> None:
    wire.says({"projects": [{"project_key": "shop"}], "total": total})
    assert len(await catalog.projects()) == 1
    assert len(wire.requests) <= 2


async def test_projects_come_by_name_with_their_kind(catalog: ZadigCatalog, wire: "Wire") -> None:
    rows = [
        {"project_key": "z", "project_name": "alpha", "deploy_type": "helm", "description": "d"},
        {"project_key": "vm", "project_name": None, "deploy_type": "cloud_host"},
        {"project_key": "b", "project_name": "Beta", "deploy_type": "k8s"},
        {"project_key": "x", "project_name": "External", "deploy_type": "external"},
    ]
    wire.says({"projects": rows, "total": 4})
    assert await catalog.projects() == (
        Project(key="z", name="alpha", kind=Kind.HELM, description="d"),
        Project(key="b", name="Beta", kind=Kind.K8S),
        Project(key="x", name="External", kind=None),
        Project(key="vm", name="vm", kind=None),
    )


async def test_one_odd_project_hides_no_other(catalog: ZadigCatalog, wire: "Wire") -> None:
    odd = [None, {"project_key": ""}, {"project_key": "pay", "project_name": {}, "deploy_type": 1}]
    wire.says({"projects": [*odd, {"project_key": "shop", "deploy_type": "k8s"}], "total": 4})
    assert [one.key for one in await catalog.projects()] == ["pay", "shop"]


@pytest.mark.parametrize(("known", "means"), [("qa", Rejected), ("dev", NotFound)])
async def test_an_environment_with_foreign_charts_is_not_said_to_be_missing(
    known: str, means: type[Refused], catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    said = {"code": 500, "message": "Internal Error: ", "description": "mongo: no documents in result"}
    wire.answers(reply(status=500, body=said), reply(body=[{"env_key": known}]), reply(body=[]))
    with pytest.raises(means) as caught:
        await catalog.services("shop", Environment(key="qa", name="QA", production=False))
    assert ("Zadig did not deploy" in str(caught.value)) == (known == "qa")


@pytest.mark.parametrize("body", [{"projects": [], "total": 0}, {"projects": None, "total": 0}])
async def test_no_projects_are_no_error(body: Any, catalog: ZadigCatalog, wire: "Wire") -> None:
    wire.says(body)
    assert await catalog.projects() == ()


async def test_test_environments_come_before_production_ones(catalog: ZadigCatalog, wire: "Wire") -> None:
    test = [{"env_key": "qa", "envName": "QA", "registry_id": "62ce", "status": "running"}]
    wire.says(test, [{"env_key": "live", "production": True}])
    assert await catalog.environments("shop") == (
        Environment(key="qa", name="QA", production=False, registry_id="62ce", status="running"),
        Environment(key="live", name="live", production=True),
    )
    assert wire.lines == [
        "GET /openapi/environments?projectKey=shop",
        "GET /openapi/environments/production?projectKey=shop",
    ]


@pytest.mark.parametrize(
    "refusal", [{"status": 403, "content": b""}, {"status": 400, "body": {"code": 7050}}]
)
async def test_production_environments_that_may_not_be_seen_cost_only_themselves(
    refusal: dict[str, Any], catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=[{"env_key": "qa"}]), reply(**refusal))
    assert [environment.key for environment in await catalog.environments("shop")] == ["qa"]


async def test_a_refusal_of_test_environments_is_told(
    catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=403, content=b""))
    with pytest.raises(NotPermitted):
        await catalog.environments("shop")
    wire.answers(reply(status=400, body={"code": 7050}))
    with pytest.raises(LicenceMissing):
        await catalog.environments("shop")


async def test_production_environments_that_cannot_be_read_now_are_told(
    catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=[]), reply(status=502, content=b""))
    with pytest.raises(ServerDown):
        await catalog.environments("shop")


@pytest.mark.parametrize(
    ("environment", "line"),
    [
        (QA, "GET /openapi/environments/qa?projectKey=shop"),
        (LIVE, "GET /openapi/environments/production/live?projectKey=shop"),
    ],
)
async def test_services_come_from_the_right_side_with_init_containers(
    environment: Environment, line: str, catalog: ZadigCatalog, wire: "Wire"
) -> None:
    containers = [
        {"name": "app", "image": "r.example.com:5000/team/cart:v1", "image_name": "wrong"},
        {"name": "migrate", "image": "cart-migrations", "type": "init"},
    ]
    services = [
        {"service_name": "cart", "containers": containers},
        {"service_name": "job", "containers": None},
    ]
    wire.says({"project_key": "shop", "services": services, "global_variables": None})
    assert await catalog.services("shop", environment) == (
        Service(
            name="cart",
            containers=(
                Container(name="app", image="r.example.com:5000/team/cart:v1", image_name="cart"),
                Container(name="migrate", image="cart-migrations", image_name="cart-migrations"),
            ),
        ),
        Service(name="job"),
    )
    assert wire.lines == [line]


INSTALLED = [
    {"serviceName": "gateway", "chart": "gateway", "chartVersion": "1.4.0", "appVersion": "9"},
    {"serviceName": "identity", "chart": "identity", "appVersion": "2.0.0"},
    {"releaseName": "odd", "serviceName": None, "appVersion": 3},
]


@pytest.mark.parametrize(("environment", "production"), [(QA, "false"), (LIVE, "true")])
async def test_helm_services_have_the_version_of_the_chart_that_runs(
    environment: Environment, production: str, catalog: ZadigCatalog, wire: "Wire"
) -> None:
    names = ("gateway", "identity", "ingest")
    services = [{"service_name": name, "type": "helm", "containers": []} for name in names]
    wire.says({"services": services}, INSTALLED)
    found = await catalog.services("platform", environment)
    assert [one.chart_version for one in found] == ["1.4.0", "2.0.0", ""]
    path = f"/api/aslan/environment/environments/{environment.key}/helm/releases"
    assert wire.lines[-1] == f"GET {path}?projectName=platform&production={production}"


async def test_chart_versions_that_zadig_does_not_tell_are_unknown(
    catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    services = [{"service_name": "gateway", "type": "helm", "containers": []}]
    gone = reply(status=404, body="Invalid path: /api/aslan")
    wire.answers(reply(body={"services": services}), gone)
    assert [one.chart_version for one in await catalog.services("platform", QA)] == [""]


async def test_an_environment_that_is_gone_is_not_found(
    catalog: ZadigCatalog, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=500, body={"code": 500, "description": "mongo: no documents in result"}))
    with pytest.raises(NotFound):
        await catalog.services("shop", QA)


async def test_registries_put_the_default_first(catalog: ZadigCatalog, wire: "Wire") -> None:
    rows = [
        {"registry_id": "2", "address": "https://b.example.com", "namespace": "x", "is_default": False},
        {"registry_id": "1", "address": "https://a.example.com"},
        {"registry_id": "3", "address": "https://c.example.com", "is_default": True, "provider": "native"},
    ]
    wire.says(rows)
    assert await catalog.registries() == (
        Registry(id="3", address="https://c.example.com", default=True),
        Registry(id="1", address="https://a.example.com"),
        Registry(id="2", address="https://b.example.com", namespace="x"),
    )
    assert wire.lines == ["GET /openapi/system/registry"]


async def test_chart_repositories_are_names(catalog: ZadigCatalog, wire: "Wire") -> None:
    wire.says([{"repo_name": "charts", "url": "https://x"}, {"repo_name": "apps"}, {"url": "y"}])
    assert await catalog.chart_repositories("shop") == ("apps", "charts")
    assert wire.lines == ["GET /api/aslan/system/helm/project?projectName=shop"]


@pytest.mark.parametrize("body", [{"code": 500}, {"list": []}, "x", 3, [3], [{}]])
async def test_what_is_not_a_list_of_registries_is_unreadable(
    body: Any, catalog: ZadigCatalog, wire: "Wire"
) -> None:
    wire.says(body)
    with pytest.raises(Unreadable):
        await catalog.registries()
