"""Whether Zadig takes a retry of a version, and what becomes of one that it has lost sight of."""

from typing import Any

import pytest

from bot.domain.changes import Transition
from bot.domain.models import Kind, Retryable, Status
from tests.domain.samples import poll, progress, see, version

YES, NO, UNKNOWN = Retryable.YES, Retryable.NO, Retryable.UNKNOWN
BEGUN, NEVER = {"begun": True}, {"begun": False}


def failed(**changed: Any) -> Any:
    return version(status=Status.FAILED, **changed)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FAILED])
@pytest.mark.parametrize("kind", [*Kind, None])
def test_only_failed_versions_are_retried(status: Status, kind: Kind | None) -> None:
    assert version(status=status, kind=kind, progress=progress(**BEGUN)).retryable is NO


@pytest.mark.parametrize("word", ["creating", "retrying"])
@pytest.mark.parametrize("kind", list(Kind))
def test_zadig_has_to_call_it_failed_itself(word: str, kind: Kind) -> None:
    assert failed(kind=kind, status_word=word, progress=progress(**BEGUN)).retryable is NO


@pytest.mark.parametrize("of", [None, progress(), progress(0, 0, **NEVER), progress(3, 3, error="timeout")])
def test_charts_that_are_missing_are_pushed_whenever_somebody_asks(of: Any) -> None:
    assert failed(kind=Kind.HELM, progress=of).retryable is YES


@pytest.mark.parametrize(
    ("of", "retryable"),
    [
        (progress(1, 3, **BEGUN), YES),
        (progress(0, 1, **BEGUN), YES),
        (progress(1, 3, error="denied", **BEGUN), YES),
        (progress(0, 0, **NEVER), NO),
        (progress(0, 3, **NEVER), NO),
        (progress(3, 3, error="timeout", **BEGUN), NO),
        (progress(2, 3, error="timeout", **BEGUN), UNKNOWN),
        (progress(0, 0), UNKNOWN),
        (progress(1, 3), UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_images_are_copied_again_where_a_workflow_has_something_left_to_do(
    of: Any, retryable: Retryable
) -> None:
    assert failed(progress=of).retryable is retryable


def test_of_an_unknown_kind_nobody_knows() -> None:
    assert failed(kind=None, progress=progress(**BEGUN)).retryable is UNKNOWN


@pytest.mark.parametrize("outcome", [Status.SUCCESS, Status.FAILED])
@pytest.mark.parametrize("word", [Status.CREATING, Status.RETRYING])
def test_what_zadig_lost_sight_of_settles_and_is_not_begun_anew_by_its_list(
    word: Status, outcome: Status
) -> None:
    listed = version(status=word)
    before, _ = see({}, poll(0, listed))
    after, happened = see(before, poll(60, version(status=outcome, status_word=str(word))))
    told = Transition.SUCCEEDED if outcome is Status.SUCCESS else Transition.FAILED
    assert [change.transition for change in happened] == [told]
    after, happened = see(after, poll(120, listed))
    assert happened == []
    assert (after["v1"].version.status, after["v1"].epoch) == (outcome, 1)


def test_what_zadig_says_at_last_counts() -> None:
    before, _ = see({}, poll(0, version(status=Status.RETRYING)))
    before, _ = see(before, poll(60, version(status=Status.FAILED, status_word="retrying")))
    after, happened = see(before, poll(120, version(status=Status.FAILED)))
    assert [change.transition for change in happened] == [Transition.PROGRESSED]
    after, happened = see(after, poll(180, version(status=Status.RETRYING)))
    assert [change.transition for change in happened] == [Transition.RESTARTED]
