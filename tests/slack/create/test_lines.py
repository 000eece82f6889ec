"""Labels: between commas of any script, and in quotation marks where one holds a comma itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.create.lines import as_text, labels_of


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("rc, week 47", ("rc", "week 47")),
        ("rc，week 47、hot；fix;now", ("rc", "week 47", "hot", "fix", "now")),
        ("rc,,\n , rc", ("rc",)),
        ('"one, two", three', ("one, two", "three")),
        ("“one, two”、three", ("one, two", "three")),
        ('say "hi", 5"', ('say "hi"', '5"')),
        ('"open, end', ('"open', "end")),
        ('"say ""hi"", now"', ('say "hi", now',)),
        ("", ()),
        (" ,; ", ()),
    ],
)
def test_what_is_typed_is_understood(text: str, labels: tuple[str, ...]) -> None:
    assert labels_of(text) == labels


def test_plain_labels_are_written_without_quotation_marks() -> None:
    assert as_text(("rc", "week 47", 'say "hi"')) == 'rc, week 47, say "hi"'
    assert as_text(("one, two", "three")) == '"one, two", three'


LABELS = st.lists(st.text(alphabet="ab\"“”,，、;； '", min_size=1, max_size=12), max_size=5)


@given(LABELS)
def test_labels_come_back_as_they_were(labels: list[str]) -> None:
    tidy = [" ".join(label.split()) for label in labels]
    expected = tuple(dict.fromkeys(label for label in tidy if label))
    assert labels_of(as_text(labels)) == expected
