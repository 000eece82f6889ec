"""The baseline of starting: imports what the bot depends on, prints its memory in megabytes, and ends."""

from importlib import import_module

from tests.bench.measuring import resident_megabytes

DEPENDENCIES = (
    "aiohttp",
    "aiosqlite",
    "apscheduler.schedulers.asyncio",
    "httpx",
    "prometheus_client",
    "dotenv",
    "pythonjsonlogger.json",
    "slack_bolt.async_app",
    "sqlalchemy.ext.asyncio",
    "starlette.applications",
    "uvicorn",
    "uvloop",
)

if __name__ == "__main__":
    for name in DEPENDENCIES:
        import_module(name)
    print(resident_megabytes("self"))  # noqa: T201 - whoever started it reads this
