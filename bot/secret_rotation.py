"""Secrets that come from files are taken up when they change there, without a restart."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.config import unlike_a_token
from bot.domain.secrets import keep, let_go
from bot.setting_sources import SettingsError, read_secret

log = logging.getLogger(__name__)

# How often the files are looked at.
LOOK_SECONDS = 1.0


class SecretRotation:
    """Watches `files`, by the names of their settings, and hands what is new to who uses it; `known` is what they use now.

    What is no secret (nothing yet, half of one) changes nothing and is logged once.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        known: Mapping[str, str],
        renew: Mapping[str, Callable[[str], None]],
    ) -> None:
        self._files = {name: path for name, path in files.items() if name in renew}
        self._known = dict(known)
        self._renew = renew
        self._troubles: dict[str, str] = {}
        self._kept: list[str] = []

    async def tick(self) -> None:
        """Look once."""
        for name, path in self._files.items():
            found, trouble = await asyncio.to_thread(_read, path)
            self._hear(name, trouble)
            if found and found != self._known[name]:
                self._known[name] = found
                self._keep(found)
                self._renew[name](found)
                log.info("secret renewed", extra={"action": "secret_renewed", "setting": name.upper()})

    def _keep(self, secret: str) -> None:
        keep([secret])
        self._kept.append(secret)

    def close(self) -> None:
        """What was read is blanked no more."""
        let_go(self._kept)
        self._kept.clear()

    def _hear(self, name: str, trouble: str) -> None:
        if trouble and trouble != self._troubles.get(name):
            fields = {"setting": f"{name.upper()}_FILE", "problem": trouble}
            log.warning("secret not renewed", extra={"action": "secret_not_renewed", **fields})
        self._troubles[name] = trouble


def _read(path: Path) -> tuple[str, str]:
    """What is there, or why nothing is."""
    try:
        found = read_secret(path)
    except SettingsError as error:
        return "", str(error)
    problem = unlike_a_token(found)
    return ("", problem) if problem else (found, "")
