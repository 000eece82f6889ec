"""The baseline of what is kept before it is answered: SQLite alone, a row and a wait for the disk in each transaction."""

import json
import sqlite3
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROWS = 100


def committed(count: int) -> float:
    """Transactions a second."""
    with TemporaryDirectory(prefix="release-bot-bench-") as directory:
        connection = sqlite3.connect(Path(directory) / "bare.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, content TEXT)")
        connection.executemany("INSERT INTO kept VALUES (?, '')", [(number,) for number in range(ROWS)])
        begun = time.perf_counter()
        for number in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "UPDATE kept SET content = ? WHERE number = ?", (json.dumps([number] * 80), number % ROWS)
            )
            connection.execute("COMMIT")
        seconds = time.perf_counter() - begun
        connection.close()
    return count / seconds


if __name__ == "__main__":
    print(committed(int(sys.argv[1])))  # noqa: T201 - whoever started it reads this
