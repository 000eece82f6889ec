// A text input: one line or several, with a counter, saying when its text is worth telling the app.

import { widget } from "../dom.js";

const PAUSE = 300; // milliseconds of rest after which typing is told
const TALLEST = 320;
const ALWAYS_COUNTED = 300; // a longer limit is shown only to who comes near it

/**
 * A text field as a part of its own. Props: `input` (attributes), `multiline`, `value` (read once), `max` (length),
 * `disabled`, `typed(text)` at every key, `paused(text)` once typing rests or the field is left, `entered(text)` on Enter.
 */
export const textField = (props) => widget(TextField, props);

class TextField {
  node = document.createElement("div");
  #field;
  #counter = document.createElement("span");
  #props;
  #told;
  #timer = 0;

  constructor(props) {
    this.#props = props;
    this.#told = props.value;
    this.#field = document.createElement(props.multiline ? "textarea" : "input");
    this.#field.value = props.value;
    this.#field.oninput = () => this.#typed();
    this.#field.onblur = () => this.#tell();
    this.#field.onkeydown = (event) => this.#entered(event);
    this.#counter.className = "counter";
    this.node.className = "text-field";
    this.node.append(this.#field, this.#counter);
    this.#apply(props.input, {});
    queueMicrotask(() => this.#measure());
  }

  update(props) {
    const before = this.#props.input;
    this.#props = props;
    this.#apply(props.input, before);
    this.#measure();
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  #typed() {
    this.#measure();
    this.#props.typed?.(this.#field.value);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), PAUSE);
  }

  #tell() {
    clearTimeout(this.#timer);
    if (this.#field.value === this.#told) return;
    this.#told = this.#field.value;
    this.#props.paused?.(this.#told);
  }

  /** Enter ends a line; in a field of several lines it is Ctrl+Enter that says "done". */
  #entered(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (this.#props.multiline && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    clearTimeout(this.#timer);
    this.#told = this.#field.value;
    this.#props.entered?.(this.#told);
  }

  #measure() {
    const { max, multiline } = this.#props;
    const length = [...this.#field.value].length;
    this.#counter.hidden = !max || (max > ALWAYS_COUNTED && length < 0.8 * max);
    this.#counter.textContent = max ? `${length} / ${max}` : "";
    this.#counter.classList.toggle("over", length > (max ?? Infinity));
    if (!multiline) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight + 2, TALLEST)}px`;
  }

  #apply(attributes, before) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(attributes)])) {
      const value = attributes[name];
      if (value === null || value === undefined || value === false) this.#field.removeAttribute(name);
      else this.#field.setAttribute(name, value === true ? "" : String(value));
    }
    this.#field.disabled = Boolean(this.#props.disabled);
  }
}
