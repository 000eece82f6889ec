"""Messages that stand line up again with the look that outdates them, wherever they stand, and replies find their thread."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.domain.endings import Ending
from bot.domain.models import Version
from bot.domain.notifications import Afterwards, NewPosting, Since, VersionDeleted, VersionEnded
from bot.domain.ports import PollOutcome, PostedMessage, Posting
from bot.domain.record import Request, RequestKind, RequestResult, Result
from bot.domain.revisions import Revision
from bot.domain.stores import Store
from bot.domain.watching import Deletion, Subscription
from bot.services.delivery.digests import DigestPolicy

New = Callable[..., NewPosting]
Versions = Callable[..., Version]
NOW = 10_000
SHOP = Subscription(channel="C1", project="shop", by="U1", since=1_000)
DELETION = Deletion(project="shop", version_name="v1", created_at=1_000, user="U2", at=NOW)


async def claims(store: Store, now: int = NOW) -> list[Posting]:
    return list(await store.outbox.claim("me", now=now, limit=9, lease=60))


async def told(store: Store, *postings: NewPosting) -> None:
    """They stand in Slack, each at a place of its own."""
    await store.outbox.enqueue(postings, now=NOW)
    while claimed := await claims(store):
        for one in claimed:
            place = PostedMessage(channel=one.destination, ts=f"{one.id}.000100")
            assert await store.outbox.mark_posted(one, place, now=NOW)


async def look(store: Store, **outcome: Any) -> None:
    (claim,) = await store.polls.claim("me", now=NOW, limit=1, lease=60)
    assert await store.polls.record(PollOutcome(claim=claim, next_in=0, **outcome), now=NOW)


def revision(version: Version, what: Afterwards = Afterwards.RETRYING, **changed: Any) -> Revision:
    usual: dict[str, Any] = {"attempt": "2/2000", "by": "U2"}
    return Revision(version=version, what=what, since=2_000, **(usual | changed))


async def edits(store: Store) -> list[tuple[str, str, PostedMessage | None]]:
    """What is sent next, until nothing is left: where, what, and which message it changes."""
    found = []
    while claimed := await claims(store):
        for one in claimed:
            found.append((one.destination, one.notification.kind, one.message))
            assert await store.outbox.mark_posted(
                one, one.message or PostedMessage(channel="C", ts="9.9"), now=NOW
            )
    return sorted(found, key=str)


async def test_every_message_about_the_version_is_edited_once_and_those_of_others_are_not(
    store: Store, a_version: Versions, a_card: New, an_outcome: New
) -> None:
    await store.subscriptions.subscribe(SHOP)
    await told(store, a_card(), an_outcome(), an_outcome(destination="U7"), an_outcome("v2"))
    await look(store, revisions=(revision(a_version()),))
    assert [(where, kind) for where, kind, message in await edits(store) if message] == [
        ("C1", "version_card"),
        ("C1", "version_failed"),
        ("U7", "version_failed"),
    ]
    await look(store, revisions=(revision(a_version()),))
    assert await edits(store) == []


async def test_another_version_of_the_name_outdates_nothing(
    store: Store, a_version: Versions, an_outcome: New
) -> None:
    await store.subscriptions.subscribe(SHOP)
    await told(store, an_outcome())
    other = a_version(id="b" * 24, created_at=5_000)
    await look(store, revisions=(revision(other), revision(other, Afterwards.DELETED, aloud=True)))
    assert await edits(store) == []


async def test_a_message_that_is_just_being_sent_is_edited_afterwards(
    store: Store, a_version: Versions, an_outcome: New
) -> None:
    await store.subscriptions.subscribe(SHOP)
    await store.outbox.enqueue([an_outcome()], now=NOW)
    (sending,) = await claims(store)
    await look(store, revisions=(revision(a_version()),))
    here = PostedMessage(channel="C1", ts="1.000100")
    assert await store.outbox.mark_posted(sending, here, now=NOW)
    (edit,) = await claims(store)
    assert isinstance(edit.notification, VersionEnded)
    assert edit.notification.ending is Ending.FAILED
    assert (edit.message, edit.notification.since) == (here, Since(what=Afterwards.RETRYING, by="U2"))


async def test_a_look_whose_claim_was_lost_changes_nothing(
    store: Store, a_version: Versions, an_outcome: New
) -> None:
    await store.subscriptions.subscribe(SHOP)
    await told(store, an_outcome())
    (claim,) = await store.polls.claim("me", now=NOW, limit=1, lease=60)
    lost = replace(claim, fence=claim.fence + 1)
    outcome = PollOutcome(
        claim=lost,
        next_in=0,
        revisions=(revision(a_version()),),
        results=(RequestResult(request="r1", result=Result.SEEN, at=NOW),),
    )
    assert not await store.polls.record(outcome, now=NOW)
    assert await edits(store) == []


async def test_the_reply_finds_its_thread_also_when_the_project_is_forgotten_with_the_look(
    store: Store, a_version: Versions, an_outcome: New
) -> None:
    await told(store, an_outcome())
    await store.pending.note_deletion(DELETION)
    gone = revision(a_version(), Afterwards.DELETED, aloud=True)
    await look(store, revisions=(gone,), ended_deletions=(DELETION,))
    assert await store.polls.claim("me", now=NOW + 999, limit=1, lease=60) == ()
    (edit,) = await claims(store)
    assert edit.message is not None
    assert await store.outbox.mark_posted(edit, edit.message, now=NOW)
    (reply,) = await claims(store)
    assert isinstance(reply.notification, VersionDeleted)
    assert reply.thread == edit.message
    assert reply.notification.deleted_by == "U2"


async def test_what_is_edited_is_not_told_together_with_others(
    store: Store, a_version: Versions, an_outcome: New
) -> None:
    """It has been told already."""
    await store.subscriptions.subscribe(SHOP)
    names = [f"v{number}" for number in range(4)]
    await told(store, *(an_outcome(name) for name in names))
    await look(store, revisions=tuple(revision(a_version(name)) for name in names))
    policy = DigestPolicy(more_than=2).at(NOW)
    claimed = await store.outbox.claim("me", now=NOW, limit=9, lease=60, folding=policy)
    assert [one.notification.kind for one in claimed] == ["version_failed"]


async def test_the_record_keeps_every_request_and_each_result_once(store: Store) -> None:
    requests = [
        Request(
            id=f"r{number}", at=NOW, deed=RequestKind.WATCH, user="U1", project="shop", version_name="v\x001"
        )
        for number in range(20)
    ]
    await asyncio.gather(*(store.record.note(request) for request in requests))
    came = RequestResult(request="r3", result=Result.ACCEPTED, at=NOW)
    await asyncio.gather(*(store.record.came_of(came) for _ in range(5)))
    await store.record.came_of(replace(came, result=Result.SEEN, created_at=5))
    await store.housekeeping.clean_up(now=NOW + 10 * 365 * 24 * 3600)
    found = await store.record.requests("shop", ["v\x001"])
    assert {one.request.id for one in found} == {request.id for request in requests}
    (third,) = [one for one in found if one.request.id == "r3"]
    assert [one.result for one in third.results] == [Result.ACCEPTED, Result.SEEN]
    assert await store.record.requests("bank", ["v\x001"]) == ()
    assert await store.record.requests("shop", []) == ()
    many = [*(f"v{number}" for number in range(40_000)), "v\x001"]
    assert len(await store.record.requests("shop", many)) == len(requests)
