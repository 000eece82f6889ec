"""The team that a fresh workspace starts with: four people, one of them a guest, and their channels."""

from bot.sandbox.slack.model import Channel, ChannelKind, Person, Team, UserGroup

TEAM = Team(id="T0SANDBOX01", name="Sandbox", domain="sandbox")

ADA = Person(id="U0ADA000001", name="ada", real_name="Ada Lovelace", color="7b3f98")
GRACE = Person(
    id="U0GRACE0001",
    name="grace",
    real_name="Grace Hopper",
    tz="America/New_York",
    tz_offset=-18_000,
    color="1264a3",
)
LINUS = Person(
    id="U0LINUS0001",
    name="linus",
    real_name="Linus Torvalds",
    tz="Asia/Shanghai",
    tz_offset=28_800,
    color="2b7d5b",
)
GUEST = Person(
    id="U0GUEST0001",
    name="gustav",
    real_name="Gustav Guest",
    is_guest=True,
    tz="Europe/Berlin",
    color="b4641e",
)
PEOPLE = (ADA, GRACE, LINUS, GUEST)

APP_ID = "A0SANDBOX01"
BOT_ID = "B0SANDBOX01"
BOT_USER_ID = "U0BOT000001"

USER_GROUPS = (
    UserGroup(id="S0RELEASERS", handle="release-managers", name="Release managers", users=(ADA.id, GRACE.id)),
)

GENERAL, RELEASES, SHOP, OPS_SECRET = "C0GENERAL01", "C0RELEASES1", "C0SHOP00001", "C0OPSSECRET"

_MEMBERS = (ADA.id, GRACE.id, LINUS.id)
_CHANNELS: tuple[tuple[str, str, ChannelKind, tuple[str, ...], str], ...] = (
    (GENERAL, "general", "channel", (*_MEMBERS, BOT_USER_ID), "Company-wide announcements"),
    (RELEASES, "releases", "channel", (*_MEMBERS, GUEST.id, BOT_USER_ID), "What is being released"),
    (SHOP, "shop", "channel", (*_MEMBERS, BOT_USER_ID), "The shop team"),
    (OPS_SECRET, "ops-secret", "private", (ADA.id, GRACE.id), ""),
)


def direct_message(person: Person, created: int) -> Channel:
    """The conversation of a person with the app."""
    return Channel(
        id=f"D{person.id[1:]}",
        name="directmessage",
        kind="im",
        created=created,
        creator=person.id,
        members=[person.id, BOT_USER_ID],
        with_user=person.id,
    )


def channels(created: int) -> list[Channel]:
    """New channels and direct messages; the app is a member of the public ones, not of #ops-secret."""
    named = [
        Channel(
            id=identifier,
            name=name,
            kind=kind,
            created=created,
            creator=ADA.id,
            members=list(members),
            topic=topic,
            is_general=identifier == GENERAL,
        )
        for identifier, name, kind, members, topic in _CHANNELS
    ]
    return named + [direct_message(person, created) for person in PEOPLE]
