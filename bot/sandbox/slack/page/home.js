// The Home tab of the app, and the tabs above its conversation.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { goTo } from "./navigation.js";
import { drawBlocks } from "./render/blocks.js";
import { current } from "./state.js";
import { viewHost } from "./surfaces.js";

const TABS = [
  ["home", "Home"],
  ["messages", "Messages"],
];

export function appTabs(tab) {
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = TABS[(TABS.findIndex(([name]) => name === tab) + step + TABS.length) % TABS.length][0];
    event.currentTarget.querySelector(`[data-testid="tab-${next}"]`).focus();
    goTo({ tab: next, thread: null });
  };
  const one = ([name, words]) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        class: "tab",
        key: name,
        "aria-selected": String(name === tab),
        tabindex: name === tab ? "0" : "-1",
        "data-testid": `tab-${name}`,
        onClick: () => goTo({ tab: name, thread: null }),
      },
      words,
    );
  return h(
    "div",
    { class: "tabs", role: "tablist", "aria-label": current().world.app.name, onKeydown: move, key: "tabs" },
    TABS.map(one),
  );
}

export function homeTab({ app }) {
  const view = app.home_view;
  const problem = view && current().problems.get(view.id);
  return h(
    "div",
    {
      class: "home",
      key: "home",
      role: "tabpanel",
      "aria-labelledby": "tab-home",
      tabindex: "0",
      "data-testid": "home",
    },
    problem && h("div", { class: "banner", role: "alert" }, icon("warning"), h("span", {}, problem)),
    view
      ? h("div", { class: "home-body", key: view.id }, drawBlocks(view.blocks, viewHost(view)))
      : h("p", { class: "empty" }, `${app.name} has not put anything here yet.`),
  );
}
