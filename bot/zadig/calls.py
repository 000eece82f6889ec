"""One question to Zadig and what came back, before it has been read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlencode

from bot.domain.errors import BadInput
from bot.domain.models import VersionReference
from bot.domain.requests import Field, FieldError

READ_SECONDS = 10.0
DELETE_SECONDS = 30.0
# What a form can do without is not waited for longer.
EXTRA_SECONDS = 3.0
# Zadig renders manifests and packs, pushes and indexes charts before it answers a create or a Helm retry.
CREATE_SECONDS = 300.0


class Purpose(StrEnum):
    """Why a call is made: the label of its metrics, and what the table of failures tells apart."""

    LIST = "list"
    SHOW = "show"
    CREATE = "create"
    RETRY = "retry"
    DELETE = "delete"
    DETECT = "detect"
    PROJECTS = "projects"
    ENVIRONMENTS = "environments"
    PRODUCTION = "production"
    SERVICES = "services"
    MANIFEST = "manifest"
    REGISTRIES = "registries"
    CHART_REPOSITORIES = "chart_repositories"
    CHART_VERSIONS = "chart_versions"
    TASKS = "tasks"
    CONTEXT = "context"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One request. `path` holds raw segments and `query` raw values: they are percent-encoded here and nowhere else.

    `seconds` is the deadline for the whole answer. `about` is the version that is meant, for sentences about failures.
    Raises BadInput for an empty segment or value: Zadig would answer with another page than the one that was meant.
    """

    purpose: Purpose
    path: tuple[str, ...]
    verb: str = "GET"
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, object] | None = field(default=None, repr=False)  # it may hold manifests
    seconds: float = READ_SECONDS
    about: VersionReference | None = None

    def __post_init__(self) -> None:
        if any(segment in {"", ".", ".."} for segment in self.path):
            _refuse(Field.VERSION_NAME, "Say which one: its id or key is missing.")
        if any(value == "" for value in self.query.values()):
            _refuse(Field.PROJECT, "Say which one: a project or a name is missing.")

    @property
    def writes(self) -> bool:
        return self.verb != "GET"

    @property
    def target(self) -> str:
        """The encoded path and query, with a leading slash."""
        path = "".join("/" + quote(segment, safe="", errors="replace") for segment in self.path)
        query = urlencode(self.query, quote_via=quote, safe="", errors="replace")
        return f"{path}?{query}" if query else path

    @property
    def content(self) -> bytes | None:
        """The body as JSON, all of it ASCII."""
        return None if self.body is None else json.dumps(self.body).encode()


def _refuse(which: str, text: str) -> None:
    raise BadInput((FieldError(field=which, text=text),))


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back, unread. `content_type` is lower case without parameters; `location` is set on redirects."""

    status: int
    body: bytes = field(repr=False)
    content_type: str = ""
    location: str = ""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", errors="replace")
