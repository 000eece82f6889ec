"""Twelve kinds of people, and everything that can be done in Slack, as payloads: for the table of who may do what."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.access import Rules
from bot.domain.models import Version
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.interactions import payloads
from bot.sandbox.slack.interactions.origins import InView
from bot.sandbox.slack.model import Message, Person, View
from bot.sandbox.slack.people import BOT_ID, BOT_USER_ID
from bot.slack.bolt import answered
from bot.slack.ids import Callback, Click
from bot.slack.metadata import (
    ActionWord,
    DigestState,
    FormMetadata,
    ListState,
    ShowState,
    VersionAction,
    Wish,
)
from bot.slack.people import KEPT_SECONDS
from tests.slack.served import GRACE, JSON, SHOP
from tests.slack.staffed import Staffed

PLAIN = Person(id=GRACE, name="grace", real_name="Grace Hopper")
OURS, THEIRS, SISTER, ORGANISATION = "T0SANDBOX01", "T0OTHER0001", "T0SISTER001", "E0SANDBOX01"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What Grace is: her account, and what Slack answers about it. `named`: the access file names her."""

    account: Person = PLAIN
    fault: Mapping[str, Any] = field(default_factory=dict)
    named: bool = False


def of(**changed: Any) -> Kind:
    return Kind(account=replace(PLAIN, **changed))


KINDS: Mapping[str, Kind] = {
    "member": Kind(),
    "member whom the rule names": Kind(named=True),
    "multi-channel guest": of(is_guest=True),
    "single-channel guest": of(is_guest=True, is_ultra=True),
    "of another company": of(team=THEIRS),
    "deactivated": of(is_deleted=True),
    "bot user": of(is_bot=True),
    "user_not_found": of(unseen="user_not_found"),
    "user_not_visible": of(unseen="user_not_visible"),
    "Slack is silent": Kind(fault={"kind": "500"}),
    "missing scope": Kind(fault={"kind": "error", "error": "missing_scope"}),
    "colleague of the organisation": of(team=SISTER, enterprise=ORGANISATION),
}
# What the access file says beside nothing at all; the holder is Grace where she is named, and somebody else otherwise.
FILES: Mapping[str, Callable[[frozenset[str]], Rules]] = {
    "no file": lambda _: Rules(),
    "change": lambda who: Rules(change=who),
    "production": lambda who: Rules(production=who),
}


@dataclass(kw_only=True)
class Stage:
    """The bot at work, Grace in front of it, and what she has been told since the last act."""

    bot: Staffed
    rules: dict[str, Rules]

    @property
    def account(self) -> Person:
        found = self.bot.slack.workspace.directory.find(GRACE)
        assert found
        return found

    @asynccontextmanager
    async def being(self, kind: Kind, file: str) -> AsyncIterator[None]:
        """Grace is this kind of person, and the access file says this, until the context ends."""
        workspace = self.bot.slack.workspace
        holder = frozenset({GRACE if kind.named else "U0BOSS00001"})
        workspace.directory.put(kind.account)
        workspace.faults.clear()
        if kind.fault:
            workspace.faults.add(Fault(where="api", method="users.info", times=None, **kind.fault))
        self.rules["shop"] = FILES[file](holder)
        self._time_passes()
        yield
        self.rules["shop"] = Rules()
        workspace.faults.clear()
        workspace.directory.put(PLAIN)
        self._time_passes()

    def _time_passes(self) -> None:
        """What Slack has said about Grace is forgotten."""
        self.bot.clock.at += KEPT_SECONDS

    async def sends(self, payload: JSON) -> Any:
        """Deliver it; what it was acknowledged with, after everything has been done."""
        answer = await answered(self.bot.app, payload, {})
        await self.bot.settled()
        return answer.body

    async def types(self, text: str) -> Any:
        workspace = self.bot.slack.workspace
        channel = workspace.conversations.find(SHOP)
        assert channel
        trigger = workspace.triggers.issue(GRACE, channel=SHOP)
        return await self.sends(
            payloads.command(
                workspace, self.account, channel, command="/release", text=text, trigger_id=trigger
            )
        )

    async def clicks(self, click: Click, value: str, *, block: str = "b", select: bool = False) -> Any:
        """An element of a message of the bot's in #shop."""
        workspace = self.bot.slack.workspace
        channel = workspace.conversations.find(SHOP)
        assert channel
        ts = workspace.conversations.next_ts(channel)
        message = Message(ts=ts, channel=SHOP, user=BOT_USER_ID, bot_id=BOT_ID, text="a message")
        workspace.conversations.post(channel, message)
        path = workspace.hooks.issue("actions", user=GRACE, channel=SHOP, message_ts=ts)
        given = {"selected_option": {"value": value}} if select else {"value": value}
        return await self.sends(
            payloads.common("block_actions", self.account)
            | {
                "trigger_id": workspace.triggers.issue(GRACE, channel=SHOP),
                "container": {
                    "type": "message",
                    "message_ts": ts,
                    "channel_id": SHOP,
                    "is_ephemeral": False,
                },
                "channel": {"id": SHOP, "name": "shop"},
                "response_url": workspace.url + path,
                "actions": [{"action_id": click, "block_id": block, "type": "button", **given}],
            }
        )

    @property
    def view(self) -> View:
        found = self.bot.slack.workspace.views.top(GRACE)
        assert found
        return found

    async def uses(self, action_id: str, block_id: str, value: JSON) -> Any:
        """An element of the modal on top."""
        element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "x"}}
        action = payloads.action_of(element, block_id, value)
        workspace = self.bot.slack.workspace
        return await self.sends(
            payloads.block_actions(workspace, self.account, InView(view=self.view), action)
        )

    async def submits(self) -> Any:
        return await self.sends(
            payloads.view_submission(self.bot.slack.workspace, self.account, self.view, [])
        )

    async def closes(self) -> Any:
        return await self.sends(payloads.view_closed(self.account, self.view, is_cleared=False))

    async def asks_for_options(self, block_id: str) -> Any:
        payload = payloads.block_suggestion(
            self.bot.slack.workspace,
            self.account,
            InView(view=self.view),
            block_id=block_id,
            action_id="input",
            value="",
        )
        return await self.sends(payload)

    def clear(self) -> None:
        """Nothing has been told so far."""
        workspace = self.bot.slack.workspace
        self.bot.zadig.traffic.clear()
        for channel in workspace.conversations:
            for message in [*channel.ephemerals.values(), *channel.messages.values()]:
                channel.remove(message)
        workspace.views.clear(GRACE)
        self.clear_home()

    async def mentions(self, text: str) -> Any:
        """The bot, in #shop."""
        channel = self.bot.slack.workspace.conversations.find(SHOP)
        assert channel
        event = {
            "type": "app_mention",
            "user": GRACE,
            "user_team": self.account.team or OURS,
            "channel": SHOP,
            "ts": self.bot.slack.workspace.conversations.next_ts(channel),
            "text": f"<@{BOT_USER_ID}> {text}",
        }
        number = self.bot.slack.workspace.ids.next("Ev")
        return await self.sends(
            {"type": "event_callback", "event": event, "event_id": number, "team_id": OURS}
        )

    async def opens_home(self) -> Any:
        event = {"type": "app_home_opened", "user": GRACE, "tab": "home"}
        number = self.bot.slack.workspace.ids.next("Ev")
        return await self.sends(
            {"type": "event_callback", "event": event, "event_id": number, "team_id": OURS}
        )

    def clear_home(self) -> None:
        """Home says nothing."""
        home = self.bot.slack.workspace.views.home(GRACE)
        if home:
            home.content["blocks"] = []

    async def told(self, acknowledged: Any) -> str:
        """Everything that Grace has been shown since, as one text."""
        person = self.bot.person(GRACE)
        state = await person.state()
        home = self.bot.slack.workspace.views.home(GRACE)
        shown = [
            acknowledged,
            [channel["messages"] for channel in state["channels"]],
            state["views"],
            home.content["blocks"] if home else [],
        ]
        return json.dumps(shown, ensure_ascii=False)

    def changed(self) -> list[str]:
        """What Zadig has been asked to change."""
        asked = self.bot.zadig.traffic.after(0)
        return [f"{entry['method']} {entry['path']}" for entry in asked if entry["method"] != "GET"]


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something that can be done: `ready` opens what it is done in, while Grace is a member whom no rule keeps from anything."""

    level: str
    do: Callable[[Stage, Version], Awaitable[Any]]
    ready: Callable[[Stage, Version], Awaitable[None]] | None = None


async def create_form(stage: Stage, _: Version) -> None:
    await stage.types("create shop")
    view = await stage.bot.fills(await stage.bot.modal(GRACE), user=GRACE, environment="dev")
    await stage.bot.fills(view, user=GRACE, version_name="v77")


async def tags_view(stage: Stage, version: Version) -> None:
    await create_form(stage, version)
    await stage.uses(Click.IMAGE_TAGS, "b", {})
    assert stage.view.content["callback_id"] == Callback.IMAGE_TAGS


async def lines_view(stage: Stage, version: Version) -> None:
    await tags_view(stage, version)
    await stage.uses(Click.IMAGE_LINES, "b", {})
    assert stage.view.content["callback_id"] == Callback.IMAGE_LINES


async def retry_form(stage: Stage, version: Version) -> None:
    await stage.types(f"retry shop/{version.name}")
    assert stage.view.content["callback_id"] == Callback.RETRY_VERSION


async def delete_form(stage: Stage, version: Version) -> None:
    await stage.types(f"delete shop/{version.name}")
    assert stage.view.content["callback_id"] == Callback.DELETE_VERSION


def typed(text: str, level: str) -> Act:
    return Act(level=level, do=lambda stage, version: stage.types(text.replace("VERSION", version.name)))


def mentioned(text: str, level: str) -> Act:
    return Act(level=level, do=lambda stage, version: stage.mentions(text.replace("VERSION", version.name)))


def clicked(click: Click, value: Callable[[Version], str], level: str, **more: Any) -> Act:
    return Act(level=level, do=lambda stage, version: stage.clicks(click, value(version), **more))


def acted(click: Click, word: ActionWord, level: str, *, select: bool = False) -> Act:
    def value(version: Version) -> str:
        return VersionAction(action=word, project="shop", name=version.name, id=version.id).pack()

    return clicked(click, value, level, select=select)


def used(click: Click, value: str, ready: Callable[[Stage, Version], Awaitable[None]]) -> Act:
    return Act(level="look", do=lambda stage, _: stage.uses(click, "b", {"value": value}), ready=ready)


def in_form(
    level: str,
    do: Callable[[Stage], Awaitable[Any]],
    ready: Callable[[Stage, Version], Awaitable[None]],
) -> Act:
    return Act(level=level, do=lambda stage, _: do(stage), ready=ready)


async def resume(stage: Stage, _: Version) -> Any:
    draft = FormMetadata.unpack(stage.view.content["private_metadata"]).draft
    stage.bot.slack.workspace.views.clear(GRACE)
    return await stage.clicks(Click.RESUME_DRAFT, draft)


async def choose_environment(stage: Stage) -> Any:
    block = next(one for one in stage.view.blocks if one.get("block_id") == "environment")
    action_id = block["element"]["action_id"]
    stage.bot.slack.workspace.views.put(
        stage.view,
        "environment",
        action_id,
        {"type": "static_select", "selected_option": {"value": "qa"}},
    )
    return await stage.uses(action_id, "environment", {})


LIST = ListState(project="shop").pack()
FOLD = DigestState(fold="0" * 32).pack()
COMMANDS = {
    "list": typed("list shop", "look"),
    "show": typed("show shop/VERSION", "look"),
    "create": typed("create shop/v77", "change"),
    "retry": typed("retry shop/VERSION", "touch"),
    "delete": typed("delete shop/VERSION", "touch"),
    "subscribe": typed("subscribe shop", "follow"),
    "unsubscribe": typed("unsubscribe shop", "follow"),
    "subscriptions": typed("subscriptions", "look"),
    "watch": typed("watch shop/VERSION", "look"),
    "help": typed("help", "anybody"),
}
LEVELS: Mapping[ActionWord, str] = {
    "show": "look",
    "retry": "touch",
    "recreate": "touch",
    "template": "change",
    "delete": "touch",
    "watch": "look",
}
CLICKS = {
    Click.RUN: clicked(Click.RUN, lambda version: f"delete shop/{version.name}", "touch"),
    Click.LIST_PAGE: clicked(Click.LIST_PAGE, lambda _: LIST, "look"),
    Click.LIST_STATUS: clicked(Click.LIST_STATUS, lambda _: "failed", "look", block=LIST, select=True),
    Click.VERSION_MENU: acted(Click.VERSION_MENU, "show", "look", select=True),
    Click.VERSION_BUTTON: acted(Click.VERSION_BUTTON, "show", "look"),
    Click.SHOW_PAGE: clicked(
        Click.SHOW_PAGE, lambda version: ShowState(project="shop", name=version.name).pack(), "look"
    ),
    Click.FOLD_LIST: clicked(Click.FOLD_LIST, lambda _: FOLD, "look"),
    Click.FOLD_PAGE: clicked(Click.FOLD_PAGE, lambda _: FOLD, "look"),
    Click.SUBSCRIPTIONS_PAGE: clicked(Click.SUBSCRIPTIONS_PAGE, lambda _: "1", "look"),
    Click.WATCHES_PAGE: clicked(Click.WATCHES_PAGE, lambda _: "1", "look"),
    Click.UNSUBSCRIBE: clicked(Click.UNSUBSCRIBE, lambda _: "shop", "follow"),
    Click.UNDO_SUBSCRIPTION: clicked(Click.UNDO_SUBSCRIPTION, lambda _: "0" * 32, "follow"),
    Click.CONFIRM_SUBSCRIPTION: clicked(
        Click.CONFIRM_SUBSCRIPTION, lambda _: Wish(project="shop").pack(), "follow"
    ),
    Click.UNWATCH: acted(Click.UNWATCH, "unwatch", "look"),
    Click.RESUME_DRAFT: Act(level="change", do=resume, ready=create_form),
    Click.FORGET_DRAFT: used(Click.FORGET_DRAFT, "nothing", create_form),
    Click.AS_LAST_TIME: used(Click.AS_LAST_TIME, "services", create_form),
    Click.RETRY_ENVIRONMENT: used(Click.RETRY_ENVIRONMENT, "choose", retry_form),
    Click.IMAGE_TAGS: used(Click.IMAGE_TAGS, "", create_form),
    Click.IMAGE_TAGS_PAGE: used(Click.IMAGE_TAGS_PAGE, "1", tags_view),
    Click.IMAGE_LINES: used(Click.IMAGE_LINES, "", tags_view),
    Click.DETAILS: clicked(Click.DETAILS, lambda _: "what Zadig said", "look"),
}
FORMS = {
    (Callback.CREATE_VERSION, "submitted"): in_form("change", Stage.submits, create_form),
    (Callback.CREATE_VERSION, "changed"): in_form("change", choose_environment, create_form),
    (Callback.CREATE_VERSION, "suggest"): in_form(
        "projects", lambda stage: stage.asks_for_options("project"), create_form
    ),
    (Callback.CREATE_VERSION, "closed"): in_form("own", Stage.closes, create_form),
    (Callback.IMAGE_TAGS, "submitted"): in_form("own", Stage.submits, tags_view),
    (Callback.IMAGE_TAGS, "changed"): in_form(
        "look", lambda stage: stage.uses("input", "search", {"value": "x"}), tags_view
    ),
    (Callback.IMAGE_TAGS, "closed"): in_form("own", Stage.closes, tags_view),
    (Callback.IMAGE_LINES, "submitted"): in_form("own", Stage.submits, lines_view),
    (Callback.IMAGE_LINES, "closed"): in_form("own", Stage.closes, lines_view),
    (Callback.RETRY_VERSION, "submitted"): in_form("touch", Stage.submits, retry_form),
    (Callback.RETRY_VERSION, "suggest"): in_form(
        "options", lambda stage: stage.asks_for_options("environment"), retry_form
    ),
    (Callback.DELETE_VERSION, "submitted"): in_form("touch", Stage.submits, delete_form),
}
ACTS: Mapping[str, Act] = {
    **{f"/release {word}": act for word, act in COMMANDS.items()},
    **{f"click {click}": act for click, act in CLICKS.items()},
    **{f"button {word}": acted(Click.VERSION_BUTTON, word, level) for word, level in LEVELS.items()},
    **{f"form {callback}, {part}": act for (callback, part), act in FORMS.items()},
    "mention, list": mentioned("list shop", "look"),
    "mention, subscribe": mentioned("subscribe shop", "follow"),
    "mention, delete": mentioned("delete shop/VERSION", "look"),  # answered with a button for it
    "home": Act(level="look", do=lambda stage, _: stage.opens_home()),
}
