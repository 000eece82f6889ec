"""What an older release of the bot has left in Slack: the user who clicks or submits it hears what to use instead."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from bot.slack.context import ClickRun, Context
from bot.slack.ids import Callback
from bot.slack.metadata import Outdated
from bot.slack.payloads import Clicked, Submitted, ViewState

# Which word opens a form anew.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        Callback.CREATE_VERSION: "create",
        Callback.IMAGE_TAGS: "create",
        Callback.IMAGE_LINES: "create",
        Callback.RETRY_VERSION: "retry",
        Callback.DELETE_VERSION: "delete",
    }
)


class _About(BaseModel):
    """What a value may still tell, whichever release wrote it."""

    project: str = Field(default="", validation_alias=AliasChoices("p", "project"))
    name: str = Field(default="", validation_alias=AliasChoices("v", "version_name", "name"))


def understood(run: ClickRun) -> ClickRun:
    """The same handler; where it cannot read what was clicked, the person hears what to use instead."""

    async def running(clicked: Clicked, ctx: Context) -> None:
        try:
            await run(clicked, ctx)
        except Outdated as error:
            raise _outdated(clicked, ctx) from error

    return running


async def unknown(clicked: Clicked, ctx: Context) -> None:
    """A button that no feature knows. Raises Outdated."""
    raise _outdated(clicked, ctx)


async def unknown_form(submitted: Submitted, ctx: Context) -> NoReturn:
    """A form that no feature knows. Raises Outdated."""
    raise Outdated.of("form", _anew(submitted.view, ctx.command))


def _outdated(clicked: Clicked, ctx: Context) -> Outdated:
    return Outdated.of("form" if clicked.modal else "message", _instead(clicked, ctx.command))


def _instead(clicked: Clicked, command: str) -> str:
    if clicked.view and not clicked.in_home:
        return _anew(clicked.view, command)
    about = _read(clicked.value)
    if about.project and about.name:
        return _typed(f"{command} show {about.project}/{about.name}")
    return _typed(f"{command} list {about.project}" if about.project else f"{command} help")


def _anew(view: ViewState, command: str) -> str:
    return _typed(f"{command} {WORDS.get(view.callback_id, 'help')}")


def _typed(text: str) -> str:
    """In code, so that it reads as something to type; escaped where it is shown."""
    return f"`{text.replace('`', '')}`"


def _read(value: str) -> _About:
    try:
        return _About.model_validate_json(value)
    except ValidationError:
        return _About()
