"""Reads the rules of who may do what from a TOML file, and takes them up again when it changes."""

import asyncio
import logging
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.config import SettingsError
from bot.domain.access import EVERYONE, MEMBERS, Policy, Rules
from bot.domain.meaning import folded

log = logging.getLogger(__name__)


def _known(who: str) -> str:
    if who in (EVERYONE, MEMBERS) or (who[:1] in tuple("UWSCG") and who.isalnum() and who.isupper()):
        return who
    raise ValueError(
        f"{who!r} is not everyone, members, or the id of a user (U…), a user group (S…) or a channel (C…)"
    )


_LISTS = "read, change and production"
Who = Annotated[str, AfterValidator(_known)]


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid")

    read: frozenset[Who] | None = None
    change: frozenset[Who] | None = None
    production: frozenset[Who] | None = None

    def rules(self) -> Rules:
        return Rules(read=self.read, change=self.change, production=self.production)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    general: _Rules = _Rules()
    projects: dict[str, _Rules] = {}


class AccessFile:
    """The rules of a file as they stand in it now: `refresh` takes up what has changed, without a restart.

    While the file cannot be read, or makes no sense, the last rules that did say who may look, and no one may change
    anything: a user may just have lost a right. `problem` says so, empty if all is well. Raises SettingsError at first.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._taken = self._noticed = _content(path)
        self.policy = _policy(path, self._taken)
        self.problem = ""

    async def refresh(self) -> bool:
        """Look into the file, beside the event loop; True if other rules hold now.

        A change counts when it is seen a second time: half of what an editor is just writing.
        """
        found = await asyncio.to_thread(_content, self._path)
        settled, self._noticed = found == self._noticed, found
        if found == self._taken or not settled:
            return False
        self._taken = found
        try:
            self.policy, self.problem = _policy(self._path, found, empty=False), ""
        except SettingsError as error:
            self.policy = replace(self.policy, suspended=True)
            self.problem = "The access file is broken: nothing can be changed until it is fixed."
            log.error("access rules", extra={"action": "access_broken", "error": str(error)})  # noqa: TRY400 - says it all
        else:
            log.info("access rules", extra={"action": "access_changed"})
        return True


def read_policy(path: Path | None) -> Policy:
    """The policy in a file; without a file the default one. Raises SettingsError that says where it is wrong.

    The tables are `[general]` and `[projects.KEY]`, each with lists `read`, `change` and `production`.
    """
    return _policy(path, _content(path))


def _content(path: Path | None) -> bytes | str:
    """What stands in the file, or why it cannot be read."""
    try:
        return path.read_bytes() if path else b""
    except OSError as error:
        return error.strerror or "unknown error"


def _policy(path: Path | None, content: bytes | str, *, empty: bool = True) -> Policy:
    """Without `empty`, a file in which nothing stands is not taken for one without rules: it may have been cut off."""
    if path is None:
        return Policy()
    if isinstance(content, str):
        raise SettingsError(f"ACCESS_FILE: {path} cannot be read: {content}")
    if not empty and not content.strip():
        raise SettingsError(
            f"ACCESS_FILE: {path} is empty now; to work without rules, unset ACCESS_FILE and restart"
        )
    try:
        read = _File.model_validate(tomllib.loads(content.decode("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"ACCESS_FILE: {path} is not TOML: {error}") from None
    except ValidationError as error:
        raise SettingsError("\n".join(f"ACCESS_FILE: {_line(one)}" for one in error.errors())) from None
    projects = {key: rules.rules() for key, rules in read.projects.items()}
    _refuse_doubled(projects)
    return Policy(general=read.general.rules(), projects=projects)


def _refuse_doubled(projects: Iterable[str]) -> None:
    """It would be unclear which of the two tables holds for a project whose key is written in a third way."""
    known: dict[str, str] = {}
    for key in projects:
        other = known.setdefault(folded(key), key)
        if other != key:
            raise SettingsError(
                f"ACCESS_FILE: [projects.{other}] and [projects.{key}] differ only in case: leave one of them out"
            )


# What is allowed, by what pydantic calls the mistake; in its own errors (`value_error`) the sentence is ours already.
_ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        "model_type": f"has to be a table with lists among {_LISTS}",
        "dict_type": "has to hold a table for each project, [projects.KEY]",
        "frozen_set_type": 'has to be a list, such as ["everyone"] or ["S0RELEASE", "U0ADA"]',
        "string_type": "has to be text in quotation marks",
    }
)


def _line(mistake: ErrorDetails) -> str:
    place = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        where = (
            f"a table holds lists among {_LISTS}"
            if "." in place
            else "there are [general] and [projects.KEY]"
        )
        return f"{place} is unknown: {where}"
    if mistake["type"] == "value_error":
        return f"{place}: {mistake['msg'].removeprefix('Value error, ')}"
    return f"{place} {_ALLOWED.get(mistake['type'], mistake['msg'])}"
