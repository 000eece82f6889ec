"""Zadig's map of image registries, with its ways of losing one."""

import re

from bot.sandbox.zadig.answers import CrashError, PlainError
from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.model import Registry
from bot.sandbox.zadig.state import State

_BARE_ADDRESS = re.compile(r"\d+(\.\d+){3}:\d+.*")
_ELASTIC = "ecr"


def registry_map(state: State) -> dict[str, Registry]:
    """By address and namespace; of two registries with the same, the later shadows the earlier.

    A single address that is a bare `IP:port` cannot be parsed as a URL, and the map's builder crashes on it.
    """
    if any(_BARE_ADDRESS.fullmatch(each.address) for each in state.catalog.registries):
        raise CrashError
    return {each.key: each for each in state.catalog.registries}


def registry_by_id(state: State, registry_id: str) -> Registry | None:
    return next((each for each in registry_map(state).values() if each.id == registry_id), None)


def check_open(registry: Registry, project: str) -> None:
    if not registry.is_open_to(project):
        raise PlainError(f"registry {registry.host}/{registry.namespace} not support project {project}")


def check_source(state: State, image: str, image_name: str) -> None:
    """The registry an image comes from has to be integrated, and the image has to be called `image_name`."""
    reference = read_image(image)
    if reference.name != image_name or reference.repository not in registry_map(state):
        raise PlainError(f"failed to check registry, err: can't find source registry for image: {image}")


def target_image(state: State, registry: Registry, image_name: str, tag: str) -> str:
    """Where an image goes: no scheme, and for elastic registries no namespace from 3.4.1 on."""
    bare = registry.provider == _ELASTIC and state.rules.elastic_registry_has_no_namespace
    return f"{registry.host if bare else registry.key}/{image_name}:{tag}"
