"""People who may look but not change: they are told as soon as they ask, and by whom it can be done."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.domain.access import Policy, Rules
from bot.domain.drafts import DraftState
from bot.domain.errors import ServerDown
from bot.domain.models import VersionReference
from bot.slack.people import KEPT_SECONDS
from bot.slack.views.offer import resume
from tests.journeys.living import Later
from tests.slack.served import ADA, GRACE, JSON, SHOP
from tests.slack.staffed import Staffed, staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFUSED = "You may look at versions of shop, but not create, retry or delete them."
WHOM = f"<@{ADA}>, <!subteam^S0MANAGERS>"


@pytest.fixture
def rules() -> dict[str, Rules]:
    """By project, and changed by tests while the bot runs."""
    return {"shop": Rules(change=frozenset({ADA, "S0MANAGERS"}))}


@pytest_asyncio.fixture(loop_scope="session")
async def bot(port: tuple[str, Later], database: str, rules: dict[str, Rules]) -> AsyncIterator[Staffed]:
    async with staffed(*port, database, policy=Policy(projects=rules)) as bot:
        yield bot


def text(view: JSON) -> str:
    return json.dumps(view, ensure_ascii=False)


async def refused(bot: Staffed) -> JSON:
    """What Grace sees is a refusal with whom to ask, and Zadig has been asked to change nothing."""
    view = await bot.modal(GRACE)
    assert view["callback_id"] == "notice"
    assert REFUSED in text(view)
    assert "To get access" in text(view)
    assert WHOM in text(view)
    assert not bot.asked_zadig("POST", "releases")
    assert not bot.asked_zadig("DELETE", "releases")
    return view


@pytest.mark.parametrize(
    "command", ["create shop", "create shop/v14", "retry shop/v11", "delete shop/v11", "delete shop/v13"]
)
async def test_a_command_that_would_change_something_is_refused_when_it_is_typed(
    bot: Staffed, command: str
) -> None:
    await bot.typed(f"/release {command}", user=GRACE)
    await refused(bot)


@pytest.mark.parametrize("label", ["Use as template", "Delete", "Retry"])
async def test_a_click_that_would_change_something_is_refused_when_it_is_made(
    bot: Staffed, label: str
) -> None:
    bot.in_zadig("shop", "create", "v14")
    bot.in_zadig("shop", "fail", "v14")
    await bot.typed("/release list shop failed", user=GRACE)
    await bot.clicks(await bot.message("Versions of shop", user=GRACE), label, user=GRACE)
    await refused(bot)


async def test_creating_again_is_refused_before_the_form_opens(bot: Staffed) -> None:
    bot.zadig.faults.add("failing_create", where="create", times=1)
    await bot.typed("/release create shop/v14")
    view = await bot.fills(await bot.modal(), environment="dev")
    await bot.submits(view)
    await bot.closes(await bot.modal())
    sent = len(bot.asked_zadig("POST", "releases"))
    await bot.typed("/release show shop/v14", user=GRACE)
    message = await bot.message("shop/v14", user=GRACE)
    await bot.clicks(message, "Delete and create again", user=GRACE)
    assert REFUSED in text(await bot.modal(GRACE))
    assert len(bot.asked_zadig("POST", "releases")) == sent


async def test_who_may_do_it_sees_the_form(bot: Staffed) -> None:
    await bot.typed("/release create shop")
    assert (await bot.modal())["callback_id"] == "create_version"


async def test_the_form_offers_projects_in_which_a_version_can_be_made(bot: Staffed) -> None:
    await bot.typed("/release create", user=GRACE)
    view = await bot.modal(GRACE)
    offered = text(next(block for block in view["blocks"] if block.get("block_id") == "project"))
    assert "platform" in offered
    assert '"shop"' not in offered


async def test_who_may_change_nothing_is_told_so_before_choosing_a_project(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    rules |= {key: Rules(change=frozenset({ADA})) for key in (one.key for one in bot.zadig.catalog.projects)}
    await bot.typed("/release create", user=GRACE)
    view = await bot.modal(GRACE)
    assert view["callback_id"] == "notice"
    assert "You may look at versions, but not create, retry or delete any." in text(view)


async def test_a_project_that_the_form_chose_itself_is_let_go_if_it_may_not_be_changed_any_more(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    allowed, rules["shop"] = rules["shop"], Rules()
    await bot.typed("/release create shop/v14", user=GRACE)
    await bot.submits(await bot.fills(await bot.modal(GRACE), user=GRACE, environment="dev"), user=GRACE)
    await bot.closes(await bot.modal(GRACE), user=GRACE)
    rules["shop"] = allowed
    await bot.typed("/release create", user=GRACE)
    view = await bot.modal(GRACE)
    assert view["callback_id"] == "create_version"
    assert "environment" not in [block.get("block_id") for block in view["blocks"]]


async def test_a_project_that_is_typed_because_zadig_is_away_is_refused_under_the_field(bot: Staffed) -> None:
    bot.zadig.faults.add("503", where="catalog")
    await bot.typed("/release create", user=GRACE)
    view = await bot.fills(await bot.modal(GRACE), user=GRACE, project="shop")
    assert REFUSED in text(view)
    assert "environment" not in [block.get("block_id") for block in view["blocks"]]


async def test_what_is_withdrawn_while_the_form_is_open_is_refused_when_it_is_sent(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    allowed, rules["shop"] = rules["shop"], Rules()
    await bot.typed("/release create shop/v14", user=GRACE)
    view = await bot.fills(await bot.modal(GRACE), user=GRACE, environment="dev", description="mine")
    rules["shop"] = allowed
    await bot.submits(view, user=GRACE)
    view = await bot.modal(GRACE)
    assert REFUSED in text(view)
    assert "mine" in text(view)
    assert not bot.asked_zadig("POST", "releases")


async def test_a_form_that_may_not_be_continued_is_not_forgotten(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    allowed, rules["shop"] = rules["shop"], Rules()
    await bot.typed("/release create shop/v14", user=GRACE)
    view = await bot.fills(await bot.modal(GRACE), user=GRACE, description="mine", environment="dev")
    await bot.closes(view, user=GRACE)
    await bot.typed("/release create", user=GRACE)
    offer = await bot.modal(GRACE)
    rules["shop"] = allowed
    await bot.clicks_in(offer, "Continue draft", user=GRACE)
    await refused(bot)
    kept = await bot.store.drafts.find(form="create_version", state=DraftState.OPEN, user=GRACE, limit=9)
    assert any("mine" in draft.content for draft in kept)


async def test_a_project_that_may_not_be_seen_looks_like_one_that_does_not_exist(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    rules["shop"] = Rules(read=frozenset({ADA}), change=frozenset({ADA}))
    said = []
    for name in ("shop", "nothing"):
        await bot.typed(f"/release create {name}", user=GRACE)
        view = await bot.modal(GRACE)
        said.append([text(block).replace(name, "it") for block in view["blocks"] if "text" in block])
        await bot.closes(view, user=GRACE)
    assert said[0] == said[1]


async def test_production_environments_that_are_left_out_are_said_to_be(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    rules["shop"] = Rules(production=frozenset({ADA}))
    await bot.typed("/release create shop", user=GRACE)
    view = await bot.modal(GRACE)
    assert "prod" not in text(next(one for one in view["blocks"] if one.get("block_id") == "environment"))
    assert "Production environments are hidden: you may not create versions from them." in text(view)
    assert f"<@{ADA}>" in text(view)
    await bot.typed("/release create shop")
    assert "left out" not in text(await bot.modal())


async def test_where_there_are_production_environments_only_that_is_the_reason(
    bot: Staffed, rules: dict[str, Rules]
) -> None:
    rules["shop"] = Rules(production=frozenset({ADA}))
    projects = tuple(
        replace(one, environments=tuple(each for each in one.environments if each.production))
        if one.key == "shop"
        else one
        for one in bot.zadig.catalog.projects
    )
    bot.zadig.catalog = replace(bot.zadig.catalog, projects=projects)
    await bot.typed("/release create shop", user=GRACE)
    view = await bot.modal(GRACE)
    assert "`shop` has no environment that you may create versions from." in text(view)
    assert "that the bot can see" not in text(view)


# A right through a channel counts where and when one acts.


@pytest.fixture
def through_channel(rules: dict[str, Rules]) -> None:
    rules["shop"] = Rules(change=frozenset({SHOP}))


async def filled_in(bot: Staffed) -> JSON:
    """Grace's form, opened in #shop."""
    await bot.typed("/release create shop", user=GRACE)
    view = await bot.fills(await bot.modal(GRACE), user=GRACE, environment="dev")
    return await bot.fills(view, user=GRACE, version_name="v77")


def leaves(bot: Staffed) -> None:
    """Grace is removed from #shop, and a minute passes."""
    channel = bot.slack.workspace.conversations.find(SHOP)
    assert channel
    bot.slack.workspace.conversations.leave(channel, GRACE)
    bot.clock.at += KEPT_SECONDS


@pytest.mark.usefixtures("through_channel")
async def test_who_acts_in_the_channel_may_send_the_form_that_was_opened_there(bot: Staffed) -> None:
    view = await filled_in(bot)
    bot.clock.at += KEPT_SECONDS
    await bot.submits(view, user=GRACE)
    assert "Zadig is creating" in text(await bot.modal(GRACE))


@pytest.mark.usefixtures("through_channel")
async def test_who_has_left_the_channel_may_not_send_the_form_that_was_opened_there(bot: Staffed) -> None:
    view = await filled_in(bot)
    leaves(bot)
    await bot.submits(view, user=GRACE)
    assert REFUSED in text(await bot.modal(GRACE))
    assert not bot.asked_zadig("POST", "releases")


@pytest.mark.usefixtures("through_channel")
async def test_a_form_that_is_continued_elsewhere_does_not_carry_the_right(bot: Staffed) -> None:
    await bot.closes(await filled_in(bot), user=GRACE)
    bot.clock.at += 600
    (draft,) = await bot.services.drafts.unfinished("create_version", user=GRACE)
    said = resume(
        VersionReference(project="shop", name="v77"), ServerDown("Zadig does not answer."), draft=draft.id
    )
    await bot.shared.slack_api.message(GRACE, said)
    [message] = await bot.person(GRACE).direct_messages()
    place = {**message, "channel": "D0GRACE0001"}
    await bot.clicks(place, "Continue draft", user=GRACE)
    view = await bot.modal(GRACE)
    assert REFUSED in text(view), "although she still is in #shop: it is not where she acts"
    assert draft.channel == SHOP


@pytest.mark.usefixtures("through_channel")
async def test_where_slack_does_not_say_who_is_in_a_channel_it_gives_no_right(bot: Staffed) -> None:
    view = await filled_in(bot)
    bot.clock.at += KEPT_SECONDS
    bot.slack.fault("500", method="conversations.members", times=None)
    await bot.submits(view, user=GRACE)
    assert REFUSED in text(await bot.modal(GRACE))
    assert not bot.asked_zadig("POST", "releases")
