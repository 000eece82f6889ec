"""Says what is wrong with blocks, a message or a view; the tables say what is right.

Whatever JSON comes in, an answer comes out: nothing here raises.
"""

import json
from collections.abc import Mapping

from bot.sandbox.slack.blockkit import limits, payload, problems
from bot.sandbox.slack.blockkit.blocks import IN_MESSAGE, IN_VIEW
from bot.sandbox.slack.blockkit.problems import Problem
from bot.sandbox.slack.blockkit.shapes import Shape, Surface, Walk
from bot.sandbox.slack.blockkit.views import VIEW


def check_blocks(blocks: object, surface: Surface, *, pointer: str = "/blocks") -> list[Problem]:
    """What is wrong with a list of blocks; `pointer` is where the list stands.

    Blocks that are no array are `invalid_blocks_format`.
    """
    if not isinstance(blocks, list):
        return [_no_array("invalid_blocks_format", pointer)]
    walk = Walk(surface)
    shape: Shape = IN_MESSAGE if surface == "message" else IN_VIEW
    shape.check(blocks, pointer, walk)
    return _verdict(walk)


def check_message(arguments: Mapping[str, object], *, pointer: str = "") -> list[Problem]:
    """What is wrong with the `blocks` and `attachments` among the arguments of a call, taken together.

    Both may be missing or null. Other arguments, and the older fields of an attachment, are not looked at.
    """
    walk = Walk("message")
    blocks = arguments.get("blocks")
    if isinstance(blocks, list):
        IN_MESSAGE.check(blocks, f"{pointer}/blocks", walk)
    elif blocks is not None:
        walk.report(_no_array("invalid_blocks_format", f"{pointer}/blocks"))
    _check_attachments(arguments.get("attachments"), f"{pointer}/attachments", walk)
    return _verdict(walk)


def check_view(view: object, *, pointer: str = "/view") -> list[Problem]:
    """What is wrong with a modal or a home tab.

    One of more than 250 kB is `view_too_large`, and nothing else is said of it.
    """
    if _is_too_large(view):
        return [Problem(code="view_too_large", message="view_too_large", pointer=pointer)]
    is_home = isinstance(view, dict) and view.get("type") == "home"
    walk = Walk("home" if is_home else "modal")
    VIEW.check(view, pointer, walk)
    return _verdict(walk)


def _verdict(walk: Walk) -> list[Problem]:
    return walk.problems or [*walk.broken_rules(), *payload.broken_rules(walk)]


def _no_array(code: problems.Code, pointer: str) -> Problem:
    return Problem(code=code, message="must provide an array", pointer=pointer)


def _check_attachments(attachments: object, pointer: str, walk: Walk) -> None:
    if attachments is None:
        return
    if not isinstance(attachments, list):
        walk.report(_no_array("invalid_attachments", pointer))
    elif len(attachments) > limits.ATTACHMENTS:
        message = problems.too_many(limits.ATTACHMENTS, pointer).message
        walk.report(Problem(code="too_many_attachments", message=message, pointer=pointer))
    else:
        for index, attachment in enumerate(attachments):
            _check_attachment(attachment, f"{pointer}/{index}", walk)


def _check_attachment(attachment: object, pointer: str, walk: Walk) -> None:
    if not isinstance(attachment, dict):
        walk.report(problems.wrong_type("an object", pointer))
    elif "blocks" in attachment:
        IN_MESSAGE.check(attachment["blocks"], f"{pointer}/blocks", walk)


def _is_too_large(view: object) -> bool:
    try:
        text = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        return True
    return len(text.encode("utf-8", "surrogatepass")) > limits.VIEW_BYTES
