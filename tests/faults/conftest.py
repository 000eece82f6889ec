"""What the fault journeys share: a PostgreSQL of their own."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.databases import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Minutes of real processes: run with FAULTS=1 in the environment until the suite fits the time of every run."""
    if os.environ.get("FAULTS"):
        return
    skipped = pytest.mark.skip(reason="the fault suite takes minutes: set FAULTS=1 to run it")
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(skipped)
