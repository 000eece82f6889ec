"""The control API: programs and the page act as people, watch what they see, and set what goes wrong."""

from bot.sandbox.slack.control.api import control_routes

__all__ = ["control_routes"]
