"""What an upgrade from the first dialect to the second does to a client that was not told."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"


async def test_an_upgrade_keeps_names_and_changes_ids(open_api: "OpenApi") -> None:
    api = await open_api(history=True)
    before = {each["version_name"]: each["id"] for each in await api.versions()}
    await api.control("upgrade", server_version="4.2.1")
    after = {each["version_name"]: each["id"] for each in await api.versions()}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert api.zadig.dialect == "v2"


async def test_after_an_upgrade_the_old_ways_are_not_allowed_any_more(api: "Api") -> None:
    await api.create_k8s()
    version = await api.listed("v14")
    await api.control("upgrade")
    answer = await api.get(f"{RELEASES}/{version['id']}", projectKey="shop")
    assert (answer.status_code, answer.text) == (405, f"Method not allowed: GET {RELEASES}/{version['id']}")
    answer = await api.http.delete(f"{RELEASES}/{version['id']}", params={"projectKey": "shop"})
    assert answer.json() == {"message": "success"}, "an id that nothing has"
    assert (await api.listed("v14"))["created_by"] == "Release Bot", "old rows keep their names"


async def test_deleted_versions_do_not_come_along(api: "Api") -> None:
    await api.create_k8s()
    await api.control("version", action="delete", project="shop", name="v14")
    await api.control("upgrade")
    assert not api.zadig.versions


async def test_what_was_under_way_hangs_because_its_watcher_is_gone(api: "Api") -> None:
    await api.create_k8s()
    api.wait(3)
    await api.control("upgrade")
    api.wait(7200)
    details = await api.shown("v14")
    assert details["status"] == "creating"
    assert [each["images"][0]["status"] for each in details["services"]] == ["passed", "running"]


async def test_an_upgrade_within_a_dialect_keeps_ids_and_a_reset_takes_it_back(open_api: "OpenApi") -> None:
    api = await open_api(server_version="3.0.0", history=True)
    before = await api.versions()
    await api.control("upgrade", server_version="3.4.1")
    assert await api.versions() == before
    await api.control("upgrade", server_version="5.0.0")
    await api.control("reset")
    assert api.zadig.rules.version == "3.0.0"
