"""The Home tab is drawn anew every time somebody opens it."""

from bot.slack.context import Parts
from bot.slack.views.home import home


async def show_home(user: str, parts: Parts, *, number: int = 1) -> None:
    """Publish the person's own view, with this page of what they watch."""
    mine = await parts.following.watches(user)
    await parts.talk.publish_home(user, home(mine, command=parts.command, number=number))
