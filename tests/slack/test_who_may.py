"""Who may do what: every kind of person, everything that can be done, and every access file, expected and actual side by side."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import get_args

import pytest
import pytest_asyncio

from bot.domain.access import Membership, Policy, Rules
from bot.domain.models import Version, VersionReference
from bot.slack.handlers import FEATURES
from bot.slack.ids import Click
from bot.slack.metadata import ActionWord
from tests.journeys.living import Later
from tests.slack.everybody import ACTS, CLICKS, COMMANDS, FILES, FORMS, KINDS, LEVELS, ORGANISATION, Stage
from tests.slack.staffed import staffed

G, U, S, R = Membership.GUEST, Membership.UNVERIFIED, Membership.SILENT, Membership.REFUSED
STANDINGS = dict(zip(KINDS, ("member", "named", G, G, G, U, U, U, U, S, R, "member"), strict=True))
# By what is done and by access file ("*": any), what becomes of it for
#   a member, one whom the file names, a guest, somebody unverified, somebody of whom Slack says nothing, or refuses to.
EXPECTED = {
    ("anybody", "*"): ("ok", "ok", "ok", "ok", "ok", "ok"),
    ("own", "*"): ("ok", "ok", "ok", "ok", "ok", "ok"),  # their own draft, and nothing else
    ("look", "*"): ("ok", "ok", G, U, "ok", R),
    ("options", "*"): ("ok", "ok", "none", "none", "ok", "none"),
    ("projects", "*"): ("ok", "ok", "none", "none", "none", "none"),  # those in which versions may be made
    ("follow", "*"): ("ok", "ok", G, U, S, R),
    ("change", "no file"): ("ok", "ok", G, U, S, R),
    ("change", "change"): ("may not", "ok", G, U, S, R),
    ("change", "production"): ("ok", "ok", G, U, S, R),
    ("touch", "no file"): ("ok", "ok", G, U, S, R),
    ("touch", "change"): ("may not", "ok", G, U, S, R),
    ("touch", "production"): ("production", "ok", G, U, S, R),
}
COLUMNS = ("member", "named", G, U, S, R)
SAID = {
    "Guests cannot use this bot.": G,
    "Guests cannot change a channel's subscriptions.": G,
    "Slack does not list you as a member of this workspace": U,
    "Slack can't confirm who you are right now": S,
    "Slack does not let this bot find out who you are": R,
    "but not create, retry or delete": "may not",
    "was made from a production environment": "production",
}


def expected(level: str, file: str, kind: str) -> str:
    row = EXPECTED.get((level, "*")) or EXPECTED[level, file]
    return row[COLUMNS.index(STANDINGS[kind])]


def test_everything_that_can_be_done_is_in_the_table() -> None:
    rows = [row for feature in FEATURES for row in feature.subcommands]
    assert set(COMMANDS) == {row.word for row in rows}
    clicks = {click for feature in FEATURES for click in feature.clicks}
    assert set(CLICKS) == clicks | {Click.RUN} == set(Click) - {Click.OPEN_LINK}
    assert set(LEVELS) | {"unwatch"} == set(get_args(ActionWord))
    forms = {callback: form for feature in FEATURES for callback, form in feature.forms.items()}
    shared = itertools.product(forms, ("submitted", "changed", "suggest", "closed"))
    assert set(FORMS) == {(callback, part) for callback, part in shared if getattr(forms[callback], part)}


@pytest.fixture
def rules() -> dict[str, Rules]:
    """By project, and changed while the bot runs."""
    return {}


@pytest_asyncio.fixture(loop_scope="session")
async def stage(port: tuple[str, Later], database: str, rules: dict[str, Rules]) -> AsyncIterator[Stage]:
    async with staffed(*port, database, policy=Policy(projects=rules)) as bot:
        directory = bot.slack.workspace.directory
        directory.team = replace(directory.team, enterprise=ORGANISATION)
        yield Stage(bot=bot, rules=rules)


async def failed_version(stage: Stage, number: int) -> Version:
    """A new one for each act. Somebody made it in Zadig, which does not say from which environment."""
    stage.bot.in_zadig("shop", "create", f"x{number}")
    stage.bot.in_zadig("shop", "fail", f"x{number}")
    finder = stage.bot.services.finder
    return await finder.locate(VersionReference(project="shop", name=f"x{number}"))


async def outcome(stage: Stage, name: str, number: int, kind: str, file: str) -> str:
    act, version = ACTS[name], await failed_version(stage, number)
    stage.clear()
    if act.ready:
        await act.ready(stage, version)
    before = await stage.told("")
    async with stage.being(KINDS[kind], file):
        acknowledged = await act.do(stage, version)
    told = await stage.told(acknowledged)
    assert told != before or act.level == "own", f"{name}: nothing has been said"
    if act.level in ("options", "projects"):
        return "ok" if '"value"' in str(acknowledged) else "none"
    said = next((meaning for text, meaning in SAID.items() if text in told), "ok")
    assert said == "ok" or not stage.changed(), f"{name}: {stage.changed()}"
    return str(said)


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", KINDS)
async def test_who_may_do_what(stage: Stage, kind: str, file: str) -> None:
    actual = {name: await outcome(stage, name, number, kind, file) for number, name in enumerate(ACTS)}
    assert actual == {name: expected(act.level, file, kind) for name, act in ACTS.items()}
