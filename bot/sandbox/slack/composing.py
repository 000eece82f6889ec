"""Reads what an app wants to say (in chat.*, a response_url or an acknowledgement) and refuses what Slack refuses."""

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.blockkit import api_errors, check_message
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json, Message
from bot.sandbox.slack.normalising import stored_blocks

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
LARGEST_METADATA = 16_000
"""Characters of JSON; Slack does not publish its figure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A message's content; None means that the argument was not given."""

    text: str | None
    blocks: list[Json] | None
    attachments: list[Json] | None
    metadata: Json | None
    warnings: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.blocks or self.attachments)

    def fill(self, message: Message) -> Message:
        """Puts everything given into a new message."""
        message.text = self.text or ""
        message.blocks = self.blocks or []
        message.attachments = self.attachments or []
        message.metadata = self.metadata or None
        return message


def read_content(arguments: Arguments, ids: Ids, *, longest: int | None = None) -> Content:
    """The content of a call's arguments, with ids filled in.

    With `longest`, a longer text is refused (msg_too_long); without, one over 40,000 characters is cut and warned of. Metadata
    of a shape that Slack does not take is left out and warned of.
    ApiError no other than Slack's: markdown_text_conflict, invalid_blocks(_format), invalid_metadata_format, …
    """
    if arguments.text("markdown_text") and ("text" in arguments or "blocks" in arguments):
        raise ApiError("markdown_text_conflict")
    blocks = _list_of_objects(arguments, "blocks", "invalid_blocks_format")
    attachments = _list_of_objects(arguments, "attachments", "invalid_attachments")
    text = arguments.text("text") if "text" in arguments else None
    if markdown := arguments.text("markdown_text"):
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    given = {"text": text, "blocks": blocks, "attachments": attachments}
    _check({name: value for name, value in given.items() if value is not None})
    cut, warnings = _cut(text, longest)
    metadata, metadata_warnings = read_metadata(arguments)
    return Content(
        text="" if text is None and "text" in arguments else cut,
        blocks=None if blocks is None else stored_blocks(blocks, ids),
        attachments=None if attachments is None else [_stored_attachment(one, ids) for one in attachments],
        metadata=metadata,
        warnings=warnings + metadata_warnings,
    )


def _list_of_objects(arguments: Arguments, name: str, error: str) -> list[Json] | None:
    value = arguments.json(name, error)
    if value is None:
        return None
    if not isinstance(value, list):
        raise ApiError(error)
    return value


def _check(given: Json) -> None:
    if problems := check_message(given):
        code, errors, messages = api_errors(problems, "chat")
        raise ApiError(code, errors=errors, response_metadata={"messages": messages})


def _cut(text: str | None, longest: int | None) -> tuple[str | None, tuple[str, ...]]:
    if text is not None and longest is not None and len(text) > longest:
        raise ApiError("msg_too_long")
    if text is not None and len(text) > LONGEST_TEXT:
        return text[:LONGEST_TEXT], ("message_truncated",)
    return text, ()


def _stored_attachment(attachment: Json, ids: Ids) -> Json:
    stored = dict(attachment)
    if isinstance(attachment.get("blocks"), list):
        stored["blocks"] = stored_blocks(attachment["blocks"], ids)
    return stored


def read_metadata(arguments: Arguments) -> tuple[Json | None, tuple[str, ...]]:
    """Message metadata `{event_type, event_payload}` and warnings; `{}` (which clears it) comes back as `{}`.

    Slack takes a message whose metadata has the wrong shape without it, and only warns.
    """
    metadata = arguments.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None, ()
    if not isinstance(metadata, dict):
        raise ApiError("invalid_metadata_format")
    if metadata == {}:
        return {}, ()
    if not _is_well_formed(metadata):
        return None, ("invalid_metadata_schema",)
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise ApiError("metadata_too_large")
    return metadata, ()


def _is_well_formed(metadata: Json) -> bool:
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not (isinstance(kind, str) and kind and isinstance(payload, dict)):
        return False
    return set(metadata) <= {"event_type", "event_payload", "entities"} and all(
        map(_is_flat, payload.values())
    )


def _is_flat(value: Any) -> bool:
    """Strings, numbers, booleans, and one level of objects of them; no lists. Slack: message metadata."""
    if isinstance(value, dict):
        return all(_is_scalar(each) for each in value.values())
    return _is_scalar(value)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)
