// The tab "Zadig": its projects, how fast it copies images, and what was asked of it.

import { zadig } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";
import { current, keepPace, update } from "../state.js";
import { inZadig, zadigProblem } from "./acting.js";
import { atTime, exchange, statusMark } from "./json.js";
import { projectPart } from "./projects.js";

const SPEEDS = [0, 1, 10, 60];
const SHOWN = 60;

export function zadigTab({ zadig: { state, requests, missing } }) {
  if (missing) return h("p", { class: "empty" }, "There is no Zadig beside this workspace.");
  if (!state) return h("p", { class: "empty" }, h("span", { class: "spinner" }), " Looking …");
  const problem = zadigProblem();
  return [
    tools(state),
    problem && h("div", { class: "banner", role: "alert", key: "problem" }, icon("warning"), h("span", {}, problem)),
    h(
      "div",
      { class: "projects", key: "projects" },
      state.projects.map((project) => projectPart(project, state)),
    ),
    h("h3", { class: "panel-title", key: "asked" }, "What it was asked"),
    requests.length === 0 && h("p", { class: "empty", key: "none" }, "Nothing yet."),
    h(
      "div",
      { class: "exchanges", key: "requests", "data-testid": "zadig-requests" },
      requests.slice(-SHOWN).reverse().map(requestRow),
    ),
  ];
}

function tools(state) {
  return h(
    "div",
    { class: "panel-tools", key: "tools" },
    h("span", { class: "panel-note" }, `Zadig ${state.server_version ?? ""} · dialect ${state.dialect}`),
    h("span", { class: "head-space" }),
    h("span", { class: "panel-note", id: "speed" }, "Copying"),
    h("div", { class: "segments", role: "group", "aria-labelledby": "speed" }, SPEEDS.map((each) => speed(each, state))),
    serverMenu(state),
  );
}

/** How fast images are copied; the time is the same for everybody, whatever is pressed here. */
function speed(each, { speed: now }) {
  const pressed = String(now === each);
  const change = () => inZadig(() => zadig.settings({ speed: each }));
  const words = each === 0 ? "Stop" : `×${each}`;
  return h("button", { type: "button", class: "segment", key: words, "aria-pressed": pressed, onClick: change }, words);
}

/** What an administrator, or fate, does to the whole server. */
function serverMenu({ dialect }) {
  const items = [
    {
      label: "Let ten minutes pass",
      detail: "for everybody here",
      pick: () => inZadig(() => zadig.clock({ advance: 600 })).then(catchUp),
    },
    { label: "Restart Zadig", detail: "it forgets what it was watching", pick: () => inZadig(() => zadig.restart({})) },
    dialect === "v1" && {
      label: "Upgrade Zadig",
      detail: "it then speaks dialect v2",
      pick: () => inZadig(() => zadig.upgrade({})),
    },
    {
      label: "Begin again",
      detail: "as it was at the start",
      danger: true,
      pick: () => inZadig(() => zadig.reset({})),
    },
  ].filter(Boolean);
  const button = { class: "icon-button", "aria-label": "More about Zadig", title: "More", "data-testid": "zadig-more" };
  return menuButton({ key: "server", label: "More about Zadig", align: "end", items, button, face: icon("dots") });
}

/** The clock is everybody's, this page's too. */
const catchUp = () => keepPace(current().zadig.state.now);

function requestRow(entry) {
  return exchange(entry, `zadig-${entry.seq}`, {
    redraw: () => update({}),
    face: [
      h("span", { class: "method" }, entry.method),
      h("span", { class: "exchange-name" }, entry.path),
      statusMark(entry.status),
      h("span", { class: "ms" }, `${Math.round(entry.ms)} ms`),
      atTime(entry.at),
    ],
    parts: [
      ["Request", entry.request],
      ["Response", entry.response],
    ],
  });
}
