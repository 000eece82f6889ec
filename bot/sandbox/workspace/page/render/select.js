// A select with type-ahead, for one or several options, from a list or from the app as one types.

import { drawer, h } from "../dom.js";
import { icon } from "../icons.js";
import { openLayer, showBeside } from "../layers.js";

const PAUSE = 250;
let count = 0;

/**
 * For `widget(select, …)`. Props: `input` (attributes of the field), `label`, `placeholder`, `multiple`, `max`,
 * `source` (see options.js), `chosen` (options, read once), `disabled`, `clearable`,
 * `change(options)` at every choice, `commit(options)` when the person is done; false from `commit` undoes it.
 */
export function select(first) {
  count += 1;
  const list = `list-${count}`;
  const node = document.createElement("div");
  const draw = drawer(node);
  let props = first;
  let chosen = first.chosen;
  let committed = chosen;
  let state = { open: false, query: "", groups: [], active: 0, message: "" };
  let leave = () => {};
  let timer = 0;
  let asked = 0;

  const field = () => node.querySelector("input");
  const flat = () => state.groups.flatMap((group) => group.options);
  const isChosen = (option) => chosen.some((each) => each.id === option.id);
  const set = (change) => {
    state = { ...state, ...change };
    redraw();
  };

  /** Opens the list; unless typing opened it, the field is emptied for a search and shows the choice as a placeholder. */
  function open({ typing = false } = {}) {
    if (state.open || props.disabled) return;
    const away = openLayer({ close, inside: [node], light: true });
    if (!typing) field().value = "";
    state = { ...state, open: true, query: field().value };
    look();
    const hide = showBeside(node.querySelector(".list-popup"), node, { matchWidth: true });
    leave = () => {
      away();
      hide();
    };
  }

  function close() {
    if (!state.open) return;
    clearTimeout(timer);
    leave();
    set({ open: false, query: "", groups: [], message: "" });
    field().value = shown();
    settle();
  }

  async function settle() {
    if (sameIds(chosen, committed)) return;
    const previous = committed;
    committed = chosen;
    if ((await props.commit?.(chosen)) === false) {
      chosen = committed = previous;
      field().value = shown();
      redraw();
    }
  }

  /** Finds what fits the query, here or by asking the app. */
  function look({ active } = {}) {
    const { source } = props;
    if (source.groups) {
      const groups = matching(source.groups, state.query);
      const options = groups.flatMap((group) => group.options);
      const start = state.query ? 0 : Math.max(0, options.findIndex(isChosen));
      set({ groups, active: Math.max(0, Math.min(active ?? start, options.length - 1)), message: options.length > 0 ? "" : "No results" });
      return;
    }
    clearTimeout(timer);
    asked += 1;
    const missing = source.atLeast - [...state.query].length;
    if (missing > 0) set({ groups: [], message: `Type ${missing === source.atLeast ? "at least " : ""}${missing} ${state.query ? "more " : ""}character${missing === 1 ? "" : "s"}` });
    else ask(asked);
  }

  function ask(number) {
    set({ message: "Loading…" });
    timer = setTimeout(async () => {
      const groups = await props.source.search(state.query).then(filled, () => null);
      if (number !== asked || !state.open) return;
      set({ groups: groups ?? [], active: 0, message: groups === null ? "Options could not be loaded. Try again?" : groups.length > 0 ? "" : "No results" });
    }, state.query ? PAUSE : 0);
  }

  function pick(option) {
    if (!option) return;
    if (!props.multiple) chosen = [option];
    else if (isChosen(option)) chosen = chosen.filter((each) => each.id !== option.id);
    else if (chosen.length < (props.max ?? Infinity)) chosen = [...chosen, option];
    props.change?.(chosen);
    if (!props.multiple) return close();
    field().value = "";
    const { query, active } = state;
    state = { ...state, query: "" };
    return query || !props.source.groups ? look() : look({ active });
  }

  function remove(options) {
    chosen = options;
    props.change?.(chosen);
    field().value = shown();
    redraw();
    field().focus();
    if (!state.open) settle();
  }

  function onKeydown(event) {
    const act = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => (state.open ? pick(flat()[state.active]) : open()) }[event.key];
    if (act && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      act();
    } else if (event.key === "Tab") {
      close();
    } else if (event.key === "Backspace" && props.multiple && field().value === "" && chosen.length > 0) {
      remove(chosen.slice(0, -1));
    }
  }

  function step(by) {
    if (!state.open) return open();
    const length = flat().length;
    if (length > 0) set({ active: (state.active + by + length) % length });
    return node.querySelector(".option.active")?.scrollIntoView({ block: "nearest" });
  }

  function onInput() {
    const query = field().value;
    if (!state.open) return open({ typing: true });
    state = { ...state, query };
    return look();
  }

  const shown = () => (props.multiple ? "" : (chosen[0]?.text ?? ""));

  function redraw() {
    node.className = `select ${props.multiple ? "multiple" : ""} ${state.open ? "open" : ""} ${props.disabled ? "disabled" : ""}`;
    const active = flat()[state.active];
    draw(
      props.multiple && h("span", { class: "chips", key: "chips" }, chosen.map((option) => chip(option))),
      h("input", {
        key: "field",
        ...props.input,
        type: "text",
        role: "combobox",
        autocomplete: "off",
        spellcheck: "false",
        value: shown(),
        disabled: props.disabled,
        placeholder: (!props.multiple && state.open && chosen[0]?.text) || (chosen.length > 0 && props.multiple ? "" : props.placeholder),
        "aria-autocomplete": "list",
        "aria-expanded": String(state.open),
        "aria-controls": list,
        "aria-activedescendant": state.open && active ? `${list}-${state.active}` : null,
        onClick: () => open(),
        onInput,
        onKeydown,
        onFocus: () => field().select(),
        onBlur: (event) => !node.contains(event.relatedTarget) && close(),
      }),
      props.clearable && !props.multiple && chosen.length > 0 && !props.disabled && clearButton(),
      icon("chevron", "select-arrow"),
      popup(active),
    );
  }

  function clearButton() {
    return h("button", { key: "clear", type: "button", class: "select-clear", "aria-label": `Clear ${props.label}`, onClick: () => remove([]) }, icon("close"));
  }

  function chip(option) {
    const removeIt = () => remove(chosen.filter((each) => each.id !== option.id));
    return h("span", { class: "chip", key: option.id }, option.face, h("button", { type: "button", disabled: props.disabled, "aria-label": `Remove ${option.text}`, onClick: removeIt }, icon("close")));
  }

  function popup(active) {
    let index = -1;
    const row = (option) => {
      index += 1;
      return optionRow(option, { id: `${list}-${index}`, active: option === active, chosen: isChosen(option), pick: () => pick(option) });
    };
    const named = (group, position) => {
      const label = group.label && h("div", { class: "option-group", id: `${list}-group-${position}`, role: "presentation" }, group.label);
      const rows = group.options.map(row);
      return group.label ? h("div", { role: "group", "aria-labelledby": `${list}-group-${position}` }, label, rows) : rows;
    };
    return h(
      "div",
      { class: "popup list-popup", popover: "manual", key: "popup", onMousedown: (event) => event.preventDefault() },
      h("div", { role: "listbox", id: list, "aria-label": props.label, "aria-multiselectable": props.multiple ? "true" : null }, state.open && state.groups.map(named)),
      h("div", { class: "list-message", role: "status" }, state.message),
    );
  }

  redraw();
  return {
    node,
    update(next) {
      props = next;
      if (state.open && next.source.groups) look({ active: state.active });
      else redraw();
    },
    destroy() {
      clearTimeout(timer);
      if (state.open) leave();
    },
  };
}

function optionRow(option, { id, active, chosen, pick }) {
  return h(
    "div",
    { class: `option ${active ? "active" : ""}`, role: "option", id, "aria-selected": String(chosen), "data-value": option.id, onClick: pick },
    h("span", { class: "option-words" }, h("span", {}, option.face), option.detail && h("span", { class: "option-detail" }, option.detail)),
    chosen && icon("check"),
  );
}

function matching(groups, query) {
  const words = query.trim().toLowerCase();
  return filled(groups.map((group) => ({ ...group, options: group.options.filter((option) => option.text.toLowerCase().includes(words)) })));
}

const filled = (groups) => groups.filter((group) => group.options.length > 0);
const sameIds = (left, right) => left.length === right.length && left.every((each, index) => each.id === right[index].id);
