// What a text needs to know of the world around it: names, the viewer and the viewer's time zone.

import { goTo } from "./navigation.js";
import { knownZone } from "./render/dates.js";
import { channelById, current, personById } from "./state.js";
import { inThread, otherIn } from "./world.js";

const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const scene = {
  person: personById,
  channel: channelById,
  me: () => current().world?.me.id,
  zone: () => knownZone(current().world?.me.tz) ?? BROWSER_ZONE,
  now: () => Date.now() / 1000 + current().ahead,
  otherIn: (channel) => otherIn(channel, current().world),
  goToChannel: (id) => goTo({ channel: id, tab: "messages", thread: null }),
  goToMessage,
};

/** Goes to a message, and into its thread if that is where it stands. */
export function goToMessage(id, ts) {
  const message = channelById(id)?.messages.find((each) => each.ts === ts);
  const thread = message && inThread(message) ? message.thread_ts : null;
  goTo({ channel: id, tab: "messages", thread, flash: ts });
}

/** Milliseconds-free seconds of a message's ts. */
export const secondsOf = (ts) => Number(ts.split(".")[0]);
