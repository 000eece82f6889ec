"""A person opens the app's Home tab, or runs one of its shortcuts."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.interactions import acting, payloads
from bot.sandbox.slack.interactions.actions import TROUBLE
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.workspace import Workspace


async def open_home(workspace: Workspace, user: str, tab: str = "home") -> Json:
    """Tells the app (app_home_opened, every time); the view is with it once one has been published."""
    who = acting.person(workspace, user)
    if tab == "home" and not workspace.app.home_tab:
        raise NotPossibleError(
            "home_tab_is_off", "the app's manifest has no features.app_home.home_tab_enabled"
        )
    channel = workspace.conversations.direct(who.id)
    event: Json = {
        "type": "app_home_opened",
        "user": who.id,
        "channel": channel.id if channel is not None else None,
        "tab": tab,
    }
    home = workspace.views.home(who.id)
    if home is not None and tab == "home":
        event["view"] = wire.view(home)
    workspace.events.tell("app_home_opened", event)
    return {"ok": True}


async def run_shortcut(
    workspace: Workspace, user: str, callback_id: str, channel_id: str | None = None, ts: str | None = None
) -> Json:
    """Runs a global shortcut, or with a channel and ts a message shortcut."""
    who = acting.person(workspace, user)
    offered = workspace.app.shortcut(callback_id)
    if offered is None:
        raise NotPossibleError("no_such_shortcut", f"the app's manifest has no shortcut {callback_id!r}")
    if offered.type == "message":
        if channel_id is None or ts is None:
            raise NotPossibleError("no_message", "a message shortcut needs a channel and the ts of a message")
        channel = acting.channel(workspace, who, channel_id)
        message = acting.message(channel, who, ts)
        if message.ephemeral_for is not None:
            raise NotPossibleError(
                "ephemeral", "message shortcuts do not work on messages that only you can see"
            )
        payload = payloads.message_action(workspace, who, callback_id, channel, message)
    else:
        payload = payloads.shortcut(workspace, who, callback_id)
    async with acting.pending(workspace, who, callback_id):
        answer = await acting.deliver(workspace, "interactive", payload["type"], payload)
    if answer.is_acknowledged:
        return {"ok": True}
    acting.notice(workspace, who, channel_id, f"{offered.name} did not respond. Try again?", TROUBLE)
    return {"ok": False, "error": answer.error}
