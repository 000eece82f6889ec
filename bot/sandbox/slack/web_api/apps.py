"""api.test, auth.test, apps.connections.open, blocks.validate."""

from bot.sandbox.slack.blockkit import validate_answer
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.people import APP_ID, BOT_ID
from bot.sandbox.slack.web_api.call import Call

_VALIDATED = ("blocks", "message", "view")


async def api_test(call: Call) -> Json:
    """Gives the arguments back, or the error that is asked for."""
    given = {name: str(value) for name, value in call.arguments.values.items() if name != "token"}
    if error := call.arguments.text("error"):
        raise ApiError(error, args=given)
    return {"args": given} if given else {}


async def auth_test(call: Call) -> Json:
    directory = call.workspace.directory
    if call.is_app_level:
        return {"app_name": directory.bot.real_name, "app_id": APP_ID}
    organisation = {"enterprise_id": directory.team.enterprise} if directory.team.enterprise else {}
    return {
        **organisation,
        "url": call.workspace.url,
        "team": directory.team.name,
        "user": directory.bot.name,
        "team_id": directory.team.id,
        "user_id": directory.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


async def connections_open(call: Call) -> Json:
    """A Socket Mode address, good for one connection."""
    ticket = call.workspace.sockets.ticket()
    address = "ws" + call.workspace.url.removeprefix("http")
    return {"url": f"{address}link/?ticket={ticket}&app_id={APP_ID}"}


async def blocks_validate(call: Call) -> Json:
    """Says what is wrong with exactly one of `blocks`, `message`, `view`."""
    given = [name for name in _VALIDATED if name in call.arguments]
    if len(given) != 1:
        raise ApiError("invalid_arguments", detail="give exactly one of blocks, message, view")
    value = call.arguments.json(given[0], f"invalid_{given[0]}")
    return dict(validate_answer(**{given[0]: value}))
