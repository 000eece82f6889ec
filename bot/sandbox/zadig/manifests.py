"""The texts that services are deployed from: manifests of K8s services and values of charts."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.sandbox.zadig.answers import PlainError
from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.model import Container, Service, VersionImage

_SEPARATOR = "---\n"
_WORKLOAD = re.compile(r"^kind: (Deployment|StatefulSet|CronJob|Job)$", re.MULTILINE)


def manifest(service: Service, namespace: str) -> str:
    """A Deployment and a Service, as `kubectl` would take them."""
    init = "".join(_container(each) for each in service.containers if each.kind == "init")
    main = "".join(_container(each) for each in service.containers if each.kind != "init")
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {service.name}\n  namespace: {namespace}\n"
        f"spec:\n  selector:\n    matchLabels:\n      app: {service.name}\n  template:\n    metadata:\n"
        f"      labels:\n        app: {service.name}\n    spec:\n"
        + (f"      initContainers:\n{init}" if init else "")
        + f"      containers:\n{main}---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {service.name}\n"
        f"spec:\n  ports:\n    - port: 80\n  selector:\n    app: {service.name}\n"
    )


def _container(container: Container) -> str:
    return f"        - name: {container.name}\n          image: {container.image}\n"


def with_targets(service: str, text: str, images: Iterable[VersionImage], *, whole: bool) -> str:
    """A manifest that names where its images go; without `whole` only what runs something is left of it.

    PlainError for a document that does not say what it is, such as an empty one.
    """
    documents = text.split(_SEPARATOR)
    if not all(re.search(r"^kind: \S", each, re.MULTILINE) for each in documents):
        raise PlainError(
            f"failed to update service image in yaml, serviceName: {service}, err: yaml缺少kind字段"
        )
    kept = [each for each in documents if whole or _WORKLOAD.search(each)]
    text = _SEPARATOR.join(kept)
    for image in images:
        named = re.compile(rf"^(\s*- name: {re.escape(image.container)}\n\s+image: )\S+$", re.MULTILINE)
        text = named.sub(lambda found, target=image.target: found[1] + target, text)  # type: ignore[misc]
    return text


def values(service: Service) -> str:
    """How many of it run, and one block an image, as the built-in charts lay them out."""
    return "replicaCount: 2\n" + "".join(_values(each) for each in service.containers)


def _values(container: Container) -> str:
    image = read_image(container.image)
    return f"{container.name}:\n  image:\n    repository: {image.repository}/{image.name}\n    tag: {image.tag}\n"


def values_with_targets(text: str, images: Iterable[VersionImage]) -> str:
    """Values that name where their images go. Of values that nobody sent, these keys are all there is."""
    tree = _read(text)
    for image in images:
        target = read_image(image.target)
        if image.path:
            _put(tree, image.path.image, f"{target.repository}/{target.name}")
            _put(tree, image.path.tag, target.tag)
    return "".join(_lines(tree))


def _read(text: str) -> dict[str, Any]:
    """Nested keys with plain values, which is all that the built-in charts have."""
    root: dict[str, Any] = {}
    open_blocks = [(-1, root)]
    for line in filter(str.strip, text.splitlines()):
        indent = len(line) - len(line.lstrip())
        key, _, value = line.strip().partition(": ")
        while open_blocks[-1][0] >= indent:
            open_blocks.pop()
        block = open_blocks[-1][1]
        block[key.removesuffix(":")] = value or {}
        if not value:
            open_blocks.append((indent, block[key.removesuffix(":")]))
    return root


def _put(tree: dict[str, Any], path: str, value: str) -> None:
    *blocks, last = path.split(".")
    for key in blocks:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _lines(tree: dict[str, Any], indent: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield f"{indent}{key}:\n"
            yield from _lines(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {value}\n"
