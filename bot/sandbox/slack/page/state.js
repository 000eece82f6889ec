// Everything the page knows, in one place; whoever changes it says so here and the page is drawn anew.

const preferences = {
  read: (name) => localStorage.getItem(`workspace.${name}`),
  write: (name, value) => localStorage.setItem(`workspace.${name}`, value),
};

let state = {
  world: null, // the snapshot of world.js
  place: { user: null, channel: null, tab: "messages", thread: null },
  ahead: 0, // seconds by which the workspace's clock is ahead of this machine's
  connection: "connecting", // connecting · open · lost
  newLine: null, // {channel, after}: messages after this ts were unread when the channel was opened
  notices: [], // {id, channel, at, text}: lines that only this person sees and the server does not keep
  dismissed: new Set(), // ts of ephemeral messages that were put away
  busy: new Set(), // "surface/block/action" while the app has not answered a click
  pending: new Set(), // what of this person's is on its way to the app
  problems: new Map(), // surface → what went wrong with the last click there
  traffic: [],
  zadig: { state: null, requests: [], missing: false },
  panel: {
    open: preferences.read("panel") === null ? window.innerWidth >= 1100 : preferences.read("panel") === "open",
    tab: preferences.read("panel-tab") ?? "zadig",
  },
  drawer: false,
  theme: preferences.read("theme"),
  welcome: preferences.read("welcome") !== "dismissed",
  flash: null, // ts of a message that someone was led to
};

const listeners = new Set();
let drawing = false;

export const current = () => state;

/** Changes some fields: `change` is an object, or a function from the state to one. */
export function update(change) {
  const next = typeof change === "function" ? change(state) : change;
  if (!next) return;
  state = { ...state, ...next };
  if (drawing) return;
  drawing = true;
  const later = document.hidden ? (draw) => setTimeout(draw, 50) : requestAnimationFrame;
  later(() => {
    drawing = false;
    for (const listener of listeners) listener(state);
  });
}

export function onChange(listener) {
  listeners.add(listener);
}

export const channelById = (id) => state.world?.channels.find((channel) => channel.id === id);
export const personById = (id) => state.world?.people.find((person) => person.id === id);
export const openChannel = () => channelById(state.place.channel);

/** The surface is waiting for the app; undone by `setBusy(…, false)`. */
export function setBusy(surface, block, action, on) {
  const busy = new Set(state.busy);
  const key = `${surface}/${block}/${action}`;
  if (on) busy.add(key);
  else busy.delete(key);
  update({ busy });
}

export function setProblem(surface, text) {
  const problems = new Map(state.problems);
  if (text) problems.set(surface, text);
  else problems.delete(surface);
  update({ problems });
}

/** The workspace's clock may run faster than this machine's: nothing that happened at `seconds` is in the future. */
export function keepPace(seconds) {
  const ahead = seconds - Date.now() / 1000;
  if (ahead > state.ahead) update({ ahead });
}

let notices = 0;

/** A line in the manner of Slackbot, at the end of the channel, for this person alone. */
export function addNotice(channel, text, thread = null) {
  notices += 1;
  const last = channelById(channel)?.messages.at(-1)?.ts ?? "0";
  const notice = { id: `notice-${notices}`, channel, text, thread, after: last, at: Date.now() / 1000 };
  update({ notices: [...state.notices, notice].slice(-50) });
}

export function setTheme(theme) {
  preferences.write("theme", theme);
  document.documentElement.dataset.theme = theme;
  update({ theme });
}

export function setPanel(change) {
  const panel = { ...state.panel, ...change };
  preferences.write("panel", panel.open ? "open" : "closed");
  preferences.write("panel-tab", panel.tab);
  update({ panel });
}

export function dismissWelcome() {
  preferences.write("welcome", "dismissed");
  update({ welcome: false });
}
