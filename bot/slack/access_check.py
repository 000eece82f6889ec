"""Whether everything that the access file names is there: a rule that names nothing real protects nothing."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.access import EVERYONE, MEMBERS, Policy, Right
from bot.domain.meaning import meant, near
from bot.slack.failures import SlackFailed, asked


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownName:
    """A name in the access file: `where` it stands, and what is wrong with it."""

    where: str
    says: str

    def __str__(self) -> str:
        return f"{self.where}: {self.says}"


def unknown_projects(policy: Policy, keys: Iterable[str]) -> list[UnknownName]:
    """The tables of projects that Zadig does not have, each with the project that was probably meant."""
    known = list(keys)
    found = []
    for key in sorted(set(policy.projects) - set(known)):
        alike = meant(key, known)
        guess = near(key, known)
        if alike:
            says = f"the project is called {alike[0]}; the rule still applies to it"
        else:
            says = (
                "Zadig has no such project, or the bot's token does not see it, so the rule protects nothing"
            )
            says += f"; did you mean {guess}?" if guess else ""
        found.append(UnknownName(where=f"[projects.{key}]", says=says))
    return found


async def unknown_names(
    policy: Policy, client: AsyncWebClient
) -> tuple[list[UnknownName], list[UnknownName]]:
    """Users, user groups and channels that Slack does not know, and those about which it does not say."""
    wrong, silent = [], []
    for name, places in sorted(_places(policy).items()):
        where = f"{name} in {', '.join(places)}"
        try:
            says = await _wrong_with(name, client)
        except SlackFailed as error:
            silent.append(UnknownName(where=where, says=str(error)))
        else:
            wrong += [UnknownName(where=where, says=says)] if says else []
    return wrong, silent


def _places(policy: Policy) -> Mapping[str, Sequence[str]]:
    """Where each id stands."""
    tables = {"general": policy.general} | {f"projects.{key}": one for key, one in policy.projects.items()}
    found: dict[str, list[str]] = {}
    for table, rules in tables.items():
        for right in Right:
            for name in (rules.of(right) or frozenset()) - {EVERYONE, MEMBERS}:
                found.setdefault(name, []).append(f"{table}.{right}")
    return found


async def _wrong_with(name: str, client: AsyncWebClient) -> str:
    """What is wrong with an id; empty if it is right. Raises SlackFailed if Slack does not say."""
    ask, no = _KINDS["C" if name[:1] in "CG" else "S" if name[:1] == "S" else "U"]
    try:
        answer = await asked(ask(client, name))
    except SlackFailed as error:
        if error.code in no:
            return no[error.code]
        raise
    account = answer.get("user") or {}
    return "this account is deactivated" if account.get("deleted") else ""


_NO_USER = "Slack knows no user with this id here"
_NO_GROUP = "Slack knows no user group with this id"
_Ask = Callable[[AsyncWebClient, str], Awaitable[AsyncSlackResponse]]
# How Slack is asked about each kind of id, and which of its words mean that there is none.
_KINDS: Mapping[str, tuple[_Ask, Mapping[str, str]]] = {
    "U": (
        lambda client, name: client.users_info(user=name),
        {"user_not_found": _NO_USER, "users_not_found": _NO_USER, "user_not_visible": _NO_USER},
    ),
    "S": (
        lambda client, name: client.usergroups_users_list(usergroup=name),
        {
            "no_such_subteam": _NO_GROUP,
            "invalid_subteam": _NO_GROUP,
            "subteam_not_found": _NO_GROUP,
            "invalid_arguments": _NO_GROUP,
        },
    ),
    "C": (
        lambda client, name: client.conversations_info(channel=name),
        {
            "channel_not_found": "Slack knows no channel with this id, or it is a private one without the bot",
        },
    ),
}
