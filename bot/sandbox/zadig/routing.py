"""Finds a request's handler the way gin does, with gin's answers when there is none."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from bot.sandbox.zadig.answers import Answer, html_answer, text_answer
from bot.sandbox.zadig.exchange import Call, Context

Handler = Callable[[Context], Awaitable[Answer]]

_MOVED, _MOVED_WITH_METHOD = 301, 307


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`pattern` has `:name` segments; `operation` is what faults call it, where need be after a look at the call."""

    method: str
    pattern: str
    operation: str | Callable[[Call], str]
    handler: Handler

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The path's parameters, or None; a parameter is never empty."""
        parts = self.pattern.split("/")
        if len(parts) != len(segments):
            return None
        params = {}
        for part, segment in zip(parts, segments, strict=True):
            if part.startswith(":") and segment:
                params[part[1:]] = segment
            elif part != segment:
                return None
        return params


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    route: Route
    params: dict[str, str]


class Router:
    """Fixed paths win over parameters."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes: dict[str, list[Route]] = defaultdict(list)
        for route in sorted(routes, key=lambda each: each.pattern.count(":")):
            self._routes[route.method].append(route)

    @property
    def patterns(self) -> set[str]:
        """`GET /openapi/…/:id` and so on: everything that is there."""
        return {f"{route.method} {route.pattern}" for routes in self._routes.values() for route in routes}

    def match(self, method: str, path: str) -> Match | None:
        segments = path.split("/")
        for route in self._routes.get(method, ()):
            params = route.match(segments)
            if params is not None:
                return Match(route=route, params=params)
        return None

    def missing(self, method: str, path: str, location: str) -> Answer:
        """301 (307 for writes) to `location` for a slash too many or too few, else 405 or 404 as text.

        `location` is the path without (or with) its trailing slash, and the query, as the browser should ask for it.
        """
        if self.match(method, toggled_slash(path)):
            status = _MOVED if method == "GET" else _MOVED_WITH_METHOD
            page = f'<a href="{location}">Moved Permanently</a>.\n\n' if status == _MOVED else ""
            redirect = html_answer(page, status)
            return Answer(
                status=status,
                body=redirect.body,
                media_type=redirect.media_type,
                headers={"location": location},
            )
        if any(self.match(other, path) for other in self._routes if other != method):
            return text_answer(f"Method not allowed: {method} {path}", 405)
        return text_answer(f"Invalid path: {path}", 404)


def toggled_slash(path: str) -> str:
    return path[:-1] if path.endswith("/") else f"{path}/"
