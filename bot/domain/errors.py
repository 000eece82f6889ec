"""Everything that can go wrong, sorted by what the person in front of it can do.

    ReleaseBotError
    ├── Refused                 change something and try again
    │   ├── BadInput            what was typed does not make sense; says which field
    │   ├── NotFound            no such version, project or environment
    │   ├── NoVersions          the project is of a type that has none
    │   ├── NameTaken           a version of this name exists
    │   ├── NotRetryable        only failed versions can be retried, and not all of those
    │   ├── NotFailed           only failed versions are deleted to be created again
    │   ├── NotPermitted        the token's owner may not do this in this project
    │   ├── NotAllowed          the person may not, by the bot's own rules
    │   ├── CreatedButFailed    the version exists and has failed; it holds the name
    │   └── Rejected            Zadig said no, with a reason
    ├── Unavailable             wait, or fetch an operator
    │   ├── Unauthorized        the token is missing, wrong, switched off or not enrolled
    │   ├── LicenceMissing      Zadig has no professional licence
    │   ├── ServerDown          no connection, time-out, proxy error, or a crash on the other side
    │   ├── WrongServer         something answers, but not Zadig's API
    │   ├── PersonUnknown       Slack does not say who the person is, so the bot cannot tell what they may do
    │   ├── OutcomeUnknown      a write went out and it cannot be told whether it worked
    │   └── StoreDown           the bot's own database does not answer
    └── Defect                  we are wrong, or the other side broke its word
        └── Unreadable          an answer that says nothing we can read

Each error carries a sentence (`str(error)`), a `remedy` (what to do next, may be empty), a `lasting_remedy` (the same for
those who tried nothing themselves and are told that it lasts) and `raw`, the other side's own words, for operators: never
shown unescaped, never acted upon. None of them holds a secret of this process, whatever the other side echoes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.domain.models import Retryable, Status, Version, VersionReference
from bot.domain.requests import FieldError
from bot.domain.secrets import for_operators, scrubbed

AN_OPERATOR = "An operator has to "
CHECK_SAYS_MORE = " (`python -m bot check` gives details)"


class ReleaseBotError(Exception):
    """Root of the tree above; never raised itself."""

    remedy: str = ""
    lasting_remedy: str = ""

    def __init__(self, text: str, *, remedy: str = "", raw: str = "") -> None:
        super().__init__(for_operators(text))
        self.remedy = scrubbed(remedy) or type(self).remedy
        self.lasting_remedy = scrubbed(remedy) or type(self).lasting_remedy or self.remedy
        self.raw = for_operators(raw)


def to_operator(remedy: str) -> str:
    """The same remedy for the operator in person, who has called `check` already."""
    told = remedy.replace(CHECK_SAYS_MORE, "").removeprefix(AN_OPERATOR)
    return f"{told[:1].upper()}{told[1:]}"


class Refused(ReleaseBotError):
    """The person can change something and try again."""


class Unavailable(ReleaseBotError):
    """Waiting or an operator helps; nothing the person typed is wrong."""


class Defect(ReleaseBotError):
    """Neither the person nor waiting helps: the bot or the other side is broken."""

    remedy = "This is a bug. Give the reference to the people who run the bot."


class BadInput(Refused):
    """Some fields do not make sense; `fields` says which and why."""

    def __init__(self, fields: tuple[FieldError, ...]) -> None:
        super().__init__(" ".join(f"{problem.field}: {problem.text}" for problem in fields))
        self.fields = fields


class NotFound(Refused):
    """Zadig does not know it (any more)."""

    remedy = "Use `list` to see what there is."


class NoVersions(Refused):
    """The project is neither a K8s YAML nor a Helm project: Zadig has no versions of any other."""

    def __init__(self, project: str) -> None:
        super().__init__(f"{project} cannot have versions: only K8s YAML and Helm projects have them.")


class NameTaken(Refused):
    """A version of this name exists in the project already."""

    def __init__(self, version: Version) -> None:
        super().__init__(
            f"{version.project} already has a version named {version.name}.",
            remedy="Choose another name or delete that version first.",
        )
        self.version = version


# Why what is not failed cannot be retried.
STANDINGS: Mapping[Status, str] = MappingProxyType(
    {
        Status.SUCCESS: ": it has already succeeded",
        Status.FAILED: "",
        Status.CREATING: ": it is still being created",
        Status.RETRYING: ": it is already being retried",
        Status.UNKNOWN: ": the bot does not know its status",
    }
)


# What to do about each, unless the occasion knows better.
_INSTEAD: Mapping[Status, str] = MappingProxyType(
    {
        Status.SUCCESS: "Create a new version instead.",
        Status.FAILED: "Delete it and create it again.",
        Status.CREATING: "Wait until it settles.",
        Status.RETRYING: "Wait until it settles.",
        Status.UNKNOWN: "Only failed versions can be retried.",
    }
)


class NotRetryable(Refused):
    """Retrying cannot work for this version as it stands."""

    def __init__(
        self, reference: VersionReference, status: Status, *, remedy: str = "", raw: str = ""
    ) -> None:
        super().__init__(
            f"{reference} cannot be retried{STANDINGS[status]}.",
            remedy=remedy or _INSTEAD[status],
            raw=raw,
        )
        self.reference = reference
        self.status = status


class NotFailed(Refused):
    """A version that was to be deleted and created again has not failed (any more); nothing has been deleted."""

    remedy = "Choose another name for the new version."

    def __init__(self, version: Version) -> None:
        super().__init__(f"{version.project}/{version.name} is now {version.status}, so it was not deleted.")
        self.version = version


class NotPermitted(Refused):
    """403: the owner of the API token may not do this in this project."""

    remedy = (
        "Ask a Zadig project administrator to give the owner of the bot's API token the version permissions."
    )


class NotAllowed(Refused):
    """The bot's own rules do not let this person do it; `may` are those who may, as the rules name them."""

    remedy = "To get access, ask the people who run the bot: the rules are in its access file."

    def __init__(self, text: str, *, may: frozenset[str] = frozenset(), remedy: str = "") -> None:
        super().__init__(text, remedy=remedy)
        self.may = may


class CreatedButFailed(Refused):
    """The create call failed after Zadig had stored the version: it exists, failed, and holds the name."""

    def __init__(self, version: Version, cause: ReleaseBotError) -> None:
        super().__init__(
            f"{version.project}/{version.name} was created but failed immediately: {cause}",
            remedy="Delete it and create it again."
            if version.retryable is Retryable.NO
            else "Retry it, or delete it and create it again.",
            raw=cause.raw,
        )
        self.version = version
        self.cause = cause


class Rejected(Refused):
    """Zadig refused, and the table of failures knows what its text means."""

    def __init__(self, text: str, *, field: str = "", remedy: str = "", raw: str = "") -> None:
        super().__init__(text, remedy=remedy, raw=raw)
        self.field = field


class Unauthorized(Unavailable):
    """401, or the 403 of a missing second factor: the API token is not accepted."""

    remedy = f"{AN_OPERATOR}check ZADIG_TOKEN{CHECK_SAYS_MORE}."


class LicenceMissing(Unavailable):
    """Code 7050: version management needs a professional licence."""

    remedy = "An operator has to renew Zadig's professional licence: versions need it."


class ServerDown(Unavailable):
    """No connection, a time-out, a proxy's error page or an empty 500."""

    lasting_remedy = "If this goes on, tell the people who run Zadig."
    remedy = f"Try again in a minute. {lasting_remedy}"


class WrongServer(Unavailable):
    """Something answers at ZADIG_URL that is not Zadig's OpenAPI, or one that is too old for versions."""

    remedy = (
        "An operator has to check ZADIG_URL: it must be the address at which you open Zadig in a browser."
    )


class PersonUnknown(Unavailable):
    """Slack does not say who the person is: they may look at most."""

    remedy = "Try again in a minute."


class OutcomeUnknown(Unavailable):
    """A write was sent and no clear answer came; nothing has been repeated."""

    remedy = "Don't send it again: the bot keeps checking and will tell you the result."


class StoreDown(Unavailable):
    """The bot's database does not answer."""

    remedy = "Try again in a minute. If this goes on, tell the people who run the bot."


class Unreadable(Defect):
    """An answer arrived that is not what the API promises: truncated, not JSON, or of another shape."""
