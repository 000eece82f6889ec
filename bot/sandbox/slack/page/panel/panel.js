// The side panel, for looking behind the scenes: Zadig, the traffic, and what can be made to go wrong.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { setPanel } from "../state.js";
import { faultsTab, faultsSet } from "./faults.js";
import { trafficTab } from "./traffic.js";
import { zadigTab } from "./zadig.js";

const TABS = [
  ["zadig", "Zadig", zadigTab],
  ["traffic", "Traffic", trafficTab],
  ["faults", "Faults", faultsTab],
];

export function sidePanel(state) {
  const { tab } = state.panel;
  const draw = TABS.find(([name]) => name === tab)?.[2] ?? zadigTab;
  const wrong = faultsSet(state).length;
  return h(
    "aside",
    { class: "right panel", key: "panel", "aria-label": "Behind the scenes", "data-testid": "panel" },
    h(
      "header",
      { class: "pane-head" },
      h(
        "div",
        { class: "tabs", role: "tablist", "aria-label": "Behind the scenes", onKeydown: (event) => move(event, tab) },
        TABS.map(([name, words]) => tabButton(name, words, tab, wrong)),
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close panel",
          title: "Close",
          "data-testid": "panel-close",
          onClick: () => setPanel({ open: false }),
        },
        icon("close"),
      ),
    ),
    h(
      "div",
      {
        class: "panel-body",
        key: tab,
        role: "tabpanel",
        id: "panel-content",
        "aria-labelledby": `panel-tab-${tab}`,
        tabindex: "0",
      },
      draw(state),
    ),
  );
}

function tabButton(name, words, tab, wrong) {
  const mark =
    name === "faults" && wrong > 0 && h("span", { class: "count danger", "aria-label": `${wrong} set` }, wrong);
  return h(
    "button",
    {
      type: "button",
      role: "tab",
      class: "tab",
      key: name,
      id: `panel-tab-${name}`,
      "aria-selected": String(name === tab),
      "aria-controls": name === tab ? "panel-content" : null,
      tabindex: name === tab ? "0" : "-1",
      "data-testid": `panel-${name}`,
      onClick: () => setPanel({ tab: name }),
    },
    words,
    mark,
  );
}

function move(event, tab) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = TABS[(TABS.findIndex(([name]) => name === tab) + step + TABS.length) % TABS.length][0];
  event.currentTarget.querySelector(`#panel-tab-${next}`).focus();
  setPanel({ tab: next });
}
