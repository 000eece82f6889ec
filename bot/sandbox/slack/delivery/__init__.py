"""Brings to the app what happens in the workspace: over signed HTTP or Socket Mode, within three seconds."""

from bot.sandbox.slack.delivery.dispatcher import Dispatcher
from bot.sandbox.slack.delivery.http import HttpDelivery, signature
from bot.sandbox.slack.delivery.parcel import Answer, Parcel
from bot.sandbox.slack.delivery.socket import Sockets

__all__ = ["Answer", "Dispatcher", "HttpDelivery", "Parcel", "Sockets", "signature"]
