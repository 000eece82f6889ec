// Draws JSON and request lines for engineers.

import { h } from "../dom.js";
import { clockTime } from "../render/dates.js";
import { scene } from "../scene.js";

const LONGEST = 20_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** A JSON value, indented and coloured; what is very long is cut. */
export function json(value) {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}\n…` : text;
  return h("pre", { class: "json", tabindex: "0" }, typeof value === "string" ? shown : coloured(shown));
}

function coloured(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon, word, number] = match;
    if (match.index > from) nodes.push(text.slice(from, match.index));
    if (colon) nodes.push(h("span", { class: "json-key" }, string), colon);
    else nodes.push(h("span", { class: string ? "json-string" : "json-word" }, string ?? word ?? number));
    from = match.index + whole.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

/** How an HTTP status, or a socket's word, went. */
export function statusMark(status) {
  const number = Number(status);
  const mood = number === 0 || number >= 500 ? "bad" : number >= 400 ? "poor" : "good";
  const words = number === 0 ? "cut" : String(status);
  return h("span", { class: `status ${Number.isNaN(number) ? "plain" : mood}` }, words);
}

export const atTime = (seconds) =>
  h("time", { class: "at" }, clockTime(seconds, scene.zone(), { withSeconds: true, hour12: false }));

const opened = new Set();
const drawn = new WeakMap();

/** An exchange that opens to show what was said; drawn once, and again only when it opens or closes. */
export function exchange(entry, id, { face, parts, redraw }) {
  const open = opened.has(id);
  const known = drawn.get(entry);
  if (known?.open === open) return known.drawing;
  const toggle = (event) => {
    if (event.target.open) opened.add(id);
    else opened.delete(id);
    redraw();
  };
  const drawing = h(
    "details",
    { class: "exchange", key: id, open, onToggle: toggle },
    h("summary", {}, face),
    open &&
      h(
        "div",
        { class: "exchange-body" },
        parts.map(([title, value]) => [h("div", { class: "exchange-title" }, title), json(value)]),
      ),
  );
  drawn.set(entry, { open, drawing });
  return drawing;
}
