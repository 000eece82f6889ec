"""One local Zadig: how it starts, keeps up with the clock, restarts and is upgraded."""

from dataclasses import replace
from itertools import chain

from bot.sandbox.clock import Clock
from bot.sandbox.zadig.catalog import default_catalog
from bot.sandbox.zadig.events import Events
from bot.sandbox.zadig.faults import Fault, Faults
from bot.sandbox.zadig.history import write_history
from bot.sandbox.zadig.ids import Ids
from bot.sandbox.zadig.model import Catalog, Json, Version
from bot.sandbox.zadig.people import Person, default_people
from bot.sandbox.zadig.rules import Dialect, Rules
from bot.sandbox.zadig.state import Pace, State
from bot.sandbox.zadig.traffic import Traffic
from bot.sandbox.zadig.views import version_view
from bot.sandbox.zadig.watching import observe, settle

RESTART_SECONDS = 60.0
"""A server that died is started again after so long."""


class Zadig(State):
    """A Zadig in memory.

    `dialect` stands for its latest server version unless `server_version` names one (ValueError if the two differ).
    `token` is the API token of the admin that the bot acts as; without one it is a JWT like Zadig's own.
    `speed` divides how long images, requests and looks take, not the watcher's hour; 0 stops images. `seed` fixes every chance.
    `catalog` and `history` (whether there are versions from before) are what it starts and is reset with.
    `unique_seconds`: the second dialect takes two creations in one second for duplicates.
    `stuck_retrying`: whether nothing ever settles a retry; None leaves it to the server version.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        dialect: Dialect | None = None,
        server_version: str | None = None,
        token: str | None = None,
        speed: float = 1.0,
        seed: int = 0,
        pace: Pace | None = None,
        catalog: Catalog | None = None,
        history: bool = True,
        unique_seconds: bool = True,
        stuck_retrying: bool | None = None,
    ) -> None:
        super().__init__()
        self.clock = clock or Clock()
        self._first_rules = Rules(server_version) if server_version else Rules.of_dialect(dialect or "v1")
        if dialect not in {None, self._first_rules.dialect}:
            raise ValueError(f"Zadig {server_version} speaks {self._first_rules.dialect}, not {dialect}")
        self._first_catalog = catalog or default_catalog()
        self._first_pace = replace(pace or Pace(), speed=speed)
        self._has_history = history
        self._first_token = token
        self._switches = (unique_seconds, stuck_retrying)
        self.seed = seed
        self.events = Events()
        self.traffic = Traffic()
        self.reset()

    def reset(self) -> None:
        """Everything as it was at the start, but for the time and for who is watching."""
        self.rules, self.catalog, self.pace = self._first_rules, self._first_catalog, self._first_pace
        self.unique_seconds, self.stuck_retrying = self._switches
        self.people = default_people(self._first_token)
        self.license = "valid"
        self._down_until = 0.0
        self.ids = Ids(self.seed)
        self.versions, self.watchers = [], []
        self.tasks.clear()
        self.faults = Faults()
        self.traffic.clear()
        self._shown: dict[str, Json] = {}
        if self._has_history:
            write_history(self)
        self.settle()
        self.events.publish("reset")

    @property
    def dialect(self) -> Dialect:
        return self.rules.dialect

    @property
    def token(self) -> str:
        """The API token that the bot uses."""
        return self.people[0].token

    def person(self, account: str) -> Person | None:
        return next((each for each in self.people if each.account == account), None)

    def settle(self) -> None:
        """Catches up with the clock."""
        settle(self)

    def tick(self) -> None:
        """Catches up, and tells those who are watching which versions have changed since the last time."""
        self.settle()
        if self.events.is_watched:
            for version in self.versions:
                self._show(version)

    def _show(self, version: Version) -> None:
        view = version_view(self, version)
        if self._shown.get(version.id) != view:
            self._shown[version.id] = view
            self.events.publish("version", project=version.project, version=view)

    def set_pace(self, pace: Pace) -> None:
        """How long things take from now on; the speed is also that of images on their way."""
        self.settle()
        self.pace, now = pace, self.now()
        for task in chain.from_iterable(self.tasks.values()):
            task.change_speed(now, pace.speed)

    def take_fault(self, operation: str) -> Fault | None:
        """The fault that befalls the request at hand; those who are watching hear if it was its last time."""
        before = self.faults.as_json()
        fault = self.faults.take(operation)
        if self.faults.as_json() != before:
            self.publish_faults()
        return fault

    def publish_faults(self) -> None:
        self.events.publish("faults", faults=self.faults.as_json())

    @property
    def is_down(self) -> bool:
        """Whether nothing answers but the gateway in front."""
        return self.now() < self._down_until

    def die(self) -> None:
        """The server process ends by itself, and is back in a minute or with the next restart."""
        self.restart()
        self._down_until = self.now() + RESTART_SECONDS

    def restart(self) -> None:
        """The server process starts again: watchers are lost, workflows go on."""
        self.watchers.clear()
        self._down_until = 0.0

    def upgrade(self, server_version: str) -> None:
        """Another server version from now on; going to 4.0 gives every version a new id and forgets the deleted."""
        self.settle()
        before, self.rules = self.rules.dialect, Rules(server_version)
        self.restart()
        if before != self.rules.dialect:
            self.versions = list(self.live())
            for version in self.versions:
                version.id = self.new_id()
                observe(version, version.task, self.now())
        self._shown.clear()
        self.events.publish("upgraded", dialect=self.dialect, server_version=server_version)
