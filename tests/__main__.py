"""Everything that must hold before a change lands: format, lint, types, import contracts and tests, in this order.

Where Python can count lines for next to nothing (3.12 and later), the tests end with what they covered. `--fast` leaves out
the tests that wait, start processes, servers or browsers, or try thousands of cases: what remains takes under a minute.
Everything else on the command line goes to pytest.
"""

import os
import subprocess
import sys
import time

# What `--fast` leaves out: folders, and modules whose tests take more than a second or two together.
SLOW = (
    "bench",
    "compose",
    "domain/test_histories.py",
    "faults",
    "journeys",
    "sandbox/slack/blockkit/test_any_json.py",
    "sandbox/slack/page",
    "sandbox/slack/test_any_arguments.py",
    "sandbox/slack/test_bolt.py",
    "sandbox/slack/test_real_connections.py",
    "sandbox/slack/test_socket_mode.py",
    "sandbox/zadig/test_sockets.py",
    "services/delivery/test_backlog.py",
    "services/delivery/test_notifier_troubles.py",
    "services/forms/test_catalog_cache.py",
    "services/polling/test_any_answer.py",
    "services/polling/test_any_life.py",
    "services/polling/test_deletions.py",
    "services/polling/test_lives.py",
    "services/polling/test_load.py",
    "services/polling/test_outages.py",
    "services/polling/test_revisions.py",
    "services/polling/test_shifts.py",
    "slack/create/test_exceptions.py",
    "slack/create/test_handler.py",
    "slack/create/test_like.py",
    "slack/handlers/test_places.py",
    "slack/test_error_reporter.py",
    "slack/test_manifest.py",
    "slack/test_modal_flow.py",
    "slack/test_payloads.py",
    "slack/test_sockets.py",
    "slack/test_unclear.py",
    "slack/test_who_may.py",
    "slack/views/test_every_view.py",
    "store",
    "test_check.py",
    "test_cli.py",
    "test_header_timeout.py",
    "test_log.py",
    "test_operators.py",
    "test_operators_database.py",
    "test_scheduler.py",
    "test_secret_rotation.py",
    "test_web.py",
    "zadig/test_any_answer.py",
    "zadig/test_long_answers.py",
    "zadig/test_real_sockets.py",
)
FAST = "--fast"
GIVEN = [word for word in sys.argv[1:] if word != FAST]
LEFT_OUT = [f"--ignore=tests/{path}" for path in SLOW] if FAST in sys.argv[1:] else []
# https://coverage.readthedocs.io: on 3.11 it would take two thirds longer.
COVERAGE = (
    ["--cov=bot", "--cov-report=term:skip-covered"] if sys.version_info >= (3, 12) and not LEFT_OUT else []
)
CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "import contracts": ["importlinter.cli", "lint"],
    "tests": ["pytest", "-n", "3", "--dist", "worksteal", *COVERAGE, *LEFT_OUT, *GIVEN],
}
_START = {"importlinter.cli": "from importlinter.cli import lint_imports_command as run; run()"}


def command(words: list[str]) -> list[str]:
    """The command line of a check, on this very interpreter."""
    if words[0] in _START:
        return [sys.executable, "-c", _START[words[0]]]
    return [sys.executable, "-m", *words]


def main() -> int:
    """Runs all of them, also after one has failed, so that one run shows everything."""
    failed = []
    os.environ.setdefault("COVERAGE_CORE", "sysmon")
    for name, words in CHECKS.items():
        print(f"== {name}", flush=True)  # noqa: T201 - a script for people
        started = time.monotonic()
        if subprocess.run(command(words), check=False).returncode:  # noqa: S603 - our own table
            failed.append(name)
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)  # noqa: T201
    if failed:
        print(f"Failed: {', '.join(failed)}", flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
