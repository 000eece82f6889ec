"""Any history of a project, seen through looks: every attempt's end is told exactly once, and nothing else is."""

from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain.changes import OUTCOMES, Change, Poll, Seen, Transition, changes, observe
from bot.domain.models import Status, Version
from bot.domain.notifications import outcome_key
from tests.domain.samples import STALLED_AFTER, START, progress, version

NAMES = st.sampled_from(["v1", "v2", "v3"])
STATUSES = st.sampled_from(list(Status))
ENDS = {Status.SUCCESS: Transition.SUCCEEDED, Status.FAILED: Transition.FAILED}
GONE = Transition.GONE

Told = Counter[tuple[str, int, Transition]]


@dataclass
class Life:
    """What a look last saw of a name: which life, in which status, and which of its attempts."""

    created_at: int
    status: Status
    gone: bool = False


class Histories(RuleBasedStateMachine):
    """A project that changes at random between looks, beside a model that says what a look has to tell."""

    @initialize(names=st.sets(NAMES), status=STATUSES)
    def first_look(self, names: set[str], status: Status) -> None:
        self.now = START
        self.ids = 0
        self.live: dict[str, Version] = {}
        self.hints: set[str] = set()
        self.keys: Counter[str] = Counter()
        self.stalls: Counter[tuple[str, int]] = Counter()
        for name in names:
            self.live[name] = self._born(name, status)
        self.memory: dict[str, Seen] = {}
        self._observe()
        self.model = {name: Life(one.created_at, one.status) for name, one in self.live.items()}

    def _born(self, name: str, status: Status) -> Version:
        self.now += 1
        self.ids += 1
        return version(name, status, created_at=self.now, id=f"{self.ids:024x}")

    def _observe(self) -> tuple[Change, ...]:
        gone = frozenset(
            name for name, seen in self.memory.items() if name not in self.live and not seen.gone
        )
        listed = tuple(sorted(self.live.values(), key=lambda one: -one.created_at))
        self.last = Poll(at=self.now, versions=listed, gone=gone)
        before, self.memory = (
            self.memory,
            observe(self.memory, self.last, stalled_after=STALLED_AFTER, restarted=frozenset(self.hints)),
        )
        self.hints = set()
        return changes(before, self.memory)

    @rule(name=NAMES, status=STATUSES)
    def created(self, name: str, status: Status) -> None:
        if name not in self.live:
            self.live[name] = self._born(name, status)

    @rule(name=NAMES, status=STATUSES, done=st.integers(0, 3))
    def moves(self, name: str, status: Status, done: int) -> None:
        if name in self.live:
            moved = replace(self.live[name], status=status, status_word=str(status))
            self.live[name] = replace(moved, progress=progress(done) if done else None)

    @rule(name=NAMES, status=st.sampled_from([Status.RETRYING, Status.FAILED, Status.SUCCESS]))
    def retried_through_the_bot(self, name: str, status: Status) -> None:
        """Only failed versions can be retried; how far it came when the look looks is up to chance."""
        if name in self.live and self.live[name].status is Status.FAILED:
            self.live[name] = replace(self.live[name], status=status, status_word=str(status))
            self.hints.add(name)

    @rule(name=NAMES)
    def deleted(self, name: str) -> None:
        self.live.pop(name, None)

    @rule()
    def upgraded(self) -> None:
        for name, one in self.live.items():
            self.ids += 1
            self.live[name] = replace(one, id=f"{self.ids:024x}")

    @rule(seconds=st.sampled_from([1, 10, 600, STALLED_AFTER]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def looked_at(self) -> None:
        expected = self._expected()
        happened = self._observe()
        told: Told = Counter(
            (change.seen.version.name, change.seen.version.created_at, change.transition)
            for change in happened
            if change.transition in OUTCOMES and change.transition is not Transition.STALLED
        )
        assert told == expected
        for change in happened:
            self._count(change)

    def _expected(self) -> Told:
        expected: Told = Counter()
        for name in {*self.live, *self.model}:
            for created_at, transition in self._told_of(name):
                expected[name, created_at, transition] += 1
        return expected

    def _told_of(self, name: str) -> list[tuple[int, Transition]]:
        before, now = self.model.get(name), self.live.get(name)
        if now is None:
            if before is None or before.gone:
                return []
            before.gone = True
            return [(before.created_at, GONE)]
        self.model[name] = Life(now.created_at, now.status)
        end = [(now.created_at, ENDS[now.status])] if now.status in ENDS else []
        if before is None:
            return end
        if before.created_at != now.created_at:
            return [*([] if before.gone else [(before.created_at, GONE)]), *end]
        same_end = before.status is now.status and name not in self.hints
        return [] if same_end else end

    def _count(self, change: Change) -> None:
        if change.transition is Transition.STALLED:
            self.stalls[change.seen.version.name, change.seen.since] += 1
        if change.transition in OUTCOMES:
            self.keys[outcome_key("C1", change.seen, change.transition)] += 1

    @precondition(lambda self: bool(self.live))
    @rule()
    def the_same_look_again(self) -> None:
        self.looked_at()
        again = observe(self.memory, self.last, stalled_after=STALLED_AFTER)
        assert changes(self.memory, again) == ()

    @invariant()
    def no_outcome_has_been_told_twice(self) -> None:
        assert all(count == 1 for count in self.keys.values())
        assert all(count == 1 for count in self.stalls.values())


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)

some_versions = st.builds(
    version,
    NAMES,
    STATUSES,
    created_at=st.integers(START - 9, START),
    progress=st.none() | st.builds(progress, st.integers(0, 3)),
    labels=st.none() | st.just(("hot",)),
)
some_looks = st.builds(
    Poll,
    at=st.integers(START, START + 2 * STALLED_AFTER),
    versions=st.lists(some_versions, unique_by=lambda one: one.name).map(tuple),
    gone=st.frozensets(NAMES, max_size=1),
).filter(lambda poll: not poll.gone & {one.name for one in poll.versions})


@given(st.lists(some_looks, min_size=1, max_size=6))
def test_whatever_was_seen_before_the_same_look_twice_is_no_change(looks: list[Poll]) -> None:
    memory: dict[str, Seen] = {}
    for poll in sorted(looks, key=lambda one: one.at):
        memory = observe(memory, poll, stalled_after=STALLED_AFTER)
        assert changes(memory, observe(memory, poll, stalled_after=STALLED_AFTER)) == ()


@given(st.lists(some_looks, min_size=1, max_size=6))
def test_no_life_of_a_name_counts_back(looks: list[Poll]) -> None:
    memory: dict[str, Seen] = {}
    for poll in sorted(looks, key=lambda one: one.at):
        before, memory = memory, observe(memory, poll, stalled_after=STALLED_AFTER)
        for name in before.keys() & memory.keys():
            assert memory[name].epoch >= before[name].epoch
