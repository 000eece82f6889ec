"""Which routes a version has, and with which words it says that it has not."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import OpenApi

LABELS = "/openapi/service/yaml/x/labels"
ROLLBACKS = "/openapi/statistics/v2/rollback/detail"
COLLABORATIONS = "/openapi/collaborations"
PODS = "/openapi/environments/x/service/y/pods"
SINCE = {LABELS: "3.2.0", ROLLBACKS: "3.3.0", COLLABORATIONS: "4.2.0", PODS: "4.3.0"}
SERVERS = ("3.1.0", "3.2.0", "3.3.0", "3.4.1", "4.0.0", "4.1.0", "4.2.0", "4.2.1", "4.3.0", "5.0.0")


@pytest.mark.parametrize("server_version", SERVERS)
async def test_routes_tell_versions_apart(open_api: "OpenApi", server_version: str) -> None:
    api = await open_api(server_version=server_version)
    for path, since in SINCE.items():
        answer = await api.get(path)
        assert (answer.status_code != 404) is (server_version >= since)
        if answer.status_code == 404:
            assert (answer.text, answer.headers["content-type"]) == (
                f"Invalid path: {path}",
                "text/plain; charset=utf-8",
            )
    if server_version >= SINCE[COLLABORATIONS]:
        answer = await api.get(COLLABORATIONS)
        assert (answer.status_code, answer.text) == (405, f"Method not allowed: GET {COLLABORATIONS}")


async def test_they_say_what_they_lack_before_anything_else(open_api: "OpenApi") -> None:
    api = await open_api(server_version="5.0.0")
    for path, complaint in (
        (LABELS, "projectKey can't be empty!"),
        (ROLLBACKS, "starTime and endTime is empty"),
        (PODS, "projectKey can't be empty!"),
    ):
        answer = await api.get(path)
        assert (answer.status_code, answer.json()["description"]) == (400, complaint)
    assert (await api.post(COLLABORATIONS, {})).status_code == 400


async def test_what_they_tell_is_little(open_api: "OpenApi") -> None:
    api = await open_api(server_version="5.0.0")
    assert (await api.get(LABELS, projectKey="shop")).json() == []
    day = {"startTime": 1, "endTime": 86400}
    assert (await api.get(ROLLBACKS, **day)).json()["total"] == 0
    assert (await api.get(ROLLBACKS, startTime=9, endTime=1)).status_code == 400
    assert (await api.get(ROLLBACKS, startTime=1, endTime=99 * 365 * 86400)).status_code == 400
    pods = await api.get("/openapi/environments/dev/service/cart/pods", projectKey="shop")
    assert pods.json()["pods"] == [{"name": "cart-0", "containers": ["cart"]}]
    assert (await api.as_person("grace").get(PODS, projectKey="billing")).status_code == 403
