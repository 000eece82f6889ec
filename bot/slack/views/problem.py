"""What went wrong, in words, and the details behind it for those who ask."""

from collections.abc import Iterator

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    Defect,
    NameTaken,
    NotAllowed,
    NotRetryable,
    Refused,
    ReleaseBotError,
    Unavailable,
)
from bot.domain.models import Status
from bot.domain.requests import FieldError
from bot.slack.ids import OF, Callback, Click
from bot.slack.text import clean, code, phrase, sentence, whom_to_ask
from bot.slack.views.blocks import (
    BUTTON_VALUE,
    TEXT,
    Block,
    Message,
    View,
    actions,
    button,
    context,
    modal,
    say,
    section,
)
from bot.slack.views.rich import preformatted, rich
from bot.slack.views.version_actions import buttons, recreate

FIELDS = 10
FIELD_TEXT = 250

# From the special to the general: the first class that fits.
SYMBOLS: tuple[tuple[type[ReleaseBotError], str], ...] = (
    (Refused, ":no_entry_sign:"),
    (Unavailable, ":electric_plug:"),
    (Defect, ":beetle:"),
    (ReleaseBotError, ":warning:"),
)
NOT_FORESEEN = "Sorry, something went wrong in the bot."
NOT_SAID = "That did not work."
WHOM_TO_TELL = "If it happens again, give the reference to the people who run the bot."


def problem(error: ReleaseBotError | None, *, reference: str) -> Message:
    """An error of ours, or None for one that was not foreseen. `reference` is the id under which the log has it.

    Errors that the person can set right themselves show no reference.
    """
    if error is None:
        return say(
            f"{NOT_FORESEEN} {WHOM_TO_TELL} Reference: {code(reference)}.",
            section(f":warning: {NOT_FORESEEN}\n{WHOM_TO_TELL}"),
            _reference(reference),
        )
    what, remedy = _sentence(error), sentence(error.remedy)
    symbol = next(symbol for kind, symbol in SYMBOLS if isinstance(error, kind))
    return say(
        f"{what} {remedy}".strip(),
        section(f"{symbol} {what}\n{remedy}".strip()),
        *_whom_to_ask(error),
        *actions([*_ways_out(error), *details_button(error.raw)]),
        *([] if isinstance(error, Refused) else [_reference(reference)]),
    )


def in_words(error: ReleaseBotError | None, *, reference: str) -> str:
    """The same as plain text, for places that take nothing else."""
    if error is None:
        return f"{NOT_FORESEEN} {WHOM_TO_TELL} Reference: {reference}."
    text = " ".join(part for part in (str(error), error.remedy) if part) or NOT_SAID
    return text if isinstance(error, Refused) else f"{text} Reference: {reference}."


def _sentence(error: ReleaseBotError) -> str:
    if isinstance(error, BadInput) and error.fields:
        return "\n".join(_field_lines(error.fields))
    return sentence(str(error)) or NOT_SAID


def _field_lines(fields: tuple[FieldError, ...]) -> Iterator[str]:
    if len(fields) == 1:
        yield sentence(fields[0].text) or NOT_SAID
        return
    yield "Some fields need a change:"
    for one in fields[:FIELDS]:
        yield f"• *{_field_name(one.field)}*: {sentence(one.text, FIELD_TEXT) or NOT_SAID}"
    if len(fields) > FIELDS:
        yield f"• and {len(fields) - FIELDS} more."


def _field_name(field: str) -> str:
    """`image_tag:cart/app` reads `image tag of cart/app`."""
    name, _, thing = field.partition(OF)
    return phrase(f"{name.replace('_', ' ')} of {thing}" if thing else name.replace("_", " "))


def _ways_out(error: ReleaseBotError) -> list[Block]:
    match error:
        case NameTaken(version=version):
            return buttons(version, {"show"})
        case CreatedButFailed(version=version):
            return buttons(version, {"show", "retry", "recreate", "delete"})
        case NotRetryable(status=Status.FAILED, reference=reference):
            return recreate(reference)
        case _:
            return []


def _whom_to_ask(error: ReleaseBotError) -> Iterator[Block]:
    if isinstance(error, NotAllowed) and error.may:
        yield context(whom_to_ask(error.may))


def _reference(reference: str) -> Block:
    return context(f"Reference {code(reference)}")


MEANT_FOR = "The original response, for the people who run the bot and Zadig."


def details_button(raw: str) -> list[Block]:
    """A button that shows what rides along in its value; none where nothing was said. Anyone may press it."""
    value = clean(raw).strip()[:BUTTON_VALUE]
    return [button("Details", Click.DETAILS, value)] if value else []


def details(raw: str) -> Message:
    """As a message."""
    return say("The original response.", *_blocks(raw))


def details_view(raw: str, *, draft: str) -> View:
    """As a view over a modal."""
    return modal(Callback.NOTICE, "Details", _blocks(raw), draft=draft, close="Back")


def _blocks(raw: str) -> list[Block]:
    return [rich(preformatted(raw, TEXT)), context(MEANT_FOR)]
