"""Manifests and values never get into an error: under their keys, nested, escaped, cut off, or as plain YAML."""

import json

import pytest

from bot.zadig.manifests import without_manifests

MANIFEST = "apiVersion: v1\nkind: Secret\ndata:\n  password: hush\n"
VALUES = "image:\n  tag: v1\nauth:\n  password: hush\nport: 80\n"


def nested(key: str, text: str, times: int) -> str:
    whole = json.dumps({"services": [{key: text, "name": "cart"}]})
    for _ in range(times):
        whole = json.dumps({"message": whole, "code": 6540})
    return whole


@pytest.mark.parametrize(
    "key",
    [
        "yaml_content",
        "yamlContent",
        "valuesYaml",
        "values_yaml",
        "variable_yaml",
        "override_yaml",
        "YAML",
        "manifest",
    ],
)
@pytest.mark.parametrize("times", [0, 1, 2])
@pytest.mark.parametrize("cut", [None, -1, -9, -30])
def test_what_stands_under_a_manifests_key_is_gone_however_deep_and_wherever_it_is_cut(
    key: str, times: int, cut: int | None
) -> None:
    for text in (MANIFEST, VALUES, "password: hush", "hush"):
        clean = without_manifests(f"{'' if times else ' '}{nested(key, text, times)[:cut]}")
        assert "hush" not in clean
        assert "services" in clean


@pytest.mark.parametrize(
    "text",
    [
        MANIFEST,
        f"cannot be applied:\n{MANIFEST}",
        f"error converting YAML to JSON: yaml: line 3\n---\n{MANIFEST}",
        json.dumps(MANIFEST),
        f"cannot be parsed: {json.dumps(VALUES)}",
        json.dumps({"description": f"cannot be applied:\n{VALUES}"}),
        json.dumps({"values": {"password": "hush"}}),
        json.dumps({"a": {"values": {"password": "hush"}}})[:-1],
        "{'yaml': 'password: hush'}",
    ],
)
def test_plain_yaml_is_gone_too(text: str) -> None:
    assert "hush" not in without_manifests(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 error occurred:\n\t* denied: quota exceeded\n\n",
        "failed to create k8s delivery version, project name: shop, retry: false, error: boom",
        '{"code": 6540, "description": "no such chart", "message": "x"}',
        "<html><body>502 Bad Gateway</body></html>",
        "first line: with a colon\nsecond line\nthird: line",
    ],
)
def test_errors_of_zadigs_stay_as_they_are(text: str) -> None:
    assert without_manifests(text) == text
