"""Drafts, delivery keys, and forgetting what is old."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.drafts import Draft, DraftState
from bot.domain.notifications import NewPosting
from bot.domain.ports import PostedMessage
from bot.domain.stores import Store

DAY = 24 * 3600
NOW = 100 * DAY
DRAFT = Draft(id="d1", form="create_version", user="U1", channel="C1", content='{"a": "\\u0000 ␀"}', at=NOW)


async def test_a_draft_comes_back_as_it_was(store: Store) -> None:
    assert await store.drafts.get("d1", user="U1") is None
    await store.drafts.save(DRAFT)
    assert await store.drafts.get("d1", user="U1") == DRAFT


async def test_saving_a_draft_again_replaces_it(store: Store) -> None:
    newer = replace(DRAFT, content="{}", at=NOW + 1, view_id="V1", state=DraftState.SUBMITTED)
    await store.drafts.save(DRAFT)
    await store.drafts.save(newer)
    assert await store.drafts.get("d1", user="U1") == newer


async def test_saving_what_was_typed_does_not_open_a_submitted_draft_again(store: Store) -> None:
    submitted = replace(DRAFT, state=DraftState.SUBMITTED)
    await store.drafts.save(submitted)
    await store.drafts.save(replace(DRAFT, content="typed meanwhile"))
    assert await store.drafts.get("d1", user="U1") == submitted
    done = replace(DRAFT, state=DraftState.DONE, content="{}")
    await store.drafts.save(done)
    assert await store.drafts.get("d1", user="U1") == done


async def test_a_draft_moves_with_its_content(store: Store) -> None:
    await store.drafts.save(DRAFT)
    before, after = DraftState.OPEN, DraftState.SUBMITTED
    assert await store.drafts.move("d1", before=before, after=after, content="final")
    assert not await store.drafts.move("d1", before=before, after=after, content="too late")
    moved = await store.drafts.get("d1", user="U1")
    assert moved == replace(DRAFT, state=DraftState.SUBMITTED, content="final")
    assert await store.drafts.move("d1", before=after, after=before, at=NOW + 5)
    assert await store.drafts.get("d1", user="U1") == replace(DRAFT, content="final", at=NOW + 5)


async def test_a_draft_moves_from_one_state_once(store: Store) -> None:
    await store.drafts.save(DRAFT)
    submits = [store.drafts.move("d1", before=DraftState.OPEN, after=DraftState.SUBMITTED) for _ in range(10)]
    assert sorted(await asyncio.gather(*submits)) == [False] * 9 + [True]
    assert not await store.drafts.move("d1", before=DraftState.OPEN, after=DraftState.DONE)
    assert not await store.drafts.move("d9", before=DraftState.OPEN, after=DraftState.DONE)
    moved = await store.drafts.get("d1", user="U1")
    assert moved == replace(DRAFT, state=DraftState.SUBMITTED)


async def test_drafts_are_listed_by_form_person_and_state_the_newest_first(store: Store) -> None:
    others = (
        replace(DRAFT, id="other form", form="delete_version", at=NOW + 9),
        replace(DRAFT, id="other person", user="U2", at=NOW + 9),
        replace(DRAFT, id="other state", state=DraftState.DONE, at=NOW + 9),
        replace(DRAFT, id="older", at=NOW - 1),
        DRAFT,
        replace(DRAFT, id="same second"),
    )
    for draft in others:
        await store.drafts.save(draft)
    form, state = "create_version", DraftState.OPEN
    mine = await store.drafts.find(form=form, user="U1", state=state, limit=9)
    assert [draft.id for draft in mine] == ["same second", "d1", "older"]
    assert mine[1] == DRAFT
    assert await store.drafts.find(form=form, user="U1", state=state, limit=1) == mine[:1]
    assert await store.drafts.find(form=form, user="U9", state=state, limit=9) == ()
    everybodys = await store.drafts.find(form=form, state=state, limit=9)
    assert [draft.id for draft in everybodys] == ["other person", "same second", "d1", "older"]


async def test_a_key_is_new_once_a_day(store: Store) -> None:
    answers = [
        await store.housekeeping.once("Ev1", now=NOW + later)
        for later in (0, 1, DAY - 1, DAY, DAY + 1, 2 * DAY)
    ]
    assert answers == [True, False, False, True, False, True]
    assert await store.housekeeping.once("Ev2", now=NOW)


async def test_one_of_many_deliveries_of_a_key_is_new(store: Store) -> None:
    answers = await asyncio.gather(
        *(store.housekeeping.once("Ev1", now=NOW + number % 3) for number in range(20))
    )
    assert sum(answers) == 1


async def test_what_is_old_is_forgotten(
    store: Store, an_outcome: Callable[..., NewPosting], a_card: Callable[..., NewPosting]
) -> None:
    posted, dropped, waiting, card = an_outcome("v1"), an_outcome("v2"), an_outcome("v3"), a_card("v4")
    await store.outbox.enqueue([card, posted, dropped, waiting], now=NOW)
    for _ in range(2):
        (posting,) = await store.outbox.claim("me", now=NOW, limit=1, lease=60)
        await store.outbox.mark_posted(posting, PostedMessage(channel="C1", ts="1.1"), now=NOW)
    (posting,) = await store.outbox.claim("me", now=NOW, limit=1, lease=60)
    await store.outbox.mark_dropped(posting, reason="", now=NOW)
    await store.drafts.save(DRAFT)
    await store.housekeeping.once("Ev1", now=NOW)

    await store.housekeeping.clean_up(now=NOW + 30 * DAY - 1)
    await store.outbox.enqueue([card, posted, dropped, waiting], now=NOW)
    assert await store.outbox.backlog() == 1
    assert await store.drafts.get("d1", user="U1") is None

    await store.housekeeping.clean_up(now=NOW + 30 * DAY)
    await store.outbox.enqueue([card, posted, dropped, waiting], now=NOW)
    assert await store.outbox.backlog() == 4


async def test_young_drafts_and_keys_are_kept(store: Store) -> None:
    await store.drafts.save(DRAFT)
    await store.housekeeping.once("Ev1", now=NOW)
    await store.housekeeping.clean_up(now=NOW + DAY - 1)
    assert not await store.housekeeping.once("Ev1", now=NOW + DAY - 1)
    await store.housekeeping.clean_up(now=NOW + 7 * DAY - 1)
    assert await store.drafts.get("d1", user="U1")
    await store.housekeeping.clean_up(now=NOW + 7 * DAY)
    assert await store.drafts.get("d1", user="U1") is None


async def test_a_ping_is_answered(store: Store) -> None:
    await store.housekeeping.ping()
