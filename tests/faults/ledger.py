"""Double entry: what the local Zadig did with its versions, against what stands in the channels of the local workspace."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.domain.models import Status
from bot.sandbox.slack import Workspace
from bot.sandbox.zadig import Zadig
from bot.slack.ids import MetadataEvent
from bot.slack.views.version_lines import STANDINGS

CARD, FOLD = "version_card", "outcomes_folded"
_OUTCOME_OF = {"success": "version_succeeded", "failed": "version_failed"}
_OPEN = frozenset({"creating", "retrying"})
DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A version's status changed; `at` is unix time, by the local Zadig's clock."""

    at: float
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """An outcome that has to be told, and since when."""

    kind: str
    at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A message of the bot's in a channel; `folded` if it tells of other versions too."""

    kind: str
    at: float
    text: str
    folded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Hearing:
    """A channel that subscribed, and to what."""

    channel: str
    project: str
    cards: bool = True
    only_failures: bool = False

    def due(self, history: Iterable[Moment]) -> list[Due]:
        """The outcomes that this channel has to hear of a version, oldest first."""
        found: list[Due] = []
        before = ""
        for moment in history:
            kind = _OUTCOME_OF.get(moment.status)
            if moment.status == DELETED:
                kind = "version_gone" if before in _OPEN else self._deleted(found)
            if kind and not (self.only_failures and kind == "version_succeeded"):
                found.append(Due(kind=kind, at=moment.at))
            before = moment.status
        return found

    def _deleted(self, told: Sequence[Due]) -> str:
        """It is told in a thread, where there is anything that could have one."""
        return "version_deleted" if self.cards or told else ""


class Record:
    """Writes down every change of every version of a local Zadig, from now on."""

    def __init__(self, zadig: Zadig) -> None:
        self._zadig = zadig
        self.histories: dict[tuple[str, str], list[Moment]] = defaultdict(list)
        self._from_before = {version.id for version in zadig.versions}

    @asynccontextmanager
    async def kept(self) -> AsyncIterator["Record"]:
        task = asyncio.create_task(self._keep(), name="record")
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    @property
    def at_rest(self) -> bool:
        """Whether no version of it is being made."""
        return not any(history[-1].status in _OPEN for history in self.histories.values())

    async def _keep(self) -> None:
        async with self._zadig.events.watching() as queue:
            while (event := await queue.get()) is not None:
                if event["type"] == "version" and event["version"]["id"] not in self._from_before:
                    self._note(event["project"], event["version"])

    def _note(self, project: str, version: Mapping[str, object]) -> None:
        history = self.histories[project, str(version["name"])]
        status = DELETED if version["deleted"] else str(version["status"])
        if not history or history[-1].status != status:
            history.append(Moment(at=self._zadig.now(), status=status))


@dataclass(kw_only=True)
class Tally:
    """How the books stand, after so many faults.

    `late` are seconds from the moment in Zadig to the message, of outcomes that were told.
    """

    faults: int = 0
    expected: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    late: list[float] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return not (self.lost or self.doubled or self.disordered or self.outdated)

    @property
    def latest(self) -> float:
        return max(self.late, default=0.0)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.late)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            faults=self.faults + other.faults,
            expected=self.expected + other.expected,
            lost=self.lost + other.lost,
            doubled=self.doubled + other.doubled,
            disordered=self.disordered + other.disordered,
            outdated=self.outdated + other.outdated,
            late=self.late + other.late,
        )

    def __str__(self) -> str:
        return (
            f"faults {self.faults}, expected {self.expected}, lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"out of order {len(self.disordered)}, outdated cards {len(self.outdated)}, "
            f"late p50 {self.percentile(0.5):.1f} s, p99 {self.percentile(0.99):.1f} s, most {self.latest:.1f} s"
        )

    @property
    def complaints(self) -> str:
        lines = [
            f"{name}: {one}"
            for name in ("lost", "doubled", "disordered", "outdated")
            for one in getattr(self, name)
        ]
        return "\n".join([str(self), *lines])


def told(workspace: Workspace, channel: str) -> dict[tuple[str, str], list[Told]]:
    """The notifications that stand in a channel, by project and version, oldest first."""
    found: dict[tuple[str, str], list[Told]] = defaultdict(list)
    there = workspace.conversations.find(channel)
    assert there is not None
    for message in sorted(there.messages.values(), key=lambda one: float(one.ts)):
        metadata = message.metadata or {}
        if metadata.get("event_type") == MetadataEvent.POSTING:
            about, at = metadata["event_payload"], float(message.ts)
            if about["kind"] == FOLD:
                folded = about["versions"].split("\n")
                assert about["count"] == len(folded), "the message does not name all"
                for project, _, name in (one.partition("/") for one in folded):
                    found[project, name].append(Told(kind=about["of"], at=at, text=message.text, folded=True))
            else:
                found[about["project"], about["version_name"]].append(
                    Told(kind=about["kind"], at=at, text=message.text)
                )
    return found


def balance(record: Record, workspace: Workspace, hearings: Iterable[Hearing]) -> Tally:
    """Compare the books; each card and each outcome of each version counts once for each channel."""
    tally = Tally()
    for hearing in hearings:
        here = told(workspace, hearing.channel)
        for (project, name), history in record.histories.items():
            if project == hearing.project:
                _compare(tally, hearing, name, history, here.get((project, name), []))
    return tally


def _compare(tally: Tally, hearing: Hearing, name: str, history: list[Moment], here: list[Told]) -> None:
    where = f"{name} in {hearing.channel}"
    due = hearing.due(history)
    outcomes = [one for one in here if one.kind != CARD]
    cards = [one for one in here if one.kind == CARD]
    # What is told together with others needs no card first, and does not wait for one.
    folded = any(one.folded for one in outcomes)
    wanted = Counter([one.kind for one in due] + [CARD] * (hearing.cards and (bool(cards) or not folded)))
    there = Counter(one.kind for one in here)
    tally.expected += wanted.total()
    tally.lost += [f"{kind} of {where}" for kind in (wanted - there).elements()]
    tally.doubled += [f"{kind} of {where}" for kind in (there - wanted).elements()]
    if wanted == there:
        tally.outdated += [f"{where}: {one.text!r}" for one in _outdated(outcomes, history)]
        if not folded and not _in_order(cards, outcomes, due):
            tally.disordered.append(f"{where}: {[one.kind for one in here]}")
        if cards and _standing(history) not in cards[0].text:
            tally.outdated.append(f"{where}: {cards[0].text!r} is {history[-1].status}")
        if not folded:
            tally.late += [max(0.0, one.at - one_due.at) for one, one_due in zip(outcomes, due, strict=True)]


def _outdated(outcomes: list[Told], history: list[Moment]) -> list[Told]:
    """Messages that stand and do not say what has become of their version since."""
    if history[-1].status == DELETED:
        return [one for one in outcomes if not one.folded and "deleted in Zadig" not in one.text]
    over = [one for one in outcomes[:-1] if one.kind == _OUTCOME_OF["failed"] and not one.folded]
    return [one for one in over if not one.text.endswith("on retry")]


def _in_order(cards: list[Told], outcomes: list[Told], due: list[Due]) -> bool:
    """A message that tells much together grows by edits: when it began says nothing about what came into it later."""
    card_first = not (cards and outcomes) or cards[0].at <= outcomes[0].at
    return card_first and [one.kind for one in outcomes] == [one.kind for one in due]


def _standing(history: list[Moment]) -> str:
    """What the card has to say in the end."""
    status = history[-1].status
    return "was deleted in Zadig" if status == DELETED else STANDINGS[Status(status)]
