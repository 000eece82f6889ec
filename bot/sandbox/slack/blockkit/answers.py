"""How the Web API puts problems into an answer, and the whole answer of `blocks.validate`."""

import json
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from bot.sandbox.slack.blockkit import problems
from bot.sandbox.slack.blockkit.problems import SHAPE_CODES, Problem
from bot.sandbox.slack.blockkit.validator import check_blocks, check_message, check_view

MethodFamily: TypeAlias = Literal["chat", "views"]


class ApiErrors(NamedTuple):
    """`error`, `errors` and `response_metadata.messages` of an answer; the two lists are left out where empty."""

    error: str
    errors: list[str]
    messages: list[str]


_CHAT_ERRORS: Final = {
    "invalid_blocks_format": "invalid_blocks_format",
    "too_many_attachments": "too_many_attachments",
    "invalid_attachments": "invalid_attachments",
    "only_one_table_allowed": "invalid_attachments",
    "msg_blocks_too_long": "msg_blocks_too_long",
}
"""Problems that have an error of their own; all others are `invalid_blocks`, or `invalid_attachments` by their place."""
_BARE: Final = frozenset({"invalid_blocks_format", "too_many_attachments", "msg_blocks_too_long"})
"""Errors that say everything; Slack sends no messages with them."""


def api_errors(found: Sequence[Problem], method_family: MethodFamily) -> ApiErrors:
    """What `chat.*` or `views.*` answers to these problems, of which there must be at least one."""
    return _chat_errors(found) if method_family == "chat" else _view_errors(found)


def _chat_errors(found: Sequence[Problem]) -> ApiErrors:
    error = next((_CHAT_ERRORS[problem.code] for problem in found if problem.code in _CHAT_ERRORS), None)
    if error is None:
        attached = found[0].pointer.startswith("/attachments")
        error = "invalid_attachments" if attached else "invalid_blocks"
    if error in _BARE:
        return ApiErrors(error, [], [])
    if any(problem.code == "only_one_table_allowed" for problem in found):
        return ApiErrors(error, ["only_one_table_allowed"], ["[ERROR] only_one_table_allowed"])
    return ApiErrors(error, [problem.error for problem in found], [str(problem) for problem in found])


def _view_errors(found: Sequence[Problem]) -> ApiErrors:
    if found[0].code == "view_too_large":
        return ApiErrors("view_too_large", [], [])
    first = [problems.not_all("/view")] if found[0].code in SHAPE_CODES else []
    return ApiErrors("invalid_arguments", [], [str(problem) for problem in (*first, *found)])


_EXACTLY_ONE: Final = "must provide exactly one of `blocks`, `view`, or `message`"
_MESSAGE_FIELDS: Final = frozenset({"blocks", "attachments"})


def validate_answer(*, blocks: object = None, message: object = None, view: object = None) -> dict[str, Any]:
    """The body that `blocks.validate` answers; exactly one argument is to be given, as JSON or decoded.

    Pointers start at the argument. Slack's own method accepts a lone task card that is still `pending`, and answers
    `internal_error` to more than 12,000 characters of markdown; this one does neither.
    https://docs.slack.dev/reference/methods/blocks.validate
    """
    if [blocks, message, view].count(None) != 2:  # noqa: PLR2004 - three choices, of which one is made
        return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": [_EXACTLY_ONE]}}
    if blocks is not None:
        return _body("invalid_blocks", check_blocks(_decoded(blocks), "message", pointer=""))
    if message is not None:
        return _body("invalid_message", _message_problems(_decoded(message)))
    return _body("invalid_view", check_view(_decoded(view), pointer=""))


def _decoded(argument: object) -> object:
    if not isinstance(argument, str):
        return argument
    try:
        return json.loads(argument)
    except (ValueError, RecursionError):
        return argument


def _message_problems(message: object) -> list[Problem]:
    """Of a message only blocks and attachments may be sent here: not even `text`."""
    if not isinstance(message, dict):
        return [problems.wrong_type("an object", "")]
    strangers = [problems.unknown(name, "") for name in message if name not in _MESSAGE_FIELDS]
    return [*check_message(message), *strangers]


def _body(error: str, found: Sequence[Problem]) -> dict[str, Any]:
    if not found:
        return {"ok": True}
    return {"ok": False, "error": error, "errors": [_described(problem) for problem in found]}


_SLACK_CODES: Final = {
    "missing_field": "missing_field",
    "invalid_type": "invalid_type",
    "invalid_blocks_format": "invalid_type",
    "invalid_attachments": "invalid_type",
}
"""Slack's checker has three codes; all that is not listed is its third."""


def _described(problem: Problem) -> dict[str, Any]:
    """One entry of `errors`."""
    code = _SLACK_CODES.get(problem.code, "failed_constraint")
    entry: dict[str, Any] = {"code": code, "message": problem.message, "pointer": problem.pointer}
    if problem.missing_field is not None:
        entry["field"] = problem.missing_field
    if problem.constraint is not None:
        entry["constraint"] = dict(problem.constraint)
    return entry
