"""The store: what must survive a restart, in SQLite or PostgreSQL; the only package that knows SQL."""

from bot.store.migrating import Inspection, Schema, inspect_store
from bot.store.store import SqlStore, open_store

__all__ = ["Inspection", "Schema", "SqlStore", "inspect_store", "open_store"]
