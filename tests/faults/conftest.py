"""What the fault journeys share: a PostgreSQL of their own, and books that are summed up after the last of them."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest

from tests.faults.cluster import BOOKS
from tests.faults.databases import Postgres, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(autouse=True)
def books(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Pass on what the test's clusters wrote down; tests run in processes of their own."""
    BOOKS.clear()
    yield
    for tally in BOOKS:
        record_property("books", asdict(tally))
