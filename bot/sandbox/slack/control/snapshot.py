"""Everything that one person sees, in one JSON object."""

from bot.sandbox.slack import screen
from bot.sandbox.slack.model import Json, Person
from bot.sandbox.slack.workspace import Workspace


def people(workspace: Workspace) -> Json:
    team = workspace.directory.team
    return {
        "people": [screen.person(one) for one in workspace.directory.everyone()],
        "team": {"id": team.id, "name": team.name, "domain": team.domain},
    }


def snapshot(workspace: Workspace, who: Person) -> Json:
    """The state of this person's screen; later events of the stream have a greater `seq`."""
    return {
        "seq": workspace.stream.seq,
        "now": workspace.clock.now(),
        "me": screen.person(who),
        **people(workspace),
        "app": _app(workspace, who),
        "channels": [
            screen.channel(one, who.id) | {"messages": screen.messages(one, who.id)}
            for one in workspace.conversations
            if one.visible_to(who.id, is_guest=who.is_guest)
        ],
        "views": [screen.view(view) for view in workspace.views.stack(who.id)],
        "faults": workspace.faults.listed(),
        "tokens": {"revoked": workspace.is_revoked},
    }


def _app(workspace: Workspace, who: Person) -> Json:
    app, home = workspace.app, workspace.views.home(who.id)
    return {
        "name": workspace.directory.bot.real_name,
        "bot_user_id": workspace.directory.bot.id,
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in app.commands
        ],
        "shortcuts": [
            {
                "name": one.name,
                "type": one.type,
                "callback_id": one.callback_id,
                "description": one.description,
            }
            for one in app.shortcuts
        ],
        "home_tab": app.home_tab,
        "messages_tab": app.messages_tab,
        "home_view": screen.view(home) if home is not None else None,
    }
