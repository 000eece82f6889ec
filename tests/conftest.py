"""What all tests share: who needs a Chromium and gets none is skipped or fails, and the books of the fault journeys are summed up."""

import os
import shutil

import pytest

from tests.faults.ledger import Tally

NO_CHROMIUM = "no Chromium: install the package chromium, or name one in CHROMIUM"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests with the reason; with BROWSER_REQUIRED in the environment, as in `.ci/run`, that is a failure."""
    if item.get_closest_marker("browser") is None or os.environ.get("CHROMIUM") or shutil.which("chromium"):
        return
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(NO_CHROMIUM)
    pytest.skip(NO_CHROMIUM)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many faults there were, and how many messages were expected, lost, doubled and late."""
    kept = [
        Tally(**value)
        for report in terminalreporter.getreports("")
        for name, value in report.user_properties
        if name == "books" and report.when == "teardown"
    ]
    if kept:
        terminalreporter.write_line(f"Fault journeys: {sum(kept, Tally())}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the fault journeys over the run: they mostly wait, and workers share what is not side by side."""
    long = [item for item in items if "faults" in item.path.parts]
    others = [item for item in items if "faults" not in item.path.parts]
    gap = len(others) // len(long) + 1 if long else 1
    for number, item in enumerate(long):
        others.insert(number * (gap + 1), item)
    items[:] = others
