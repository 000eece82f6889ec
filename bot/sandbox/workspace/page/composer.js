// Where a person writes: messages, and commands with their list, hints and completion.

import { Unreachable, workspace } from "./api.js";
import { commandIn, offersFor } from "./completion.js";
import { drawer, h, widget } from "./dom.js";
import { icon } from "./icons.js";
import { openLayer } from "./layers.js";
import { menuButton } from "./menu.js";
import { runShortcut } from "./message.js";
import { addNotice, current } from "./state.js";

/** What was written and not sent: "user/channel/thread" → text. */
const drafts = new Map();

/** The composer as a part of its own. Props: `channel`, `thread` (ts or null), `placeholder`. */
export const composer = (props) => widget(writer, { ...props, key: `composer-${props.channel.id}-${props.thread ?? ""}` });

/** Puts a text into the channel's composer and the caret behind it. */
export function suggestText(text) {
  const field = document.querySelector('[data-testid="composer"]');
  if (!field) return;
  field.value = text;
  field.dispatchEvent(new Event("input"));
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

function writer(first) {
  const { channel, thread } = first;
  const user = current().place.user;
  const draftKey = `${user}/${channel.id}/${thread ?? ""}`;
  const list = `offers-${channel.id}-${thread ?? "channel"}`;
  const node = document.createElement("div");
  node.className = "composer";
  const draw = drawer(node);
  let props = first;
  let offers = null;
  let active = 0;
  let takeAway = null;
  let running = "";
  let trouble = "";

  const field = () => node.querySelector("textarea");

  function look() {
    const { value, selectionStart } = field();
    offers = offersFor(value.slice(0, selectionStart), { commands: !thread });
    active = 0;
    if (offers && !takeAway) takeAway = openLayer({ close: closeList, inside: [node], light: true });
    if (!offers) dropLayer();
    redraw();
  }

  function dropLayer() {
    takeAway?.();
    takeAway = null;
  }

  function closeList() {
    offers = null;
    dropLayer();
    redraw();
  }

  function insert(item) {
    const { value, selectionStart } = field();
    const start = value.slice(0, offers.from) + item.insert;
    field().value = start + value.slice(selectionStart).replace(/^\s/, "");
    field().setSelectionRange(start.length, start.length);
    changed();
    field().focus();
  }

  function changed() {
    drafts.set(draftKey, field().value);
    grow(field());
    look();
  }

  function onKeydown(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (offers && step) {
      event.preventDefault();
      active = (active + step + offers.items.length) % offers.items.length;
      redraw();
      node.querySelector(".offer.active")?.scrollIntoView({ block: "nearest" });
    } else if (offers && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      insert(offers.items[active]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const item = offers?.items[active];
      if (item && field().value.trimEnd() !== item.label) insert(item);
      else send();
    }
  }

  async function send() {
    const text = field().value.trim();
    if (!text) return;
    const isCommand = text.startsWith("/");
    field().value = "";
    trouble = "";
    running = isCommand ? text.split(/\s/)[0] : "";
    changed();
    try {
      answered(await workspace.type({ user, channel: channel.id, text, ...(thread && { thread_ts: thread }) }), text);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      trouble = "Not sent: the workspace cannot be reached.";
      giveBack(text);
    } finally {
      running = "";
      if (node.isConnected) redraw();
    }
  }

  /** What the workspace says of a command that failed comes as a notice; the text comes back where it can be mended. */
  function answered(answer, text) {
    if (answer.ok) return;
    if (answer.error === "not_in_threads") {
      addNotice(channel.id, `\`${text.split(/\s/)[0]}\` is not supported in threads. Sorry!`, thread);
    } else if (answer.error === "unknown_command") {
      giveBack(text);
    } else if (answer.detail || !text.startsWith("/")) {
      trouble = `Not sent: ${answer.detail ?? answer.error}`;
      giveBack(text);
    }
  }

  function giveBack(text) {
    if (!node.isConnected) return drafts.set(draftKey, text);
    if (field().value !== "") return undefined;
    field().value = text;
    drafts.set(draftKey, text);
    return grow(field());
  }

  function redraw() {
    const hint = field() && commandIn(field().value);
    draw(
      trouble && h("div", { class: "composer-trouble", role: "alert", key: "trouble" }, icon("warning"), trouble),
      h("div", { class: "offers-anchor", key: "offers" }, offers && offerList({ offers, active, list, insert })),
      h(
        "div",
        { class: "composer-box", key: "box" },
        hint && h("div", { class: "command-hint", key: "hint", "data-testid": "command-hint" }, h("code", {}, `${hint.command} ${hint.usage_hint ?? ""}`), h("span", {}, hint.description)),
        h("textarea", {
          key: "field",
          rows: "1",
          value: drafts.get(draftKey) ?? "",
          placeholder: props.placeholder,
          "aria-label": props.placeholder,
          "aria-autocomplete": "list",
          "aria-haspopup": "listbox",
          "aria-controls": offers ? list : null,
          "aria-activedescendant": offers ? `${list}-${active}` : null,
          "data-testid": thread ? "thread-composer" : "composer",
          onInput: changed,
          onClick: look,
          onKeydown,
        }),
        buttons(),
      ),
      h("div", { class: "composer-status", role: "status", key: "status" }, running && [h("span", { class: "spinner" }), `Running ${running} …`]),
    );
  }

  function buttons() {
    const empty = (field()?.value ?? drafts.get(draftKey) ?? "").trim() === "";
    return h(
      "div",
      { class: "composer-buttons", key: "buttons" },
      !thread && widget(menuButton, { key: "shortcuts", label: "Shortcuts", items: shortcutItems(), button: { class: "icon-button", "aria-label": "Shortcuts", title: "Shortcuts", "data-testid": "shortcuts" }, face: icon("plus") }),
      h("span", { class: "composer-space" }),
      h("button", { type: "button", class: "send", key: "send", disabled: empty, "aria-label": "Send", title: "Send", "data-testid": thread ? "thread-send" : "send", onClick: send }, icon("send")),
    );
  }

  redraw();
  queueMicrotask(() => field() && grow(field()));
  return {
    node,
    update(next) {
      props = next;
      redraw();
    },
    destroy: dropLayer,
  };
}

function offerList({ offers, active, list, insert }) {
  const row = (item, index) =>
    h(
      "div",
      { class: `offer ${index === active ? "active" : ""}`, role: "option", id: `${list}-${index}`, "aria-selected": String(index === active), onMousedown: (event) => event.preventDefault(), onClick: () => insert(item) },
      h("span", { class: "offer-label" }, item.label, item.hint && h("span", { class: "offer-hint" }, ` ${item.hint}`)),
      item.detail && h("span", { class: "offer-detail" }, item.detail),
    );
  return h("div", { class: "popup offers", role: "listbox", id: list, "aria-label": offers.kind, "data-testid": "offers" }, offers.items.map(row));
}

function shortcutItems() {
  const { app } = current().world;
  const global = (app.shortcuts ?? []).filter((shortcut) => shortcut.type === "global");
  const run = (shortcut) => ({ label: shortcut.name, detail: shortcut.description, icon: icon("bolt"), attributes: { "data-callback-id": shortcut.callback_id }, pick: () => runShortcut(shortcut) });
  return [
    { label: "Run a command", detail: "or type /", icon: icon("chevron-right"), pick: () => suggestText("/") },
    global.length > 0 && { heading: app.name },
    ...global.map(run),
  ].filter(Boolean);
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
}
