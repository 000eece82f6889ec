"""The file that says who may do what."""

import logging
from pathlib import Path

import pytest

from bot.access_file import AccessFile, read_policy
from bot.config import SettingsError
from bot.domain.access import Membership, Person, Policy, Right, Rules

GOOD = """
[general]
change = ["S0RELEASE", "U0ADA"]

[projects.pay]
read = ["C0PAY"]
production = []
"""


def test_without_a_file_the_default_policy_holds() -> None:
    assert read_policy(None) == Policy()


def test_general_rules_and_those_of_projects_are_read(tmp_path: Path) -> None:
    file = tmp_path / "access.toml"
    file.write_text(GOOD)
    assert read_policy(file) == Policy(
        general=Rules(change=frozenset({"S0RELEASE", "U0ADA"})),
        projects={"pay": Rules(read=frozenset({"C0PAY"}), production=frozenset())},
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[general]\nchange = ['ada']", "general.change.0: 'ada' is not everyone, members, or the id of"),
        ("[general]\nchange = [1]", "general.change.0 has to be text in quotation marks"),
        ("[general]\nchange = 'everyone'", 'general.change has to be a list, such as ["everyone"]'),
        (
            "[general]\nwrite = ['U1']",
            "general.write is unknown: a table holds lists among read, change and production",
        ),
        ("[project.pay]\nread = ['U1']", "project is unknown: there are [general] and [projects.KEY]"),
        ("[general", "is not TOML"),
        ("[projects]\npay = 1", "projects.pay has to be a table with lists among read, change"),
        ("projects = 1", "projects has to hold a table for each project, [projects.KEY]"),
        ("general = 'everyone'", "general has to be a table with lists among"),
    ],
)
def test_mistakes_say_where_they_are(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "access.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match="ACCESS_FILE") as caught:
        read_policy(file)
    assert says in str(caught.value)
    assert "Value error" not in str(caught.value)
    assert "Input should" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml cannot be read"):
        read_policy(tmp_path / "nowhere.toml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "access.toml"
    path.write_text(GOOD)
    return path


def write(path: Path, text: str | None) -> None:
    """Somebody saves the file, or takes it away."""
    if text is None:
        path.unlink()
    else:
        path.write_text(text)


async def taken_up(access: AccessFile) -> list[bool]:
    """What two looks into the file say: the second one takes up what the first has noticed."""
    return [await access.refresh(), await access.refresh()]


async def test_a_file_that_stays_as_it_is_changes_nothing(file: Path) -> None:
    access = AccessFile(file)
    before = access.policy
    assert await taken_up(access) == [False, False]
    assert access.policy is before
    assert await taken_up(AccessFile(None)) == [False, False]


async def test_changed_rules_hold_without_a_restart(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    access = AccessFile(file)
    write(file, '[general]\nread = ["S0OTHERS"]\n')
    assert await taken_up(access) == [False, True]
    assert access.policy == Policy(general=Rules(read=frozenset({"S0OTHERS"})))
    assert [record.__dict__["action"] for record in caplog.records] == ["access_changed"]


async def test_a_file_that_is_just_being_written_is_left_alone(file: Path) -> None:
    access = AccessFile(file)
    before = access.policy
    for text in ("", "[general", "[general]\nread = ["):
        write(file, text)
        assert not await access.refresh()
    assert (access.policy, access.problem) == (before, "")


@pytest.mark.parametrize("broken", ["[general", "", "   \n", "[general]\nchange = ['ada']", None])
async def test_while_the_file_is_broken_people_look_as_before_and_nobody_changes_anything(
    file: Path, broken: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    access = AccessFile(file)
    ada = Person(id="U0ADA", standing=Membership.MEMBER)
    assert access.policy.allows(Right.CHANGE, "shop", ada)
    write(file, broken)
    assert await taken_up(access) == [False, True]
    assert access.policy.allows(Right.READ, "shop", ada)
    assert not access.policy.allows(Right.READ, "pay", Person(id="U0GRACE", standing=Membership.MEMBER))
    assert not access.policy.allows(Right.CHANGE, "shop", ada)
    assert "nothing can be changed" in access.problem
    [record] = caplog.records
    assert (record.levelname, record.__dict__["action"]) == ("ERROR", "access_broken")
    assert await taken_up(access) == [False, False], "it is said once"
    write(file, GOOD)
    assert await taken_up(access) == [False, True]
    assert access.policy.allows(Right.CHANGE, "shop", ada)
    assert access.problem == ""


def test_two_tables_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text("[projects.Shop]\nread = ['U1']\n[projects.SHOP]\nread = ['U2']\n")
    with pytest.raises(SettingsError, match=r"\[projects.Shop\] and \[projects.SHOP\] differ only in case"):
        read_policy(path)
