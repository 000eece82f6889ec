// Where a person writes: messages, and commands with their list, hints and completion.

import { Unreachable, workspace } from "./api.js";
import { runBuiltin } from "./builtin.js";
import { commandIn, offerList, offersFor } from "./completion.js";
import { drawer, h, widget } from "./dom.js";
import { icon } from "./icons.js";
import { openLayer } from "./layers.js";
import { menuButton } from "./menu.js";
import { runShortcut } from "./message.js";
import { addNotice, current } from "./state.js";

const TALLEST = 200;

/** What was written and not sent: "user/channel/thread" → text. */
const drafts = new Map();

/** The composer as a part of its own. Props: `channel`, `thread` (ts or null), `placeholder`. */
export const composer = (props) =>
  widget(Composer, { ...props, key: `composer-${props.channel.id}-${props.thread ?? ""}` });

/** Puts a text into the channel's composer and the caret behind it. */
export function suggestText(text) {
  const field = document.querySelector('[data-testid="composer"]');
  if (!field) return;
  field.value = text;
  field.dispatchEvent(new Event("input"));
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

class Composer {
  node = document.createElement("div");
  #draw = drawer(this.node);
  #props;
  #offers = null;
  #active = 0;
  #takeAway = null;
  #running = "";
  #trouble = "";

  constructor(props) {
    this.#props = props;
    this.node.className = "composer";
    this.#redraw();
    queueMicrotask(() => this.#grow());
  }

  update(props) {
    this.#props = props;
    this.#redraw();
  }

  destroy() {
    this.#dropLayer();
  }

  get #field() {
    return this.node.querySelector("textarea");
  }

  get #text() {
    return this.#field?.value ?? drafts.get(this.#draftKey) ?? "";
  }

  set #text(text) {
    drafts.set(this.#draftKey, text);
    if (!this.node.isConnected) return;
    this.#field.value = text;
    this.#grow();
  }

  get #draftKey() {
    return `${current().place.user}/${this.#props.channel.id}/${this.#props.thread ?? ""}`;
  }

  get #list() {
    return `offers-${this.#props.channel.id}-${this.#props.thread ?? "channel"}`;
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, TALLEST)}px`;
  }

  #changed() {
    drafts.set(this.#draftKey, this.#field.value);
    this.#grow();
    this.#look();
  }

  /** Offers what fits the text before the caret. */
  #look() {
    const { value, selectionStart } = this.#field;
    this.#offers = offersFor(value.slice(0, selectionStart), { commands: !this.#props.thread });
    this.#active = 0;
    if (!this.#offers) this.#dropLayer();
    else this.#takeAway ??= openLayer({ close: () => this.#closeOffers(), inside: [this.node], light: true });
    this.#redraw();
  }

  #dropLayer() {
    this.#takeAway?.();
    this.#takeAway = null;
  }

  #closeOffers() {
    this.#offers = null;
    this.#dropLayer();
    this.#redraw();
  }

  #insert(item) {
    const { value, selectionStart } = this.#field;
    const start = value.slice(0, this.#offers.from) + item.insert;
    this.#field.value = start + value.slice(selectionStart).replace(/^\s/, "");
    this.#field.setSelectionRange(start.length, start.length);
    this.#changed();
    this.#field.focus();
  }

  #onKeydown(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const completes = this.#offers && event.key === "Tab" && !event.shiftKey;
    const sends = event.key === "Enter" && !event.shiftKey;
    if (!(this.#offers && step) && !completes && !sends) return;
    event.preventDefault();
    if (sends) this.#takeOrSend();
    else if (completes) this.#insert(this.#offers.items[this.#active]);
    else this.#step(step);
  }

  #step(by) {
    const { length } = this.#offers.items;
    this.#active = (this.#active + by + length) % length;
    this.#redraw();
    this.node.querySelector(".offer.active")?.scrollIntoView({ block: "nearest" });
  }

  /** Enter takes the offer, unless that is already written in full. */
  #takeOrSend() {
    const item = this.#offers?.items[this.#active];
    const { value, selectionStart } = this.#field;
    if (item && value.slice(this.#offers.from, selectionStart) !== item.label) this.#insert(item);
    else this.#send();
  }

  async #send() {
    const text = this.#text.trim();
    if (!text) return;
    this.#trouble = "";
    this.#running = text.startsWith("/") ? text.split(/\s/)[0] : "";
    this.#text = "";
    this.#look();
    const { channel, thread } = this.#props;
    const body = { user: current().place.user, channel: channel.id, text, ...(thread && { thread_ts: thread }) };
    try {
      if (thread || !(await runBuiltin(channel, text))) this.#answered(await workspace.type(body), text);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.#refused("the workspace cannot be reached.", text);
    } finally {
      this.#running = "";
      if (this.node.isConnected) this.#redraw();
    }
  }

  /** The workspace tells of most failures of commands by a notice; the text comes back where it can be mended. */
  #answered(answer, text) {
    if (answer.ok) return;
    const { channel, thread } = this.#props;
    if (answer.error === "unknown_command") this.#giveBack(text);
    else if (answer.error === "not_in_threads")
      addNotice(channel.id, `\`${text.split(/\s/)[0]}\` is not supported in threads. Sorry!`, thread);
    else if (answer.detail) this.#refused(answer.detail, text);
  }

  #refused(reason, text) {
    this.#trouble = `Not sent: ${reason}`;
    this.#giveBack(text);
  }

  #giveBack(text) {
    if (this.#text === "") this.#text = text;
  }

  #redraw() {
    const { thread } = this.#props;
    this.#draw(
      this.#trouble &&
        h("div", { class: "composer-trouble", role: "alert", key: "trouble" }, icon("warning"), this.#trouble),
      h(
        "div",
        { class: "offers-anchor", key: "offers" },
        this.#offers && offerList(this.#offers, this.#active, this.#list, (item) => this.#insert(item)),
      ),
      h("div", { class: "composer-box", key: "box" }, commandHint(this.#text), this.#textarea(), this.#buttons(thread)),
      h(
        "div",
        { class: "composer-status", role: "status", key: "status" },
        this.#running && [h("span", { class: "spinner" }), `Running ${this.#running} …`],
      ),
    );
  }

  #textarea() {
    const { placeholder, thread } = this.#props;
    return h("textarea", {
      key: "field",
      rows: "1",
      value: this.#text,
      placeholder,
      "aria-label": placeholder,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": this.#offers ? this.#list : null,
      "aria-activedescendant": this.#offers ? `${this.#list}-${this.#active}` : null,
      "data-testid": thread ? "thread-composer" : "composer",
      onInput: () => this.#changed(),
      onClick: () => this.#look(),
      onKeydown: (event) => this.#onKeydown(event),
    });
  }

  #buttons(thread) {
    const send = {
      type: "button",
      class: "send",
      key: "send",
      disabled: this.#text.trim() === "",
      "aria-label": "Send",
      title: "Send",
      "data-testid": thread ? "thread-send" : "send",
      onClick: () => {
        this.#field.focus();
        this.#send();
      },
    };
    return h(
      "div",
      { class: "composer-buttons", key: "buttons" },
      !thread && shortcuts(),
      h("span", { class: "composer-space" }),
      h("button", send, icon("send")),
    );
  }
}

/** Beside a command that is being written: what it takes. */
function commandHint(text) {
  const command = commandIn(text);
  return (
    command &&
    h(
      "div",
      { class: "command-hint", key: "hint", "data-testid": "command-hint" },
      h("code", {}, `${command.command} ${command.usage_hint ?? ""}`),
      h("span", {}, command.description),
    )
  );
}

function shortcuts() {
  const { app } = current().world;
  const global = app.shortcuts.filter((shortcut) => shortcut.type === "global");
  const run = (shortcut) => ({
    label: shortcut.name,
    detail: shortcut.description,
    icon: icon("bolt"),
    attributes: { "data-callback-id": shortcut.callback_id },
    pick: () => runShortcut(shortcut),
  });
  const command = {
    label: "Run a command",
    detail: "or type /",
    icon: icon("chevron-right"),
    pick: () => suggestText("/"),
  };
  return menuButton({
    key: "shortcuts",
    label: "Shortcuts",
    items: [command, ...(global.length > 0 ? [{ heading: app.name }, ...global.map(run)] : [])],
    button: { class: "icon-button", "aria-label": "Shortcuts", title: "Shortcuts", "data-testid": "shortcuts" },
    face: icon("plus"),
  });
}
