"""What Slack sends, read once into typed values: commands, clicks, submissions, suggestions and the opening of Home."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ViewState(_Read):
    """A modal as Slack hands it back: what it was (`callback_id`, `private_metadata`) and what was typed (`values`)."""

    id: str
    callback_id: str = ""
    private_metadata: str = ""
    hash: str = ""
    values: Values = Field(default_factory=dict)

    @classmethod
    def read(cls, view: Mapping[str, Any]) -> Self:
        return cls.model_validate({**view, "values": (view.get("state") or {}).get("values") or {}})


class Typed(_Read):
    """A slash command: `text` is everything behind it."""

    user: str = Field(alias="user_id")
    channel: str = Field(alias="channel_id")
    text: str = ""
    trigger_id: str
    response_url: str


class Clicked(_Read):
    """Somebody used an element. `value` is the button's or the chosen option's; `view` is set inside modals and Home."""

    user: str
    channel: str
    action_id: str
    block_id: str
    value: str
    trigger_id: str
    response_url: str
    view: ViewState | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        action = body["actions"][0]
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
        option = action.get("selected_option") or {}
        return cls.model_validate(
            {
                "user": body["user"]["id"],
                "channel": channel,
                "action_id": action["action_id"],
                "block_id": action.get("block_id", ""),
                "value": action.get("value") or option.get("value") or "",
                "trigger_id": body.get("trigger_id") or "",
                "response_url": body.get("response_url") or "",
                "view": ViewState.read(body["view"]) if body.get("view") else None,
            }
        )


class Submitted(_Read):
    """Somebody submitted a modal."""

    user: str
    view: ViewState

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        return cls.model_validate({"user": body["user"]["id"], "view": ViewState.read(body["view"])})


class Suggesting(_Read):
    """Somebody typed into a select that asks us for its options."""

    block_id: str
    value: str = ""
    view: ViewState | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        view = body.get("view")
        return cls.model_validate(
            {**body, "value": body.get("value") or "", "view": ViewState.read(view) if view else None}
        )
