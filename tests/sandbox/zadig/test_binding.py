"""What gin makes of queries and Go of JSON bodies."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api

RELEASES = "/openapi/delivery/releases"
STRUCT = "OpenAPICreateK8SDeliveryVersionRequest"


def required(*names: str) -> str:
    return "\n".join(
        f"Key: 'OpenAPIListDeliveryVersionRequest.{name}' Error:Field validation for '{name}' failed on the "
        "'required' tag"
        for name in names
    )


@pytest.mark.parametrize(
    ("query", "description"),
    [
        ("", required("ProjectKey", "PageNum", "PageSize")),
        ("projectKey=shop", required("PageNum", "PageSize")),
        ("projectKey=shop&pageNum=0&pageSize=10", required("PageNum")),
        ("projectKey=shop&pageNum=&pageSize=10", required("PageNum")),
        ("projectKey=&pageNum=1&pageSize=10", required("ProjectKey")),
        ("projectKey=shop&pageNum=x&pageSize=10", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("projectKey=shop&pageNum=1.5&pageSize=10", 'strconv.ParseInt: parsing "1.5": invalid syntax'),
        ("projectKey=shop&pageNum=1_0&pageSize=10", 'strconv.ParseInt: parsing "1_0": invalid syntax'),
        ("pageNum=x&pageSize=y", 'strconv.ParseInt: parsing "x": invalid syntax'),
        (
            "projectKey=shop&pageNum=1&pageSize=9223372036854775808",
            'strconv.ParseInt: parsing "9223372036854775808": value out of range',
        ),
    ],
)
async def test_a_query_that_does_not_bind_is_refused_in_gins_words(
    api: "Api", query: str, description: str
) -> None:
    answer = await api.http.get(f"{RELEASES}?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {
        "code": 400,
        "description": description,
        "extra": {},
        "message": "Bad Request",
        "type": "error",
    }


@pytest.mark.parametrize(
    ("body", "description"),
    [
        ("", "EOF"),
        ("  \n", "EOF"),
        ("{", "unexpected EOF"),
        ('{"project_key": "shop', "unexpected EOF"),
        ('{"project_key": "shop"', "unexpected EOF"),
        ('{"retry": tru', "unexpected EOF"),
        ("nonsense", "invalid character 'n' looking for beginning of value"),
        ("[]", f"json: cannot unmarshal array into Go value of type service.{STRUCT}"),
        ('"text"', f"json: cannot unmarshal string into Go value of type service.{STRUCT}"),
        (
            '{"project_key": 7}',
            f"json: cannot unmarshal number into Go struct field {STRUCT}.project_key of type string",
        ),
        (
            '{"retry": "yes", "project_key": 7}',
            f"json: cannot unmarshal number into Go struct field {STRUCT}.project_key of type string",
        ),
        (
            '{"production": "no"}',
            f"json: cannot unmarshal string into Go struct field {STRUCT}.production of type bool",
        ),
        (
            '{"production": 1}',
            f"json: cannot unmarshal number into Go struct field {STRUCT}.production of type bool",
        ),
        (
            '{"labels": "a"}',
            f"json: cannot unmarshal string into Go struct field {STRUCT}.labels of type []string",
        ),
        (
            '{"labels": [true]}',
            f"json: cannot unmarshal bool into Go struct field {STRUCT}.labels of type string",
        ),
        (
            '{"yaml_datas": [7]}',
            (
                f"json: cannot unmarshal number into Go struct field {STRUCT}.yaml_datas of type "
                "service.DeliveryVersionYamlData"
            ),
        ),
        (
            '{"yaml_datas": [{"image_datas": [{"image_tag": {}}]}]}',
            (
                "json: cannot unmarshal object into Go struct field DeliveryVersionImageData."
                "yaml_datas.image_datas.image_tag of type string"
            ),
        ),
    ],
)
async def test_a_body_that_does_not_bind_is_refused_in_gos_words(
    api: "Api", body: str, description: str
) -> None:
    answer = await api.http.post(f"{RELEASES}/k8s", content=body)
    assert (answer.status_code, answer.json()["description"]) == (400, description)


async def test_a_body_of_null_crashes_the_handler(api: "Api") -> None:
    answer = await api.http.post(f"{RELEASES}/k8s", content="null")
    assert (answer.status_code, answer.content) == (500, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": {"deep": [1]}, "versionName": "typo"},
        {"labels": None, "desc": None},
        {"labels": [None, "a"]},
        {"yaml_datas": None},
    ],
)
async def test_unknown_keys_and_nulls_are_taken_silently(api: "Api", changes: dict[str, Any]) -> None:
    assert (await api.create_k8s(**changes)).json() == {"message": "success"}


async def test_keys_are_read_without_regard_to_case_and_what_follows_the_object_is_not(api: "Api") -> None:
    body = '{"Project_KEY": "shop", "version_name": "v14", "env_name": "dev"} trailing'
    assert (await api.http.post(f"{RELEASES}/k8s", content=body)).status_code == 200
    assert [each["version_name"] for each in await api.versions()] == ["v14"]


async def test_negative_pages_mean_the_first_and_twenty(api: "Api") -> None:
    for number in range(25):
        await api.create_k8s(version_name=f"v{number}")
    page = (await api.get(projectKey="shop", pageNum=-3, pageSize=-1)).json()
    assert (len(page["list"]), page["total"]) == (20, 25)
