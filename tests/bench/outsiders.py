"""A Slack and a Zadig that cost as little as possible: what is measured is the bot. They also note when they were asked."""

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import uvicorn

from tests.bench.worlds import CREATED_BEFORE, World

Query = dict[str, str]
# What Slack says beyond `ok`, by method.
_SAID: dict[str, dict[str, Any]] = {
    "auth.test": {
        "user_id": "U0BOT",
        "bot_id": "B0BOT",
        "team_id": "T1",
        "team": "bench",
        "user": "bot",
        "url": "https://bench.slack.com/",
    },
    "chat.postMessage": {"channel": "C1"},
    "users.info": {"user": {"id": "U1"}},
    "views.open": {"view": {"id": "V1"}},
}


@dataclass(slots=True)
class Noted:
    """When something first happened to a version, in unix seconds."""

    finished: float
    listed: float | None = None
    posted: float | None = None


class Outsiders:
    """Raw ASGI: Zadig under `/zadig`, Slack under `/api/`, and what the benchmarks ask for.

    `POST /_finish?project=…&version=…` lets a version succeed; `/_notes` says when those were first listed and first told;
    `/_counts` how often Zadig and Slack were asked for what.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._created = int(time.time()) - CREATED_BEFORE
        self._finished: dict[tuple[str, str], Noted] = {}
        self._counts: Counter[str] = Counter()
        self._numbers = itertools.count(1)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """ASGI."""
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        answer = json.dumps(await self._answer(scope, body)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, scope: dict[str, Any], body: bytes) -> Any:
        path: str = scope["path"]
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        if path.startswith("/zadig"):
            await asyncio.sleep(self._world.delay)
            return {"message": "success"} if scope["method"] == "DELETE" else self._zadig(path, query)
        if path.startswith("/api/"):
            return self._slack(path.removeprefix("/api/"), body)
        return self._control(path, query)

    def _zadig(self, path: str, query: Query) -> Any:
        if path.endswith("/delivery/releases"):
            self._counts["lists"] += 1
            return self._list(query["projectKey"], int(query["pageNum"]), int(query["pageSize"]))
        if "/delivery/releases/" in path:
            self._counts["details"] += 1
            identity = path.rpartition("/")[2]
            project, number = int(identity[:12], 16), int(identity[12:], 16)
            return {"version_info": self._version(f"p{project}", number, detailed=True)}
        return {"total": 0, "projects": []} if path.endswith("/projects/project") else []

    def _list(self, project: str, page: int, size: int) -> Any:
        newest_first = range(self._world.versions, 0, -1)
        shown = newest_first[(page - 1) * size : page * size]
        return {
            "list": [self._version(project, number) for number in shown],
            "total": self._world.versions,
        }

    def _version(self, project: str, number: int, *, detailed: bool = False) -> dict[str, Any]:
        place = int(project[1:])
        noted = self._finished.get((project, f"v{number}"))
        if noted and not detailed and noted.listed is None:
            noted.listed = time.time()
        progress = {"success_count": 1, "total_count": 3, "upload_status": "uploading", "error": ""}
        return {
            "id": f"{place:012x}{number:012x}",
            "version_name": f"v{number}",
            "type": "K8SYaml",
            "status": "creating" if self._world.is_open(place, number) and not noted else "success",
            "labels": [],
            "description": "What everybody has been waiting for since the release before the last one",
            "progress": progress if detailed else None,
            "created_by": "bench",
            "create_time": self._created + number,
        }

    def _slack(self, method: str, body: bytes) -> Any:
        self._counts[method] += 1
        if method == "chat.postMessage":
            self._note_post(body.decode())
        return {"ok": True, "ts": f"{next(self._numbers)}.000100", **_SAID.get(method, {})}

    def _note_post(self, body: str) -> None:
        """What a message is about is in its metadata, which the SDK sends as JSON in a field of a form, or as JSON."""
        fields = json.loads(body) if body.startswith("{") else parse_qs(body)
        metadata = fields.get("metadata")
        if not metadata:
            return
        told = (metadata if isinstance(metadata, dict) else json.loads(metadata[0]))["event_payload"]
        noted = self._finished.get((told["project"], told["version_name"]))
        if noted and told["kind"] == "version_succeeded" and noted.posted is None:
            noted.posted = time.time()

    def _control(self, path: str, query: Query) -> Any:
        match path:
            case "/_finish":
                self._finished[query["project"], query["version"]] = Noted(finished=time.time())
            case "/_notes":
                return [[one.finished, one.listed, one.posted] for one in self._finished.values()]
            case _:
                pass
        return self._counts


if __name__ == "__main__":
    uvicorn.run(
        Outsiders(World.unpack(sys.argv[2])),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="uvloop",
        http="httptools",
    )
