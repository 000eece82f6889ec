"""Dialect v1: the documented calls as they go out, and what its servers send beside the documentation."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import BadInput, NotFound, NotRetryable, Unreadable
from bot.domain.models import Kind, Status, VersionReference
from bot.domain.requests import CreateVersion, DeleteVersion, ImageRequest, RetryVersion, ServiceRequest
from bot.zadig.dialects.v1 import V1
from bot.zadig.phrases import DialectMismatch

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, Wire

ID = "66287b110b8b8a631910f5ae"
SUCCESS = {"message": "success"}
CART = ServiceRequest(
    name="cart",
    chart_version="1.4.0",
    images=(
        ImageRequest(container="app", image_name="cart", tag="v14"),
        ImageRequest(container="proxy", image_name="edge-proxy", tag="2.9", copied=False),
    ),
)
IMAGE_DATAS = [
    {"container_name": "app", "image_name": "cart", "image_tag": "v14", "disable_image_dist": False},
    {"container_name": "proxy", "image_name": "edge-proxy", "image_tag": "2.9", "disable_image_dist": True},
]


def create(kind: Kind, repository: str = "") -> CreateVersion:
    return CreateVersion(
        project="shop",
        kind=kind,
        version_name="v14",
        environment="staging",
        production=True,
        description="New checkout",
        labels=("urgent",),
        registry="62ce",
        chart_repository=repository,
        services=(CART,),
    )


def row(name: str = "v1", number: int = 0, **more: Any) -> dict[str, Any]:
    base = {"id": f"{number:024x}", "version_name": name, "type": "K8SYaml", "status": "success"}
    return base | {"create_time": 1713928977, "progress": None} | more


async def test_a_list_is_asked_for_as_documented(v1: V1, wire: "Wire") -> None:
    wire.says({"list": [], "total": 0})
    await v1.page("web shop", number=2, size=20)
    assert wire.lines == ["GET /openapi/delivery/releases?projectKey=web%20shop&pageNum=2&pageSize=20"]


async def test_sizes_that_zadig_refuses_or_chokes_on_are_not_sent(v1: V1, wire: "Wire") -> None:
    wire.says({"list": [], "total": 0})
    page = await v1.page("shop", number=0, size=5000)
    assert wire.lines == ["GET /openapi/delivery/releases?projectKey=shop&pageNum=1&pageSize=100"]
    assert (page.number, page.size) == (1, 100)


async def test_details_name_the_project_which_the_documentation_forgets(v1: V1, wire: "Wire") -> None:
    wire.says({"version_info": row()})
    await v1.show(VersionReference(project="shop", id=ID))
    assert wire.lines == [f"GET /openapi/delivery/releases/{ID}?projectKey=shop"]


async def test_details_of_a_name_are_found_through_the_list(v1: V1, wire: "Wire") -> None:
    wire.says({"list": [row("v2", 2), row("v1", 1)], "total": 2}, {"version_info": row("v1", 1)})
    details = await v1.show(VersionReference(project="shop", name="v1"))
    assert details.version.name == "v1"
    assert wire.lines[1] == f"GET /openapi/delivery/releases/{1:024x}?projectKey=shop"


async def test_details_of_an_unknown_name_are_not_found(v1: V1, wire: "Wire") -> None:
    wire.says({"list": [row("v2", 2)], "total": 1})
    with pytest.raises(NotFound, match="shop/v1"):
        await v1.show(VersionReference(project="shop", name="v1"))


async def test_delete_goes_by_id(v1: V1, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v1.delete(DeleteVersion(project="shop", version_name="v14", version_id=ID))
    assert wire.lines == [f"DELETE /openapi/delivery/releases/{ID}?projectKey=shop"]


async def test_delete_without_an_id_sends_nothing(v1: V1, wire: "Wire") -> None:
    with pytest.raises(BadInput):
        await v1.delete(DeleteVersion(project="shop", version_name="v14", version_id=""))
    assert wire.requests == []


async def test_a_k8s_version_is_created_with_every_documented_key(v1: V1, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v1.create(create(Kind.K8S))
    assert wire.lines == ["POST /openapi/delivery/releases/k8s"]
    assert wire.sent == {
        "project_key": "shop",
        "version_name": "v14",
        "retry": False,
        "env_name": "staging",
        "production": True,
        "desc": "New checkout",
        "labels": ["urgent"],
        "image_registry_id": "62ce",
        "yaml_datas": [{"service_name": "cart", "image_datas": IMAGE_DATAS}],
    }


async def test_a_helm_version_is_created_with_every_documented_key(v1: V1, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v1.create(create(Kind.HELM, "charts"))
    assert wire.lines == ["POST /openapi/delivery/releases/helm"]
    assert wire.sent == {
        "project_key": "shop",
        "version_name": "v14",
        "retry": False,
        "env_name": "staging",
        "production": True,
        "desc": "New checkout",
        "labels": ["urgent"],
        "image_registry_id": "62ce",
        "chart_repo_name": "charts",
        "chart_datas": [{"service_name": "cart", "version": "1.4.0", "image_datas": IMAGE_DATAS}],
    }


async def test_a_k8s_retry_names_an_environment_and_nothing_to_check(v1: V1, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v1.retry(
        RetryVersion(
            project="shop",
            version_name="v14",
            version_id=ID,
            kind=Kind.K8S,
            environment="qa",
            production=True,
        )
    )
    assert wire.lines == ["POST /openapi/delivery/releases/k8s"]
    assert wire.sent == {
        "project_key": "shop",
        "version_name": "v14",
        "retry": True,
        "env_name": "qa",
        "production": True,
    }


async def test_a_helm_retry_names_the_version_alone(v1: V1, wire: "Wire") -> None:
    wire.says(SUCCESS)
    await v1.retry(RetryVersion(project="shop", version_name="v14", version_id=ID, kind=Kind.HELM))
    assert wire.lines == ["POST /openapi/delivery/releases/helm"]
    assert wire.sent == {"project_key": "shop", "version_name": "v14", "retry": True}


async def test_a_refused_retry_knows_which_version_it_is_about(
    v1: V1, wire: "Wire", reply: "type[Reply]"
) -> None:
    """So that the person can be offered to delete it and create it again."""
    description = "no workflow task found for version: v14"
    wire.answers(reply(status=500, body={"code": 500, "description": description}))
    with pytest.raises(NotRetryable) as refused:
        await v1.retry(RetryVersion(project="shop", version_name="v14", version_id=ID, kind=Kind.HELM))
    assert refused.value.reference == VersionReference(project="shop", name="v14", id=ID)
    assert refused.value.status is Status.FAILED


async def test_a_name_is_searched_page_by_page_newest_first(v1: V1, wire: "Wire") -> None:
    first = [row(f"v{number}", number) for number in range(250, 150, -1)]
    second = [row(f"v{number}", number) for number in range(150, 50, -1)]
    wire.says({"list": first, "total": 250}, {"list": second, "total": 250})
    found = await v1.find("shop", "v120")
    assert found
    assert found.name == "v120"
    assert len(wire.requests) == 2


async def test_a_search_ends_with_the_list(v1: V1, wire: "Wire") -> None:
    full = [row(f"v{number}", number) for number in range(100)]
    wire.says({"list": full, "total": 101}, {"list": [row("v100", 100)], "total": 101})
    assert await v1.find("shop", "v500") is None
    assert len(wire.requests) == 2


async def test_a_search_ends_even_if_the_total_is_wrong(v1: V1, wire: "Wire") -> None:
    wire.says({"list": [row(f"v{number}", number) for number in range(100)], "total": 10**9})
    assert await v1.find("shop", "v500") is None
    assert len(wire.requests) == 2


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ({"list": None}, 0),
        ({"list": None, "total": 0}, 0),
        ({"list": [], "total": None}, 0),
        ({"list": [], "total": "7", "extra": {"new": 1}}, 7),
    ],
)
async def test_an_empty_list_may_be_written_in_many_ways(
    body: dict[str, Any], total: int, v1: V1, wire: "Wire"
) -> None:
    wire.says(body)
    page = await v1.page("shop", number=1, size=10)
    assert (page.items, page.total) == ((), total)


@pytest.mark.parametrize(
    "body",
    [
        [],
        None,
        "list",
        {},
        {"total": 3},
        {"code": 7050, "message": "x", "description": "y"},
        {"list": {}},
        {"list": [None]},
        {"list": [{}]},
        {"list": [row() | {"id": ""}]},
        {"list": [row() | {"id": None}]},
        {"list": [row() | {"version_name": ["v1"]}]},
    ],
    ids=repr,
)
async def test_what_is_not_a_list_of_versions_is_unreadable(body: Any, v1: V1, wire: "Wire") -> None:
    wire.says(body)
    with pytest.raises(Unreadable) as caught:
        await v1.page("shop", number=1, size=10)
    assert caught.value.raw.startswith("HTTP 200")


@pytest.mark.parametrize("content", [b"", b'{"list": [{"id"', b"\xff\xfe", b"[" * 100_000, b'{"a":1}garbage'])
async def test_bytes_that_are_no_json_are_unreadable(
    content: bytes, v1: V1, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(content=content))
    with pytest.raises(Unreadable):
        await v1.page("shop", number=1, size=10)


async def test_values_of_other_types_are_read_all_the_same(v1: V1, wire: "Wire") -> None:
    item = row(
        status="paused\0",
        type="Terraform",
        labels=["a", None, 3],
        description=None,
        created_by=7,
        progress={"success_count": "1", "total_count": 2.0, "upload_status": None},
        new_key={"deep": []},
    )
    item["created_time"] = str(item.pop("create_time"))
    wire.says({"list": [item], "total": 1})
    (version,) = (await v1.page("shop", number=1, size=10)).items
    assert (version.status, version.status_word, version.kind) == (Status.UNKNOWN, "paused", None)
    assert (version.labels, version.description, version.created_by) == (("a", "3"), "", "7")
    assert version.created_at == 1713928977
    assert version.progress
    assert (version.progress.done, version.progress.total) == (1, 2)


@pytest.mark.parametrize(
    ("sent", "kept"), [(None, 0), (-5, 0), (10**30, 253402300799), ("", 0), ("1e3", 1000)]
)
async def test_times_stay_within_what_a_date_can_show(sent: Any, kept: int, v1: V1, wire: "Wire") -> None:
    wire.says({"list": [row() | {"create_time": sent}], "total": 1})
    (version,) = (await v1.page("shop", number=1, size=10)).items
    assert version.created_at == kept


@pytest.mark.parametrize(
    ("odd", "read"),
    [
        ({"labels": "a, b"}, {"labels": ("a", "b")}),
        ({"labels": {"a": 1}}, {"labels": None}),
        ({"labels": ["a", {}, ["b"], " "]}, {"labels": ("a",)}),
        ({"created_by": {}}, {"created_by": ""}),
        ({"description": ["x"]}, {"description": ""}),
        ({"progress": "50%"}, {"progress": None}),
        ({"progress": [1, 2]}, {"progress": None}),
        ({"create_time": "2024-04-24T03:09:37Z"}, {"created_at": 1713928177}),
        ({"create_time": "2024-04-24T11:09:37+08:00"}, {"created_at": 1713928177}),
        ({"create_time": 1713928177123}, {"created_at": 1713928177}),
        ({"create_time": "soon"}, {"created_at": 0x66287B11}),
        ({"create_time": {}}, {"created_at": 0x66287B11}),
        ({"create_time": 1e999}, {"created_at": 0x66287B11}),
        ({"status": None}, {"status": Status.UNKNOWN}),
        ({"type": 7}, {"kind": None}),
    ],
    ids=repr,
)
async def test_one_odd_value_blanks_itself_and_hides_no_version(
    odd: dict[str, Any], read: dict[str, Any], v1: V1, wire: "Wire"
) -> None:
    wire.says({"list": [row() | {"id": ID} | odd, row() | {"version_name": "v2"}], "total": 2})
    first, second = (await v1.page("shop", number=1, size=10)).items
    assert {key: getattr(first, key) for key in read} == read
    assert second.name == "v2"


@pytest.mark.parametrize(
    "odd",
    [None, {}, 3, "v1", [], {"id": ""}, {"version_name": None}, {"id": {}}, {"version_name": ["v1"]}],
    ids=repr,
)
async def test_a_row_without_name_or_id_is_left_out_and_counted(
    odd: Any, v1: V1, wire: "Wire", caplog: pytest.LogCaptureFixture
) -> None:
    wire.says({"list": [row() | odd if odd and isinstance(odd, dict) else odd, row()], "total": 2})
    page = await v1.page("shop", number=1, size=10)
    assert (len(page.items), page.total, page.left_out) == (1, 2, 1)
    assert [
        record.__dict__["rows"]
        for record in caplog.records
        if record.__dict__.get("action") == "rows_left_out"
    ] == [1]


async def test_a_progress_of_nothing_is_normal(v1: V1, wire: "Wire") -> None:
    wire.says({"version_info": row() | {"progress": {}}, "deploy_infos": None, "distribute_infos": None})
    details = await v1.show(VersionReference(project="shop", id=ID))
    assert details.version.progress
    assert (details.version.progress.done, details.version.progress.total) == (0, 0)
    assert (details.version.labels, details.images, details.charts) == ((), (), ())


async def test_images_without_a_chart_and_deeper_nesting_are_kept(v1: V1, wire: "Wire") -> None:
    image = {"id": "i", "distribute_type": "image", "image": "r/x:1", "sub_distributes": None}
    chart = {"id": "c", "distribute_type": "chart", "chart_name": "x"}
    nested = chart | {"sub_distributes": [image | {"id": "j", "sub_distributes": [image | {"id": "k"}]}]}
    wire.says({"version_info": row() | {"type": "HelmChart"}, "distribute_infos": [image, nested]})
    details = await v1.show(VersionReference(project="shop", id=ID))
    assert [found.id for found in details.images] == ["i"]
    assert [found.id for found in details.charts[0].images] == ["j", "k"]


async def test_a_list_of_the_other_dialect_is_noticed(v1: V1, wire: "Wire") -> None:
    item = {key: value for key, value in row().items() if key != "progress"} | {"source": "manual"}
    wire.says({"list": [item], "total": 1})
    with pytest.raises(DialectMismatch):
        await v1.page("shop", number=1, size=10)
