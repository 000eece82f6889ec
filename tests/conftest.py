"""What all tests share: a browser test runs where there is a Chromium, and has to run where one is required."""

import os
import shutil

import pytest

NO_CHROMIUM = "no Chromium: install the package chromium, or name one in CHROMIUM"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip browser tests with the reason; with BROWSER_REQUIRED in the environment, as in `.ci/run`, that is a failure."""
    if item.get_closest_marker("browser") is None or os.environ.get("CHROMIUM") or shutil.which("chromium"):
        return
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(NO_CHROMIUM)
    pytest.skip(NO_CHROMIUM)
