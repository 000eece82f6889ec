"""What there is to follow: the size of a Zadig, and a database whose bot follows it."""

import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from bot.domain.drafts import Draft
from bot.domain.watching import Subscription
from bot.store import open_store

# Young enough that nobody calls a version stalled, old enough that the bot asks for its details.
CREATED_BEFORE = 1800


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """`projects` named p0, p1 … of `versions` each, v1 the oldest.

    Of the first `active` projects the newest `unsettled` versions are being created. Zadig answers after `delay` seconds.
    """

    projects: int = 0
    versions: int = 5
    unsettled: int = 0
    active: int = 0
    delay: float = 0.0

    def is_open(self, project: int, version: int) -> bool:
        """Whether a version is being created, until somebody finishes it."""
        return project < self.active and version > self.versions - self.unsettled

    def pack(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def unpack(cls, text: str) -> Self:
        return cls(**json.loads(text))


@asynccontextmanager
async def database(world: World, drafts: Iterable[Draft] = ()) -> AsyncIterator[str]:
    """The address of a database in which a channel of its own follows each project; it goes with the block."""
    with TemporaryDirectory(prefix="release-bot-bench-") as directory:
        address = f"sqlite+aiosqlite:///{Path(directory) / 'bot.sqlite3'}"
        async with open_store(address) as store:
            for number in range(world.projects):
                subscription = Subscription(
                    channel=f"C{number}", project=f"p{number}", by="U1", since=int(time.time())
                )
                await store.subscriptions.subscribe(subscription)
            for draft in drafts:
                await store.drafts.save(draft)
        yield address
