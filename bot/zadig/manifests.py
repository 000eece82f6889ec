"""Keeps manifests and values out of what is shown and logged: they hold the secrets of other people's software."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

GONE = "…"
# The fields of Zadig's APIs that hold them, in either way of writing.
_KEYS = (
    r"(?:yaml_?content|yaml_?datas?|(?:env_?)?values_?yaml|(?:latest_?)?variable_?yaml|(?:rendered|override|merged)_?yaml"
    r"|(?:override|default)_?values|manifests?|yaml|values?)"
)
_KEY = re.compile(_KEYS, re.IGNORECASE)
# The same in JSON that is cut off or stands, escaped any number of times, inside of other text.
_FIELD = re.compile(
    rf"(?P<head>(?P<quote>\\*[\"']){_KEYS}(?P=quote)\s*:\s*)(?:(?P=quote).*?(?:(?<!\\)(?P=quote)|\Z)|[\[{{].*\Z)",
    re.DOTALL | re.IGNORECASE,
)
# So many lines of "key: value" on end are YAML, and less only where Kubernetes' own keys stand among them.
_MAX_LINES = 2
_LINE_ENDS = re.compile(r"\r?\n|\\+r?\\*n")
_YAML_LINE = re.compile(r"\s*(?:- )*[\"']?[\w./$-]+[\"']?:(?:\s|$)|\s*- \S|\s*---\s*$|\s*#|\s+\S|\s*$")
_YAML_KEY = re.compile(r"\s*(?:- )*[\"']?[\w./$-]+[\"']?:(?:\s|$)")
_KUBERNETES = re.compile(r"\s*[\"']?(?:apiVersion|kind|metadata|spec|data|stringData)[\"']?:(?:\s|$)")


def without_manifests(text: str) -> str:
    """The text with `…` in place of every manifest: under its key in JSON, nested or escaped or cut off, or as plain YAML."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            body = from_json(text)
        except ValueError:
            pass
        else:
            kept = _without(body)
            return text if kept == body else json.dumps(kept, ensure_ascii=False)
    return _without_yaml(_FIELD.sub(rf"\g<head>\g<quote>{GONE}\g<quote>", text))


def _without(value: Any) -> Any:
    if isinstance(value, str):
        return without_manifests(value)
    if isinstance(value, Mapping):
        return {key: GONE if one and _KEY.fullmatch(key) else _without(one) for key, one in value.items()}
    return [_without(one) for one in value] if isinstance(value, list) else value


def _without_yaml(text: str) -> str:
    """Everything from where YAML begins: what comes behind it is seldom worth the risk."""
    keys = first = 0
    for line, at in _lines(text):
        if _KUBERNETES.match(line):
            return text[: first if keys else at] + GONE
        if _YAML_KEY.match(line):
            first = first if keys else at
            keys += 1
        elif not _YAML_LINE.match(line):
            keys = 0
        if keys > _MAX_LINES:
            return text[:first] + GONE
    return text


def _lines(text: str) -> list[tuple[str, int]]:
    """Each with where it begins; a line end can be an escaped one."""
    begins = [0, *(match.end() for match in _LINE_ENDS.finditer(text))]
    ends = [*(match.start() for match in _LINE_ENDS.finditer(text)), len(text)]
    return [(text[begin:end], begin) for begin, end in zip(begins, ends, strict=True)]
