"""Everything that one Zadig installation knows, and how to find things in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from bot.sandbox.clock import Clock
from bot.sandbox.zadig.events import Events
from bot.sandbox.zadig.faults import Faults
from bot.sandbox.zadig.ids import Ids
from bot.sandbox.zadig.model import Catalog, Version, Watcher
from bot.sandbox.zadig.people import Person
from bot.sandbox.zadig.rules import Rules
from bot.sandbox.zadig.traffic import Traffic
from bot.sandbox.zadig.workflow import WorkflowTask

License = Literal["valid", "expired", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things take, in seconds at speed 1, and how often (0 to 1) a version fails by itself.

    `image_seconds` is the shortest and longest time to copy one image; `create_seconds` and, per chart,
    `chart_seconds` is how long a creating request keeps its client waiting; `watch_seconds` is how often Zadig looks
    at the workflow of a new version, `queue_seconds` how long its task waits for others. At speed 0 images stand still, and everything else takes as long as at speed 1.
    """

    image_seconds: tuple[float, float] = (1.2, 3.0)
    create_seconds: float = 0.2
    chart_seconds: float = 0.4
    watch_seconds: float = 5.0
    wrap_up_seconds: float = 1.0
    queue_seconds: float = 0.0
    failure_rate: float = 1 / 6
    speed: float = 1.0

    def scaled(self, seconds: float) -> float:
        """How long this takes at this pace."""
        return seconds / (self.speed or 1.0)


STEADY = Pace(image_seconds=(2.0, 2.0), create_seconds=0.0, chart_seconds=0.0, failure_rate=0.0)
"""For tests: every image takes two seconds, nothing fails by itself, and creating answers at once."""


class State:
    """`versions` holds deleted ones too, in the order of their creation; `tasks` are by workflow, oldest first."""

    clock: Clock
    rules: Rules
    pace: Pace
    catalog: Catalog
    people: list[Person]
    license: License
    unique_seconds: bool
    stuck_retrying: bool | None
    seed: int
    ids: Ids
    versions: list[Version]
    watchers: list[Watcher]
    faults: Faults
    traffic: Traffic
    events: Events

    def __init__(self) -> None:
        self.tasks: defaultdict[str, list[WorkflowTask]] = defaultdict(list)

    def now(self) -> float:
        return self.clock.now()

    def new_id(self) -> str:
        return self.ids.next(self.now())

    def live(self, project: str | None = None) -> Iterator[Version]:
        """Versions that have not been deleted, oldest first."""
        return (each for each in self.versions if not each.deleted_at and project in {None, each.project})

    def version(self, version_id: str) -> Version | None:
        return next((each for each in self.live() if each.id == version_id), None)

    def find(self, project: str, name: str) -> Version | None:
        return next((each for each in self.live(project) if each.name == name), None)

    def newest_first(self, project: str) -> list[Version]:
        """By the second of creation; within a second the order is the database's own, here the oldest first."""
        return sorted(self.live(project), key=lambda each: -each.created_at)

    def random(self, *key: object) -> Random:
        """Chance that depends on the seed and on what it is for, not on what else has happened."""
        return Random(repr((self.seed, *key)))  # noqa: S311 - dice of a sandbox

    @property
    def watches_retries(self) -> bool:
        """Whether a retried version settles by itself; `stuck_retrying` overrules the server version."""
        return self.rules.retries_are_watched if self.stuck_retrying is None else not self.stuck_retrying
