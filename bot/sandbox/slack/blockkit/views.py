"""The table of views: what a modal and a home tab take.

Sources: docs.slack.dev/reference/views. `submit_disabled` is not among the fields: Slack refuses it outside the
configuration of workflow steps (nicklambourne/slackblocks#36).
"""

from collections.abc import Iterator
from typing import Final

from bot.sandbox.slack.blockkit import problems
from bot.sandbox.slack.blockkit.blocks import IN_VIEW
from bot.sandbox.slack.blockkit.objects import plain
from bot.sandbox.slack.blockkit.problems import Problem
from bot.sandbox.slack.blockkit.rows import BOOLEAN, typed
from bot.sandbox.slack.blockkit.shapes import Choice, Json, Shape, String

_ID: Final = String(maximum=255)
_COMMON: Final[dict[str, Shape]] = {
    "blocks": IN_VIEW,
    "private_metadata": String(maximum=3000),
    "callback_id": _ID,
    "external_id": _ID,
}


def _inputs_can_be_submitted(view: Json, pointer: str) -> Iterator[Problem]:
    """The pointer ends in the type of the block, as Slack's does."""
    if "submit" not in view:
        for index, block in enumerate(view["blocks"]):
            if block["type"] == "input":
                message = "must define `submit` to use an `input` block in modals"
                yield problems.against_rule(message, f"{pointer}/blocks/{index}/input")


MODAL: Final = typed(
    "modal",
    "title",
    "blocks",
    title=plain(24),
    submit=plain(24),
    close=plain(24),
    clear_on_close=BOOLEAN,
    notify_on_close=BOOLEAN,
    rules=(_inputs_can_be_submitted,),
    also=_COMMON,
)
HOME: Final = typed("home", "blocks", also=_COMMON)

VIEW: Final = Choice(members={"modal": MODAL, "home": HOME})
