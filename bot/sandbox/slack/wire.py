"""People, channels, messages and views as Slack's Web API and payloads spell them."""

from bot.sandbox.slack.directory import Directory
from bot.sandbox.slack.model import Channel, Json, Message, Person, UserGroup, View
from bot.sandbox.slack.people import APP_ID, BOT_ID, TEAM


def user(person: Person, *, with_email: bool) -> Json:
    """A user object; the profile carries an email only for tokens with users:read.email."""
    profile: Json = {
        "real_name": person.real_name,
        "display_name": person.name,
        "real_name_normalized": person.real_name,
        "display_name_normalized": person.name,
        "team": person.team or TEAM.id,
        "image_48": "",
        "title": "",
        "status_text": "",
        "status_emoji": "",
    }
    if person.is_bot:
        profile |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    elif with_email:
        profile["email"] = person.email
    account: Json = {
        "id": person.id,
        "team_id": person.team or TEAM.id,
        "name": person.name,
        "deleted": person.is_deleted,
        "profile": profile,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        **_elsewhere(person),
    }
    if person.is_deleted:
        return account
    return account | {
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": person.is_ultra,
        "who_can_share_contact_card": "EVERYONE",
    }


def _elsewhere(person: Person) -> Json:
    """What an account of another company has in a shared channel, and one of an organisation."""
    fields: Json = {"is_stranger": person.is_stranger} if person.team else {}
    if not person.enterprise:
        return fields
    organisation = {"id": person.id, "enterprise_id": person.enterprise, "teams": [person.team or TEAM.id]}
    return fields | {"enterprise_user": organisation | {"is_admin": False, "is_owner": False}}


def conversation(channel: Channel, *, member: str) -> Json:
    """A conversation object as `member` (a user id) sees it; direct messages have their own, shorter shape."""
    if channel.kind == "im":
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_org_shared": False,
            "is_archived": False,
            "context_team_id": TEAM.id,
            "user": channel.with_user,
            "is_user_deleted": False,
            "is_open": True,
            "priority": 0,
        }
    text: Json = {"value": channel.topic, "creator": channel.creator, "last_set": channel.created}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "created": channel.created,
        "creator": channel.creator,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_member": member in channel.members,
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": TEAM.id,
        "topic": text,
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def message(channel: Channel, message: Message, directory: Directory, *, all_metadata: bool = False) -> Json:
    """A message object. Without `all_metadata` its metadata shows the event_type alone, as at Slack."""
    wire: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM.id,
    }
    if message.bot_id:
        wire |= {"bot_id": message.bot_id, "app_id": APP_ID, "bot_profile": bot_profile(directory)}
    for name in ("subtype", "username", "icons", "edited", "blocks", "attachments"):
        if value := getattr(message, name):
            wire[name] = value
    if message.reactions:
        wire["reactions"] = [
            {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
        ]
    if message.metadata:
        wire["metadata"] = (
            message.metadata if all_metadata else {"event_type": message.metadata["event_type"]}
        )
    return wire | thread_fields(channel, message)


def thread_fields(channel: Channel, message: Message) -> Json:
    """What a message says of its thread: a reply names the parent, a parent counts its replies."""
    if message.is_reply:
        parent = channel.messages.get(message.thread_ts or "")
        return {"thread_ts": message.thread_ts, "parent_user_id": parent.user if parent else None}
    replies = channel.replies(message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users[:5],
        "is_locked": False,
        "subscribed": False,
    }


def bot_profile(directory: Directory) -> Json:
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": directory.bot.id,
        "name": directory.bot.real_name,
        "icons": {"image_36": "", "image_48": "", "image_72": ""},
        "deleted": False,
        "updated": 0,
        "team_id": TEAM.id,
    }


def view(view: View, *, with_state: bool = True) -> Json:
    """A view object; `with_state=False` empties its state, as view_closed does."""
    return {
        "id": view.id,
        "team_id": TEAM.id,
        **view.content,
        "state": {"values": view.values if with_state else {}},
        "hash": view.hash,
        "root_view_id": view.root_view_id,
        "previous_view_id": view.previous_view_id,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM.id,
        "bot_id": BOT_ID,
    }


def user_group(group: UserGroup) -> Json:
    return {
        "id": group.id,
        "team_id": TEAM.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "user_count": len(group.users),
    }
