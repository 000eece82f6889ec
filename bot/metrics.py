"""Figures for operators at `/metrics`: every log line with an `action` counts, and a few things are timed."""

import logging

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.polls import Figures

_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_WAITS = (0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 900, 3600)


class Metrics:
    """The bot's own registry, so that two bots in one process do not mix their figures."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.actions = Counter(
            "release_bot_actions",
            "Log lines by action and level",
            ["action", "level"],
            registry=self.registry,
        )
        self.slack_requests = Histogram(
            "release_bot_slack_request_seconds",
            "Answers to requests from Slack",
            ["status"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._answers: dict[int, Histogram] = {}
        self.zadig_requests = Histogram(
            "release_bot_zadig_request_seconds",
            "Requests to Zadig by purpose and status (0: no answer)",
            ["purpose", "status"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._count_polls()
        self._count_posts()

    def _count_polls(self) -> None:
        self.looks = Counter(
            "release_bot_looks", "Looks at projects by result", ["result"], registry=self.registry
        )
        self.look_seconds = Histogram(
            "release_bot_look_seconds",
            "How long looks take, from reading what is known to writing it down",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.look_lateness = Histogram(
            "release_bot_look_late_seconds",
            "How long projects have been due when they are looked at",
            registry=self.registry,
            buckets=_WAITS,
        )
        self.looks_allowed = Gauge(
            "release_bot_looks_allowed",
            "Looks that may be under way at once; falls while Zadig struggles",
            registry=self.registry,
        )
        self.projects = Gauge("release_bot_projects", "Projects that are followed", registry=self.registry)
        self.projects_failing = Gauge(
            "release_bot_projects_failing", "Projects whose last look failed", registry=self.registry
        )

    def _count_posts(self) -> None:
        self.posts = Counter(
            "release_bot_posts",
            "Attempts to post by result and kind of notification",
            ["result", "kind"],
            registry=self.registry,
        )
        self.post_wait = Histogram(
            "release_bot_post_wait_seconds",
            "From a notification's being written down to its message in Slack, edits left out",
            registry=self.registry,
            buckets=_WAITS,
        )
        self.late_posts = Counter(
            "release_bot_posts_late",
            "Messages that said themselves that they came late",
            registry=self.registry,
        )
        self.backlog = Gauge(
            "release_bot_outbox_waiting", "Postings that wait to be sent", registry=self.registry
        )
        self.backlog_age = Gauge(
            "release_bot_outbox_oldest_seconds",
            "How long the oldest of them has waited",
            registry=self.registry,
        )

    def polled(self, result: str, seconds: float, late: float) -> None:
        """A poll is over; `late` is for how many seconds its project had been due."""
        self.looks.labels(result).inc()
        self.look_seconds.observe(seconds)
        self.look_lateness.observe(late)

    def posted(self, result: str, kind: str, *, waited: float | None = None, late: bool = False) -> None:
        """An attempt to post is over; `waited` seconds if a new message stands."""
        self.posts.labels(result, kind).inc()
        if waited is not None:
            self.post_wait.observe(waited)
        if late:
            self.late_posts.inc()

    def counted(self, figures: Figures | None) -> None:
        """What the database says; NaN where it does not answer."""
        nothing = float("nan")
        self.backlog.set(figures.waiting if figures else nothing)
        self.backlog_age.set(figures.oldest if figures else nothing)
        self.projects.set(figures.projects if figures else nothing)
        self.projects_failing.set(figures.failing if figures else nothing)

    def answered_slack(self, status: int, seconds: float) -> None:
        answers = self._answers.get(status)
        if answers is None:
            answers = self._answers[status] = self.slack_requests.labels(str(status))
        answers.observe(seconds)

    def asked_zadig(self, purpose: str, status: int, seconds: float) -> None:
        self.zadig_requests.labels(purpose, str(status)).observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus's text format."""
        return generate_latest(self.registry)


class CountActions(logging.Handler):
    """Counts log lines by their `action`: what is worth a line is worth a figure."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__(logging.INFO)
        self._metrics = metrics

    def emit(self, record: logging.LogRecord) -> None:
        action = getattr(record, "action", None)
        if isinstance(action, str):
            self._metrics.actions.labels(action, record.levelname.lower()).inc()
