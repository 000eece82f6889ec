"""Named points at which a test can make the process die or freeze, to show that nothing depends on what happens between them.

They are the steps from "a change is seen" to "its message is remembered". Unless `arm` was called, reaching one costs a look
at a variable and nothing happens; nothing in this package calls it, and no setting or variable can.
"""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Where a process can be hit, in the order in which a change passes them."""

    BEFORE_LOOK = "before_look"
    AFTER_FETCH = "after_fetch"
    IN_TRANSACTION = "in_transaction"  # the memory is written, the postings are not
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT = "after_commit"
    AFTER_CLAIM = "after_claim"
    BEFORE_POST = "before_post"  # the last step before the request goes out
    AFTER_POST = "after_post_before_mark"
    AFTER_MARK = "after_mark"
    WHILE_FINDING = "while_finding"  # the channel has been searched, nothing has been done about it
    WHILE_DRAINING = "while_draining"


Hook = Callable[[Point], None]

_hook: Hook | None = None


def reached(point: Point) -> None:
    """The process has come to this point."""
    if _hook is not None:
        _hook(point)


def arm(hook: Hook | None) -> None:
    """Call the hook at every point from now on; None disarms."""
    global _hook  # noqa: PLW0603 - one variable, so that a process that is not armed pays next to nothing
    _hook = hook
