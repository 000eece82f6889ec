"""From a version that exists to the next one like it, or to the same once more where a retry cannot work."""

from bot.domain.errors import NotFailed
from bot.domain.models import Status
from bot.slack.forms.create_template import from_version
from bot.slack.forms.create_version import CreateForm
from bot.slack.handlers.creating import earlier, open_on
from bot.slack.handlers.modals import Sheet
from bot.slack.metadata import VersionAction
from bot.slack.parts import Parts
from bot.slack.payloads import Clicked


async def use_as_template(clicked: Clicked, parts: Parts, action: VersionAction) -> None:
    """The form filled in from a version, under the next name."""

    async def beginning(sheet: Sheet) -> CreateForm:
        details = await parts.versions.show(action.reference, channel=clicked.channel)
        form = from_version(details, today=parts.remembering.today)
        return form.changed(earlier=await earlier(sheet, parts))

    await open_on(clicked, beginning, parts)


async def recreate(clicked: Clicked, parts: Parts, action: VersionAction) -> None:
    """The form filled in from a failed version, under its own name: submitting deletes it first."""

    async def beginning(_: Sheet) -> CreateForm:
        details = await parts.versions.show(action.reference, channel=clicked.channel)
        if details.version.status is not Status.FAILED:
            raise NotFailed(details.version)
        await parts.actor.must_change_made(details.version.reference)
        return from_version(details, today=parts.remembering.today, again=True)

    await open_on(clicked, beginning, parts)
