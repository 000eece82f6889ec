// Starts the page: draws it whenever something changes, marks what is read, and listens to the keyboard.

import { workspace } from "./api.js";
import { drawer } from "./dom.js";
import { layout } from "./layout.js";
import { openLayer, rememberFocus } from "./layers.js";
import { startModals } from "./modal.js";
import { goTo, neighbour, placeInAddress } from "./navigation.js";
import { startWatchingZadig } from "./panel/watching.js";
import { goToMessage } from "./scene.js";
import { current, onChange, openChannel, update } from "./state.js";
import { start } from "./sync.js";
import { closeThread } from "./thread.js";

const draw = drawer(document.getElementById("page"));

onChange((state) => {
  draw(layout(state));
  focusComposer(state);
  keepLayers(state);
  nameWindow(state);
  markRead();
});
startModals();
startWatchingZadig();

/** Thread and drawer are layers: Escape closes them when nothing lies above, and focus goes back where it came from. */
const held = {};

function keepLayers({ place, drawer: isOpen }) {
  hold("thread", place.thread, closeThread, '[data-testid="thread-composer"]');
  hold("drawer", isOpen, () => update({ drawer: false }), ".sidebar .here, .sidebar .entry");
}

function hold(name, open, close, first) {
  const before = held[name];
  if (before?.open === open || (!before && !open)) return;
  before?.takeAway();
  held[name] = null;
  if (open) {
    held[name] = { open, takeAway: openLayer({ close }), giveBack: before?.giveBack ?? rememberFocus() };
    focusOn(first);
  } else if (
    document.activeElement === document.body ||
    !document.activeElement.checkVisibility({ visibilityProperty: true })
  ) {
    before.giveBack();
  }
}

const focusOn = (selector) => document.querySelector(selector)?.focus({ preventScroll: true });

/** Who comes to a channel can write at once; on touch screens that would bring up the keyboard. */
function focusComposer({ place, world }) {
  const here = world && `${place.channel}/${place.tab}`;
  if (here === arrivedAt) return;
  arrivedAt = here;
  if (matchMedia("(hover: hover)").matches && !place.thread) focusOn('[data-testid="composer"]');
}

let arrivedAt = null;

function nameWindow({ world, place }) {
  if (!world) return;
  const unread = world.channels.reduce(
    (sum, channel) => sum + (channel.id === place.channel ? 0 : (channel.unread ?? 0)),
    0,
  );
  const channel = openChannel();
  const name = channel ? (channel.kind === "im" ? world.app.name : `#${channel.name}`) : world.team.name;
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${name} · ${world.me.real_name} · ${world.team.name}`;
}

/** What is on the screen of somebody who looks at it is read. */
function markRead() {
  const { place, world } = current();
  const channel = openChannel();
  if (!world || !channel?.unread || document.hidden || !document.hasFocus() || place.tab === "home") return;
  const ts = channel.messages.filter((message) => !message.is_ephemeral).at(-1)?.ts;
  if (!ts || told.get(channel.id) === ts) return;
  told.set(channel.id, ts);
  workspace.read({ user: place.user, channel: channel.id, ts }).catch(() => told.delete(channel.id));
}

/** channel → the ts up to which the workspace knows it as read */
const told = new Map();

window.addEventListener("focus", () => {
  const channel = openChannel();
  if (channel?.unread > 0) update({ newLine: { channel: channel.id, after: channel.last_read ?? "0" } });
});
window.addEventListener("popstate", () => {
  const { user, flash, ...place } = placeInAddress();
  const here = current().place;
  if (user && user !== here.user) location.reload();
  else if (flash) goToMessage(place.channel, flash);
  else if (current().world) goTo({ ...place, channel: place.channel ?? here.channel }, { remember: false });
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!event.altKey || !step || !current().world || document.querySelector("dialog[open]")) return;
  const next = neighbour(step, event.shiftKey);
  event.preventDefault();
  if (next) goTo({ channel: next, tab: "messages", thread: null });
});
matchMedia("(width >= 760px)").addEventListener("change", () => update({ drawer: false }));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  if (current().theme === null) document.documentElement.dataset.theme = matches ? "dark" : "light";
  update({});
});
setInterval(() => update({}), 30_000); // "3 minutes ago" moves on

update({});
start();
