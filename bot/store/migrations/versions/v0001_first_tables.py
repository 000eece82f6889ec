"""The first tables: followers, projects and what was seen of them, the outbox, drafts, delivery keys and habits."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_followers()
    _create_projects()
    _create_outbox()
    _create_drafts()
    _create_habits()


def _strings(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    """Unix seconds, and whatever else may not fit into 32 bits."""
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def _flags(*names: str) -> list[sa.Column[bool]]:
    return [sa.Column(name, sa.Boolean(), nullable=False) for name in names]


def _create_followers() -> None:
    op.create_table(
        "subscriptions",
        *_strings("channel", "project", "by"),
        *_times("since"),
        *_flags("only_failures", "in_thread", "cards"),
        sa.PrimaryKeyConstraint("channel", "project"),
    )
    op.create_index("subscriptions_project", "subscriptions", ["project"])
    op.create_table(
        "watches",
        *_strings("user_id", "project", "version_name"),
        *_times("since"),
        sa.PrimaryKeyConstraint("user_id", "project", "version_name"),
    )
    op.create_index("watches_project", "watches", ["project"])
    op.create_table(
        "asks",
        *_strings("project", "version_name", "action", "user_id", "channel"),
        *_times("at"),
        *_numbers("epoch"),
        *_flags("in_flight"),
        sa.PrimaryKeyConstraint("project", "version_name", "action", "user_id", "channel", "at"),
    )


def _create_projects() -> None:
    op.create_table(
        "projects",
        *_strings("project", "owner"),
        *_times("next_look_at", "touched_at", "fence", "lease_until"),
        *_times("seen_at", "failing_since", nullable=True),
        *_numbers("failures"),
        *_flags("asked_soon", "told"),
        sa.PrimaryKeyConstraint("project"),
    )
    op.create_index("projects_next_look_at", "projects", ["next_look_at"])
    op.create_index("projects_touched_at", "projects", ["touched_at"])
    op.create_table(
        "seen",
        *_strings("project", "version_name"),
        *_numbers("epoch"),
        *_times("since"),
        *_times("at", nullable=True),
        *_flags("stalled", "gone"),
        *_texts("version"),
        sa.PrimaryKeyConstraint("project", "version_name"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        *_strings("key", "destination", "project", "version_name", "kind", "thread_of", "fallback", "state"),
        *_strings("owner", "channel", "ts", "reason"),
        sa.Column("operation_id", sa.String(32), nullable=False),
        *_texts("payload"),
        *_numbers("revision", "sent_revision", "attempts"),
        *_flags("uncertain"),
        *_times("place", "next_at", "fence", "lease_until", "created_at", "updated_at"),
        *_times("first_tried_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="outbox_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_project", "outbox", ["project"])
    partial = (
        ("outbox_queue", "state = 'waiting'", ["destination", "place"]),
        ("outbox_order", "state = 'waiting'", ["destination", "project", "version_name", "place"]),
        ("outbox_claimed", "owner <> ''", ["destination"]),
        ("outbox_finished", "state <> 'waiting'", ["updated_at"]),
    )
    for name, condition, columns in partial:
        where = sa.text(condition)
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        *_strings("id", "form", "user_id", "channel", "view_id", "state"),
        *_texts("content"),
        *_times("at"),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id", name="drafts_id"),
    )
    op.create_index("drafts_at", "drafts", ["at"])
    op.create_index("drafts_user_id_form_state", "drafts", ["user_id", "form", "state"])
    op.create_table(
        "deliveries",
        *_strings("key"),
        *_times("at"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("deliveries_at", "deliveries", ["at"])


def _create_habits() -> None:
    op.create_table(
        "habits",
        *_strings("key"),
        *_texts("value"),
        *_times("at"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("habits_at", "habits", ["at"])
