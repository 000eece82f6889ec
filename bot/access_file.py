"""Reads the rules of who may do what from a TOML file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bot.config import SettingsError
from bot.domain.access import EVERYONE, MEMBERS, Policy, Rules


def _known(who: str) -> str:
    if who in (EVERYONE, MEMBERS) or (who[:1] in tuple("UWSCG") and who.isalnum() and who.isupper()):
        return who
    raise ValueError(
        f"{who!r} is neither everyone nor members nor an id of a user (U…), a user group (S…) or a channel (C…)"
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


def read_policy(path: Path | None) -> Policy:
    """The policy in a file; without a file the default one. Raises SettingsError that says where it is wrong.

    The tables are `[general]` and `[projects.KEY]`, each with lists `read`, `change` and `production`.
    """
    if path is None:
        return Policy()
    try:
        read = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"ACCESS_FILE: {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"ACCESS_FILE: {path} is not TOML: {error}") from None
    except ValidationError as error:
        raise SettingsError("\n".join(f"ACCESS_FILE: {_line(one)}" for one in error.errors())) from None
    projects = {key: rules.rules() for key, rules in read.projects.items()}
    return Policy(general=read.general.rules(), projects=projects)


# What is allowed, by what pydantic calls the mistake; in its own errors (`value_error`) the sentence is ours already.
_ALLOWED: Mapping[str, str] = MappingProxyType(
    {
        "model_type": f"has to be a table with lists among {_LISTS}",
        "dict_type": "has to hold a table for each project, [projects.KEY]",
        "frozen_set_type": 'has to be a list, such as ["everyone"] or ["S0RELEASE", "U0ADA"]',
        "string_type": "has to be a text in quotation marks",
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
