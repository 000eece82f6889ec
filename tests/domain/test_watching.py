"""Which version an ask is for, and who is left when nobody wants to hear any more."""

from dataclasses import replace

import pytest

from bot.domain.changes import Seen
from bot.domain.watching import Action, Interest, PendingRequest
from tests.domain.samples import START, version

ASK = PendingRequest(
    project="shop", version_name="v1", action=Action.CREATE, user="U1", channel="C1", at=START
)


def seen(epoch: int, name: str = "v1") -> Seen:
    return Seen(version=version(name), epoch=epoch, since=START, at=START)


@pytest.mark.parametrize(
    ("action", "asked_at_epoch", "epoch", "is_for"),
    [
        (Action.CREATE, 0, 1, True),
        (Action.CREATE, 1, 1, False),
        (Action.CREATE, 1, 2, True),
        (Action.RETRY, 0, 1, True),
        (Action.RETRY, 1, 1, True),
        (Action.RETRY, 1, 2, True),
        (Action.RETRY, 2, 1, False),
    ],
)
def test_an_ask_is_for_the_life_that_it_begins_and_not_for_the_one_before(
    action: Action, asked_at_epoch: int, epoch: int, *, is_for: bool
) -> None:
    assert replace(ASK, action=action, epoch=asked_at_epoch).is_for(seen(epoch)) is is_for


def test_the_latest_of_several_asks_comes_last() -> None:
    later, first = replace(ASK, user="U2", at=START + 9), ASK
    others = (replace(ASK, version_name="v2"), replace(ASK, epoch=7))
    assert Interest(asks=(later, *others, first)).asks_for(seen(1)) == (first, later)
