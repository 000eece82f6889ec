"""Cards: one row for each version and channel, sent again when it changes, and the threads under it."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.models import Status
from bot.domain.notifications import NewPosting
from bot.domain.ports import PostedMessage, Posting
from bot.domain.stores import Store

New = Callable[..., NewPosting]
NOW = 10_000
HERE = PostedMessage(channel="C1", ts="1.000100")


async def claims(store: Store, now: int = NOW) -> list[Posting]:
    return list(await store.outbox.claim("me", now=now, limit=9, lease=60))


async def only(store: Store, now: int = NOW) -> Posting:
    (posting,) = await claims(store, now)
    return posting


async def post(store: Store, message: PostedMessage = HERE, now: int = NOW) -> Posting:
    posting = await only(store, now)
    assert await store.outbox.mark_posted(posting, message, now=now)
    return posting


async def test_a_card_that_waits_shows_the_newest_state_only(store: Store, a_card: New) -> None:
    newest = a_card(status=Status.SUCCESS)
    await store.outbox.enqueue([a_card(), a_card(status=Status.RETRYING)], now=NOW)
    await store.outbox.enqueue([newest], now=NOW)
    posting = await post(store)
    assert (posting.notification, posting.revision) == (newest.notification, 3)
    assert await claims(store) == []


async def test_a_card_that_shows_its_state_already_is_not_sent_again(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await post(store)
    await store.outbox.enqueue([a_card(), a_card()], now=NOW)
    assert await claims(store) == []
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    assert (await post(store)).revision == 2
    assert await claims(store) == []


async def test_an_edit_begins_without_the_attempts_of_the_post(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    for _ in range(3):
        await store.outbox.mark_later(await only(store), at=NOW, uncertain=True, reason="")
    await post(store)
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    edit = await only(store)
    assert (edit.attempts, edit.uncertain, edit.message) == (0, False, HERE)


async def test_a_card_that_changes_while_it_is_sent_stays_due(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    sending = await only(store)
    newer = a_card(status=Status.SUCCESS)
    await store.outbox.enqueue([newer], now=NOW)
    assert await claims(store) == []
    assert await store.outbox.mark_posted(sending, HERE, now=NOW)
    edit = await post(store)
    assert (edit.notification, edit.message, edit.revision) == (newer.notification, HERE, 2)
    assert await claims(store) == []


async def test_a_card_that_says_too_little_yet_is_edited_next(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    assert await store.outbox.mark_posted(await only(store), HERE, now=NOW, again=True)
    assert (await post(store)).message == HERE
    assert await claims(store) == []


async def test_a_card_that_changed_after_an_unclear_attempt_is_edited_once_it_was_found(
    store: Store, a_card: New
) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await store.outbox.mark_later(await only(store), at=NOW, uncertain=True, reason="time-out")
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    await post(store)
    edit = await post(store)
    assert (edit.notification, edit.message) == (a_card(status=Status.SUCCESS).notification, HERE)
    assert await claims(store) == []


async def test_an_edit_whose_process_died_is_simply_repeated(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await post(store)
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    await only(store)
    again = await only(store, NOW + 60)
    assert (again.uncertain, again.message) == (False, HERE)
    await store.outbox.release_claims("me")
    assert not (await only(store, NOW + 120)).uncertain


async def test_a_card_that_was_given_up_stays_so(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await store.outbox.mark_dropped(await only(store), reason="is_archived", now=NOW)
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    assert await claims(store) == []


async def test_a_card_that_was_never_posted_is_not_posted_for_an_edit(store: Store, a_card: New) -> None:
    await store.outbox.enqueue([a_card(only_edit=True)], now=NOW)
    assert await store.outbox.backlog() == 0
    await store.outbox.enqueue([a_card()], now=NOW)
    await post(store)
    await store.outbox.enqueue([a_card(only_edit=True, status=Status.SUCCESS)], now=NOW)
    assert (await only(store)).message == HERE


async def test_an_outcome_in_a_thread_waits_until_its_card_stands(
    store: Store, a_card: New, an_outcome: New
) -> None:
    card = a_card()
    await store.outbox.enqueue([an_outcome(thread_of=card.key), card], now=NOW)
    first = await only(store)
    assert first.key == card.key
    await store.outbox.mark_later(first, at=NOW + 30, uncertain=False, reason="")
    assert await claims(store) == []
    await post(store, now=NOW + 30)
    assert (await only(store)).thread == HERE


async def test_an_outcome_whose_card_was_given_up_goes_into_the_channel(
    store: Store, a_card: New, an_outcome: New
) -> None:
    card = a_card()
    await store.outbox.enqueue([card, an_outcome(thread_of=card.key)], now=NOW)
    await store.outbox.mark_dropped(await only(store), reason="", now=NOW)
    assert (await only(store)).thread is None


async def test_an_outcome_whose_card_is_unknown_goes_into_the_channel(
    store: Store, a_card: New, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome(thread_of="card/nobody")], now=NOW)
    await store.outbox.enqueue([an_outcome("v2", thread_of=a_card("v2").key)], now=NOW)
    await store.outbox.enqueue([a_card("v2")], now=NOW)
    assert (await post(store)).thread is None
    assert [(await post(store)).key for _ in range(2)] == [an_outcome("v2").key, a_card("v2").key]


async def test_an_outcome_finds_a_card_that_was_posted_long_ago(
    store: Store, a_card: New, an_outcome: New
) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await post(store)
    await store.outbox.enqueue([an_outcome(thread_of=a_card().key)], now=NOW + 999)
    assert (await only(store, NOW + 999)).thread == HERE


async def test_the_card_is_edited_before_the_outcome_is_told(
    store: Store, a_card: New, an_outcome: New
) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    await post(store)
    outcome = an_outcome(thread_of=a_card().key)
    await store.outbox.enqueue([outcome, a_card(status=Status.FAILED)], now=NOW)
    edit = await only(store)
    assert edit.message == HERE
    await store.outbox.mark_later(edit, at=NOW + 5, uncertain=False, reason="")
    assert await claims(store) == []
    await post(store, now=NOW + 5)
    assert (await only(store)).key == outcome.key


async def test_cards_that_change_all_the_time_do_not_hold_up_outcomes(
    store: Store, a_card: New, an_outcome: New
) -> None:
    names = ("v1", "v2", "v3")
    await store.outbox.enqueue([a_card(name) for name in names], now=NOW)
    for _ in names:
        await post(store)
    sent = []
    for done in range(10):
        await store.outbox.enqueue([a_card(name, description=str(done)) for name in names], now=NOW)
        if done == 2:
            await store.outbox.enqueue([an_outcome("v9")], now=NOW)
        sent.append((await post(store)).version_name)
    assert sent.index("v9") <= 2 + len(names)
    assert sent.count("v1") == sent.count("v2") == sent.count("v3") == 3


async def test_a_new_card_of_a_name_used_again_comes_after_the_old_outcome(
    store: Store, a_card: New, an_outcome: New
) -> None:
    gone = an_outcome(what="gone")
    anew = replace(a_card(created_at=2_000), key="card/C1/v1/2000")
    await store.outbox.enqueue([gone], now=NOW)
    await store.outbox.mark_later(await only(store), at=NOW + 30, uncertain=False, reason="")
    await store.outbox.enqueue([anew], now=NOW)
    assert await claims(store) == []
    assert (await post(store, now=NOW + 30)).key == gone.key
    assert (await post(store)).key == anew.key
