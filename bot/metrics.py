"""Figures for operators at `/metrics`: every log line with an `action` counts, and a few things are timed."""

import logging

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)


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
        self.zadig_requests = Histogram(
            "release_bot_zadig_request_seconds",
            "Requests to Zadig by purpose and status (0: no answer)",
            ["purpose", "status"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.backlog = Gauge(
            "release_bot_outbox_waiting", "Postings that wait to be sent", registry=self.registry
        )

    def answered_slack(self, status: int, seconds: float) -> None:
        self.slack_requests.labels(str(status)).observe(seconds)

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
