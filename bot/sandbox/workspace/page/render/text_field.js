// A text input: one line or several, with a counter, saying when its text is worth telling the app.

import { h } from "../dom.js";

const PAUSE = 300;

/**
 * For `widget(textField, …)`. Props: `input` (attributes), `multiline`, `value` (read once), `limits` `{min, max}`, `disabled`,
 * `typed(text)` at every key, `paused(text)` once typing rests or the field is left, `entered(text)` on Enter (true if that was used).
 */
export function textField(first) {
  let props = first;
  let timer = 0;
  const node = document.createElement("div");
  node.className = "text-field";
  const field = document.createElement(props.multiline ? "textarea" : "input");
  const counter = document.createElement("span");
  counter.className = "counter";
  node.append(field, counter);
  let told = props.value ?? "";
  field.value = told;

  const tell = () => {
    clearTimeout(timer);
    if (field.value === told) return;
    told = field.value;
    props.paused?.(told);
  };

  field.oninput = () => {
    count();
    props.typed?.(field.value);
    clearTimeout(timer);
    timer = setTimeout(tell, PAUSE);
  };
  field.onblur = tell;
  field.onkeydown = (event) => {
    const enter = event.key === "Enter" && !event.isComposing && (!props.multiline || event.ctrlKey || event.metaKey);
    if (!enter) return;
    event.preventDefault();
    clearTimeout(timer);
    told = field.value;
    props.entered?.(field.value);
  };

  function count() {
    const { max } = props.limits ?? {};
    const length = [...field.value].length;
    counter.hidden = !max;
    counter.textContent = max ? `${length} / ${max}` : "";
    counter.classList.toggle("over", Boolean(max) && length > max);
    if (props.multiline) grow();
  }

  function grow() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 320)}px`;
  }

  function apply(next, before = {}) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(next)])) {
      const value = next[name];
      if (value === null || value === undefined || value === false) field.removeAttribute(name);
      else field.setAttribute(name, value === true ? "" : String(value));
    }
    field.disabled = Boolean(props.disabled);
  }

  apply(props.input);
  queueMicrotask(count);
  return {
    node,
    update(next) {
      const before = props.input;
      props = next;
      apply(next.input, before);
      count();
    },
    destroy: () => clearTimeout(timer),
  };
}
