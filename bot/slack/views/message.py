"""The shape of everything said: the text for notifications and screen readers, and the blocks."""

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message: `text` (at most 3,000 characters, mrkdwn) stands where blocks cannot, `blocks` are at most 50."""

    text: str
    blocks: list[Block]

    @property
    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of chat.postMessage, chat.update and response URLs."""
        return {"text": self.text, "blocks": self.blocks}
