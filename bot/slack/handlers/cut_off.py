"""After a crash: the user who had sent a form of which nothing came is told, and gets it back by a click."""

from bot.domain.drafts import Draft
from bot.domain.errors import Unavailable
from bot.domain.models import VersionReference
from bot.services.forms.drafts import CutOffRecovery, Wanted
from bot.slack.api import SlackApi
from bot.slack.create.flow import FLOW
from bot.slack.failures import SlackFailed
from bot.slack.metadata import Outdated
from bot.slack.views.offer import resume


class CutOff(Unavailable):
    """The bot was stopped between a form and Zadig's answer."""


async def tell_cut_off(recovering: CutOffRecovery, slack_api: SlackApi) -> None:
    """Tell every user whose form was cut off, once. Raises StoreDown."""
    for draft in await recovering.cut_off(FLOW.callback, _wanted):
        form = FLOW.read(draft)
        what = VersionReference(project=form.project, name=form.version_name)
        error = CutOff("The bot stopped before Zadig answered.")
        try:
            await slack_api.message(draft.user, resume(what, error, draft=draft.id))
        except SlackFailed:
            continue  # it is offered when they open the form the next time


def _wanted(draft: Draft) -> Wanted | None:
    try:
        form = FLOW.read(draft)
    except Outdated:
        return None
    return Wanted(
        project=form.project,
        version_name=form.version_name,
        instead_of=form.replaces.id if form.replaces else "",
    )
