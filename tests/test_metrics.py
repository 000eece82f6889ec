"""Figures: what is worth a log line is worth a figure, and each bot has its own."""

import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import CountActions, Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def counted(metrics: Metrics) -> logging.Logger:
    logger = logging.Logger("a logger of ours", logging.DEBUG)  # noqa: LOG001 - nobody else is to hear it
    logger.addHandler(CountActions(metrics))
    return logger


def samples(metrics: Metrics) -> dict[str, float]:
    """Every sample as Prometheus would read it, by name and labels."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        sample.name
        + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def test_lines_are_counted_by_action_and_level(metrics: Metrics, counted: logging.Logger) -> None:
    for _ in range(3):
        counted.info("posted", extra={"action": "posted"})
    counted.error("posted", extra={"action": "posted"})
    found = samples(metrics)
    assert found["release_bot_actions_total action=posted level=info"] == 3
    assert found["release_bot_actions_total action=posted level=error"] == 1


def test_lines_without_an_action_and_details_are_not_counted(
    metrics: Metrics, counted: logging.Logger
) -> None:
    counted.warning("something")
    counted.warning("something", extra={"action": 7})
    counted.debug("detail", extra={"action": "detail"})
    assert not [name for name in samples(metrics) if name.startswith("release_bot_actions_total")]


def test_answers_to_slack_and_requests_to_zadig_are_timed(metrics: Metrics) -> None:
    metrics.answered_slack(200, 0.002)
    metrics.answered_slack(401, 0.0001)
    metrics.asked_zadig("list", 200, 0.2)
    metrics.asked_zadig("list", 0, 99)
    found = samples(metrics)
    assert found["release_bot_slack_request_seconds_count status=200"] == 1
    assert found["release_bot_slack_request_seconds_bucket le=0.001 status=200"] == 0
    assert found["release_bot_slack_request_seconds_bucket le=0.003 status=200"] == 1
    assert found["release_bot_slack_request_seconds_bucket le=0.001 status=401"] == 1
    assert found["release_bot_zadig_request_seconds_sum purpose=list status=200"] == pytest.approx(0.2)
    assert found["release_bot_zadig_request_seconds_bucket le=10.0 purpose=list status=0"] == 0
    assert found["release_bot_zadig_request_seconds_bucket le=+Inf purpose=list status=0"] == 1


def test_two_bots_in_one_process_do_not_mix_their_figures(metrics: Metrics) -> None:
    other = Metrics()
    other.backlog.set(7)
    assert samples(metrics)["release_bot_outbox_waiting"] == 0
    assert samples(other)["release_bot_outbox_waiting"] == 7
