"""Who is in the workspace: the team, its people, its user groups and the app's bot user."""

import re

from bot.sandbox.slack.model import Person, Team, UserGroup
from bot.sandbox.slack.people import BOT_USER_ID, PEOPLE, TEAM, USER_GROUPS


class Directory:
    """The people by id; the bot user is one of them and carries the installed app's name."""

    def __init__(self, *, app_name: str) -> None:
        self.team: Team = TEAM
        self.groups: tuple[UserGroup, ...] = USER_GROUPS
        self._people = {person.id: person for person in PEOPLE}
        self.name_bot(app_name)

    def name_bot(self, app_name: str) -> None:
        """Gives the bot user the name of a newly configured app."""
        handle = re.sub(r"[^a-z0-9._-]+", "-", app_name.lower()).strip("-") or "app"
        self._people[BOT_USER_ID] = Person(
            id=BOT_USER_ID, name=handle, real_name=app_name, is_bot=True, tz="Etc/UTC", color="4a154b"
        )

    @property
    def bot(self) -> Person:
        return self._people[BOT_USER_ID]

    def put(self, person: Person) -> None:
        """Adds an account, or replaces the one of this id."""
        self._people[person.id] = person

    def everyone(self) -> list[Person]:
        """All accounts, in order of their ids' creation, the bot last."""
        return list(self._people.values())

    def find(self, user: str) -> Person | None:
        return self._people.get(user)

    def human(self, user: str) -> Person | None:
        """The person of this id, unless it is a bot's account or one that can sign in no more."""
        person = self._people.get(user)
        return None if person is None or person.is_bot or person.is_deleted else person

    def named(self, name: str) -> Person | None:
        return next((person for person in self._people.values() if person.name == name), None)
