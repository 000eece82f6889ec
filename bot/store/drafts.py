"""Drafts: what people typed, and which of any number of clicks sends it."""

from sqlalchemy import and_, bindparam, literal, or_, select, update

from bot.domain.drafts import Draft, DraftState
from bot.store import rows
from bot.store.engine import Database
from bot.store.tables import drafts

# Built once: people wait for these, and putting them together takes longer than running them.
_DRAFT = select(drafts).where(drafts.c.id == bindparam("draft"), drafts.c.user == bindparam("owner"))
_MOVE = update(drafts).where(drafts.c.id == bindparam("draft"), drafts.c.state == bindparam("before"))


class Drafts:
    """The part of `Store` that keeps what people typed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, draft: Draft) -> None:
        values = rows.draft_values(draft)
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(drafts)
                .values(values)
                .on_conflict_do_update(
                    index_elements=["id"],
                    set_=values,
                    where=and_(
                        drafts.c.user == draft.user,
                        or_(drafts.c.state == DraftState.OPEN, literal(draft.state != DraftState.OPEN)),
                    ),
                )
            )

    async def get(self, draft_id: str, *, user: str) -> Draft | None:
        async with self._database.read() as connection:
            found = await connection.execute(_DRAFT, {"draft": draft_id, "owner": user})
        row = found.mappings().one_or_none()
        return rows.draft_from(row) if row else None

    async def move(
        self,
        draft_id: str,
        *,
        before: DraftState,
        after: DraftState,
        content: str | None = None,
        at: int | None = None,
    ) -> bool:
        given = {"content": content, "at": at}
        values = {"state": after} | {name: value for name, value in given.items() if value is not None}
        async with self._database.write() as connection:
            moved = await connection.execute(_MOVE, {**values, "draft": draft_id, "before": before})
            return bool(moved.rowcount)

    async def find(
        self, *, form: str, state: DraftState, user: str | None = None, limit: int
    ) -> tuple[Draft, ...]:
        wanted = select(drafts).where(drafts.c.form == form, drafts.c.state == state)
        if user is not None:
            wanted = wanted.where(drafts.c.user == user)
        async with self._database.read() as connection:
            found = await connection.execute(
                wanted.order_by(drafts.c.at.desc(), drafts.c.number.desc()).limit(limit)
            )
        return tuple(rows.draft_from(row) for row in found.mappings())
