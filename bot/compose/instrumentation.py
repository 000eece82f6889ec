"""What looks and posts come to, as figures: the observers that connect the services with the metrics."""

from collections.abc import Callable

from bot.domain.ports import Clock, Never, PollClaim, Posted, Posting, PostResult, TryLater, Unclear
from bot.metrics import Metrics
from bot.services.delivery.notifier import OnPost
from bot.services.polling.poll_run import PollReport
from bot.services.polling.poller import OnPoll
from bot.slack.views.notifications import is_late

_WORDS = {Posted: "edited", TryLater: "later", Never: "dropped", Unclear: "unclear"}


def counting_polls(metrics: Metrics) -> OnPoll:
    """Counts looks that are over."""

    def count(claim: PollClaim, polled: PollReport, seconds: float) -> None:
        metrics.polled(polled.result, seconds, claim.late)

    return count


def counting_posts(metrics: Metrics, clock: Clock, *, on_refusal: Callable[[], None]) -> OnPost:
    """Counts attempts to post, and times what stands new in Slack; `on_refusal` hears of those that concern all channels."""

    def count(posting: Posting, result: PostResult) -> None:
        kind = posting.notification.kind
        if isinstance(result, Posted) and not posting.message:
            waited = max(0.0, clock.now().timestamp() - posting.created_at)
            late = is_late(posting.notification, int(waited))
            metrics.posted("posted", kind, waited=waited, late=late)
        else:
            metrics.posted(_WORDS[type(result)], kind)
        if isinstance(result, TryLater) and result.whole_workspace:
            on_refusal()

    return count
