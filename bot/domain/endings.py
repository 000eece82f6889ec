"""How the life of a version, or one attempt at making it, came to an end: one row for each ending."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.domain.changes import Transition


class Ending(StrEnum):
    """The value is the kind of notification in the outbox, and in the metadata of the message."""

    SUCCEEDED = "version_succeeded"
    FAILED = "version_failed"
    GONE = "version_gone"
    STALLED = "version_stalled"
    MISSING = "version_missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class EndingRules:
    """`transition` is the change that is told of, None where nothing was ever seen. `final`: requests and watches end with it.

    `revised`: its message says what has become of the version later.
    """

    transition: Transition | None
    final: bool = True
    revised: bool = False


def rules_of(ending: Ending) -> EndingRules:
    """The row of an ending; the type checker finds one that is missing."""
    match ending:
        case Ending.SUCCEEDED:
            return EndingRules(transition=Transition.SUCCEEDED, revised=True)
        case Ending.FAILED:
            return EndingRules(transition=Transition.FAILED, revised=True)
        case Ending.GONE:  # while it was being made
            return EndingRules(transition=Transition.GONE)
        case (
            Ending.STALLED
        ):  # unsettled for longer than Zadig's own watcher runs: it may have succeeded or failed
            return EndingRules(transition=Transition.STALLED, final=False, revised=True)
        case Ending.MISSING:  # requested, and never seen in Zadig
            return EndingRules(transition=None)


ENDING_OF: Mapping[Transition, Ending] = MappingProxyType(
    {rule: ending for ending in Ending if (rule := rules_of(ending).transition)}
)
FINAL = frozenset(
    rule for ending in Ending if (rule := rules_of(ending).transition) and rules_of(ending).final
)
REVISED_KINDS = ("version_card", *(str(ending) for ending in Ending if rules_of(ending).revised))
