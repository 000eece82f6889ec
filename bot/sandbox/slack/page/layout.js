// The frame of the page: sidebar, channel, and on the right a thread or the side panel.

import { h } from "./dom.js";
import { channelPane } from "./channel.js";
import { sidePanel } from "./panel/panel.js";
import { sidebar } from "./sidebar.js";
import { threadPane } from "./thread.js";
import { openChannel } from "./state.js";

/** The whole page for a state of the store. */
export function layout(state) {
  if (!state.world) return opening(state);
  const thread = state.place.thread && openChannel();
  const right = thread ? "with-thread" : state.panel.open ? "with-panel" : "";
  return h(
    "div",
    { class: `frame ${right} ${state.drawer ? "with-drawer" : ""}`, key: "frame" },
    state.connection === "lost" &&
      h(
        "div",
        { class: "connection", role: "status", key: "connection", "data-testid": "connection" },
        h("span", { class: "spinner" }),
        "The connection to the workspace is lost. Trying again …",
      ),
    sidebar(state),
    channelPane(state),
    thread && threadPane(state, thread),
    !thread && state.panel.open && sidePanel(state),
  );
}

function opening({ connection }) {
  const words = connection === "lost" ? "The workspace does not answer. Trying again …" : "Opening the workspace …";
  return h(
    "main",
    { class: "opening", key: "opening" },
    h("span", { class: "spinner large" }),
    h("p", { role: "status" }, words),
  );
}
