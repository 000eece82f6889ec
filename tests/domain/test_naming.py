"""Proposals for the next version's name."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.naming import next_chart_version, propose_name
from bot.domain.requests import SEMVER, name_problem

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("names", "proposal"),
    [
        (["v13", "v12"], "v14"),
        (["v9"], "v10"),
        (["007"], "008"),
        (["train-07", "train-06"], "train-08"),
        (["2026.47"], "2026.48"),
        (["2026w47"], "2026w48"),
        (["1.4.2"], "1.4.3"),
        (["v1.4.0", "v1.3.0"], "v1.5.0"),
        (["v2.0.0", "v1.3.0"], "v3.0.0"),
        (["1.4.2", "1.4.1", "1.3.0"], "1.4.3"),
        (["v1.4.0-rc.2", "v1.4.0-rc.1"], "v1.4.0-rc.3"),
        (["v1.4.0-hotfix3"], "v1.4.0-hotfix4"),
        (["2.3.0-stable", "2.2.0-stable"], "2.4.0-stable"),
        (["2026.5-rc1"], "2026.5-rc2"),
        (["v13-hotfix"], "v14-hotfix"),
        (["2026-11-20"], "2026-11-23"),
        (["20261120"], "20261123"),
        (["release-2026.11.20"], "release-2026.11.23"),
        (["2026-11-23"], "2026-11-23.2"),
        (["2026-11-23.2", "2026-11-23"], "2026-11-23.3"),
        (["2026.11.23"], "2026.11.23-2"),
        (["2026-11-20.4"], "2026-11-23"),
        (["2026-11-20-eu"], "2026-11-23-eu"),
        (["nightly", "v3"], "v4"),
        (["nightly"], ""),
        ([], ""),
        (["v" + "9" * 62], ""),
    ],
)
def test_the_next_name_follows_the_last_ones(names: list[str], proposal: str) -> None:
    assert propose_name(names, today=MONDAY) == proposal


def test_names_that_are_taken_are_passed_over() -> None:
    assert propose_name(["v13"], today=MONDAY, taken={"v14", "v15"}) == "v16"


@given(st.lists(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z"), max_size=20), st.dates())
def test_a_proposal_is_valid_and_free(names: list[str], today: date) -> None:
    proposal = propose_name(names, today=today)
    assert proposal not in names
    assert proposal == "" or not name_problem(proposal)


@given(st.lists(st.text(max_size=80), max_size=20), st.dates())
def test_no_name_whatsoever_breaks_it(names: list[str], today: date) -> None:
    proposal = propose_name(names, today=today)
    assert proposal == "" or not name_problem(proposal)


@pytest.mark.parametrize(
    ("version", "proposal"),
    [
        ("1.4.0", "1.4.1"),
        ("1.4.0-rc.1", "1.4.0-rc.2"),
        ("1.4.0+build.7", "1.4.1"),
        ("2026.11.20", "2026.11.23"),
        ("0.0.9", "0.0.10"),
        ("1.4", ""),
        ("v1.4.0", ""),
        ("", ""),
    ],
)
def test_the_next_chart_version_is_semver_too(version: str, proposal: str) -> None:
    assert next_chart_version(version, today=MONDAY) == proposal


@given(st.from_regex(SEMVER, fullmatch=True))
def test_the_next_chart_version_is_another_semver_or_nothing(version: str) -> None:
    proposal = next_chart_version(version, today=MONDAY)
    assert not proposal or SEMVER.fullmatch(proposal)
    assert proposal != version
