"""A bounded number of questions for each look, and everybody gets a turn."""

from bot.services.polling.schedule import FairQuota


def names(*numbers: int, rank: int = 0) -> dict[str, int]:
    return {f"v{number}": rank for number in numbers}


def test_what_fits_is_asked_at_once() -> None:
    ration = FairQuota()
    assert ration.share("shop", names(1, 2, 3), 3) == {"v1", "v2", "v3"}
    assert len(ration) == 0


def test_everybody_gets_a_turn_and_then_it_begins_anew() -> None:
    ration = FairQuota()
    turns = [sorted(ration.share("shop", names(1, 2, 3, 4, 5), 2)) for _ in range(3)]
    assert turns == [["v1", "v2"], ["v3", "v4"], ["v1", "v5"]]


def test_those_that_matter_most_come_first_every_time() -> None:
    ration = FairQuota()
    for _ in range(3):
        assert "v9" in ration.share("shop", names(9, rank=0) | names(1, 2, 3, rank=1), 2)


def test_the_others_take_turns_behind_them() -> None:
    ration = FairQuota()
    wanted = names(9, rank=0) | names(1, 2, 3, rank=1)
    turns = [sorted(ration.share("shop", wanted, 2) - {"v9"}) for _ in range(4)]
    assert turns == [["v1"], ["v2"], ["v3"], ["v1"]]


def test_projects_do_not_take_each_others_turns() -> None:
    ration = FairQuota()
    ration.share("shop", names(1, 2, 3), 1)
    assert ration.share("bank", names(1, 2, 3), 1) == {"v1"}


def test_who_leaves_and_comes_does_not_disturb_the_round() -> None:
    ration = FairQuota()
    ration.share("shop", names(1, 2, 3, 4), 2)
    assert ration.share("shop", names(1, 3, 4, 5), 2) == {"v3", "v4"}


def test_nothing_is_remembered_once_everybody_fits() -> None:
    ration = FairQuota()
    ration.share("shop", names(1, 2, 3), 1)
    ration.share("shop", names(1), 1)
    assert len(ration) == 0
