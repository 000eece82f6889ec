"""What Slack refuses in Block Kit, and how it says so: one table of shapes, one checker, for messages, modals and homes.

`check_message`, `check_view` and `check_blocks` take plain JSON and give a list of `Problem`s, empty when Slack would
take it. `api_errors` turns problems into the error of `chat.*` or `views.*`; `validate_answer` is `blocks.validate`.

The tables read like Slack's pages: `objects`, `rich_text`, `elements`, then `blocks` with `figures` and `cards`, and
`views`. They are written in the words of `shapes` (and `rows`, for short); rules across fields are in `rules`, those
across a whole payload in `payload`, its numbers in `limits`.
"""

from bot.sandbox.slack.blockkit.answers import ApiErrors, MethodFamily, api_errors, validate_answer
from bot.sandbox.slack.blockkit.problems import Problem
from bot.sandbox.slack.blockkit.shapes import Surface
from bot.sandbox.slack.blockkit.validator import check_blocks, check_message, check_view

__all__ = [
    "ApiErrors",
    "MethodFamily",
    "Problem",
    "Surface",
    "api_errors",
    "check_blocks",
    "check_message",
    "check_view",
    "validate_answer",
]
