"""What the next version will probably be called, going by the last ones; pure."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from bot.domain.requests import SEMVER, name_problem

# A full date with one kind of separator or none: 2026-11-23, 2026.11.23, 2026_11_23, 20261123.
_DATE = re.compile(r"(?<!\d)(20\d\d)([-._]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
# Three numbers with dots: 2.3.0 in v2.3.0-rc.1.
_TRIPLE = re.compile(r"(?<![\d.])(\d+)\.(\d+)\.(\d+)(?![\d.]*\d)")
_LAST_NUMBER = re.compile(r"(\d+)(?=\D*\Z)")
# Something that counts on its own behind the triple: -rc.1, -beta2, -hotfix3.
_COUNTED_SUFFIX = re.compile(r"[-._+][A-Za-z][A-Za-z.-]*\d+\Z")
# Names tried before giving up; more taken ones in a row do not occur.
_TRIES = 200

Rule = Callable[[str, Sequence[str], date], Iterator[str]]


def propose_name(names: Sequence[str], *, today: date, taken: Collection[str] = ()) -> str:
    """The next name after `names` (newest first), valid and neither among them nor `taken`; empty if there is no pattern.

    Dates become today's, with a count behind it for the second one of a day. Of three numbers the one is counted up that
    the last step counted up. Everything else counts its last number up and keeps its zeros in front: `v13` gives `v14`,
    `train-07` gives `train-08`, `v1.4.0-rc.2` gives `v1.4.0-rc.3`.
    """
    used = {*names, *taken}
    latest = next((name for name in names if re.search(r"\d", name)), "")
    rule = next((rule for applies, rule in _RULES if latest and applies(latest)), None)
    if rule is None:
        return ""
    candidates = (name for _, name in zip(range(_TRIES), rule(latest, names, today), strict=False))
    return next((name for name in candidates if name not in used and not name_problem(name)), "")


def next_chart_version(version: str, *, today: date) -> str:
    """The SemVer after `version`, without its build metadata: `1.4.0` gives `1.4.1`, `1.4.0-rc.1` gives `1.4.0-rc.2`.

    Empty if `version` is no SemVer, or if its successor cannot be told.
    """
    if not SEMVER.fullmatch(version):
        return ""
    proposal = propose_name((version.partition("+")[0],), today=today)
    return proposal if SEMVER.fullmatch(proposal) else ""


def _dated(latest: str, _names: Sequence[str], today: date) -> Iterator[str]:
    found = _DATE.search(latest)
    if found is None:
        return
    separator = found[2]
    fresh = today.strftime(f"%Y{separator}%m{separator}%d")
    name = f"{latest[: found.start()]}{fresh}"
    suffix = re.sub(r"[-._]?\d+\Z", "", latest[found.end() :])
    yield f"{name}{suffix}"
    for number in range(2, _TRIES):
        yield f"{name}{suffix}{'.' if separator != '.' else '-'}{number}"


def _triple(latest: str, names: Sequence[str], _today: date) -> Iterator[str]:
    found = _TRIPLE.search(latest)
    if found is None:
        return
    numbers = [int(part) for part in found.groups()]
    place = _step(numbers, latest[: found.start()], names)
    while True:
        numbers = [*numbers[:place], numbers[place] + 1, *(0 for _ in numbers[place + 1 :])]
        yield f"{latest[: found.start()]}{'.'.join(map(str, numbers))}{latest[found.end() :]}"


def _step(numbers: Sequence[int], prefix: str, names: Sequence[str]) -> int:
    """Which of the three numbers the last step counted up; the last one if unknown."""
    for name in names:
        found = _TRIPLE.search(name)
        if found is None or name[: found.start()] != prefix:
            continue
        before = [int(part) for part in found.groups()]
        differing = [place for place in range(3) if before[place] != numbers[place]]
        if differing and before < list(numbers):
            return differing[0]
    return 2


def _counted(latest: str, _names: Sequence[str], _today: date) -> Iterator[str]:
    found = _LAST_NUMBER.search(latest)
    if found is None:
        return
    digits = found[1]
    number = int(digits)
    while True:
        number += 1
        yield f"{latest[: found.start()]}{number:0{len(digits)}d}{latest[found.end() :]}"


# The first rule that applies to the newest name makes the proposals.
_RULES: tuple[tuple[Callable[[str], object], Rule], ...] = (
    (_DATE.search, _dated),
    (lambda name: _TRIPLE.search(name) and not _COUNTED_SUFFIX.search(name), _triple),
    (_LAST_NUMBER.search, _counted),
)
