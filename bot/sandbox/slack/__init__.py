"""A local Slack workspace: Web API, Socket Mode, signed HTTP delivery, Block Kit validation, a page for people.

Any Bolt application or slack_sdk program can be pointed at it. It is strict where Slack is strict.

Web API methods: api.test, apps.connections.open, auth.test, blocks.validate, bots.info, chat.delete,
chat.getPermalink, chat.postEphemeral, chat.postMessage, chat.update, conversations.history, conversations.info,
conversations.join, conversations.leave, conversations.list, conversations.members, conversations.open,
conversations.replies, reactions.add, team.info, usergroups.list, usergroups.users.list, users.conversations,
users.info, users.list, users.lookupByEmail, views.open, views.publish, views.push, views.update.

Events: app_home_opened, app_mention, channel_archive, channel_created, channel_unarchive, member_joined_channel,
member_left_channel, message.channels, message.groups, message.im, reaction_added, tokens_revoked.

Answered with `not_in_this_sandbox`: every other method, group direct messages, user tokens, OAuth, incoming webhooks.

Validated but not drawn on the page: context_actions, data_visualization, feedback_buttons, file, file_input,
icon_button, rich_text_input, video, workflow_button.

Also not here: several workspaces or apps; link unfurling; workflows and functions; and the largest total of all text in
a message's blocks, for which Slack answers `msg_blocks_too_long` without having published a figure.

Where things are: `workspace` wires everything; `model`, `conversations`, `views`, `directory` are what there is;
`web_api` is what programs call (one table of routes); `interactions` is what people do, and the payloads of it;
`events` and `delivery` bring these to the app; `control` lets programs act as people and `stream` tells their screens;
`faults`, `rate_limits` and `clock` are what can be turned; `blockkit` is what Slack refuses in blocks.
"""

from bot.sandbox.clock import Clock
from bot.sandbox.slack.app import build_app
from bot.sandbox.slack.workspace import Workspace

__all__ = ["Clock", "Workspace", "build_app"]
