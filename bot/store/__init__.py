"""The store: what must survive a restart, in SQLite or PostgreSQL; the only package that knows SQL."""

from bot.store.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
