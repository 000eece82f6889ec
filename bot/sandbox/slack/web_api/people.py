"""users.info, users.list, users.lookupByEmail, usergroups.list, usergroups.users.list, bots.info, team.info."""

from bot.sandbox.slack import wire
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Json, UserGroup
from bot.sandbox.slack.people import BOT_ID
from bot.sandbox.slack.web_api.call import Call
from bot.sandbox.slack.web_api.paging import page


async def users_info(call: Call) -> Json:
    person = call.person()
    if person.unseen:
        raise ApiError(person.unseen)
    return {"user": wire.user(person, with_email=call.has_scope("users:read.email"))}


async def users_list(call: Call) -> Json:
    with_email = call.has_scope("users:read.email")
    shown, metadata = page(
        call.workspace.directory.everyone(), call.arguments, lambda one: one.id, default=999
    )
    return {
        "members": [wire.user(one, with_email=with_email) for one in shown],
        "cache_ts": int(call.workspace.clock.now()),
        "response_metadata": metadata,
    }


async def users_lookup_by_email(call: Call) -> Json:
    email = call.arguments.required("email").lower()
    for person in call.workspace.directory.everyone():
        if not person.is_bot and person.email == email:
            return {"user": wire.user(person, with_email=True)}
    raise ApiError("users_not_found")


async def usergroups_list(call: Call) -> Json:
    groups = []
    for group in call.workspace.directory.groups:
        described = wire.user_group(group)
        if call.arguments.flag("include_users"):
            described["users"] = list(group.users)
        groups.append(described)
    return {"usergroups": groups}


async def usergroups_users_list(call: Call) -> Json:
    return {"users": list(_group(call).users)}


def _group(call: Call) -> UserGroup:
    wanted = call.arguments.required("usergroup")
    for group in call.workspace.directory.groups:
        if group.id == wanted:
            return group
    raise ApiError("no_such_subteam")


async def bots_info(call: Call) -> Json:
    if call.arguments.text("bot") not in {None, BOT_ID}:
        raise ApiError("bot_not_found")
    return {"bot": wire.bot_profile(call.workspace.directory)}


async def team_info(call: Call) -> Json:
    team = call.workspace.directory.team
    if call.arguments.text("team") not in {None, team.id}:
        raise ApiError("team_not_found")
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "url": call.workspace.url,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }
