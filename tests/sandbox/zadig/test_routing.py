"""Paths that lead nowhere, and where an app may be mounted."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.zadig import Zadig, build_app

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
SOME_ID = "66287b110b8b8a631910f5ae"
BOTH = ("v1", "v2")


NOT_FOUND = [
    ("GET", "/openapi/nowhere", BOTH),
    ("DELETE", f"{RELEASES}/", BOTH),
    ("GET", f"{RELEASES}/a/b", BOTH),
    ("GET", f"{RELEASES}/a%2Fb", BOTH),
]
NOT_ALLOWED = [
    ("POST", RELEASES, BOTH),
    ("PUT", f"{RELEASES}/{SOME_ID}", BOTH),
    ("GET", f"{RELEASES}/{SOME_ID}", ("v2",)),
    ("POST", f"{RELEASES}/retry", ("v1",)),
]


@pytest.mark.parametrize(
    ("case", "status", "text"),
    [(case, 404, "Invalid path: {path}") for case in NOT_FOUND]
    + [(case, 405, "Method not allowed: {method} {path}") for case in NOT_ALLOWED],
)
async def test_wrong_paths_and_verbs_get_gins_texts(
    open_api: "OpenApi", case: tuple[str, str, tuple[str, ...]], status: int, text: str
) -> None:
    method, path, dialects = case
    for dialect in dialects:
        api = await open_api(dialect=dialect)
        answer = await api.http.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
        assert answer.text == text.format(method=method, path=unquote(path))


async def test_a_trailing_slash_is_redirected_with_a_page(api: "Api") -> None:
    answer = await api.get(f"{RELEASES}/", projectKey="shop")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"{RELEASES}?projectKey=shop"
    assert answer.headers["content-type"].startswith("text/html")
    assert (await api.http.post(f"{RELEASES}/k8s/")).status_code == 307


@pytest.mark.parametrize("path", ["/", "/v1/projects/detail/shop/version", "/delivery/releases"])
async def test_a_wrong_base_url_gets_the_portals_page_as_a_success(api: "Api", path: str) -> None:
    answer = await api.http.get(path, headers={"authorization": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_before_231_there_are_no_versions() -> None:
    zadig = Zadig(server_version="2.3.0")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(zadig)),
        base_url="http://zadig",
        params={"token": zadig.token},
    ) as http:
        assert (await http.get(RELEASES)).text == f"Invalid path: {RELEASES}"
        assert (await http.get("/openapi/projects/project")).status_code == 200


@pytest.mark.parametrize(
    ("server_version", "description"),
    [("3.4.1", "projectKey can't be empty!"), ("4.0.0", "versionName can't be empty!")],
)
async def test_a_look_at_details_without_a_query_tells_the_dialect(
    api: "Api", server_version: str, description: str
) -> None:
    await api.control("upgrade", server_version=server_version)
    answer = await api.get(f"{RELEASES}/detail")
    assert (answer.status_code, answer.json()["description"]) == (400, description)


async def test_it_works_below_any_path() -> None:
    zadig = Zadig()
    app = Starlette(routes=[Mount("/zadig", app=build_app(zadig))])
    headers = {"authorization": f"Bearer {zadig.token}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://local/zadig", headers=headers
    ) as http:
        assert (await http.get("/openapi/system/registry")).status_code == 200
        assert (await http.get("/_control/state")).json()["ok"] is True
        assert (await http.get("/openapi/nowhere")).text == "Invalid path: /openapi/nowhere"
        assert (await http.get(f"{RELEASES}/")).headers["location"] == f"/zadig{RELEASES}"


def test_a_server_version_and_a_dialect_have_to_agree() -> None:
    with pytest.raises(ValueError, match=r"Zadig 3\.4\.1 speaks v1, not v2"):
        Zadig(server_version="3.4.1", dialect="v2")
    with pytest.raises(ValueError, match="looks like"):
        Zadig(server_version="3.4")
