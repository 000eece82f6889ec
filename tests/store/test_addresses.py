"""DATABASE_URL with the parameters that PostgreSQL's own programs know: translated, or named with what to do."""

from pathlib import Path

import pytest

from bot.domain.errors import StoreDown
from bot.store import open_store
from bot.store.addresses import read_address

HOST = "postgresql+asyncpg://bot:hush@host"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_encryption_is_asked_for_as_everywhere(mode: str) -> None:
    address = read_address(f"{HOST}/name?sslmode={mode}")
    assert (address.dsn, dict(address.url.query)) == (f"postgresql://?sslmode={mode}", {})
    assert read_address(f"{HOST}/name?ssl={mode}").dsn == address.dsn


def test_what_the_driver_takes_elsewhere_is_put_there(tmp_path: Path) -> None:
    root = tmp_path / "root.pem"
    root.touch()
    address = read_address(
        f"{HOST}?dbname=name&sslrootcert={root}&connect_timeout=1&application_name=ours&options=-c%20search_path%3Dbot"
        "&gssencmode=prefer&channel_binding=prefer&client_encoding=UTF8&target_session_attrs=read-write"
    )
    assert address.url.database == "name"
    assert dict(address.url.query) == {"target_session_attrs": "read-write"}
    assert address.dsn.startswith("postgresql://?sslrootcert=")
    assert address.connect_seconds == 1
    assert address.settings == {"application_name": "ours", "options": "-c search_path=bot"}
    assert "hush" not in address.shown


NAMED = {
    "sslmode=yes": "choose among disable",
    "sslrootcert=/nowhere/root.pem": "there is no file /nowhere/root.pem",
    "keepalives_idle=30": "Leave it out: the bot itself gives up",
    "hostaddr=10.0.0.1": "in place of the host",
    "gssencmode=require": "gssencmode=require",
    "channel_binding=require": "channel_binding=require",
    "client_encoding=latin1": "client_encoding=latin1",
    "connect_timeout=soon": "connect_timeout=5",
    "pool_mode=session": "pool_mode",
    "timeout=3": "write connect_timeout",
}


@pytest.mark.parametrize(("parameter", "words"), NAMED.items())
def test_what_can_have_no_effect_is_named(parameter: str, words: str) -> None:
    with pytest.raises(StoreDown) as caught:
        read_address(f"{HOST}/name?{parameter}")
    said = f"{caught.value} {caught.value.remedy}"
    assert said.startswith(f"DATABASE_URL has the parameter {parameter.partition('=')[0]}")
    assert words.lower() in said.lower()
    assert "hush" not in said


def test_a_file_has_no_parameters_of_a_server() -> None:
    with pytest.raises(StoreDown, match="the parameter sslmode: SQLite knows no such parameter"):
        read_address("sqlite+aiosqlite:///bot.sqlite3?sslmode=require")
    assert read_address("sqlite+aiosqlite:///file:bot.sqlite3?mode=ro&uri=true").url.query["mode"] == "ro"


@pytest.mark.parametrize(
    ("variable", "value"), [("PGSSLMODE", "bogus"), ("PGPORT", "bogus"), ("PGTARGETSESSIONATTRS", "bogus")]
)
async def test_what_the_driver_reads_from_the_environment_by_itself_is_no_traceback(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(StoreDown) as caught:
        async with open_store("postgresql+asyncpg://bot:hush@127.0.0.1/name", timeout_seconds=1):
            pytest.fail("it opened")
    assert "hush" not in f"{caught.value} {caught.value.raw}"


@pytest.mark.postgres
async def test_the_parameters_reach_the_driver(new_postgres_url: str) -> None:
    url = f"{new_postgres_url}&sslmode=disable&connect_timeout=2&application_name=ours"
    async with open_store(url) as store, store._database.read() as connection:
        assert (await connection.exec_driver_sql("SHOW application_name")).scalar_one() == "ours"
        assert (await connection.exec_driver_sql("SHOW plan_cache_mode")).scalar_one() == "force_custom_plan"
