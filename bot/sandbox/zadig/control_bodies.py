"""What the control API takes."""

from typing import Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveInt,
)

from bot.sandbox.zadig.model import DeployType
from bot.sandbox.zadig.state import License


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultBody(Body):
    """`where` and `kind` are checked against the tables of faults."""

    id: str = ""
    where: str = "*"
    kind: str
    seconds: NonNegativeFloat | None = None
    times: PositiveInt | None = None
    error: str = ""


class ImageBody(Body):
    service: str
    container: str = ""
    tag: str = ""


class VersionBody(Body):
    """What a user does in Zadig's own pages, or what befalls a version; the fields after `error` are for `create`."""

    project: str
    name: str = ""
    action: Literal["create", "delete", "succeed", "fail", "hang", "retry", "advance"]
    error: str = ""
    by: str = "Grace Hopper"
    description: str = ""
    labels: tuple[str, ...] = ()
    environment: str = ""
    images: tuple[ImageBody, ...] = ()
    chart_version: str = ""
    outcome: Literal["", "success", "failed", "hang"] = ""


class ClockBody(Body):
    """`rate` is how fast time passes, 0 stops it; `advance` is a jump in seconds."""

    rate: NonNegativeFloat | None = None
    advance: NonNegativeFloat | None = None


class TokenBody(Body):
    """Changes one person's token and permissions; what is left out stays."""

    account: str = "release-bot"
    revoked: bool | None = None
    is_admin: bool | None = None
    verbs: dict[str, frozenset[str]] | None = None
    token_enabled: bool | None = None
    mfa_reason: str | None = None


class LicenseBody(Body):
    license: License


class UpgradeBody(Body):
    server_version: str = Field(default="5.0.0", pattern=r"^\d+\.\d+\.\d+$")


class SettingsBody(Body):
    """Switches of behaviour; what is left out stays.

    `seed` and `failure_rate` are for versions from now on. `speed` is also for images on their way, which 0 stops.
    """

    unique_seconds: bool | None = None
    stuck_retrying: bool | None = None
    failure_rate: float | None = Field(default=None, ge=0, le=1)
    speed: NonNegativeFloat | None = None
    queue_seconds: NonNegativeFloat | None = None
    seed: int | None = None


class ProjectBody(Body):
    """A project of so many services, in place of any with the same key."""

    key: str
    deploy_type: DeployType = "k8s"
    services: NonNegativeInt = 0
