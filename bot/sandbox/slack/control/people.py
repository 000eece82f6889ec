"""The control API's calls by which a program acts as a person."""

from bot.sandbox.slack.control import requests
from bot.sandbox.slack.interactions import actions, modals, opening, speaking
from bot.sandbox.slack.interactions.actions import Target
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.workspace import Workspace


async def type_text(workspace: Workspace, body: requests.TypeText) -> Json:
    return await speaking.type_text(workspace, body.user, body.channel, body.text, body.thread_ts)


async def click(workspace: Workspace, body: requests.UseElement) -> Json:
    return await actions.click(workspace, body.user, _target(body), body.given)


async def fill(workspace: Workspace, body: requests.FillElement) -> Json:
    return await actions.fill(workspace, body.user, _target(body), body.given, dispatch=body.dispatch)


async def suggest(workspace: Workspace, body: requests.Suggest) -> Json:
    return await actions.suggest(workspace, body.user, _target(body), body.value)


def _target(body: requests.UseElement | requests.Suggest) -> Target:
    return Target(
        block_id=body.block_id,
        action_id=body.action_id,
        view_id=body.view_id,
        channel=body.channel,
        ts=body.ts,
    )


async def submit(workspace: Workspace, body: requests.Submit) -> Json:
    return await modals.submit(workspace, body.user, body.view_id, body.values)


async def close(workspace: Workspace, body: requests.Close) -> Json:
    return await modals.close(workspace, body.user, body.view_id, all_of_them=body.all)


async def open_home(workspace: Workspace, body: requests.OpenHome) -> Json:
    return await opening.open_home(workspace, body.user, body.tab)


async def run_shortcut(workspace: Workspace, body: requests.RunShortcut) -> Json:
    return await opening.run_shortcut(workspace, body.user, body.callback_id, body.channel, body.ts)


async def read(workspace: Workspace, body: requests.Read) -> Json:
    return speaking.read_up_to(workspace, body.user, body.channel, body.ts)
