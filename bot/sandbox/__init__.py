"""The sandbox: a local Zadig and a local Slack workspace, on one address; they know nothing of the bot."""

from bot.sandbox.world import World

__all__ = ["World"]
