"""The file of a SQLite database: made once, known again at the next start, and missed when it is gone."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import AN_OPERATOR, StoreDown

log = logging.getLogger(__name__)

_OURS = 0o600  # for the bot's user only
UNREACHABLE = "The file of the bot's database cannot be reached."
WHERE = "Check DATABASE_URL and who may read and write there."
# With less room than this the next change may find none.
LEAST_BYTES = 1024 * 1024
_NOTE = """The release bot has made its database here: {name}
If that file is missing, the bot does not start with an empty one in its place, and forget what channels are subscribed to.
To begin with an empty database all the same, remove this note.
"""


@contextmanager
def reaching() -> Iterator[None]:
    """What the system refuses on the way to a file is a StoreDown."""
    try:
        yield
    except OSError as error:
        raise StoreDown(UNREACHABLE, remedy=WHERE, raw=str(error)) from error


@dataclass(kw_only=True, eq=False)
class File:
    """One database on a disk. Beside it stands a note that it has been made, so that one that is gone is not made again."""

    path: Path
    _identity: tuple[int, int] | None = field(default=None, repr=False)

    @property
    def note(self) -> Path:
        return self.path.with_name(f"{self.path.name}.made")

    def must_not_be_gone(self) -> None:
        """Raises StoreDown if there was a database that is not there now."""
        if self.path.exists():
            return
        for left in (self.note, self.path.with_name(f"{self.path.name}-wal")):
            if left.exists():
                raise self.gone(f"{left} is still there")

    def gone(self, why: str) -> StoreDown:
        return StoreDown(
            f"The bot's database {self.path} is gone, and with it every subscription.",
            remedy=f"Restore a backup of it; to begin with an empty database instead, remove {self.note} and what else is left of it.",
            raw=why,
        )

    def make(self) -> None:
        """An empty file, readable for the bot's user only, if there is none. Raises StoreDown."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, _OURS))
        except OSError as error:
            raise StoreDown(
                "The file of the bot's database cannot be made or written to.",
                remedy=WHERE,
                raw=str(error),
            ) from error

    def remember(self) -> None:
        """This is the file from now on; the note is written if it can be."""
        found = self.path.stat()
        self._identity = (found.st_dev, found.st_ino)
        if not self.note.exists():
            try:
                self.note.touch(_OURS)
                self.note.write_text(_NOTE.format(name=self.path.name), encoding="utf-8")
            except OSError as error:
                log.info("no note", extra={"action": "no_note", "path": str(self.note), "error": str(error)})

    def must_be_there(self) -> None:
        """Raises StoreDown if the file is not the one that was opened: what is written would be nowhere."""
        if self._identity is None:
            return
        try:
            found = self.path.stat()
            there = (found.st_dev, found.st_ino) == self._identity
        except OSError:
            there = False
        if not there:
            raise StoreDown(
                "The file of the bot's database was removed or replaced while the bot ran.",
                remedy=f"{AN_OPERATOR}put the file back and start the bot again.",
                raw=f"{self.path} is not the file that was opened",
            )

    def must_have_room(self) -> None:
        """Raises StoreDown if the disk is as good as full."""
        room = os.statvfs(self.path.parent)
        blocks = room.f_bfree if os.geteuid() == 0 else room.f_bavail
        if room.f_blocks and blocks * room.f_frsize < LEAST_BYTES:
            raise StoreDown(
                "The disk of the bot's database is full.",
                remedy=f"{AN_OPERATOR}make room on the disk of the database.",
                raw=f"less than {LEAST_BYTES:,} bytes are free at {self.path.parent}",
            )
