// The tab "Traffic": what went over the wire between the app and the workspace, newest first.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { update } from "../state.js";
import { atTime, exchange, statusMark } from "./json.js";

const WAYS = {
  api: ["app → Slack", "toward"],
  hook: ["app → response_url", "toward"],
  delivery: ["Slack → app", "from"],
  socket: ["Slack ⇄ app", "from"],
};
const SHOWN = 150;

let wanted = "";

export function trafficTab({ traffic }) {
  const fitting = traffic.filter(fits).reverse();
  return [
    h(
      "div",
      { class: "panel-tools", key: "tools" },
      h("input", {
        type: "search",
        class: "panel-search",
        placeholder: "Filter by name or status",
        "aria-label": "Filter the traffic",
        value: wanted,
        "data-testid": "traffic-filter",
        onInput: ({ target }) => filter(target.value),
      }),
      h("button", { type: "button", class: "button small", onClick: () => update({ traffic: [] }) }, "Clear view"),
    ),
    h(
      "p",
      { class: "panel-note", key: "note" },
      "What the app and Slack say to each other, newest first. Tokens are left out.",
    ),
    fitting.length === 0 &&
      h(
        "p",
        { class: "empty", key: "empty" },
        traffic.length === 0 ? "Nothing has been said yet." : "Nothing fits the filter.",
      ),
    h("div", { class: "exchanges", key: "list", "data-testid": "traffic" }, fitting.slice(0, SHOWN).map(row)),
  ];
}

function filter(text) {
  wanted = text;
  update({});
}

function fits(entry) {
  const words = wanted.trim().toLowerCase();
  return !words || `${entry.name} ${WAYS[entry.direction]?.[0]} ${entry.status}`.toLowerCase().includes(words);
}

function row(entry) {
  const [way, side] = WAYS[entry.direction] ?? [entry.direction, "from"];
  return exchange(entry, `traffic-${entry.seq}`, {
    redraw: () => update({}),
    face: [
      h(
        "span",
        { class: `way ${side}`, title: way },
        icon(side === "toward" ? "arrow-left" : "chevron-right"),
        h("span", { class: "visually-hidden" }, way),
      ),
      h("span", { class: "exchange-name" }, entry.name),
      statusMark(entry.status),
      h("span", { class: "ms" }, `${Math.round(entry.ms)} ms`),
      atTime(entry.at),
    ],
    parts: [
      [`Request (${way})`, entry.request],
      ["Response", entry.response],
    ],
  });
}
