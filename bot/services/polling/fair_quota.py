"""What one look may ask Zadig beyond the list: a bounded number of questions, and everybody gets a turn."""

from collections.abc import Mapping


class FairQuota:
    """Remembers by project whose turn it was last; knows only projects where not everybody had a turn."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._last)

    def share(self, project: str, wanted: Mapping[str, int], most: int) -> frozenset[str]:
        """At most `most` of the names: those of the lowest rank first, and of one rank those that come after the last turn."""
        if len(wanted) <= most:
            self._last.pop(project, None)
            return frozenset(wanted)
        last = self._last.get(project, "")
        ordered = sorted(wanted, key=lambda name: (wanted[name], name <= last, name))
        chosen = ordered[:most]
        self._last[project] = chosen[-1]
        return frozenset(chosen)
