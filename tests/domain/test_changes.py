"""What happened between two looks: every transition, and everything that is none."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.changes import (
    ABANDONED_AFTER_SECONDS,
    FORGET_AFTER_SECONDS,
    Change,
    Memory,
    Poll,
    Seen,
    Transition,
    changes,
    observe,
)
from bot.domain.models import Status, Version
from tests.domain.samples import DAY, STALLED_AFTER, START, poll, progress, see, version

APPEARED, RESTARTED, PROGRESSED = Transition.APPEARED, Transition.RESTARTED, Transition.PROGRESSED
SUCCEEDED, FAILED, STALLED, GONE = (
    Transition.SUCCEEDED,
    Transition.FAILED,
    Transition.STALLED,
    Transition.GONE,
)


def remember(*versions: Version, at: int = 0) -> dict[str, Seen]:
    return see({}, poll(at, *versions))[0]


def what(happened: list[Change]) -> list[Transition]:
    return [change.transition for change in happened]


def story(*looks: Poll) -> list[list[Transition]]:
    """What each look after the first one brings."""
    memory, told = see({}, looks[0])[0], []
    for one in looks[1:]:
        memory, happened = see(memory, one)
        told.append(what(happened))
    return told


# One look after another: from a status to a status.

NEXT = [
    (Status.CREATING, Status.CREATING, []),
    (Status.CREATING, Status.SUCCESS, [PROGRESSED, SUCCEEDED]),
    (Status.CREATING, Status.FAILED, [PROGRESSED, FAILED]),
    (Status.CREATING, Status.RETRYING, [PROGRESSED]),
    (Status.CREATING, Status.UNKNOWN, [PROGRESSED]),
    (Status.RETRYING, Status.RETRYING, []),
    (Status.RETRYING, Status.SUCCESS, [PROGRESSED, SUCCEEDED]),
    (Status.RETRYING, Status.FAILED, [PROGRESSED, FAILED]),
    (Status.UNKNOWN, Status.SUCCESS, [PROGRESSED, SUCCEEDED]),
    (Status.FAILED, Status.FAILED, []),
    (Status.FAILED, Status.RETRYING, [RESTARTED]),
    (Status.FAILED, Status.CREATING, [RESTARTED]),
    (Status.FAILED, Status.SUCCESS, [RESTARTED, SUCCEEDED]),
    (Status.SUCCESS, Status.SUCCESS, []),
    (Status.SUCCESS, Status.FAILED, [RESTARTED, FAILED]),
    (Status.SUCCESS, Status.CREATING, [RESTARTED]),
    (Status.SUCCESS, Status.UNKNOWN, [RESTARTED]),
]


@pytest.mark.parametrize(("before", "after", "transitions"), NEXT)
def test_a_status_follows_another(before: Status, after: Status, transitions: list[Transition]) -> None:
    assert story(poll(0, version(status=before)), poll(10, version(status=after))) == [transitions]


@pytest.mark.parametrize(
    ("status", "transitions"),
    [
        (Status.CREATING, [APPEARED]),
        (Status.RETRYING, [APPEARED]),
        (Status.UNKNOWN, [APPEARED]),
        (Status.SUCCESS, [APPEARED, SUCCEEDED]),
        (Status.FAILED, [APPEARED, FAILED]),
    ],
)
def test_a_new_version_appears(status: Status, transitions: list[Transition]) -> None:
    assert story(poll(0), poll(10, version(status=status))) == [transitions]


def test_an_unknown_word_that_changes_is_progress() -> None:
    first, second = (version(status=Status.UNKNOWN, status_word=word) for word in ("", "pausing"))
    assert story(poll(0, first), poll(10, second)) == [[PROGRESSED]]


def test_a_version_that_settled_is_told_once_however_often_it_is_seen() -> None:
    done = version(status=Status.SUCCESS)
    assert story(poll(0, version()), *(poll(at, done) for at in (10, 20, 30))) == [
        [PROGRESSED, SUCCEEDED],
        [],
        [],
    ]


def test_what_was_unsettled_just_before_was_open() -> None:
    memory = remember(version())
    _, (progressed, succeeded) = see(memory, poll(10, version(status=Status.SUCCESS)))
    assert progressed.was_open
    assert succeeded.was_open


def test_what_nobody_had_seen_was_not_open() -> None:
    _, happened = see({}, poll(10, version(status=Status.SUCCESS)))
    assert not any(change.was_open for change in happened)


# Epochs.


def test_an_epoch_begins_with_the_version_and_with_every_restart() -> None:
    memory = remember(version())
    assert (memory["v1"].epoch, memory["v1"].since) == (1, START)
    memory, _ = see(memory, poll(10, version(status=Status.FAILED)))
    assert memory["v1"].epoch == 1
    memory, _ = see(memory, poll(20, version(status=Status.RETRYING)))
    assert (memory["v1"].epoch, memory["v1"].since) == (2, START + 20)
    memory, _ = see(memory, poll(30, version(status=Status.RETRYING)))
    assert (memory["v1"].epoch, memory["v1"].since) == (2, START + 20)
    memory, _ = see(memory, poll(40, version(status=Status.SUCCESS)))
    memory, _ = see(memory, poll(50, version(status=Status.FAILED)))
    assert (memory["v1"].epoch, memory["v1"].since) == (3, START + 50)


def test_every_attempt_fails_for_itself() -> None:
    assert story(
        poll(0, version()),
        poll(10, version(status=Status.FAILED)),
        poll(20, version(status=Status.RETRYING)),
        poll(30, version(status=Status.FAILED)),
    ) == [[PROGRESSED, FAILED], [RESTARTED], [PROGRESSED, FAILED]]


def test_a_retry_that_ends_between_two_looks_is_told_if_the_bot_knows_of_it() -> None:
    failed = version(status=Status.FAILED)
    memory = remember(failed)
    assert see(memory, poll(10, failed))[1] == []
    memory, happened = see(memory, poll(10, failed), "v1")
    assert what(happened) == [RESTARTED, FAILED]
    assert memory["v1"].epoch == 2


def test_a_hint_of_a_restart_means_nothing_for_a_version_that_is_under_way() -> None:
    memory, happened = see(remember(version()), poll(10, version(status=Status.RETRYING)), "v1")
    assert what(happened) == [PROGRESSED]
    assert memory["v1"].epoch == 1


def test_a_retry_that_is_under_way_when_it_is_first_seen_began_then() -> None:
    old = version(status=Status.RETRYING, created_at=START - 30 * DAY)
    memory = remember(old)
    assert (memory["v1"].since, memory["v1"].stalled) == (START, False)


@pytest.mark.parametrize("word", ["creating", "retrying"])
def test_what_settled_without_zadig_calling_it_so_stays_settled_until_the_word_changes(word: str) -> None:
    """Details can know how a version ended that the list goes on calling unsettled."""
    listed = version(status=Status(word))
    known = version(status=Status.SUCCESS, status_word=word)
    assert story(poll(0, listed), poll(10, known), poll(20, listed), poll(30, known)) == [
        [SUCCEEDED],
        [],
        [],
    ]
    retried = version(status=Status.FAILED, status_word="failed")
    assert story(poll(0, known), poll(10, retried)) == [[RESTARTED, FAILED]]


# A name that is used again.


def test_a_name_that_is_used_again_is_another_version() -> None:
    again = version(created_at=START + 50)
    memory, happened = see(remember(version(status=Status.FAILED)), poll(60, again))
    assert what(happened) == [GONE, APPEARED]
    assert [change.was_open for change in happened] == [False, False]
    assert (memory["v1"].epoch, memory["v1"].since, memory["v1"].version) == (2, START + 50, again)


def test_an_unsettled_version_whose_name_is_used_again_is_gone() -> None:
    first, again = version(), version(created_at=START + 50, status=Status.SUCCESS)
    _, happened = see(remember(first), poll(60, again))
    assert what(happened) == [GONE, APPEARED, SUCCEEDED]
    assert (happened[0].seen.version, happened[0].seen.gone, happened[0].seen.epoch) == (first, True, 1)
    assert [change.was_open for change in happened] == [True, False, False]


def test_a_name_that_is_used_again_after_it_was_gone_counts_on() -> None:
    memory, _ = see(remember(version()), poll(10, gone=frozenset({"v1"})))
    memory, happened = see(memory, poll(20, version(created_at=START + 15)))
    assert what(happened) == [APPEARED]
    assert memory["v1"].epoch == 2


def test_nothing_of_the_old_version_clings_to_the_new_one() -> None:
    old = version(progress=progress(3), labels=("hot",))
    memory = remember(old, at=STALLED_AFTER)
    memory, _ = see(memory, poll(STALLED_AFTER + 60, version(created_at=START + STALLED_AFTER + 50)))
    assert not memory["v1"].stalled
    assert (memory["v1"].version.progress, memory["v1"].version.labels) == (None, None)


@pytest.mark.parametrize("status", list(Status))
def test_an_upgrade_gives_a_version_a_new_id_and_nothing_else(status: Status) -> None:
    before = version(status=status)
    memory, happened = see(remember(before), poll(10, replace(before, id="b" * 24)))
    assert what(happened) == [PROGRESSED]
    assert (memory["v1"].epoch, memory["v1"].version.id) == (1, "b" * 24)


def test_two_versions_of_one_name_in_one_list_are_the_newer_one() -> None:
    newer, older = version(created_at=START + 5), version(status=Status.FAILED)
    assert remember(newer, older)["v1"].version == newer


# Progress and details.


def test_progress_is_progress() -> None:
    story_so_far = story(
        poll(0, version()),
        poll(10, version(progress=progress(1))),
        poll(20, version(progress=progress(2))),
        poll(30, version(progress=progress(2))),
    )
    assert story_so_far == [[PROGRESSED], [PROGRESSED], []]


def test_a_list_does_not_take_away_what_details_said() -> None:
    known = version(progress=progress(2), labels=("hot",))
    memory, happened = see(remember(known), poll(10, version()))
    assert happened == []
    assert memory["v1"].version == known


def test_progress_of_the_attempt_before_is_dropped_and_labels_stay() -> None:
    failed = version(status=Status.FAILED, progress=progress(2, error="timeout"), labels=("hot",))
    memory, _ = see(remember(failed), poll(10, version(status=Status.RETRYING)))
    assert (memory["v1"].version.progress, memory["v1"].version.labels) == (None, ("hot",))


def test_labels_that_become_known_are_progress_and_labels_that_are_taken_off_too() -> None:
    looks = [poll(at, version(labels=labels)) for at, labels in enumerate((None, ("hot",), None, ()))]
    assert story(*looks) == [[PROGRESSED], [], [PROGRESSED]]


@pytest.mark.parametrize("changed", [{"description": "x"}, {"created_by": "Ada"}, {"kind": None}])
def test_what_no_card_lives_by_is_no_progress(changed: dict[str, Any]) -> None:
    assert story(poll(0, version()), poll(10, version(**changed))) == [[]]


# Stalled.


def test_a_version_stalls_once() -> None:
    looks = [poll(at, version()) for at in (0, STALLED_AFTER - 1, STALLED_AFTER, STALLED_AFTER + 60)]
    assert story(*looks) == [[], [STALLED], []]


def test_a_stalled_version_can_still_settle() -> None:
    memory = remember(version(), at=STALLED_AFTER)
    assert memory["v1"].stalled
    _, happened = see(memory, poll(STALLED_AFTER + 60, version(status=Status.SUCCESS)))
    assert what(happened) == [PROGRESSED, SUCCEEDED]


def test_a_retry_of_a_stalled_version_has_all_its_time_again() -> None:
    looks = (
        poll(0, version()),
        poll(STALLED_AFTER, version()),
        poll(STALLED_AFTER + 10, version(status=Status.FAILED)),
        poll(STALLED_AFTER + 20, version(status=Status.RETRYING)),
        poll(2 * STALLED_AFTER + 19, version(status=Status.RETRYING)),
        poll(2 * STALLED_AFTER + 20, version(status=Status.RETRYING)),
    )
    assert story(*looks) == [[STALLED], [PROGRESSED, FAILED], [RESTARTED], [], [STALLED]]


def test_a_version_that_appears_stalled_says_so() -> None:
    memory = remember(version("v0", created_at=START - DAY))
    _, happened = see(memory, poll(STALLED_AFTER, version("v0", created_at=START - DAY), version()))
    assert [(change.seen.version.name, change.transition) for change in happened] == [
        ("v1", APPEARED),
        ("v1", STALLED),
    ]


def test_a_version_that_no_list_shows_stalls_all_the_same() -> None:
    _, happened = see(remember(version()), poll(STALLED_AFTER))
    assert what(happened) == [STALLED]


# Gone.


@pytest.mark.parametrize("status", list(Status))
def test_a_version_is_gone_once(status: Status) -> None:
    gone = frozenset({"v1"})
    assert story(poll(0, version(status=status)), poll(10, gone=gone), poll(20)) == [[GONE], []]


def test_who_was_waiting_is_known_of_what_is_gone() -> None:
    gone = poll(10, gone=frozenset({"v1", "v2"}))
    _, happened = see(remember(version(), version("v2", status=Status.SUCCESS)), gone)
    assert {change.seen.version.name: change.was_open for change in happened} == {"v1": True, "v2": False}


def test_a_version_that_was_only_out_of_sight_is_nothing() -> None:
    assert story(poll(0, version()), poll(10), poll(20, version())) == [[], []]


def test_a_version_that_comes_back_is_shown_again_and_can_settle() -> None:
    assert story(
        poll(0, version()),
        poll(10, gone=frozenset({"v1"})),
        poll(20, version()),
        poll(30, version(status=Status.SUCCESS)),
    ) == [[GONE], [PROGRESSED], [PROGRESSED, SUCCEEDED]]


def test_what_is_gone_never_stalls() -> None:
    assert story(poll(0, version()), poll(10, gone=frozenset({"v1"})), poll(STALLED_AFTER)) == [[GONE], []]


# What has only come into view.


def test_an_old_version_that_comes_into_view_is_remembered_and_not_told() -> None:
    memory = remember(version("v9"), version("v8", created_at=START - 10))
    older = version("v7", status=Status.SUCCESS, created_at=START - 20)
    memory, happened = see(memory, poll(10, version("v9"), version("v8", created_at=START - 10), older))
    assert happened == []
    assert memory["v7"].version == older


def test_everything_is_new_in_a_project_that_had_nothing() -> None:
    assert story(poll(0), poll(10, version(created_at=START - DAY))) == [[APPEARED, STALLED]]


def test_an_old_version_that_has_come_into_view_is_told_of_like_any_other() -> None:
    old = version("v7", status=Status.FAILED, created_at=START - 20)
    memory = remember(version("v9"))
    memory, _ = see(memory, poll(10, version("v9"), old))
    retried = version("v7", status=Status.RETRYING, created_at=START - 20)
    _, happened = see(memory, poll(20, version("v9"), retried))
    assert what(happened) == [RESTARTED]


def test_a_deleted_old_version_does_not_widen_the_view() -> None:
    oldest = version("v1", created_at=START - 50)
    memory = remember(version("v9"), oldest)
    memory, _ = see(memory, poll(10, version("v9"), gone=frozenset({"v1"})))
    _, happened = see(memory, poll(20, version("v9"), version("v5", created_at=START - 30)))
    assert happened == []


def test_what_happened_first_is_told_first() -> None:
    late, early = version("a", created_at=START + 9), version("b", created_at=START + 5)
    _, happened = see({}, poll(20, late, early))
    assert [change.seen.version.name for change in happened] == ["b", "a"]


# Forgetting.


def test_a_settled_version_is_forgotten_a_week_after_it_was_listed_last() -> None:
    memory = remember(version(status=Status.SUCCESS))
    memory, _ = see(memory, poll(FORGET_AFTER_SECONDS - 1))
    assert "v1" in memory
    memory, happened = see(memory, poll(FORGET_AFTER_SECONDS))
    assert (memory, happened) == ({}, [])


def test_being_listed_keeps_a_version_remembered() -> None:
    done = version(status=Status.SUCCESS)
    memory, _ = see(remember(done), poll(FORGET_AFTER_SECONDS, done))
    assert "v1" in see(memory, poll(2 * FORGET_AFTER_SECONDS - 1))[0]


def test_a_deleted_version_is_remembered_for_a_week_so_that_its_name_counts_on() -> None:
    memory, _ = see(remember(version(), at=100), poll(DAY, gone=frozenset({"v1"})))
    assert "v1" in see(memory, poll(DAY + FORGET_AFTER_SECONDS - 1))[0]
    assert "v1" not in see(memory, poll(DAY + FORGET_AFTER_SECONDS))[0]


def test_a_version_that_never_settles_is_abandoned_after_a_week_and_then_forgotten() -> None:
    memory = remember(version())
    assert not memory["v1"].abandoned(START + ABANDONED_AFTER_SECONDS - 1)
    assert memory["v1"].abandoned(START + ABANDONED_AFTER_SECONDS)
    assert "v1" in see(memory, poll(ABANDONED_AFTER_SECONDS - 1))[0]
    memory, happened = see(memory, poll(ABANDONED_AFTER_SECONDS))
    assert (memory, happened) == ({}, [])


def test_an_abandoned_version_that_is_still_listed_stays_remembered() -> None:
    memory, _ = see(remember(version()), poll(2 * ABANDONED_AFTER_SECONDS, version()))
    assert memory["v1"].abandoned(START + 2 * ABANDONED_AFTER_SECONDS)


def test_what_settled_is_never_abandoned() -> None:
    assert not remember(version(status=Status.FAILED))["v1"].abandoned(START + 9 * ABANDONED_AFTER_SECONDS)


def test_a_look_changes_nothing_that_was_remembered_before() -> None:
    before: Memory = remember(version())
    kept = dict(before)
    observe(before, poll(10, gone=frozenset({"v1"})), stalled_after=STALLED_AFTER)
    assert before == kept


def test_nothing_has_happened_between_a_memory_and_itself() -> None:
    memory = remember(version(), version("v2", status=Status.FAILED), at=STALLED_AFTER)
    assert changes(memory, memory) == ()
