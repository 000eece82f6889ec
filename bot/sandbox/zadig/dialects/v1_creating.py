"""What creating K8s and Helm versions have in common in the first dialect."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.zadig.answers import CrashError, PlainError, TypedError
from bot.sandbox.zadig.dialects.v1_wire import CreateBody
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.gate import check_license, require
from bot.sandbox.zadig.model import CREATING, Registry, Version
from bot.sandbox.zadig.people import CREATE
from bot.sandbox.zadig.registries import check_open, registry_by_id
from bot.sandbox.zadig.watching import watch


def admit(context: Context, body: CreateBody) -> None:
    require(context, CREATE, body.project_key)
    check_license(context.zadig)


@contextmanager
def wrapping(body: CreateBody) -> Iterator[None]:
    """The API layer wraps whatever its service says into a plain error, with the service's text inside.

    It says k8s for Helm versions too.
    """
    try:
        yield
    except (TypedError, PlainError) as error:
        raise PlainError(
            f"failed to create k8s delivery version, project name: {body.project_key}, "
            f"version name {body.version_name}, retry: {str(body.retry).lower()}, error: {error}"
        ) from error


def usable_registry(context: Context, body: CreateBody) -> Registry:
    """The appointed registry; CrashError if there is none with this id, PlainError if it is not open to the project."""
    registry = registry_by_id(context.zadig, body.image_registry_id)
    if registry is None:
        raise CrashError
    check_open(registry, body.project_key)
    return registry


def new_version(context: Context, body: CreateBody, kind: str) -> Version:
    return Version(
        id=context.zadig.new_id(),
        project=body.project_key,
        name=body.version_name,
        kind=kind,
        created_at=int(context.zadig.now()),
        created_by=context.caller.name,
        description=body.desc,
        labels=body.labels,
        environment=body.env_name,
        production=body.production,
        registry_id=body.image_registry_id,
    )


def finish_creating(context: Context, version: Version) -> None:
    """The request's last write: whoever read the details meanwhile may have seen the version settled already."""
    version.status, version.error = CREATING, ""
    watch(context.zadig, version)
