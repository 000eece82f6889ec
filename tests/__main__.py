"""Everything that must hold before a change lands: format, lint, types, import contracts and tests, in this order."""

import subprocess
import sys
import time

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "import contracts": ["importlinter.cli", "lint"],
    "tests": ["pytest", "-n", "3", "--dist", "worksteal", *sys.argv[1:]],
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
