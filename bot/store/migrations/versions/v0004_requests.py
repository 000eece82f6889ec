"""Who asked for what, kept for good; outcomes that have been told and are told again as they stand now."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        *_strings("id", "team", "user_id", "channel", "thread", "deed", "project", "version_name"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id", name="requests_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("requests_project_version_name", "requests", ["project", "version_name"])
    op.create_table(
        "results",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        *_strings("request", "result", "reason"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("request", "result", name="results_request_result"),
        sqlite_autoincrement=True,
    )
    for table in ("asks", "deletions"):
        op.add_column(table, sa.Column("request", sa.String(), nullable=False, server_default=sa.text("''")))
    op.create_index("outbox_project_version_name", "outbox", ["project", "version_name"])
    op.drop_index("outbox_project", "outbox")
    op.drop_index("outbox_untold", "outbox")
    untold = sa.text("state = 'waiting' AND attempts = 0 AND ts = '' AND kind <> 'version_card'")
    op.create_index("outbox_untold", "outbox", ["destination"], sqlite_where=untold, postgresql_where=untold)


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
