"""How the app is installed in this workspace: its tokens and secret, and where it is reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.manifest import InstalledApp, read_manifest

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-sandbox", "xapp-sandbox", "sandbox-signing-secret"
VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - the legacy token that payloads still carry


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What an administrator would see on the app's configuration pages."""

    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    signing_secret: str = SIGNING_SECRET
    request_url: str | None = None
    """Where everything is delivered over HTTP; it goes before the URLs of the manifest."""
    options_url: str | None = None
    """Where option lists are asked for, if not at `request_url`."""
    manifest: Mapping[str, Any] | None = None
    socket_mode: bool | None = None
    """None: as the manifest says, and sockets also whenever one is connected."""

    app: InstalledApp = field(init=False)
    """What the manifest describes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "app", read_manifest(self.manifest))
