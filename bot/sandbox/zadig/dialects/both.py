"""Calls that the two dialects have in common: listing and deleting."""

from collections.abc import Callable

from bot.sandbox.zadig.answers import SUCCESS, Answer, json_answer
from bot.sandbox.zadig.binding import QueryField, bad_request, bind_query
from bot.sandbox.zadig.deletion import remove_by_id, still_there
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.gate import check_license, require
from bot.sandbox.zadig.model import Json, Version
from bot.sandbox.zadig.people import DELETE, VIEW
from bot.sandbox.zadig.routing import Handler

RELEASES = "/openapi/delivery/releases"
FIRST_PAGE, DEFAULT_PAGE_SIZE = 1, 20

_LIST_FIELDS = (
    QueryField(name="projectKey", go_name="ProjectKey"),
    QueryField(name="pageNum", go_name="PageNum", is_number=True),
    QueryField(name="pageSize", go_name="PageSize", is_number=True),
)


def needed(context: Context, name: str) -> str:
    """A query parameter that the handler asks for itself; 400 without it."""
    value = context.query(name)
    if not value:
        raise bad_request(f"{name} can't be empty!")
    return value


def listing(struct: str, item: Callable[[Version], Json]) -> Handler:
    """A page of a project's versions, newest first, and how many there are in all."""

    async def list_versions(context: Context) -> Answer:
        query = bind_query(context.call.query, struct, _LIST_FIELDS)
        project = query["projectKey"]
        require(context, VIEW, project)
        check_license(context.zadig)
        versions = context.zadig.newest_first(project)
        page = page_of(versions, query["pageNum"], query["pageSize"])
        return json_answer({"list": [item(each) for each in page], "total": len(versions)})

    return list_versions


def page_of(versions: list[Version], number: int, size: int) -> list[Version]:
    """Negative numbers mean the defaults; there is no upper bound."""
    number = number if number > 0 else FIRST_PAGE
    size = size if size > 0 else DEFAULT_PAGE_SIZE
    return versions[(number - 1) * size : number * size]


async def delete_version(context: Context) -> Answer:
    """Permission is asked for the project in the query, whatever project the version is of."""
    project = needed(context, "projectKey")
    require(context, DELETE, project)
    check_license(context.zadig)
    version_id = context.params["id"]
    still_there(context, context.zadig.version(version_id))
    remove_by_id(context.zadig, version_id)
    return SUCCESS
