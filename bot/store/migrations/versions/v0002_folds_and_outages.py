"""Outcomes that are told together, and what keeps the bot from seeing projects."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"

_ORDER = ["destination", "project", "version_name", "place"]


def upgrade() -> None:
    op.add_column("outbox", sa.Column("fold", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.drop_index("outbox_order", "outbox")
    _partial("outbox_order", "outbox", "state IN ('waiting', 'folded')", _ORDER)
    untold = "state = 'waiting' AND attempts = 0 AND kind <> 'version_card'"
    _partial("outbox_untold", "outbox", untold, ["destination"])
    _partial("outbox_fold", "outbox", "fold <> 0", ["fold", "id"])
    _partial("outbox_folds", "outbox", "kind = 'outcomes_folded'", ["destination", "updated_at"])
    op.add_column("projects", sa.Column("trouble", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.drop_column("projects", "told")
    _partial("projects_in_trouble", "projects", "failures > 0", ["failing_since"])
    op.create_table(
        "outages",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("project", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("projects", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "cause", "project"),
    )


def _partial(name: str, table: str, condition: str, columns: list[str]) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
