"""Alembic's entry: runs inside the transaction that `bot.store.migrating` has opened and locked."""

from alembic import context

from bot.store.migrating import VERSION_TABLE
from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
