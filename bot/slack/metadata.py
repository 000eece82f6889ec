"""What rides along on buttons, menus, modals and messages, typed both ways.

Slack's limits: 2,000 characters in a button's value, 150 in an option's, 3,000 in a modal's private metadata.
"""

from typing import Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.errors import Refused
from bot.domain.models import Status, VersionReference
from bot.domain.watching import Subscription

OUTDATED = "This is from an older release of the bot."


class Outdated(Refused):
    """A button, menu or form that another release of the bot has made."""

    remedy = "Please ask for it again."

    @classmethod
    def of(cls, what: str, instead: str) -> Self:
        """`what` it stands in, a message or a form; `instead` is what to type, in backticks."""
        return cls(f"This {what} is from an older release of the bot.", remedy=f"Use {instead} instead.")


class RoundTrip(BaseModel):
    """A value that Slack hands back unchanged; keys are short because options hold 150 characters only."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def pack(self) -> str:
        return self.model_dump_json(by_alias=True, exclude_defaults=True)

    @classmethod
    def unpack(cls, value: str) -> Self:
        """Raises Outdated for anything that `pack` did not write."""
        try:
            return cls.model_validate_json(value)
        except ValidationError as error:
            raise Outdated(OUTDATED) from error


class ListState(RoundTrip):
    """Which page of which list a message shows."""

    project: str = Field(alias="p")
    page: int = Field(default=1, alias="n", ge=1)
    status: Status | None = Field(default=None, alias="s")


class ShowState(RoundTrip):
    """Which page of which version's services a message shows."""

    project: str = Field(alias="p")
    name: str = Field(default="", alias="v")
    id: str = Field(default="", alias="i")
    page: int = Field(default=1, alias="n", ge=1)

    @property
    def reference(self) -> VersionReference:
        return VersionReference(project=self.project, name=self.name, id=self.id)


class DigestState(RoundTrip):
    """Which page of which fold's outcomes a message shows."""

    fold: str = Field(alias="f")
    page: int = Field(default=1, alias="n", ge=1)


ActionWord = Literal["show", "retry", "recreate", "template", "delete", "watch", "unwatch"]


class VersionAction(RoundTrip):
    """What to do with which version. In options `name` is left out when there is an id, to stay below 150."""

    action: ActionWord = Field(alias="a")
    project: str = Field(alias="p")
    name: str = Field(default="", alias="v")
    id: str = Field(default="", alias="i")

    @property
    def reference(self) -> VersionReference:
        return VersionReference(project=self.project, name=self.name, id=self.id)


class Wish(RoundTrip):
    """What a channel shall hear of a project, while the person is asked whether outsiders may read it.

    `undo` is the id of the change that is to be undone by it, where it is that.
    """

    project: str = Field(alias="p")
    only_failures: bool = Field(default=False, alias="f")
    in_thread: bool = Field(default=False, alias="t")
    cards: bool = Field(default=True, alias="c")
    undo: str = Field(default="", alias="u")

    @classmethod
    def of(cls, wanted: Subscription, *, undo: str = "") -> Self:
        return cls(
            project=wanted.project,
            only_failures=wanted.only_failures,
            in_thread=wanted.in_thread,
            cards=wanted.cards,
            undo=undo,
        )

    def subscription(self, *, channel: str, by: str) -> Subscription:
        return Subscription(
            channel=channel,
            project=self.project,
            by=by,
            since=0,
            only_failures=self.only_failures,
            in_thread=self.in_thread,
            cards=self.cards,
        )


class FormMetadata(RoundTrip):
    """The private metadata of every modal: which part of which draft's form it shows.

    A draft's id ends with the channel that hears how it ends and, if that is another, the one in which it was opened.
    """

    draft: str = Field(alias="d")
    page: int = Field(default=1, alias="n", ge=1)
    search: str = Field(default="", alias="q")

    @classmethod
    def draft_of(cls, private_metadata: str) -> str:
        """The id of the draft behind a modal; empty where that cannot be read."""
        try:
            return cls.unpack(private_metadata).draft
        except Outdated:
            return ""

    @classmethod
    def places(cls, private_metadata: str) -> "FormPlaces":
        """All empty where nothing can tell, as for Home."""
        _, *places = cls.draft_of(private_metadata).split(".")
        told, opened_in, thread = [*places, *("", "", "")[len(places) :]][:3]
        if (
            len(places) == 1
        ):  # opened where it is told; opened in no channel (Home) it would be the second, and empty
            opened_in = told
        return FormPlaces(told=told, opened_in=opened_in, thread=thread.replace("-", "."))


class FormPlaces(NamedTuple):
    """Where a form belongs, which Slack does not say; by itself it gives no one any right.

    The channel that hears how it ends, the one in which it was opened, and the `ts` of the message in whose thread that was.
    """

    told: str
    opened_in: str
    thread: str
