"""The record of requests: two tables that only grow."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.record import Particulars, Recorded, Request, RequestKind, RequestResult, Result
from bot.store.engine import Database
from bot.store.tables import requests, results

_PARTICULARS: TypeAdapter[Particulars] = TypeAdapter(Particulars)
_REQUEST = ("id", "at", "user", "team", "channel", "thread", "project", "version_name", "created_at")
# A statement takes at most 32,766 parameters on either database.
NAMES_AT_ONCE = 1000
_RESULT = ("request", "result", "at", "reason", "created_at")


class Requests:
    """The part of `Store` that keeps who asked for what."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, request: Request) -> None:
        values = {name: getattr(request, name) for name in _REQUEST}
        values |= {
            "deed": request.deed.value,
            "particulars": _PARTICULARS.dump_json(request.particulars).decode(),
        }
        async with self._database.write() as connection:
            await connection.execute(self._database.insert(requests).values(values))

    async def came_of(self, result: RequestResult) -> None:
        async with self._database.write() as connection:
            await add_results(self._database, connection, [result])

    async def requests(self, project: str, version_names: Collection[str]) -> tuple[Recorded, ...]:
        names, asked, known = list(version_names), list[RowMapping](), list[RowMapping]()
        async with self._database.read() as connection:
            for start in range(0, len(names), NAMES_AT_ONCE):
                mine = select(requests).where(
                    requests.c.project == project,
                    requests.c.version_name.in_(names[start : start + NAMES_AT_ONCE]),
                )
                asked += (await connection.execute(mine.order_by(requests.c.number))).mappings()
                came = select(results).where(results.c.request.in_(mine.with_only_columns(requests.c.id)))
                known += (await connection.execute(came.order_by(results.c.number))).mappings()
        results_of: dict[str, list[RequestResult]] = defaultdict(list)
        for row in known:
            results_of[row["request"]].append(_result(row))
        return tuple(Recorded(request=_request(row), results=tuple(results_of[row["id"]])) for row in asked)


async def add_results(database: Database, connection: AsyncConnection, came: Iterable[RequestResult]) -> None:
    """Keep results, each once for its request."""
    for one in came:
        values = {name: getattr(one, name) for name in _RESULT}
        await connection.execute(
            database.insert(results)
            .values(values)
            .on_conflict_do_nothing(index_elements=["request", "result"])
        )


def _request(row: RowMapping) -> Request:
    return Request(
        **{name: row[name] for name in _REQUEST},
        deed=RequestKind(row["deed"]),
        particulars=_PARTICULARS.validate_json(row["particulars"]),
    )


def _result(row: RowMapping) -> RequestResult:
    return RequestResult(**{name: row[name] for name in _RESULT} | {"result": Result(row["result"])})
