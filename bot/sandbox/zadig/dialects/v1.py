"""The first dialect, as documented for Zadig 2.3.1 to 3.4.1: a list, details, deletion, and two ways to create."""

import json

from bot.sandbox.zadig.answers import GET_FAILED, Answer, CrashError, PlainError, TypedError, json_answer
from bot.sandbox.zadig.deletion import still_there
from bot.sandbox.zadig.dialects.both import RELEASES, delete_version, listing, needed
from bot.sandbox.zadig.dialects.v1_helm import create_helm
from bot.sandbox.zadig.dialects.v1_k8s import create_k8s
from bot.sandbox.zadig.dialects.v1_wire import details, list_item
from bot.sandbox.zadig.exchange import Call, Context
from bot.sandbox.zadig.gate import check_license, require_view
from bot.sandbox.zadig.model import KIND_OF, Version
from bot.sandbox.zadig.routing import Route
from bot.sandbox.zadig.watching import heal


async def show_version(context: Context) -> Answer:
    """Reading moves an unsettled version on; a version of no known kind crashes the handler."""
    project = needed(context, "projectKey")
    require_view(context, project)
    check_license(context.zadig)
    version = _found(context, context.params["id"])
    if version.kind not in KIND_OF.values():
        raise CrashError
    heal(context.zadig, version)
    return json_answer(details(context.zadig, version))


def _found(context: Context, version_id: str) -> Version:
    """The version, whatever project it is of; PlainError if it, or the project it is of, is gone."""
    prefix = f"failed to get delivery version, ID: {version_id}, error: "
    version = still_there(context, context.zadig.version(version_id))
    if version is None:
        raise PlainError(f"{prefix}{TypedError(GET_FAILED)}")
    if context.zadig.catalog.project(version.project) is None:
        raise PlainError(f"{prefix}failed to find product template {version.project}")
    return version


def create_or_retry(call: Call) -> str:
    """Only the body tells the two apart."""
    try:
        body = json.loads(call.body)
    except ValueError:
        return "create"
    return "retry" if isinstance(body, dict) and body.get("retry") is True else "create"


ROUTES = (
    Route(
        method="GET",
        pattern=RELEASES,
        operation="list",
        handler=listing("OpenAPIListDeliveryVersionRequest", list_item),
    ),
    Route(method="GET", pattern=f"{RELEASES}/:id", operation="detail", handler=show_version),
    Route(method="DELETE", pattern=f"{RELEASES}/:id", operation="delete", handler=delete_version),
    Route(method="POST", pattern=f"{RELEASES}/k8s", operation=create_or_retry, handler=create_k8s),
    Route(method="POST", pattern=f"{RELEASES}/helm", operation=create_or_retry, handler=create_helm),
)
