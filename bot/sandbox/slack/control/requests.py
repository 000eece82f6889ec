"""The bodies of the control API's calls."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TypeText(Body):
    user: str
    channel: str
    text: str
    thread_ts: str | None = None


class UseElement(BaseModel):
    """Which element, and what was done; whatever is not a field here is a value, e.g. `selected_option`."""

    model_config = ConfigDict(extra="allow")

    user: str
    block_id: str
    action_id: str
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class FillElement(UseElement):
    """`dispatch: false` is text that a user has typed and not yet sent off with Enter: the app hears nothing of it."""

    dispatch: bool = True


class Suggest(Body):
    user: str
    block_id: str
    action_id: str
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None
    value: str = ""


class Submit(Body):
    user: str
    view_id: str
    values: dict[str, Any] = Field(default_factory=dict)


class Close(Body):
    user: str
    view_id: str
    all: bool = False


class OpenHome(Body):
    user: str
    tab: str = "home"


class RunShortcut(Body):
    user: str
    callback_id: str
    channel: str | None = None
    ts: str | None = None


class Read(Body):
    user: str
    channel: str
    ts: str


class CreateChannel(Body):
    name: str = Field(pattern=r"^[^\s#.,A-Z]{1,80}$")
    is_private: bool = False
    members: list[str] = Field(default_factory=list)
    user: str | None = None


class Membership(Body):
    channel: str
    user: str
    present: bool


class Account(Body):
    """An account of the workspace, of another company, or of another workspace of the organisation."""

    user: str
    name: str
    is_bot: bool = False
    is_guest: bool = False
    is_ultra: bool = False
    is_stranger: bool = False
    is_deleted: bool = False
    team: str = ""
    enterprise: str = ""
    unseen: Literal["", "user_not_found", "user_not_visible"] = ""


class Organisation(Body):
    """`enterprise` empty: the workspace stands alone."""

    enterprise: str = ""


class Archive(Body):
    channel: str
    archived: bool
    user: str | None = None


class Share(Body):
    channel: str
    shared: bool


class Token(Body):
    revoked: bool


class ClockChange(Body):
    rate: float | None = Field(default=None, ge=0)
    advance: float = Field(default=0, ge=0)


class Limits(Body):
    enabled: bool


class AppChange(Body):
    """The fields of Settings; what is not given stays, null takes away."""

    manifest: dict[str, Any] | None = None
    request_url: str | None = None
    options_url: str | None = None
    signing_secret: str = ""
    bot_token: str = ""
    app_token: str = ""
    socket_mode: bool | None = None


class Probe(Body):
    kind: Literal["ssl_check", "url_verification"]


class SocketChange(Body):
    reason: str = "refresh_requested"


class Nothing(Body):
    pass
