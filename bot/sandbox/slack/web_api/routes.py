"""Every method of the Web API that this sandbox has: who serves it, and what it takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.sandbox.slack.model import Json
from bot.sandbox.slack.web_api import apps, chat, conversations, history, people, reactions, views
from bot.sandbox.slack.web_api.call import Call

Handler = Callable[[Call], Awaitable[Json]]
Caller = Literal["bot", "app", "any", "none"]


@dataclass(frozen=True, slots=True)
class Route:
    """`scopes`: one of them is needed. `tier`: of Slack's rate limits. `caller`: whose token it takes."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    tier: str = "3"
    caller: Caller = "bot"


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_OPEN = ("channels:manage", "groups:write", "im:write", "mpim:write")
_WRITE = ("chat:write",)
_USERS = ("users:read",)
_GROUPS = ("usergroups:read",)

ROUTES: Mapping[str, Route] = {
    "api.test": Route(apps.api_test, tier="4", caller="none"),
    "apps.connections.open": Route(apps.connections_open, ("connections:write",), tier="3", caller="app"),
    "auth.test": Route(apps.auth_test, tier="special", caller="any"),
    "blocks.validate": Route(apps.blocks_validate, tier="4", caller="none"),
    "bots.info": Route(people.bots_info, _USERS, tier="3"),
    "chat.delete": Route(chat.delete, _WRITE, tier="3"),
    "chat.getPermalink": Route(chat.get_permalink, tier="special"),
    "chat.postEphemeral": Route(chat.post_ephemeral, _WRITE, tier="4"),
    "chat.postMessage": Route(chat.post_message, _WRITE, tier="special"),
    "chat.update": Route(chat.update, _WRITE, tier="3"),
    "conversations.history": Route(history.history, _HISTORY, tier="3"),
    "conversations.info": Route(conversations.info, _READ, tier="3"),
    "conversations.join": Route(conversations.join, ("channels:join",), tier="3"),
    "conversations.leave": Route(
        conversations.leave, ("channels:manage", "channels:write", "groups:write"), tier="3"
    ),
    "conversations.list": Route(conversations.list_, _READ, tier="2"),
    "conversations.members": Route(conversations.members, _READ, tier="4"),
    "conversations.open": Route(conversations.open_, _OPEN, tier="3"),
    "conversations.replies": Route(history.replies, _HISTORY, tier="3"),
    "reactions.add": Route(reactions.add, ("reactions:write",), tier="3"),
    "team.info": Route(people.team_info, ("team:read",), tier="3"),
    "usergroups.list": Route(people.usergroups_list, _GROUPS, tier="2"),
    "usergroups.users.list": Route(people.usergroups_users_list, _GROUPS, tier="2"),
    "users.conversations": Route(conversations.users_conversations, _READ, tier="3"),
    "users.info": Route(people.users_info, _USERS, tier="4"),
    "users.list": Route(people.users_list, _USERS, tier="2"),
    "users.lookupByEmail": Route(people.users_lookup_by_email, ("users:read.email",), tier="3"),
    "views.open": Route(views.open_view, tier="4"),
    "views.publish": Route(views.publish, tier="4"),
    "views.push": Route(views.push, tier="4"),
    "views.update": Route(views.update, tier="4"),
}
