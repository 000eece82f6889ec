"""Brings to the app what happens in the workspace: over signed HTTP or Socket Mode, within three seconds."""

from bot.sandbox.workspace.delivery.dispatcher import Dispatcher
from bot.sandbox.workspace.delivery.http import HttpDelivery, signature
from bot.sandbox.workspace.delivery.parcel import Answer, Parcel
from bot.sandbox.workspace.delivery.socket import Sockets

__all__ = ["Answer", "Dispatcher", "HttpDelivery", "Parcel", "Sockets", "signature"]
