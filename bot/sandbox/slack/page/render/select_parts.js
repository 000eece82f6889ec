// The parts of a select: its list of options, the chips of what is chosen, the button that clears it.

import { h } from "../dom.js";
import { icon } from "../icons.js";

/** The list below the field. `state` has `open`, `groups` and `message`; `active` is the option that Enter would take. */
export function optionPopup(state, { list, label, multiple, active, isChosen, pick }) {
  let index = -1;
  const row = (option) => {
    index += 1;
    const id = `${list}-${index}`;
    return optionRow(option, { id, active: option === active, chosen: isChosen(option), pick: () => pick(option) });
  };
  const named = (group, position) => {
    if (!group.label) return group.options.map(row);
    const id = `${list}-group-${position}`;
    const heading = h("div", { class: "option-group", id, role: "presentation" }, group.label);
    return h("div", { role: "group", "aria-labelledby": id }, heading, group.options.map(row));
  };
  return h(
    "div",
    { class: "popup list-popup", popover: "manual", key: "popup", onMousedown: (event) => event.preventDefault() },
    h(
      "div",
      { role: "listbox", id: list, "aria-label": label, "aria-multiselectable": multiple ? "true" : null },
      state.open && state.groups.map(named),
    ),
    h("div", { class: "list-message", role: "status" }, state.message),
  );
}

function optionRow(option, { id, active, chosen, pick }) {
  return h(
    "div",
    {
      class: `option ${active ? "active" : ""}`,
      role: "option",
      id,
      "aria-selected": String(chosen),
      "data-value": option.id,
      onClick: pick,
    },
    h(
      "span",
      { class: "option-words" },
      h("span", {}, option.face),
      option.detail && h("span", { class: "option-detail" }, option.detail),
    ),
    chosen && icon("check"),
  );
}

export function chips(chosen, { disabled, remove }) {
  const one = (option) =>
    h(
      "span",
      { class: "chip", key: option.id },
      option.face,
      h(
        "button",
        { type: "button", disabled, "aria-label": `Remove ${option.text}`, onClick: () => remove(option) },
        icon("close"),
      ),
    );
  return h("span", { class: "chips", key: "chips" }, chosen.map(one));
}

export function clearButton(label, clear) {
  return h(
    "button",
    { key: "clear", type: "button", class: "select-clear", "aria-label": `Clear ${label}`, onClick: clear },
    icon("close"),
  );
}
