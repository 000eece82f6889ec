"""Forms that were sent when the bot died: people get back what came to nothing, once, and never what may still come."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.drafts import Draft, DraftState
from bot.domain.errors import ServerDown, StoreDown
from bot.domain.models import Status
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest
from bot.services.forms.drafts import BEFORE_ASKING_SECONDS, CutOffRecovery, Wanted
from tests.services.fakes import START, FakeClock, FakeZadig

SENT = Draft(
    id="d1", form="create", user="U1", channel="C1", content="v14", at=START, state=DraftState.SUBMITTED
)
ASK = PendingRequest(
    project="shop", version_name="v14", action=Action.CREATE, user="U1", channel="C1", at=START + 1
)


@pytest.fixture
def recovering(store: Store, zadig: FakeZadig, clock: FakeClock) -> CutOffRecovery:
    clock.passes(BEFORE_ASKING_SECONDS)
    return CutOffRecovery(store=store, releases=zadig, clock=clock)


def wanted(draft: Draft) -> Wanted | None:
    """A draft's content is the name of its version; a question mark cannot be read."""
    name, _, instead_of = draft.content.partition(" ")
    return None if name == "?" else Wanted(project="shop", version_name=name, instead_of=instead_of)


async def recover(recovering: CutOffRecovery) -> list[str]:
    return [draft.id for draft in await recovering.cut_off("create", wanted)]


async def state(store: Store, draft_id: str = "d1") -> DraftState:
    draft = await store.drafts.get(draft_id, user=SENT.user)
    assert draft
    return draft.state


async def test_a_form_of_which_nothing_came_is_open_again_once(
    recovering: CutOffRecovery, store: Store
) -> None:
    await store.drafts.save(SENT)
    assert await recover(recovering) == ["d1"]
    assert await store.drafts.get("d1", user=SENT.user) == replace(SENT, state=DraftState.OPEN)
    assert await recover(recovering) == []


async def test_a_form_whose_version_is_there_is_done(
    recovering: CutOffRecovery, store: Store, zadig: FakeZadig
) -> None:
    zadig.add("v14")
    await store.drafts.save(SENT)
    assert await recover(recovering) == []
    assert await state(store) is DraftState.DONE


async def test_the_failed_version_that_was_to_be_replaced_is_not_the_new_one(
    recovering: CutOffRecovery, store: Store, zadig: FakeZadig
) -> None:
    failed = zadig.add("v14", Status.FAILED)
    await store.drafts.save(replace(SENT, content=f"v14 {failed.id}"))
    assert await recover(recovering) == ["d1"]
    await store.drafts.save(replace(SENT, id="d2", content="v14 another"))
    assert await recover(recovering) == []
    assert await state(store, "d2") is DraftState.DONE


async def test_somebody_may_still_be_at_it(store: Store, zadig: FakeZadig, clock: FakeClock) -> None:
    recovering = CutOffRecovery(store=store, releases=zadig, clock=clock)
    await store.drafts.save(SENT)
    clock.passes(BEFORE_ASKING_SECONDS - 1)
    assert await recover(recovering) == []
    clock.passes(1)
    assert await recover(recovering) == ["d1"]


async def test_zadig_may_still_be_at_it(recovering: CutOffRecovery, store: Store, clock: FakeClock) -> None:
    await store.drafts.save(SENT)
    await store.pending.ask(ASK)
    assert await recover(recovering) == []
    clock.passes(360)
    assert await recover(recovering) == ["d1"]
    assert (await store.pending.interest("shop")).asks == ()


@pytest.mark.parametrize(
    "other",
    [{"version_name": "v15"}, {"user": "U2"}, {"action": Action.RETRY}, {"at": START - 1}],
    ids=str,
)
async def test_what_others_asked_for_is_another_matter(
    recovering: CutOffRecovery, store: Store, other: dict[str, Any]
) -> None:
    await store.drafts.save(SENT)
    await store.pending.ask(replace(ASK, **other))
    assert await recover(recovering) == ["d1"]
    assert len((await store.pending.interest("shop")).asks) == 1


async def test_a_zadig_that_does_not_answer_is_asked_again_later(
    recovering: CutOffRecovery, store: Store, zadig: FakeZadig
) -> None:
    await store.drafts.save(SENT)
    zadig.calls.fails_next["find"].append(ServerDown("It is down."))
    assert await recover(recovering) == []
    assert await state(store) is DraftState.SUBMITTED
    assert await recover(recovering) == ["d1"]


async def test_what_cannot_be_read_any_more_is_let_go(recovering: CutOffRecovery, store: Store) -> None:
    await store.drafts.save(replace(SENT, content="?"))
    assert await recover(recovering) == []
    assert await state(store) is DraftState.DONE


async def test_other_forms_and_what_is_still_typed_are_left_alone(
    recovering: CutOffRecovery, store: Store
) -> None:
    await store.drafts.save(replace(SENT, form="retry"))
    await store.drafts.save(replace(SENT, id="d2", state=DraftState.OPEN))
    assert await recover(recovering) == []
    assert await state(store) is DraftState.SUBMITTED


async def test_of_several_processes_one_gives_it_back(
    store: Store, zadig: FakeZadig, clock: FakeClock, recovering: CutOffRecovery
) -> None:
    await store.drafts.save(SENT)
    zadig.calls.afterwards["find"].append(lambda: None)
    other = CutOffRecovery(store=store, releases=zadig, clock=clock)
    found = [*await recover(recovering), *await recover(other)]
    assert found == ["d1"]


async def test_a_database_that_is_away_is_said(recovering: CutOffRecovery, down: set[str]) -> None:
    down.add("drafts.find")
    with pytest.raises(StoreDown):
        await recover(recovering)
