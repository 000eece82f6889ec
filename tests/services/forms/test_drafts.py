"""What people type survives, and is sent once."""

import asyncio

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import NotFound, StoreDown
from bot.domain.stores import Store
from bot.services.forms.drafts import FormDrafts
from tests.services.fakes import START, FakeClock


@pytest.fixture
def drafting(store: Store, clock: FakeClock) -> FormDrafts:
    return FormDrafts(drafts=store.drafts, clock=clock)


async def open_form(drafting: FormDrafts) -> Draft:
    return await drafting.save(drafting.new("create_version", user="U1", channel="C1"), "{}", view_id="V1")


def test_a_new_draft_belongs_to_somebody_and_has_an_id_of_its_own(drafting: FormDrafts) -> None:
    first, second = (drafting.new("create_version", user="U1", channel="C1") for _ in range(2))
    assert first.id != second.id
    assert (first.user, first.channel, first.at, first.state) == ("U1", "C1", START, DraftState.OPEN)


async def test_what_is_typed_is_kept(drafting: FormDrafts, clock: FakeClock) -> None:
    draft = await open_form(drafting)
    clock.passes(5)
    await drafting.save(draft, '{"a": 1}')
    kept = await drafting.get(draft.id, user="U1")
    assert (kept.content, kept.view_id, kept.at) == ('{"a": 1}', "V1", START + 5)


async def test_a_draft_that_is_gone_says_so(drafting: FormDrafts) -> None:
    with pytest.raises(NotFound, match="has expired"):
        await drafting.get("nope", user="U1")


async def test_one_of_any_number_of_deliveries_sends_a_form(drafting: FormDrafts) -> None:
    draft = await open_form(drafting)
    taken = await asyncio.gather(*(drafting.submit(draft, "{}") for _ in range(10)))
    assert sorted(taken) == [False] * 9 + [True]


async def test_a_delivery_that_read_the_draft_before_the_first_was_done_sends_nothing(
    drafting: FormDrafts,
) -> None:
    draft = await open_form(drafting)
    assert await drafting.submit(draft, '{"a": 1}')
    assert not await drafting.submit(draft, '{"a": 2}')
    kept = await drafting.get(draft.id, user="U1")
    assert (kept.content, kept.state) == ('{"a": 1}', DraftState.SUBMITTED)


async def test_what_is_drawn_late_neither_opens_a_submitted_form_nor_changes_it(drafting: FormDrafts) -> None:
    draft = await open_form(drafting)
    assert await drafting.submit(draft, '{"sent": 1}')
    await drafting.save(draft, '{"typed": 1}')
    kept = await drafting.get(draft.id, user="U1")
    assert (kept.content, kept.state) == ('{"sent": 1}', DraftState.SUBMITTED)
    assert not await drafting.submit(draft, "{}")


async def test_what_went_wrong_can_be_sent_again_once(drafting: FormDrafts) -> None:
    draft = await open_form(drafting)
    assert await drafting.submit(draft, "{}")
    await drafting.reopen(draft, '{"problems": 1}')
    kept = await drafting.get(draft.id, user="U1")
    assert (kept.content, kept.state) == ('{"problems": 1}', DraftState.OPEN)
    assert [await drafting.submit(kept, "{}") for _ in range(2)] == [True, False]


async def test_what_is_done_is_not_sent_again(drafting: FormDrafts) -> None:
    draft = await open_form(drafting)
    assert await drafting.submit(draft, "{}")
    await drafting.finish(draft)
    assert (await drafting.get(draft.id, user="U1")).state is DraftState.DONE
    assert not await drafting.submit(draft, "{}")
    await drafting.reopen(draft, "{}")
    assert (await drafting.get(draft.id, user="U1")).state is DraftState.DONE


async def test_only_what_was_sent_can_be_done(drafting: FormDrafts) -> None:
    draft = await open_form(drafting)
    await drafting.finish(draft)
    assert (await drafting.get(draft.id, user="U1")).state is DraftState.OPEN


async def test_without_a_database_nothing_counts_as_sent(drafting: FormDrafts, down: set[str]) -> None:
    draft = await open_form(drafting)
    down.add("drafts.move")
    with pytest.raises(StoreDown):
        await drafting.submit(draft, "{}")
    down.clear()
    assert await drafting.submit(draft, "{}")


async def test_an_unfinished_form_can_be_found_again_and_dropped(
    drafting: FormDrafts, clock: FakeClock
) -> None:
    first = await open_form(drafting)
    clock.passes(1)
    second = await open_form(drafting)
    assert [one.id for one in await drafting.unfinished("create_version", user="U1")] == [second.id, first.id]
    await drafting.drop(second)
    assert await drafting.submit(first, "{}")
    assert await drafting.unfinished("create_version", user="U1") == ()
