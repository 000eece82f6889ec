"""`python -m bot`, and what the command `release-bot` starts: one and the same."""

import gc
import os
import sys

# OpenSSL's key log: some of what is imported opens it at once, and would end the process with a traceback.
_KEY_LOG = "SSLKEYLOGFILE"
_INTERRUPTED = 130  # as shells say it


def start() -> None:
    """Run the command line."""
    _key_log_or_none()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # whatever characters a terminal lacks
    # What is imported stays: to look for garbage among it would take a quarter of the start, and a tenth of a second ever after.
    gc.disable()
    from bot.cli import main  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:
        # The reader has gone, as in `check | head`; Python itself would say so once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _key_log_or_none() -> None:
    path = os.environ.get(_KEY_LOG)
    if not path:
        return
    try:
        with open(path, "ab"):  # noqa: PTH123 - pathlib takes its time to import
            pass
    except OSError as error:
        del os.environ[_KEY_LOG]
        print(f"{_KEY_LOG} is ignored: {path} cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201 - a command line prints


if __name__ == "__main__":
    start()
