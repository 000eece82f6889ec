// The menu of a channel: who is in it, the app's membership, leaving, archiving.

import { Unreachable, workspace } from "./api.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { addNotice, personById } from "./state.js";

export function membersMenu(channel, world) {
  const { members } = channel;
  const names = members.map((id) => personById(id)?.real_name ?? id);
  return menuButton({
    key: "members",
    label: "This channel",
    align: "end",
    items: items(channel, world),
    button: {
      class: "members",
      title: names.join(", "),
      "aria-label": `${members.length} ${members.length === 1 ? "member" : "members"}: ${names.join(", ")}`,
      "data-testid": "members",
    },
    face: [icon("people"), h("span", {}, members.length)],
  });
}

function items(channel, { me, app }) {
  const join = (user, present) => run(channel, () => workspace.membership({ channel: channel.id, user, present }));
  const archive = (archived) => run(channel, () => workspace.archive({ channel: channel.id, archived, user: me.id }));
  const withApp = channel.members.includes(app.bot_user_id);
  const appItem = withApp
    ? { label: `Remove ${app.name}`, detail: "it can post here no longer", pick: () => join(app.bot_user_id, false) }
    : { label: `Add ${app.name}`, detail: "so that it can post here", pick: () => join(app.bot_user_id, true) };
  return [
    { heading: channel.members.map((id) => personById(id)?.real_name ?? id).join(", ") },
    !channel.is_archived && appItem,
    !channel.is_archived && channel.is_member && { label: "Leave channel", pick: () => join(me.id, false) },
    channel.is_archived
      ? { label: "Bring back from the archive", pick: () => archive(false) }
      : { label: "Archive channel", danger: true, pick: () => archive(true) },
  ].filter(Boolean);
}

async function run(channel, call) {
  try {
    const answer = await call();
    if (!answer.ok) addNotice(channel.id, answer.detail);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    addNotice(channel.id, "The workspace cannot be reached.");
  }
}
