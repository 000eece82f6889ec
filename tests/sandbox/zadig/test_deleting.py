"""Deleting, and how little it checks."""

from typing import TYPE_CHECKING

import httpx
import pytest

from bot.sandbox.zadig import catalog

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
SUCCESS = {"message": "success"}


async def delete(api: "Api", version_id: str, project: str = "shop") -> httpx.Response:
    return await api.http.delete(f"{RELEASES}/{version_id}", params={"projectKey": project})


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_deleting_works_as_often_as_one_likes(open_api: "OpenApi", dialect: str) -> None:
    api = await open_api(dialect=dialect)
    await api.control("version", action="create", project="shop", name="v14")
    version = await api.listed("v14")
    for _ in range(2):
        assert (await delete(api, version["id"])).json() == SUCCESS
    assert (await delete(api, "0" * 24)).json() == SUCCESS
    assert await api.versions() == []


@pytest.mark.parametrize(
    "version_id", ["v14", "66287b110b8b8a631910f5a", "66287b110b8b8a631910f5ag", "detail"]
)
@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_what_is_no_id_is_an_error(open_api: "OpenApi", dialect: str, version_id: str) -> None:
    answer = await delete(await open_api(dialect=dialect), version_id)
    assert (answer.status_code, answer.json()["description"]) == (
        500,
        f"failed to delete delivery version, ID: {version_id}, error: 删除交付中心版本失败: ",
    )


async def test_a_project_has_to_be_named_but_need_not_be_the_versions(api: "Api") -> None:
    await api.create_k8s()
    version = await api.listed("v14")
    answer = await api.http.delete(f"{RELEASES}/{version['id']}")
    assert (answer.status_code, answer.json()["description"]) == (400, "projectKey can't be empty!")
    assert (await delete(api, version["id"], "billing")).json() == SUCCESS
    assert await api.versions() == []


async def test_in_v1_a_deleted_version_is_as_good_as_never_there(api: "Api") -> None:
    await api.create_k8s()
    version = await api.listed("v14")
    await delete(api, version["id"])
    for version_id in (version["id"], "0" * 24, "nonsense"):
        answer = await api.get(f"{RELEASES}/{version_id}", projectKey="shop")
        assert answer.status_code == 500
        assert answer.json() == {
            "code": 500,
            "description": f"failed to get delivery version, ID: {version_id}, error: 查询交付中心版本失败: ",
            "message": "Internal Error: ",
        }


async def test_in_v1_a_deleted_version_stays_in_the_database_and_the_workflow_goes_on(api: "Api") -> None:
    await api.create_k8s()
    await delete(api, (await api.listed("v14"))["id"])
    api.wait(10)
    [project, *_] = (await api.http.get("/_control/state")).json()["projects"]
    [version] = project["versions"]
    assert (version["deleted"], version["status"], version["done"]) == (True, "creating", 2)


async def test_in_v1_one_name_cannot_be_deleted_twice_in_a_second(api: "Api") -> None:
    for expected in (200, 500):
        await api.create_k8s()
        assert (await delete(api, (await api.listed("v14"))["id"])).status_code == expected
    api.wait(1)
    assert (await delete(api, (await api.listed("v14"))["id"])).status_code == 200


async def test_details_are_not_bound_to_the_project_either(api: "Api") -> None:
    await api.create_k8s()
    version = await api.listed("v14")
    answer = await api.get(f"{RELEASES}/{version['id']}", projectKey="billing")
    assert answer.json()["version_info"]["version_name"] == "v14"


async def test_details_of_a_version_of_no_known_kind_crash(api: "Api") -> None:
    await api.create_k8s()
    api.zadig.versions[0].kind = ""
    answer = await api.get(f"{RELEASES}/{api.zadig.versions[0].id}", projectKey="shop")
    assert (answer.status_code, answer.content) == (500, b"")


async def test_details_of_a_version_whose_project_is_gone_say_so(api: "Api") -> None:
    await api.create_k8s()
    api.zadig.catalog = catalog.catalog(catalog.project("other"))
    answer = await api.get(f"{RELEASES}/{api.zadig.versions[0].id}", projectKey="shop")
    assert answer.json()["description"].endswith("error: failed to find product template shop")
