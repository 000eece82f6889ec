// Where one is in the workspace, kept in the address so that a window can be shared, reloaded and gone back in.

import { workspace } from "./api.js";
import { channelById, current, update } from "./state.js";
import { isWithApp, sections } from "./world.js";

const PERMALINK = /^#\/([A-Z0-9]+)\/p(\d{10})(\d{6})$/;

/** What the address says: `?user=U…&channel=C…&tab=home&thread=…`, the same behind `#`, or the `#/C…/p…` of a permalink. */
export function placeInAddress() {
  const words = new URLSearchParams(location.search);
  const permalink = PERMALINK.exec(location.hash);
  if (permalink)
    return {
      user: words.get("user"),
      channel: permalink[1],
      tab: "messages",
      thread: null,
      flash: `${permalink[2]}.${permalink[3]}`,
    };
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) words.set(name, value);
  return {
    user: words.get("user"),
    channel: words.get("channel"),
    tab: words.get("tab") ?? "messages",
    thread: words.get("thread"),
  };
}

/** The address of a place, for links that may be opened in another window. */
export function addressOf(change) {
  const { user, channel, tab, thread } = { ...current().place, thread: null, tab: "messages", ...change };
  const words = new URLSearchParams({
    user,
    ...(channel && { channel }),
    ...(tab === "home" && { tab }),
    ...(thread && { thread }),
  });
  return `/?${words}`;
}

/** Goes to another channel, tab or thread. `flash` is a message to lead the eye to. */
export function goTo({ flash = null, ...change }, { remember = true } = {}) {
  const before = current().place;
  const place = { ...before, ...change };
  const moved = place.channel !== before.channel;
  update({ place, flash, drawer: false, ...(moved && { newLine: newLineIn(place.channel) }) });
  const address = addressOf(place);
  if (remember && address !== location.pathname + location.search) history.pushState(null, "", address);
  if (moved || place.tab !== before.tab) tellApp(place);
}

/** The app hears whenever somebody opens its Home tab or its conversation. */
export function tellApp({ user, channel, tab }) {
  const { world } = current();
  const opened = channelById(channel);
  if (!opened || !isWithApp(opened, world)) return;
  const shown = world.app.home_tab && tab === "home" ? "home" : "messages";
  workspace.openHome({ user, tab: shown }).catch(() => {});
}

/** Where the line "New" belongs in a channel that is being opened, if anything there is unread. */
export function newLineIn(id) {
  const channel = channelById(id);
  return channel?.unread > 0 ? { channel: id, after: channel.last_read ?? "0" } : null;
}

/** The channel to show first: the one asked for, else #general, else any. */
export function firstChannel(world, wanted) {
  const { channels, direct, app } = sections(world);
  const found =
    world.channels.find((channel) => channel.id === wanted) ??
    channels.find((channel) => channel.name === "general" && channel.is_member);
  return (found ?? channels[0] ?? app ?? direct[0])?.id ?? null;
}

/** The channel above or below in the sidebar. */
export function neighbour(step, unreadOnly = false) {
  const { channels, archived, direct, app } = sections(current().world);
  const all = [...channels, ...archived, ...direct, ...(app ? [app] : [])];
  const at = all.findIndex((channel) => channel.id === current().place.channel);
  const fits = (channel) => !unreadOnly || channel.unread > 0;
  const order = step > 0 ? all.slice(at + 1) : all.slice(0, at).reverse();
  return order.find(fits)?.id;
}
