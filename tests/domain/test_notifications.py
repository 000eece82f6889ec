"""The keys that keep anything from being told twice."""

from dataclasses import replace

from bot.domain.changes import Seen, Transition
from bot.domain.notifications import card_key, outcome_key
from tests.domain.samples import KINDS, START, version

SEEN = Seen(version=version(), epoch=1, since=START, at=START)


def test_a_version_keeps_its_card_through_retries_and_upgrades() -> None:
    retried = replace(SEEN, epoch=2, since=START + 60)
    migrated = replace(SEEN, version=replace(SEEN.version, id="b" * 24))
    assert card_key("C1", retried) == card_key("C1", SEEN) == card_key("C1", migrated)


def test_a_name_that_is_used_again_gets_a_new_card() -> None:
    assert card_key("C1", replace(SEEN, version=version(created_at=START + 9))) != card_key("C1", SEEN)


def test_every_destination_epoch_and_transition_has_an_outcome_of_its_own() -> None:
    keys = {
        outcome_key(destination, replace(SEEN, epoch=epoch, since=since), transition)
        for destination in ("C1", "C2")
        for epoch, since in ((1, START), (2, START + 60))
        for transition in (Transition.SUCCEEDED, Transition.FAILED)
    }
    assert len(keys) == 8


def test_a_version_that_was_forgotten_in_between_is_told_again() -> None:
    again = replace(SEEN, version=version(created_at=START + 9), since=START + 9)
    assert outcome_key("C1", again, Transition.FAILED) != outcome_key("C1", SEEN, Transition.FAILED)


def test_the_wording_is_no_part_of_a_key() -> None:
    other = replace(SEEN, version=replace(SEEN.version, description="x", created_by="Ada"), at=START + 5)
    assert outcome_key("C1", other, Transition.FAILED) == outcome_key("C1", SEEN, Transition.FAILED)


def test_every_kind_of_notification_has_a_name_of_its_own() -> None:
    assert len(set(KINDS)) == len(KINDS)
