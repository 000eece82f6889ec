"""What the fault journeys share: a PostgreSQL of their own."""

from collections.abc import Iterator

import pytest

from tests.faults.databases import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server
