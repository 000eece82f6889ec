"""The Home tab is drawn anew every time somebody opens it."""

from bot.slack.context import Context
from bot.slack.views.home import home


async def show_home(user: str, ctx: Context, *, number: int = 1) -> None:
    """Publish the person's own view, with this page of what they watch."""
    mine = await ctx.services.subscriptions.watches(user)
    await ctx.slack_api.publish_home(user, home(mine, command=ctx.command, number=number))
