"""Reads the rules of who may do what from a TOML file."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from bot.config import SettingsError
from bot.domain.access import EVERYONE, MEMBERS, Policy, Rules


def _known(who: str) -> str:
    if who in (EVERYONE, MEMBERS) or (who[:1] in tuple("UWSCG") and who.isalnum() and who.isupper()):
        return who
    raise ValueError(
        f"{who!r} is neither everyone nor members nor an id of a user (U…), a user group (S…) or a channel (C…)"
    )


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
        lines = (f"ACCESS_FILE: {_place(one['loc'])}: {one['msg']}" for one in error.errors())
        raise SettingsError("\n".join(lines)) from None
    projects = {key: rules.rules() for key, rules in read.projects.items()}
    return Policy(general=read.general.rules(), projects=projects)


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)
