"""What Slack sends, read once into typed values: commands, clicks, submissions, closings, suggestions, opening Home.

Only what the bot cannot do without is required; everything else may be missing or null. `read` raises
pydantic.ValidationError. Shapes: https://docs.slack.dev/reference/interaction-payloads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeVar

from pydantic import AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field

from bot.slack.metadata import FormMetadata

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
Acknowledgement = dict[str, Any]  # what Slack is acknowledged with, as keyword arguments of Bolt's `ack`
T = TypeVar("T")


# The subtypes with which people speak: none, with a file, and a reply that is shown in the channel as well.
_SAID = frozenset({"", "file_share", "thread_broadcast"})


def _or_nothing(nothing: T) -> BeforeValidator:
    return BeforeValidator(lambda value: nothing if value is None else value)


Text = Annotated[str, _or_nothing("")]


def _at(first: str, *further: str | int) -> Any:
    return Field(validation_alias=AliasPath(first, *further))


def _anywhere(*places: AliasPath) -> Any:
    """The first of these places in which something stands, else nothing."""
    return Field(default="", validation_alias=AliasChoices(*places))


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        return cls.model_validate(body)


class Input(_Read):
    """What of a view's blocks matters: where people type."""

    type: str
    block_id: Text = ""


class ViewState(_Read):
    """A view as Slack hands it back: what it was (`callback_id`, `private_metadata`) and what was typed (`values`).

    `root_view_id` is the view at the bottom, its own where nothing lies below.
    """

    id: str
    root_view_id: Text = ""
    type: Text = ""
    callback_id: Text = ""
    private_metadata: Text = ""
    title: Text = _anywhere(AliasPath("title", "text"))
    blocks: Annotated[tuple[Input, ...], _or_nothing(())] = ()
    values: Annotated[Values, _or_nothing({})] = Field(
        default_factory=dict, validation_alias=AliasPath("state", "values")
    )

    @property
    def first_input(self) -> str:
        """The block id of the first input, under which an error can stand; empty if there is none."""
        return next((block.block_id for block in self.blocks if block.type == "input"), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who acts and where, as a payload says it: `team` is the user's own, `channel` where they act.

    `thread` is the `ts` of the message in whose thread that is. `here`: Slack says that it happens in this channel now; else
    it is where the form was opened that they act in.
    """

    user: str
    team: str = ""
    channel: str = ""
    thread: str = ""
    here: bool = True


class Asked(_Read):
    """A user typed or clicked: in a message, which has a `channel` and a `response_url`, or in a `view`, which has neither."""

    user: str = _at("user", "id")
    team: Text = _anywhere(AliasPath("user", "team_id"))  # the user's own, as far as the payload says
    channel: Text = _anywhere(AliasPath("channel", "id"), AliasPath("container", "channel_id"))
    trigger_id: Text = ""
    response_url: Text = ""
    view: ViewState | None = None

    @property
    def modal(self) -> str:
        """The id of the modal in which it happened; empty elsewhere."""
        return self.view.id if self.view and self.view.type == "modal" else ""

    @property
    def in_home(self) -> bool:
        return self.view is not None and self.view.type == "home"

    @property
    def thread(self) -> str:
        """The `ts` of the message in whose thread it happened; empty in the channel itself. No command is typed in a thread."""
        return ""

    @property
    def caller(self) -> Caller:
        """Slack says of a message in which channel it stands; of a form only the form itself says where it was opened."""
        form = FormMetadata.places(self.view.private_metadata if self.view else "")
        return Caller(
            user=self.user,
            team=self.team,
            channel=self.channel or form.opened_in,
            thread=self.thread if self.channel else form.thread,
            here=bool(self.channel),
        )


class Typed(Asked):
    """A slash command: `text` is everything behind it. The same was said to the bot, or stands on a button, where `read_*` says so."""

    user: str = _at("user_id")
    team: Text = Field(default="", validation_alias="team_id")
    channel: str = _at("channel_id")
    channel_name: Text = ""
    command: str
    text: Text = ""
    thread_ts: Text = ""

    @property
    def thread(self) -> str:
        """As in `Asked`; Slack runs no command in a thread, but people speak there and click."""
        return self.thread_ts

    @property
    def in_group_message(self) -> bool:
        """Whether it was typed in a direct message of several people; https://docs.slack.dev/reference/objects/conversation-object."""
        return self.channel_name.startswith("mpdm-")


class Clicked(Asked):
    """A user used an element. `value` is the button's or the chosen option's."""

    action_id: str = _at("actions", 0, "action_id")
    block_id: Text = _anywhere(AliasPath("actions", 0, "block_id"))
    value: Text = _anywhere(
        AliasPath("actions", 0, "value"), AliasPath("actions", 0, "selected_option", "value")
    )
    message: Text = _anywhere(AliasPath("container", "message_ts"), AliasPath("message", "ts"))
    parent: Text = _anywhere(AliasPath("container", "thread_ts"), AliasPath("message", "thread_ts"))

    def as_typed(self, command: str) -> Typed:
        """The command line that a button or an option carries, with the click's trigger."""
        more = {"trigger_id": self.trigger_id, "response_url": self.response_url}
        return _typed(self, self.value, command, self.thread, **more)

    @property
    def thread(self) -> str:
        """As in `Asked`; a message with replies is its own parent, and stands in the channel."""
        return "" if self.parent == self.message else self.parent


class Spoken(_Read):
    """A user said something to the bot: in a direct message, or with a mention. `ts` is the message's id in its channel.

    https://docs.slack.dev/reference/events/app_mention and /message.im.
    """

    user: Text = _anywhere(AliasPath("event", "user"))
    team: Text = _anywhere(AliasPath("event", "user_team"), AliasPath("event", "team"))
    channel: str = _at("event", "channel")
    ts: str = _at("event", "ts")
    text: Text = _anywhere(AliasPath("event", "text"))
    subtype: Text = _anywhere(AliasPath("event", "subtype"))
    bot: Text = _anywhere(AliasPath("event", "bot_id"))
    thread_ts: Text = _anywhere(AliasPath("event", "thread_ts"))
    edited: Any = Field(default=None, validation_alias=AliasPath("event", "edited"))
    hidden: Annotated[bool, _or_nothing(False)] = Field(
        default=False, validation_alias=AliasPath("event", "hidden")
    )
    kind: Text = _anywhere(AliasPath("event", "type"))
    channel_type: Text = _anywhere(AliasPath("event", "channel_type"))

    @property
    def is_for_the_bot(self) -> bool:
        """False for what bots say, the bot itself among them, for edits, for who joins and leaves, and for what is said to others."""
        said = not (self.bot or self.edited or self.hidden) and self.subtype in _SAID
        return bool(said and self.user) and (
            self.kind == "app_mention" or self.channel_type == "im" or self.channel.startswith("D")
        )

    def as_typed(self, text: str, command: str) -> Typed:
        """The same as a command whose words are `text`; there is no trigger to open a form with."""
        return _typed(self, text, command, self.thread_ts)


def _typed(said: "Clicked | Spoken", text: str, command: str, thread: str, **more: str) -> Typed:
    who = {"user_id": said.user, "team_id": said.team, "channel_id": said.channel}
    return Typed.read({**who, "command": command, "text": text, "thread_ts": thread, **more})


class Submitted(Asked):
    view: ViewState


class Closed(Asked):
    """A user closed a modal without submitting it; Slack does not say what was typed.

    With `is_cleared` all that lay over each other are gone, and `view` is the one at the bottom.
    """

    view: ViewState
    is_cleared: bool = False


class Suggesting(Asked):
    block_id: Text = ""
    value: Text = ""


class Opened(Asked):
    user: str = _at("event", "user")
    tab: Text = Field(default="home", validation_alias=AliasPath("event", "tab"))
    event_id: Text = ""

    @property
    def in_home(self) -> bool:
        return self.tab == "home"
