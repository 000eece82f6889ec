"""What every modal has in common: it opens at once, is filled when Zadig has answered, and survives being closed."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.domain.drafts import Draft
from bot.domain.errors import BadInput, NameTaken, Refused, Rejected, ReleaseBotError
from bot.domain.requests import Field, FieldError
from bot.slack.errors import InModal
from bot.slack.metadata import FormMetadata
from bot.slack.parts import Answer, Parts
from bot.slack.talk import TriggerSpent, ViewGone
from bot.slack.text import code
from bot.slack.views.notice import loading, working
from bot.slack.views.said import Said, View


class TooLate(Refused):
    """Slack gives three seconds to open a form."""

    remedy = "Please try again."


async def begin(
    trigger_id: str, draft: Draft, title: str, fill: Callable[[str], Coroutine[Any, Any, None]], parts: Parts
) -> None:
    """Open the modal within the trigger's three seconds, then `fill` it, given its view id. Raises TooLate."""
    try:
        view_id = await parts.talk.open(trigger_id, loading(title, draft=draft.id))
    except TriggerSpent as error:
        raise TooLate("The form could not open: it took more than three seconds.") from error
    await parts.funnel.run(fill(view_id), _in_modal(view_id, draft, title, parts))


def go_on(work: Coroutine[Any, Any, None], draft: Draft, view_id: str, title: str, parts: Parts) -> None:
    """Work that goes on after a submission has been answered; errors are told in the modal."""
    parts.tasks.start(parts.funnel.run(work, _in_modal(view_id, draft, title, parts)), name=draft.form)


def _in_modal(view_id: str, draft: Draft, title: str, parts: Parts) -> InModal:
    return InModal(talk=parts.talk, view_id=view_id, user=draft.user, title=title)


async def kept(private_metadata: str, parts: Parts) -> Draft:
    """The draft behind a modal. Raises NotFound if it has been cleaned up."""
    return await parts.drafting.get(FormMetadata.unpack(private_metadata).draft)


def asking(title: str, project: str, version_name: str, draft: Draft) -> Answer:
    """The answer to a submission that is being worked on."""
    what = f"Asking Zadig for {code(f'{project}/{version_name}')} …"
    return {"response_action": "update", "view": working(title, what, draft=draft.id)}


async def show(draft: Draft, view_id: str, view: View, otherwise: Said | None, parts: Parts) -> None:
    """Change the modal; if the person has closed it, say `otherwise` in a direct message."""
    try:
        await parts.talk.update(view_id, view)
    except ViewGone:
        if otherwise is not None:
            await parts.talk.message(draft.user, otherwise)


async def attempt(
    doing: Awaitable[None],
    *,
    give_back: Callable[[ReleaseBotError, tuple[FieldError, ...], tuple[str, ...]], Awaitable[None]],
    final: tuple[type[ReleaseBotError], ...],
    parts: Parts,
) -> bool:
    """True if it worked. Errors of `final` are raised; for all others the form is given back with the reasons."""
    try:
        await doing
    except final:
        raise
    except ReleaseBotError as error:
        parts.funnel.note(error)
        problems, notes = blame(error)
        await give_back(error, problems, notes)
        return False
    return True


def blame(error: ReleaseBotError) -> tuple[tuple[FieldError, ...], tuple[str, ...]]:
    """Which field an error belongs under; what belongs under none becomes a note on top."""
    text = " ".join(part for part in (str(error), error.remedy) if part)
    match error:
        case BadInput(fields=fields):
            return fields, ()
        case NameTaken():
            return (FieldError(field=Field.VERSION_NAME, text=text),), ()
        case Rejected(field=field) if field:
            return (FieldError(field=field, text=text),), ()
        case _:
            return (), (text,)
