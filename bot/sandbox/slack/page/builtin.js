// The commands that belong to the chat client and not to an app: inviting, removing, leaving, archiving.

import { Unreachable, workspace } from "./api.js";
import { addNotice, current } from "./state.js";

const MENTION = /@([\w.-]*\w)/g;

/** What the list of commands says of them; `run(channel, text)` answers what could not be done, or nothing. */
export const BUILTIN = [
  {
    command: "/invite",
    usage_hint: "@somebody",
    description: "Add somebody, or the app, to this channel",
    run: invite,
  },
  {
    command: "/remove",
    usage_hint: "@somebody",
    description: "Remove somebody, or the app, from this channel",
    run: remove,
  },
  { command: "/leave", usage_hint: "", description: "Leave this channel", run: leave },
  { command: "/archive", usage_hint: "", description: "Archive this channel", run: archive },
];

/** Runs a text that begins with such a command, and says at the end of the channel what went wrong; false if it is none. */
export async function runBuiltin(channel, text) {
  const [word] = text.split(/\s/);
  const found = BUILTIN.find((each) => each.command === word);
  if (!found) return false;
  try {
    const trouble = await found.run(channel, text.slice(word.length));
    if (trouble) addNotice(channel.id, trouble);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    addNotice(channel.id, "The workspace cannot be reached.");
  }
  return true;
}

function invite(channel, text) {
  return change(channel, text, true);
}

function remove(channel, text) {
  return change(channel, text, false);
}

async function change(channel, text, present) {
  const names = [...text.matchAll(MENTION)].map((match) => match[1]);
  if (names.length === 0) return "Say whom, for instance `@release-bot`.";
  const { people } = current().world;
  for (const name of names) {
    const person = people.find((each) => each.name === name);
    if (!person) return `There is nobody called @${name} here.`;
    const answer = await workspace.membership({ channel: channel.id, user: person.id, present });
    if (!answer.ok) return answer.detail;
  }
  return null;
}

async function leave(channel) {
  const answer = await workspace.membership({ channel: channel.id, user: current().world.me.id, present: false });
  return answer.ok ? null : answer.detail;
}

async function archive(channel) {
  const answer = await workspace.archive({ channel: channel.id, archived: true, user: current().world.me.id });
  return answer.ok ? null : answer.detail;
}
