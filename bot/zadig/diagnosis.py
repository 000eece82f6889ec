"""What is right and wrong about the connection to Zadig, line by line, for the command `check`."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from pydantic import ValidationError

from bot.domain.errors import LicenceMissing, NotPermitted, ReleaseBotError, to_operator
from bot.domain.models import Project
from bot.domain.ports import Catalog
from bot.zadig.detect import AUTO
from bot.zadig.releases import ZadigReleases
from bot.zadig.wire import Seconds, Text, Wire


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """One line: what was looked at, whether it is right, what was found, and the fix if it is not."""

    subject: str
    ok: bool
    text: str
    remedy: str = ""


class Owner(Wire):
    """Who a token acts as, by its own claims, which are not verified. `exp` is in unix seconds, 0 if it says none."""

    name: Text = ""
    preferred_username: Text = ""
    email: Text = ""
    exp: Seconds = 0

    @property
    def title(self) -> str:
        """The display name with the account, as far as the token says."""
        account = self.preferred_username or self.email
        return (
            f"{self.name} ({account})"
            if self.name and account
            else self.name or account or "an unnamed account"
        )


def read_owner(token: str) -> Owner | None:
    """The claims of a JWT, or None if the token is not one."""
    _, _, rest = token.partition(".")
    payload, dot, _ = rest.partition(".")
    if not dot:
        return None
    try:
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return Owner.model_validate(json.loads(claims))
    except (ValueError, RecursionError, ValidationError):
        return None


# A token that Zadig takes is right, whatever it looks like.
ANONYMOUS = Diagnosis(
    subject="ZADIG_TOKEN", ok=True, text="accepted by Zadig; it does not say whom it acts as"
)


async def diagnose(
    releases: ZadigReleases, catalog: Catalog, *, owner: Owner | None, now: float
) -> tuple[Diagnosis, ...]:
    """The findings in the order in which they have to be fixed; stops where the rest could not work."""
    return tuple([finding async for finding in _findings(releases, catalog, owner, now)])


async def _findings(
    releases: ZadigReleases, catalog: Catalog, owner: Owner | None, now: float
) -> AsyncIterator[Diagnosis]:
    token = _about_token(owner, now)
    try:
        spoken = await releases.detector.spoken()
        version = await releases.server.version(spoken)
        which = f", version {'.'.join(map(str, version))}" if version else ""
        projects = await catalog.projects()
    except ReleaseBotError as error:
        yield (
            replace(token, text=f"{token.text}, according to the token itself; Zadig has not confirmed it")
            if token.ok
            else token
        )
        yield _wrong("Zadig API", error)
        return
    yield token if owner else ANONYMOUS
    setting = releases.detector.setting
    if setting not in (AUTO, spoken):
        yield _mistaken(setting, spoken)
        return
    yield Diagnosis(subject="Zadig API", ok=True, text=f"reachable, speaks {spoken}{which}")
    usable = [project for project in projects if project.kind]
    yield _about_projects(usable)
    if usable:
        yield await _about_versions(releases, usable)


def _about_token(owner: Owner | None, now: float) -> Diagnosis:
    if owner is None:
        return Diagnosis(
            subject="ZADIG_TOKEN",
            ok=False,
            text="this is not a Zadig API token",
            remedy="Copy it from Zadig again: avatar, Account Settings, API Token.",
        )
    if owner.exp and owner.exp <= now:
        return Diagnosis(
            subject="ZADIG_TOKEN",
            ok=False,
            text=f"the token of {owner.title} has expired",
            remedy="Make a new one in Zadig: avatar, Account Settings, API Token.",
        )
    return Diagnosis(subject="ZADIG_TOKEN", ok=True, text=f"acts as {owner.title}")


def _mistaken(setting: str, spoken: str) -> Diagnosis:
    return Diagnosis(
        subject="Zadig API",
        ok=False,
        text=f"it speaks {spoken}, but ZADIG_DIALECT is {setting}",
        remedy=f"Set ZADIG_DIALECT to {spoken}, or to auto.",
    )


def _about_projects(usable: list[Project]) -> Diagnosis:
    if usable:
        return Diagnosis(subject="Zadig projects", ok=True, text=f"{len(usable)} can have versions")
    return Diagnosis(
        subject="Zadig projects",
        ok=False,
        text="the token's owner sees no K8s YAML or Helm project",
        remedy="Make the owner of the token a member of the projects that the bot should serve.",
    )


async def _about_versions(releases: ZadigReleases, usable: list[Project]) -> Diagnosis:
    """Every call about versions checks permission, then the licence: the first project that is permitted tells."""
    refusal: ReleaseBotError | None = None
    for project in usable[:20]:
        try:
            page = await releases.page(project.key, number=1, size=1)
        except NotPermitted as error:
            refusal = error
        except LicenceMissing as error:
            return _wrong("Zadig licence", error)
        except ReleaseBotError as error:
            return _wrong("Zadig versions", error)
        else:
            text = f"the licence is valid; {project.key} has {page.total} version{'s' * (page.total != 1)}"
            return Diagnosis(subject="Zadig versions", ok=True, text=text)
    return _wrong("Zadig versions", refusal or NotPermitted("no project is open to the bot"))


def _wrong(subject: str, error: ReleaseBotError) -> Diagnosis:
    return Diagnosis(subject=subject, ok=False, text=str(error), remedy=to_operator(error.remedy))
