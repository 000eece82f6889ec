"""The file that says who may do what."""

from pathlib import Path

import pytest

from bot.access_file import read_policy
from bot.config import SettingsError
from bot.domain.access import Policy, Rules

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
        ("[general]\nchange = ['ada']", "general.change.0: 'ada' is neither everyone nor"),
        ("[general]\nchange = [1]", "general.change.0 has to be a text in quotation marks"),
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
