"""Slack's Web API: `POST|GET /api/{method}`, one module a family, all methods in one table."""

from bot.sandbox.slack.web_api.routes import ROUTES
from bot.sandbox.slack.web_api.server import answer_call

__all__ = ["ROUTES", "answer_call"]
