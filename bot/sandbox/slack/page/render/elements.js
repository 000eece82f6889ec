// Draws the interactive elements of Block Kit; each kind is one row of the table at the end.

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { menuButton } from "../menu.js";
import { fromLocalInput, toLocalInput } from "./dates.js";
import { emojiText, withEmoji } from "./emoji.js";
import { safeAddress } from "./links.js";
import { textObject } from "./mrkdwn.js";
import { chosenOptions, sourceOf } from "./options.js";
import { select } from "./select.js";
import { textField } from "./text_field.js";
import { firstValue, shapeOf } from "./values.js";

/**
 * One element. `place` says where it stands: `{block, host, input?: {labelId, described, invalid, required}}`,
 * `host` what its surface can do (see surfaces.js).
 */
export function drawElement(element, place) {
  const draw = ELEMENTS[element.type];
  if (!draw)
    return h(
      "div",
      { class: "undrawn", key: element.action_id },
      `The element “${element.type}” is not drawn in this sandbox.`,
    );
  return draw(element, place);
}

/** Outside a modal a new initial value replaces what is shown; inside one, what was typed stays. */
function keyOf(element, { host, block }) {
  const kept = host.kind === "modal" ? "" : JSON.stringify(firstValue(element, null));
  return `${block.block_id}/${element.action_id}/${element.type}/${kept}`;
}

function attributes(element, { host, block, input }, label) {
  return {
    id: host.id(block.block_id, element.action_id),
    "data-action-id": element.action_id,
    "aria-label": input ? null : label,
    "aria-describedby": input?.described || null,
    "aria-invalid": input?.invalid ? "true" : null,
    "aria-required": input?.required ? "true" : null,
    "data-focus-on-load": element.focus_on_load ? "true" : null,
  };
}

const labelOf = (element, fallback) =>
  emojiText(element.accessibility_label ?? element.placeholder?.text ?? element.text?.text ?? fallback);

const keptValue = (element, { host, block }) => firstValue(element, host.kept(block.block_id, element.action_id));

/** Tells the app, or the open form, of a new value; false when a confirmation was declined. */
function changed(element, { host, block, input }, value) {
  const shape = shapeOf(element, value);
  return input ? host.fill(block, element, shape) : host.act(block, element, shape);
}

function button(element, { block, host }) {
  const busy = host.busy(block.block_id, element.action_id);
  const properties = {
    key: element.action_id,
    class: `button ${element.style ?? ""} ${busy ? "busy" : ""}`,
    "data-action-id": element.action_id,
    "aria-label": element.accessibility_label ?? null,
    "aria-busy": busy ? "true" : null,
    onClick: () => host.act(block, element, { type: "button", value: element.value }),
  };
  const face = [busy && h("span", { class: "spinner" }), h("span", {}, withEmoji(element.text?.text ?? ""))];
  const address = element.url && safeAddress(element.url);
  if (address)
    return h(
      "a",
      { ...properties, href: address, target: "_blank", rel: "noopener noreferrer" },
      face,
      icon("newWindow"),
    );
  return h("button", { ...properties, type: "button", disabled: host.disabled }, face);
}

function overflow(element, { block, host }) {
  const pick = (option) => () => host.act(block, element, { type: "overflow", selected_option: option });
  const items = (element.options ?? []).map((option) => ({
    label: withEmoji(option.text?.text ?? ""),
    detail: option.description && withEmoji(option.description.text),
    href: option.url && safeAddress(option.url),
    attributes: { "data-value": option.value },
    pick: pick(option),
  }));
  const busy = host.busy(block.block_id, element.action_id);
  return menuButton({
    key: element.action_id,
    label: "More options",
    align: "end",
    items,
    button: {
      class: `button overflow ${busy ? "busy" : ""}`,
      "aria-label": "More options",
      "data-action-id": element.action_id,
      disabled: host.disabled,
    },
    face: busy ? h("span", { class: "spinner" }) : icon("dots"),
  });
}

function anySelect(element, place) {
  const { block, host, input } = place;
  const multiple = element.type.startsWith("multi_");
  const label = labelOf(element, "Select");
  const valueOf = (options) => (multiple ? options.map((option) => option.value) : (options[0]?.value ?? null));
  const immediately = Boolean(input) && !block.dispatch_action;
  return select({
    key: keyOf(element, place),
    input: attributes(element, place, label),
    label,
    placeholder: emojiText(element.placeholder?.text ?? (multiple ? "Select options" : "Select an option")),
    multiple,
    max: element.max_selected_items,
    clearable: Boolean(input) && !input.required,
    source: sourceOf(element, block, host),
    chosen: chosenOptions(element, keptValue(element, place), host),
    disabled: host.disabled,
    change: immediately
      ? (options) => changed(element, place, valueOf(options))
      : (options) => host.draft(block, element, shapeOf(element, valueOf(options))),
    commit: immediately ? null : (options) => changed(element, place, valueOf(options)),
  });
}

function choices(element, place, type) {
  const { block, host, input } = place;
  const group = host.id(block.block_id, element.action_id);
  const value = keptValue(element, place);
  const chosen = new Set([value].flat().map((option) => option?.value));
  const read = (fieldset) => {
    const picked = [...fieldset.querySelectorAll("input:checked")].map(
      (each) => element.options[Number(each.dataset.index)],
    );
    return type === "radio" ? (picked[0] ?? null) : picked;
  };
  const onChange = async (event) => {
    const fieldset = event.target.closest(".choices");
    const declined = (await changed(element, place, read(fieldset))) === false;
    if (declined && event.target.type === "checkbox") event.target.checked = !event.target.checked;
  };
  const option = (each, index) =>
    h(
      "label",
      { class: "choice", key: each.value },
      h("input", {
        type,
        name: group,
        value: each.value,
        checked: chosen.has(each.value),
        "data-value": each.value,
        "data-index": String(index),
        disabled: host.disabled,
        "aria-describedby": each.description ? `${group}-${index}` : null,
        onChange,
      }),
      h(
        "span",
        { class: "choice-words" },
        h("span", {}, textObject(each.text, host.scene)),
        each.description &&
          h("span", { class: "choice-detail", id: `${group}-${index}` }, textObject(each.description, host.scene)),
      ),
    );
  const named = input
    ? { "aria-labelledby": input.labelId }
    : { "aria-label": labelOf(element, type === "radio" ? "Choose one" : "Choose any") };
  const described = {
    "aria-describedby": input?.described || null,
    "aria-invalid": type === "radio" && input?.invalid ? "true" : null,
  };
  return h(
    "div",
    {
      class: "choices",
      key: keyOf(element, place),
      id: group,
      role: type === "radio" ? "radiogroup" : "group",
      ...named,
      ...described,
      "data-action-id": element.action_id,
    },
    (element.options ?? []).map(option),
  );
}

/** field → the date or time that the app last heard of */
const told = new WeakMap();

function picker(element, place, type) {
  const { host } = place;
  const zone = host.scene.zone();
  const both = type === "datetime-local";
  const value = keptValue(element, place);
  const read = (text) => (text === "" ? null : both ? fromLocalInput(text, zone) : text);
  const shown = (moment) => (moment === null ? "" : both ? toLocalInput(moment, zone) : moment);
  const tell = async ({ target }) => {
    const before = told.has(target) ? told.get(target) : value;
    const next = target.validity.badInput ? before : read(target.value);
    const unfinished = (type === "date" && /^0/.test(next)) || (both && next < 0); // the year is still being typed
    if (next === before || unfinished) return;
    told.set(target, next);
    if ((await changed(element, place, next)) !== false) return;
    told.set(target, before);
    target.value = shown(before);
  };
  return h("input", {
    ...attributes(element, place, labelOf(element, { date: "Date", time: "Time" }[type] ?? "Date and time")),
    key: keyOf(element, place),
    class: "picker",
    type,
    value: shown(value),
    disabled: host.disabled,
    onChange: tell,
  });
}

/** When the app hears of typing: every value reaches an open form, but a dispatching one is told only as it asks for. */
function occasions(element, block) {
  const asked = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (!block.dispatch_action) return { typing: true, enter: false };
  return { typing: asked.includes("on_character_entered"), enter: asked.includes("on_enter_pressed") };
}

function text(element, place, settings = {}) {
  const { block, host, input } = place;
  const { typing, enter } = occasions(element, block);
  const value = (typed) => (typed === "" ? null : typed);
  const tell = (typed) => changed(element, place, value(typed));
  const note = (typed) => host.note(block, element, shapeOf(element, value(typed)));
  return textField({
    key: keyOf(element, place),
    input: {
      ...attributes(element, place, labelOf(element, "Text")),
      placeholder: emojiText(element.placeholder?.text ?? ""),
      autocomplete: "off",
      ...settings.input,
    },
    multiline: Boolean(settings.multiline),
    value: keptValue(element, place) ?? "",
    max: element.max_length,
    disabled: host.disabled,
    typed: (typed) => host.draft(block, element, shapeOf(element, value(typed))),
    paused: typing ? tell : note,
    entered: enter || !input ? tell : () => host.submit(),
  });
}

const plainText = (element, place) =>
  text(element, place, { multiline: element.multiline, input: element.multiline ? { rows: 3 } : { type: "text" } });

/** Every element that is drawn, by its type; images are drawn where they stand. */
export const ELEMENTS = {
  button,
  overflow,
  static_select: anySelect,
  external_select: anySelect,
  users_select: anySelect,
  conversations_select: anySelect,
  channels_select: anySelect,
  multi_static_select: anySelect,
  multi_external_select: anySelect,
  multi_users_select: anySelect,
  multi_conversations_select: anySelect,
  multi_channels_select: anySelect,
  checkboxes: (element, place) => choices(element, place, "checkbox"),
  radio_buttons: (element, place) => choices(element, place, "radio"),
  datepicker: (element, place) => picker(element, place, "date"),
  timepicker: (element, place) => picker(element, place, "time"),
  datetimepicker: (element, place) => picker(element, place, "datetime-local"),
  plain_text_input: plainText,
  number_input: (element, place) =>
    text(element, place, { input: { type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric" } }),
  email_text_input: (element, place) => text(element, place, { input: { type: "email" } }),
  url_text_input: (element, place) => text(element, place, { input: { type: "url" } }),
};
