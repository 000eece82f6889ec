// A select with type-ahead, for one or several options, from a list or from the app as one types.

import { drawer, h, widget } from "../dom.js";
import { icon } from "../icons.js";
import { openLayer, showBeside } from "../layers.js";
import { chips, clearButton, optionPopup } from "./select_parts.js";

const PAUSE = 250; // milliseconds of rest before the app is asked
const CLOSED = { open: false, query: "", groups: [], active: 0, message: "" };
let count = 0;

/**
 * A select as a part of its own. Props: `input` (attributes of the field), `label`, `placeholder`, `multiple`, `max`,
 * `source` (see options.js), `chosen` (options, read once), `disabled`, `clearable`,
 * `change(options)` at every choice, `commit(options)` when the person is done; false from `commit` undoes it.
 */
export const select = (props) => widget(Select, props);

class Select {
  node = document.createElement("div");
  #list = `list-${(count += 1)}`;
  #draw = drawer(this.node);
  #props;
  #chosen;
  #committed;
  #state = CLOSED;
  #leave = () => {};
  #timer = 0;
  #asked = 0;

  constructor(props) {
    this.#props = props;
    this.#chosen = this.#committed = props.chosen;
    this.#redraw();
  }

  update(props) {
    this.#props = props;
    if (this.#state.open && props.source.groups) this.#lookHere(this.#state.active);
    else this.#redraw();
  }

  destroy() {
    clearTimeout(this.#timer);
    if (this.#state.open) this.#leave();
  }

  get #field() {
    return this.node.querySelector("input");
  }

  get #options() {
    return this.#state.groups.flatMap((group) => group.options);
  }

  /** What the field says while the list is closed. */
  get #words() {
    return this.#props.multiple ? "" : (this.#chosen[0]?.text ?? "");
  }

  /** What lies over the field while the list is closed, if those words have pictures, which no field can hold. */
  get #face() {
    const face = this.#state.open || this.#props.multiple ? [] : (this.#chosen[0]?.face ?? []);
    return face.some((part) => typeof part !== "string") && face;
  }

  #isChosen = (option) => this.#chosen.some((each) => each.id === option.id);

  #without = (option) => this.#chosen.filter((each) => each.id !== option.id);

  #set(change) {
    this.#state = { ...this.#state, ...change };
    this.#redraw();
  }

  /** Opens the list; unless typing opened it, the field is emptied for a search and shows the choice as placeholder. */
  #open({ typing = false } = {}) {
    if (this.#state.open || this.#props.disabled) return;
    const takeAway = openLayer({ close: () => this.#close(), inside: [this.node], light: true });
    if (!typing) this.#field.value = "";
    this.#state = { ...CLOSED, open: true, query: this.#field.value };
    this.#look();
    const hide = showBeside(this.node.querySelector(".list-popup"), this.node, { matchWidth: true });
    this.#leave = () => {
      takeAway();
      hide();
    };
  }

  #close() {
    if (!this.#state.open) return;
    clearTimeout(this.#timer);
    this.#leave();
    this.#set(CLOSED);
    this.#field.value = this.#words;
    this.#settle();
  }

  /** Tells what was chosen once the person is done, and takes it back if that was declined. */
  async #settle() {
    if (sameIds(this.#chosen, this.#committed)) return;
    const before = this.#committed;
    this.#committed = this.#chosen;
    if ((await this.#props.commit?.(this.#chosen)) !== false) return;
    this.#chosen = this.#committed = before;
    this.#field.value = this.#words;
    this.#redraw();
  }

  #look() {
    if (this.#props.source.groups) this.#lookHere();
    else this.#lookAtApp();
  }

  /** Finds what fits among the options that are known; `active` stays where it was if it is given. */
  #lookHere(active) {
    const { query } = this.#state;
    const groups = matching(this.#props.source.groups, query);
    const options = groups.flatMap((group) => group.options);
    const start = query ? 0 : Math.max(0, options.findIndex(this.#isChosen));
    const last = Math.max(0, options.length - 1);
    this.#set({ groups, active: Math.min(active ?? start, last), message: options.length > 0 ? "" : "No results" });
  }

  #lookAtApp() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    const missing = this.#props.source.atLeast - [...this.#state.query].length;
    if (missing > 0) return this.#set({ groups: [], message: invitation(missing, this.#state.query) });
    const number = this.#asked;
    this.#timer = setTimeout(() => this.#ask(number), this.#state.query ? PAUSE : 0);
    return this.#set({ message: "Loading…" });
  }

  /** Only the last question's answer counts. */
  async #ask(number) {
    const groups = await this.#props.source.search(this.#state.query).then(filled, () => null);
    if (number !== this.#asked || !this.#state.open) return;
    const message = groups === null ? "Options could not be loaded. Try again?" : groups.length > 0 ? "" : "No results";
    this.#set({ groups: groups ?? [], active: 0, message });
  }

  #pick(option) {
    if (!option) return;
    if (this.#props.multiple) return this.#toggle(option);
    this.#chosen = [option];
    this.#props.change?.(this.#chosen);
    this.#close();
  }

  #toggle(option) {
    const { query, active } = this.#state;
    if (this.#isChosen(option)) this.#chosen = this.#without(option);
    else if (this.#chosen.length < (this.#props.max ?? Infinity)) this.#chosen = [...this.#chosen, option];
    this.#props.change?.(this.#chosen);
    this.#field.value = "";
    this.#state = { ...this.#state, query: "" };
    if (this.#props.source.groups) this.#lookHere(query ? undefined : active);
    else this.#lookAtApp();
  }

  #leaveOnly(options) {
    this.#chosen = options;
    this.#props.change?.(options);
    this.#field.value = this.#words;
    this.#redraw();
    this.#field.focus();
    if (!this.#state.open) this.#settle();
  }

  #onKeydown(event) {
    const act = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      Enter: () => (this.#state.open ? this.#pick(this.#options[this.#state.active]) : this.#open()),
    }[event.key];
    if (act && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key === "Tab") {
      this.#close();
    } else if (event.key === "Backspace" && this.#props.multiple && this.#field.value === "" && this.#chosen.length) {
      this.#leaveOnly(this.#chosen.slice(0, -1));
    }
  }

  #step(by) {
    if (!this.#state.open) return this.#open();
    const { length } = this.#options;
    if (length > 0) this.#set({ active: (this.#state.active + by + length) % length });
    return this.node.querySelector(".option.active")?.scrollIntoView({ block: "nearest" });
  }

  #onInput() {
    if (!this.#state.open) return this.#open({ typing: true });
    this.#state = { ...this.#state, query: this.#field.value };
    return this.#look();
  }

  #redraw() {
    const { multiple, disabled, clearable, label } = this.#props;
    const active = this.#options[this.#state.active];
    const face = this.#face;
    const classes = [
      "select",
      multiple && "multiple",
      this.#state.open && "open",
      disabled && "disabled",
      face && "pictured",
    ];
    this.node.className = classes.filter(Boolean).join(" ");
    const remove = (option) => this.#leaveOnly(this.#without(option));
    const canClear = clearable && !multiple && !disabled && this.#chosen.length > 0;
    this.#draw(
      multiple && chips(this.#chosen, { disabled, remove }),
      this.#fieldOf(active),
      face && h("span", { class: "select-face", key: "face", "aria-hidden": "true" }, face),
      canClear && clearButton(label, () => this.#leaveOnly([])),
      icon("chevron", "select-arrow"),
      optionPopup(this.#state, {
        list: this.#list,
        label,
        multiple,
        active,
        isChosen: this.#isChosen,
        pick: (option) => this.#pick(option),
      }),
    );
  }

  #fieldOf(active) {
    const { input, multiple, disabled, placeholder } = this.#props;
    const { open } = this.#state;
    const current = multiple ? "" : this.#words;
    return h("input", {
      key: "field",
      ...input,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      value: this.#words,
      disabled,
      placeholder: (open && current) || (multiple && this.#chosen.length > 0 ? "" : placeholder),
      "aria-autocomplete": "list",
      "aria-expanded": String(open),
      "aria-controls": this.#list,
      "aria-activedescendant": open && active ? `${this.#list}-${this.#state.active}` : null,
      onClick: () => this.#open(),
      onInput: () => this.#onInput(),
      onKeydown: (event) => this.#onKeydown(event),
      onFocus: ({ target }) => target.select(),
      onBlur: ({ relatedTarget }) => !this.node.contains(relatedTarget) && this.#close(),
    });
  }
}

function invitation(missing, query) {
  const characters = `${missing} ${query ? "more " : ""}character${missing === 1 ? "" : "s"}`;
  return query ? `Type ${characters}` : `Type at least ${characters}`;
}

function matching(groups, query) {
  const words = query.trim().toLowerCase();
  const fits = (option) => option.text.toLowerCase().includes(words);
  return filled(groups.map((group) => ({ ...group, options: group.options.filter(fits) })));
}

const filled = (groups) => groups.filter((group) => group.options.length > 0);
const sameIds = (left, right) =>
  left.length === right.length && left.every((each, index) => each.id === right[index].id);
